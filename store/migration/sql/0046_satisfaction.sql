-- +goose Up

-- What requesters say of their tickets, one row for each ticket whose requester was asked or has rated it. Assignee and group are
-- those who had the ticket when it was rated last, or else when they were asked.
create table satisfaction_ratings (
  account_id        bigint not null,
  rating_id         bigint not null,
  ticket_id         bigint not null,
  assignee_id       bigint not null,
  group_id          bigint not null,
  satisfaction_rank smallint not null,
  reason            bigint not null,
  comment           text not null,
  created_at        bigint not null,
  updated_at        bigint not null,
  primary key (account_id, rating_id)
);
create unique index satisfaction_ratings_ticket on satisfaction_ratings (account_id, ticket_id);
create index satisfaction_ratings_updated on satisfaction_ratings (account_id, updated_at, rating_id);

alter table tickets add column satisfaction_rank smallint not null default 0;
alter table tickets add column satisfaction_reason bigint not null default 0;

-- +goose Down

alter table tickets drop column satisfaction_reason;
alter table tickets drop column satisfaction_rank;
drop table satisfaction_ratings;
