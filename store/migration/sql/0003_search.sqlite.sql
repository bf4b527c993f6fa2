-- +goose Up

-- The words of comments. A ticket's subject counts with its first comment. The texts themselves stay in comments.
create virtual table comment_words using fts5 (
  account_id unindexed, ticket_id unindexed, account, title, body,
  content='', contentless_delete=1, contentless_unindexed=1, tokenize='unicode61 remove_diacritics 2'
);

-- Comments whose words are not yet there, or no longer right. Indexing them one by one would double the cost of a write.
create table comment_words_due (
  account_id bigint not null,
  ticket_id  bigint not null,
  comment_id bigint not null,
  primary key (account_id, ticket_id, comment_id)
);

-- +goose StatementBegin
create trigger comment_words_insert after insert on comments begin
  insert into comment_words_due values (new.account_id, new.ticket_id, new.comment_id) on conflict do nothing;
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger comment_words_update after update of title, body on comments begin
  insert into comment_words_due values (new.account_id, new.ticket_id, new.comment_id) on conflict do nothing;
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger comment_words_delete after delete on comments begin
  insert into comment_words_due values (old.account_id, old.ticket_id, old.comment_id) on conflict do nothing;
end;
-- +goose StatementEnd
