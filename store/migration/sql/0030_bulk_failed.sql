-- +goose Up

-- How many records of a bulk job could not be done. Of large jobs not each of them is told.
alter table bulk_jobs add column failed bigint not null default 0;
