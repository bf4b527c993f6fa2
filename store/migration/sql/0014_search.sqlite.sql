-- +goose Up

-- What is to be indexed for searching: a comment, or a ticket as a whole where comment_id is 0. altered: something is no
-- longer as it was; gone is what stood in that place. The index itself is a file of its own.
drop trigger comment_words_delete;
drop trigger comment_words_update;
drop trigger comment_words_insert;
drop table comment_words_due;
drop table comment_words;
drop table if exists comment_words_content; -- which it leaves behind
create table search_due (
  account_id bigint not null,
  altered    boolean not null,
  ticket_id  bigint not null,
  due_id     bigint not null,
  comment_id bigint not null,
  place      bigint not null,
  gone       text not null,
  primary key (account_id, altered, ticket_id, due_id)
);

-- The words by which people and organizations are found, in the letters that search.Fold gives.
create table name_words (
  account_id bigint not null,
  kind       bigint not null,
  id         bigint not null,
  word       text not null,
  primary key (account_id, kind, id, word)
) without rowid;
create index name_words_found on name_words (account_id, kind, word, id);
