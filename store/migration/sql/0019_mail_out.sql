-- +goose Up

-- The relay that an account has of its own. secret is its password, sealed.
create table mail_relays (
  account_id bigint not null,
  host       text not null,
  port       bigint not null,
  security   text not null,
  username   text not null,
  secret     text not null,
  updated_by bigint not null,
  updated_at bigint not null,
  primary key (account_id)
);

-- Accounts whose letters the relay does not take at present: since when, and what it said last.
create table mail_relay_failures (
  account_id bigint not null,
  since      bigint not null,
  failed_at  bigint not null,
  reason     text not null,
  primary key (account_id)
);

-- Keys by which letters of a domain are signed (DKIM). private_key is sealed; public_key stands in the domain's DNS.
create table dkim_keys (
  account_id  bigint not null,
  domain      text not null,
  selector    text not null,
  private_key text not null,
  public_key  text not null,
  found_at    bigint not null,
  checked_at  bigint not null,
  created_at  bigint not null,
  primary key (account_id, domain)
);

create index mails_recipient on mails (account_id, recipient, created_at) where direction = 'out';
