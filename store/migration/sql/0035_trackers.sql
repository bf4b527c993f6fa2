-- +goose Up

-- What an agreement with a bug tracker has beside that with a help desk: desk.Tracker as JSON.
alter table agreements add column tracker text not null default '';

-- The tickets that are one issue of a tracker.
create index shares_remote on shares (account_id, agreement_id, remote_id) where remote_id <> '';

-- Up to where a tracker's changes were read, by its own clock.
create table tracker_polls (
  account_id   bigint not null,
  agreement_id bigint not null,
  since        bigint not null,
  primary key (account_id, agreement_id)
);

-- What was last seen of an issue: of each comment a digest of its words, and under '' the issue's own state. own: we wrote it.
create table tracker_comments (
  account_id bigint not null,
  share_id   bigint not null,
  remote_id  text not null,
  comment_id bigint not null,
  own        boolean not null,
  digest     text not null,
  primary key (account_id, share_id, remote_id)
);

-- +goose Down
drop table tracker_comments;
drop table tracker_polls;
drop index shares_remote;
alter table agreements drop column tracker;
