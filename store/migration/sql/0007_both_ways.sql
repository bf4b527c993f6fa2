-- +goose Up

-- Who invites a partner may wish to be invited back: since when the partner's own invitation is awaited, 0 when it is not.
alter table agreements add column wished_at bigint not null default 0;

-- +goose Down
alter table agreements drop column wished_at;
