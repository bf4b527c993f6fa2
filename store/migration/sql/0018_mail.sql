-- +goose Up

-- The addresses at which an account receives mail, and the directory that finds the account of an address.
create table support_addresses (
  account_id  bigint not null,
  address_id  bigint not null,
  address     text not null,
  name        text not null,
  brand_id    bigint not null,
  group_id    bigint not null,
  tags        text not null,
  is_default  boolean not null,
  verified_at bigint not null,
  created_at  bigint not null,
  updated_at  bigint not null,
  primary key (account_id, address_id),
  unique (account_id, address)
);

create table mail_routes (
  address    text not null primary key,
  account_id bigint not null
);

-- Each message in or out, and what became of it. message_id is that of its header, without angle brackets; blob its source.
create table mails (
  account_id bigint not null,
  mail_id    bigint not null,
  direction  text not null,
  state      text not null,
  kind       text not null,
  ticket_id  bigint not null,
  comment_id bigint not null,
  audit_id   bigint not null,
  user_id    bigint not null,
  message_id text not null,
  sender     text not null,
  recipient  text not null,
  subject    text not null,
  blob       text not null,
  size       bigint not null,
  cause      text not null,
  reason     text not null,
  created_at bigint not null,
  done_at    bigint not null,
  primary key (account_id, mail_id)
);
create index mails_ticket on mails (account_id, ticket_id, mail_id) where ticket_id <> 0;
create index mails_message on mails (account_id, message_id, recipient) where message_id <> '';
create index mails_state on mails (account_id, direction, state, mail_id);
create index mails_sender on mails (account_id, sender, created_at);

-- Which ticket a message belongs to, by the id in its header.
create table mail_threads (
  account_id bigint not null,
  message_id text not null,
  ticket_id  bigint not null,
  primary key (account_id, message_id)
);

-- Mail that was not let in. cause is Zendesk's number; ticket_id the ticket it meant to update, 0 for a new one.
create table suspended_tickets (
  account_id   bigint not null,
  suspended_id bigint not null,
  mail_id      bigint not null,
  cause        bigint not null,
  reason       text not null,
  author_name  text not null,
  author_email text not null,
  recipient    text not null,
  subject      text not null,
  content      text not null,
  ticket_id    bigint not null,
  created_at   bigint not null,
  updated_at   bigint not null,
  primary key (account_id, suspended_id)
);
create index suspended_tickets_author on suspended_tickets (account_id, author_email, suspended_id);

-- Senders that are always let in, and those that never are: an address, or @ and a domain.
create table mail_senders (
  account_id bigint not null,
  pattern    text not null,
  blocked    boolean not null,
  created_by bigint not null,
  created_at bigint not null,
  primary key (account_id, pattern)
);

-- Each account begins with the address support@ its host. The default brand's id serves as that of the address.
insert into support_addresses
  (account_id, address_id, address, name, brand_id, group_id, tags, is_default, verified_at, created_at, updated_at)
select a.account_id, b.brand_id, 'support@' || (select min(h.host) from hosts h where h.account_id = a.account_id),
  a.name, b.brand_id, 0, '', true, a.created_at, a.created_at, a.created_at
from accounts a join brands b on b.account_id = a.account_id and b.is_default
where exists (select 1 from hosts h where h.account_id = a.account_id);

insert into mail_routes (address, account_id) select address, account_id from support_addresses;
