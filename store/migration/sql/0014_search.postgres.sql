-- +goose Up

-- What is to be indexed for searching: a comment, or a ticket as a whole where comment_id is 0. altered: something is no
-- longer as it was; gone is what stood in that place. The index is in the tables that follow.
drop index comments_words;
alter table comments drop column words;
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
  word       text collate "C" not null,
  primary key (account_id, kind, id, word)
);
create index name_words_found on name_words (account_id, kind, word, id);

-- Package store/wordindex tells what these hold.
create table search_progress (
  account_id  bigint not null primary key,
  next_ticket bigint not null
);
create table search_postings (
  account_id bigint not null,
  block      bigint not null,
  word       text collate "C" not null,
  place      bigint not null,
  tickets    bytea not null,
  primary key (account_id, block, word, place)
);
create table search_words (
  account_id bigint not null,
  place      bigint not null,
  word       text collate "C" not null,
  region     bigint not null,
  blocks     bytea not null,
  primary key (account_id, place, word, region)
);
create table search_parts (
  account_id bigint not null,
  part       text collate "C" not null,
  word       text collate "C" not null,
  primary key (account_id, part, word)
);
