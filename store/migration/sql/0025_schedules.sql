-- +goose Up

-- When a desk works. week is a list of intervals in minutes since Sunday 00:00; days of holidays count from 1970-01-01.
create table schedules (
  account_id  bigint not null,
  schedule_id bigint not null,
  name        text not null,
  time_zone   text not null,
  week        text not null,
  created_at  bigint not null,
  updated_at  bigint not null,
  primary key (account_id, schedule_id)
);

create table holidays (
  account_id  bigint not null,
  schedule_id bigint not null,
  holiday_id  bigint not null,
  name        text not null,
  first_day   bigint not null,
  last_day    bigint not null,
  primary key (account_id, schedule_id, holiday_id)
);

alter table tickets add column schedule_id bigint not null default 0;

-- +goose Down

alter table tickets drop column schedule_id;
drop table holidays;
drop table schedules;
