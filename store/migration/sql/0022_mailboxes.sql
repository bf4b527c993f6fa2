-- +goose Up

-- Mailboxes that are read by IMAP. secret is what signs in there, sealed; uid_validity and last_uid are how far it has been
-- read; lease_owner and lease_until say which process reads it.
create table mailboxes (
  account_id   bigint not null,
  mailbox_id   bigint not null,
  host         text not null,
  port         bigint not null,
  security     text not null,
  username     text not null,
  auth         text not null,
  secret       text not null,
  token_url    text not null,
  client_id    text not null,
  folder       text not null,
  address      text not null,
  after        text not null,
  move_to      text not null,
  enabled      boolean not null,
  uid_validity bigint not null,
  last_uid     bigint not null,
  fetched      bigint not null,
  fetched_at   bigint not null,
  failed_since bigint not null,
  failed_at    bigint not null,
  reason       text not null,
  lease_owner  text not null,
  lease_until  bigint not null,
  updated_by   bigint not null,
  created_at   bigint not null,
  updated_at   bigint not null,
  primary key (account_id, mailbox_id)
);
