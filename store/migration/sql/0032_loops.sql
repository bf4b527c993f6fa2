-- +goose Up

-- Shares that stand still since rules answer each other, which an agreement tells of for as long as they do.
create index shares_looping on shares (account_id, agreement_id, throttled_until) where cause = 'loop';

-- +goose Down
drop index shares_looping;
