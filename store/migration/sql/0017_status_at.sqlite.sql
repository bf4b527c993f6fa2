-- +goose Up

-- What has a status since some time, as views and rules ask for what was solved lately.
create index tickets_status_at on tickets (account_id, status_rank, status_at, ticket_id) where deleted_at = 0;

-- Invented numbers that earlier versions had the planner believe; nothing goes by them any more. The small analysis makes sure
-- that there is a table of them.
analyze accounts;
delete from sqlite_stat1;
analyze sqlite_schema;

-- +goose Down
drop index tickets_status_at;
