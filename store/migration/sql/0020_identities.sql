-- +goose Up
-- The names by which people are known: several addresses each, of which users.email repeats the primary one.
create table identities (
  account_id      bigint not null,
  identity_id     bigint not null,
  user_id         bigint not null,
  kind            text not null,
  value           text not null,
  is_primary      boolean not null,
  verified        boolean not null,
  state           text not null,
  undelivered     bigint not null,
  reason          text not null,
  undelivered_at  bigint not null,
  verified_at     bigint not null,
  created_at      bigint not null,
  updated_at      bigint not null,
  primary key (account_id, identity_id)
);
create unique index identities_value on identities (account_id, value, kind);
create index identities_user on identities (account_id, user_id, identity_id);

-- An address that is there keeps the id by which the interface has named it so far: its user's.
insert into identities (account_id, identity_id, user_id, kind, value, is_primary, verified, state, undelivered, reason,
  undelivered_at, verified_at, created_at, updated_at)
select account_id, user_id, user_id, 'email', email, true, verified, 'deliverable', 0, '', 0,
  case when verified then created_at else 0 end, created_at, updated_at
from users where email is not null;
