-- +goose Up

-- Other help desks that have written by mail, by address.
create table remote_desks (
  account_id  bigint not null,
  desk_id     bigint not null,
  address     text not null,
  name        text not null,
  kind        text not null,
  url         text not null,
  remote_id   text not null,
  never_offer boolean not null,
  created_at  bigint not null,
  seen_at     bigint not null,
  primary key (account_id, desk_id),
  unique (account_id, address)
);

-- What goes to and fro by mail between a ticket and an address; desk_id is 0 for people.
create table correspondences (
  account_id    bigint not null,
  ticket_id     bigint not null,
  address       text not null,
  desk_id       bigint not null,
  remote_ticket text not null,
  automatic_at  bigint not null,
  received      bigint not null,
  since         bigint not null,
  replies       bigint not null,
  words         text not null,
  repeats       bigint not null,
  paused_at     bigint not null,
  pause_reason  text not null,
  resumed_at    bigint not null,
  resumed_by    bigint not null,
  updated_at    bigint not null,
  primary key (account_id, ticket_id, address)
);
