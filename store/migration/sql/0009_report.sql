-- +goose Up

-- Tickets by when they were solved, for reports of a span of days.
create index tickets_solved on tickets (account_id, solved_at, status_rank) where solved_at > 0 and deleted_at = 0;

-- +goose Down
drop index tickets_solved;
