-- +goose Up

-- Fields of people and organizations that an account adds: what each is, as JSON; and what people say in them, by the field's id.
create table person_fields (
  account_id bigint not null,
  field_id   bigint not null,
  kind       text not null,
  field_key  text not null,
  position   bigint not null,
  definition text not null,
  created_at bigint not null,
  updated_at bigint not null,
  primary key (account_id, field_id),
  unique (account_id, kind, field_key)
);
alter table users add column field_values text not null default '';
alter table organizations add column field_values text not null default '';

-- +goose Down
alter table organizations drop column field_values;
alter table users drop column field_values;
drop table person_fields;
