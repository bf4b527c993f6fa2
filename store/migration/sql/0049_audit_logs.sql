-- +goose Up

-- What people changed of how the desk works and of who may do what, and the sign-ins of staff. source_type and source_id name what
-- was changed; changes is a JSON list of fields with what they were and are, in short words.
create table audit_logs (
  account_id   bigint not null,
  audit_log_id bigint not null,
  actor_id     bigint not null,
  actor_name   text not null,
  action       text not null,
  source_type  text not null,
  source_id    bigint not null,
  source_label text not null,
  ip_address   text not null,
  changes      text not null,
  created_at   bigint not null,
  primary key (account_id, audit_log_id)
);
create index audit_logs_created on audit_logs (account_id, created_at, audit_log_id);
create index audit_logs_source on audit_logs (account_id, source_type, source_id, created_at, audit_log_id);
create index audit_logs_type on audit_logs (account_id, source_type, created_at, audit_log_id);
create index audit_logs_actor on audit_logs (account_id, actor_id, created_at, audit_log_id);
create index audit_logs_address on audit_logs (account_id, ip_address, created_at, audit_log_id);

-- +goose Down
drop table audit_logs;
