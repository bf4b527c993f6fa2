-- +goose Up

-- How what a partner sees differs from what stands here: desk.ShareMap as JSON.
alter table agreements add column share_map text not null default '';

-- What it was, and who changed it when.
create table share_map_revisions (
  account_id   bigint not null,
  agreement_id bigint not null,
  revision     bigint not null,
  share_map    text not null,
  changed_by   bigint not null,
  changed_at   bigint not null,
  primary key (account_id, agreement_id, revision)
);

-- +goose Down
drop table share_map_revisions;
alter table agreements drop column share_map;
