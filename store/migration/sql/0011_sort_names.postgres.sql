-- +goose Up

-- The form of a name by which lists are sorted, byte by byte as on SQLite; desk.SortName makes it. Names of plain letters
-- have it at once, the others by the step that follows.
alter table users add column sort_name text collate "C" not null default '';
alter table groups add column sort_name text collate "C" not null default '';
alter table organizations add column sort_name text collate "C" not null default '';
update users set sort_name = lower(name collate "C");
update groups set sort_name = lower(name collate "C");
update organizations set sort_name = lower(name collate "C");

-- +goose Down
alter table organizations drop column sort_name;
alter table groups drop column sort_name;
alter table users drop column sort_name;
