-- +goose Up

-- When something was written, on the one clock of the database: what exports go by. Times of updates are the desk's own and may
-- stand ahead of the clock; this one never lies before what is committed already (see store/export.go).
alter table audits add column written_at bigint not null default 0;
update audits set written_at = created_at;
create index audits_written on audits (account_id, written_at, ticket_id, audit_id);
alter table users add column written_at bigint not null default 0;
update users set written_at = updated_at;
create index users_written on users (account_id, written_at, user_id);
alter table organizations add column written_at bigint not null default 0;
update organizations set written_at = updated_at;
create index organizations_written on organizations (account_id, written_at, organization_id);

-- +goose Down
drop index organizations_written;
alter table organizations drop column written_at;
drop index users_written;
alter table users drop column written_at;
drop index audits_written;
alter table audits drop column written_at;
