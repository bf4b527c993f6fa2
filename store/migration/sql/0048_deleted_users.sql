-- +goose Up

-- Deleted people are listed by themselves.
create index users_deleted on users (account_id, user_id) where not active;

-- +goose Down
drop index users_deleted;
