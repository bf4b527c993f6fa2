-- +goose Up

-- PostgreSQL gathers its statistics by itself; see the file for SQLite.
select 1;
