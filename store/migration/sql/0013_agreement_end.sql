-- +goose Up

-- An agreement that is to end sends first what it owes: since when, 0 when no end was asked for.
alter table agreements add column ending_at bigint not null default 0;

-- A restored database pauses every agreement; this is the pause that held before.
alter table agreements add column paused_before text not null default '';

-- A partner that says it has another address, which is not confirmed yet; and the address that it knew us by before ours changed.
alter table agreements add column moved_to text not null default '';
alter table agreements add column local_before text not null default '';

-- What the last comparison with the partner's desk found.
alter table agreements add column last_check text not null default '{}';

-- +goose Down
alter table agreements drop column ending_at;
