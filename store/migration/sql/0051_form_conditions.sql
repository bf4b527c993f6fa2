-- +goose Up

-- What forms ask for depending on other fields, as JSON; and since when a form is deleted (0: it is not).
alter table ticket_forms add column agent_conditions text not null default '[]';
alter table ticket_forms add column end_user_conditions text not null default '[]';
alter table ticket_forms add column deleted_at bigint not null default 0;

-- +goose Down
delete from ticket_forms where deleted_at <> 0;
alter table ticket_forms drop column deleted_at;
alter table ticket_forms drop column end_user_conditions;
alter table ticket_forms drop column agent_conditions;
