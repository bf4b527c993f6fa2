-- +goose Up

-- The words of comments. A ticket's subject counts with its first comment, as weight A. The lexeme #N is the account,
-- which no text can contain.
alter table comments add column words tsvector not null generated always as (
  setweight(to_tsvector('simple', title), 'A') ||
  setweight(to_tsvector('simple', body), 'B') ||
  array_to_tsvector(array['#' || account_id::text])
) stored;
create index comments_words on comments using gin (words);
