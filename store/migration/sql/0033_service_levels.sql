-- +goose Up

-- Policies of service levels: which tickets they are for, and what is promised for them, both as JSON.
create table sla_policies (
  account_id      bigint not null,
  policy_id       bigint not null,
  position        bigint not null,
  title           text not null,
  description     text not null,
  filter          text not null,
  targets         text not null,
  partner_replies boolean not null,
  partner_pauses  boolean not null,
  created_at      bigint not null,
  updated_at      bigint not null,
  primary key (account_id, policy_id)
);

-- What happened to the metrics of tickets under a policy, in the order in which it was noticed.
create table ticket_metric_events (
  account_id bigint not null,
  noted_at   bigint not null,
  event_id   bigint not null,
  ticket_id  bigint not null,
  metric     text not null,
  instance   bigint not null,
  type       text not null,
  at         bigint not null,
  deleted    boolean not null,
  data       text not null,
  primary key (account_id, noted_at, event_id)
);

create index ticket_metric_events_ticket on ticket_metric_events (account_id, ticket_id, event_id);

-- What is promised for a ticket, and of it: when the foremost promise is broken, the next one that was not noticed as such,
-- and the last one that was.
alter table tickets add column service_level text not null default '';
alter table tickets add column sla_at bigint not null default 0;
alter table tickets add column sla_next_at bigint not null default 0;
alter table tickets add column sla_breached_at bigint not null default 0;
create index tickets_sla on tickets (account_id, sla_at, ticket_id) where sla_at <> 0 and deleted_at = 0;

-- +goose Down

drop index tickets_sla;
alter table tickets drop column sla_breached_at;
alter table tickets drop column sla_next_at;
alter table tickets drop column sla_at;
alter table tickets drop column service_level;
drop table ticket_metric_events;
drop table sla_policies;
