-- +goose Up

-- How often each trigger fired, by hour, and its last error in that hour. An hour is counted in several slots, of which a
-- transaction takes one in turn: those at the same moment seldom wait for each other.
create table trigger_firings (
  account_id   bigint not null,
  trigger_id   bigint not null,
  hour         bigint not null,
  slot         bigint not null,
  fired        bigint not null,
  error_at     bigint not null,
  error        text not null,
  error_ticket bigint not null,
  primary key (account_id, trigger_id, hour, slot)
);

-- +goose Down

drop table trigger_firings;
