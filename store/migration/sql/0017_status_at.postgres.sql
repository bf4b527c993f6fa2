-- +goose Up

-- What has a status since some time, as views and rules ask for what was solved lately.
create index tickets_status_at on tickets (account_id, status_rank, status_at, ticket_id) where deleted_at = 0;

-- +goose Down
drop index tickets_status_at;
