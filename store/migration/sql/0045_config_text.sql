-- +goose Up

-- What was applied last from a folder of configuration as text, and from all copies of it: its lock.
create table applied_configs (
  account_id bigint not null,
  folder     text not null,
  lock       text not null,
  applied_at bigint not null,
  primary key (account_id, folder)
);

-- +goose Down
drop table applied_configs;
