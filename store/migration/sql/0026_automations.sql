-- +goose Up

-- Rules that act when time has passed.
create table automations (
  account_id    bigint not null,
  automation_id bigint not null,
  position      bigint not null,
  title         text not null,
  active        boolean not null,
  is_default    boolean not null,
  conditions    text not null,
  actions       text not null,
  created_at    bigint not null,
  updated_at    bigint not null,
  primary key (account_id, automation_id)
);

-- What automations did: a row for each run that looked at tickets, and one for each automation in it that acted.
create table automation_runs (
  account_id bigint not null,
  run_id     bigint not null,
  started_at bigint not null,
  took       bigint not null,
  looked     bigint not null,
  failed     bigint not null,
  late       bigint not null,
  primary key (account_id, run_id)
);

create table automation_run_counts (
  account_id    bigint not null,
  automation_id bigint not null,
  run_id        bigint not null,
  fired         bigint not null,
  capped        bigint not null,
  primary key (account_id, automation_id, run_id)
);

create index automation_runs_begun on automation_runs (account_id, started_at);
create index automation_run_counts_run on automation_run_counts (account_id, run_id);

-- Tickets to be looked at although nothing of them changed: something beside them did.
create table automation_wakes (
  account_id bigint not null,
  ticket_id  bigint not null,
  primary key (account_id, ticket_id)
);

-- How far all unsolved tickets were gone over since the rules that decide when they are due changed.
create table automation_walks (
  account_id  bigint not null primary key,
  status_rank bigint not null,
  ticket_id   bigint not null
);

-- When a ticket is due, and what it remembers of automations.
alter table tickets add column automation_at bigint not null default 0;
alter table tickets add column automated text not null default '';
create index tickets_automation on tickets (account_id, automation_at, ticket_id) where automation_at <> 0 and deleted_at = 0;

insert into automation_walks (account_id, status_rank, ticket_id) select account_id, 0, 0 from accounts;

-- +goose Down

drop index tickets_automation;
alter table tickets drop column automated;
alter table tickets drop column automation_at;
drop table automation_walks;
drop table automation_wakes;
drop table automation_run_counts;
drop table automation_runs;
drop table automations;
