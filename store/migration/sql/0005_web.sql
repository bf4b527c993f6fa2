-- +goose Up

-- Who is signed in with a browser. The cookie's secret is stored as SHA-256.
create table sessions (
  account_id   bigint not null,
  session_id   bigint not null,
  hash         text not null,
  user_id      bigint not null,
  agent        text not null,
  address      text not null,
  created_at   bigint not null,
  seen_at      bigint not null,
  primary key (account_id, session_id),
  unique (account_id, hash)
);

create index sessions_user on sessions (account_id, user_id, session_id);

-- Who of the staff looks at a ticket, and which version they saw last. present_until and writing_until are in the past
-- when nobody looks any more.
create table attendances (
  account_id    bigint not null,
  user_id       bigint not null,
  ticket_id     bigint not null,
  version       bigint not null,
  present_until bigint not null,
  writing_until bigint not null,
  primary key (account_id, user_id, ticket_id)
);

create index attendances_present on attendances (account_id, present_until);
