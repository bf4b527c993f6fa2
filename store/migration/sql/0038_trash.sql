-- +goose Up

-- Deleted tickets lie in the trash until they are erased: then the row tells no more than that there was such a ticket.
alter table tickets add column deleted_by bigint not null default 0; -- user, 0: the desk itself
alter table tickets add column erased_at bigint not null default 0;
create index tickets_deleted on tickets (account_id, deleted_at, ticket_id) where deleted_at <> 0 and erased_at = 0;

-- +goose Down
drop index tickets_deleted;
alter table tickets drop column erased_at;
alter table tickets drop column deleted_by;
