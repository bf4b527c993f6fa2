-- +goose Up

-- Addresses elsewhere that hear of what happens here. auth_secret and signing_secret are sealed.
create table webhooks (
  account_id     bigint not null,
  webhook_id     text not null,
  name           text not null,
  description    text not null,
  endpoint       text not null,
  method         text not null,
  format         text not null,
  active         boolean not null,
  subscriptions  text not null,
  headers        text not null,
  auth           text not null,
  auth_name      text not null,
  key_in         text not null,
  auth_secret    text not null,
  signing_secret text not null,
  target_id      bigint not null,
  target_type    text not null,
  attribute      text not null,
  created_by     bigint not null,
  updated_by     bigint not null,
  created_at     bigint not null,
  updated_at     bigint not null,
  primary key (account_id, webhook_id)
);

-- Webhooks whose messages are held: since when, until when, how many times in a row, and why.
create table webhook_breakers (
  account_id bigint not null,
  webhook_id text not null,
  since      bigint not null,
  until      bigint not null,
  times      bigint not null,
  reason     text not null,
  primary key (account_id, webhook_id)
);

-- Messages to webhooks, for a week.
create table webhook_invocations (
  account_id    bigint not null,
  invocation_id text not null,
  webhook_id    text not null,
  state         text not null,
  status        text not null,
  event         text not null,
  subject       text not null,
  ticket_id     bigint not null,
  cause         text not null,
  body          text not null,
  query         text not null,
  reason        text not null,
  attempts      bigint not null,
  created_at    bigint not null,
  done_at       bigint not null,
  primary key (account_id, invocation_id)
);

create index webhook_invocations_listed on webhook_invocations (account_id, webhook_id, created_at, invocation_id);
create index webhook_invocations_done on webhook_invocations (account_id, webhook_id, done_at, invocation_id);
create index webhook_invocations_state on webhook_invocations (account_id, webhook_id, state, created_at, invocation_id);
create index webhook_invocations_aged on webhook_invocations (account_id, created_at);

-- The times that a message was sent, or was to be.
create table webhook_attempts (
  account_id    bigint not null,
  invocation_id text not null,
  attempt_id    text not null,
  webhook_id    text not null,
  status        text not null,
  method        text not null,
  url           text not null,
  request       text not null,
  code          bigint not null,
  answer        text not null,
  body          text not null,
  reason        text not null,
  created_at    bigint not null,
  took          bigint not null,
  primary key (account_id, invocation_id, attempt_id)
);

create index webhook_attempts_recent on webhook_attempts (account_id, webhook_id, created_at);
