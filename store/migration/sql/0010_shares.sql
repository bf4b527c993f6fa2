-- +goose Up

-- The life of a share as columns (share-life §2). A program from before this schema finds no ended_by and no paused any more:
-- it fails in whole statements and never sees half of a share.
alter table shares rename column ended_by to state_by;
alter table shares add column state_at bigint not null default 0;
alter table shares add column cause text not null default '';
alter table shares add column episode bigint not null default 1;
alter table shares add column delivered_at bigint not null default 0;
alter table shares add column barred_rules text not null default '';
alter table shares add column throttled_until bigint not null default 0;
alter table shares add column throttle_level bigint not null default 0;
alter table shares add column sent_seq bigint not null default 0;
alter table shares add column received_seq bigint not null default 0;
alter table shares add column sync text not null default '{}';

create table share_episodes (
  account_id bigint not null,
  share_id   bigint not null,
  episode    bigint not null,
  begun_at   bigint not null,
  begun_by   text not null,
  ended_at   bigint not null,
  ended_by   text not null,
  reason     text not null,
  primary key (account_id, share_id, episode)
);

alter table deliveries add column episode bigint not null default 1;
alter table deliveries add column seq bigint not null default 0;
alter table deliveries add column seen bigint not null default 0;
alter table deliveries add column said text not null default '{}';
alter table deliveries add column cause text not null default '';
alter table deliveries add column held_until bigint not null default 0;
alter table deliveries add column first_at bigint not null default 0;

alter table agreements add column paused_by text not null default '';
alter table agreements add column peer text not null default '';
alter table agreements add column denied text not null default '';
alter table agreements add column notes_since bigint not null default 0;
alter table agreements add column pass_notes boolean not null default false;
alter table agreements add column people_limit bigint not null default 50;

-- Pauses were told apart by a sentence.
update agreements set paused_by = case when last_error like 'Sharing is paused.%' then 'partner' else 'admin' end where paused;
alter table agreements drop column paused;

-- Updates that were held back said so in a sentence; their release is a job that has its own time.
update deliveries set held_until = created_at + 600000000, answer = ''
where not inbound and state = 'waiting' and answer like 'Held back until %';
update deliveries set first_at = sent_at where not inbound and sent_at <> 0;
update deliveries set cause = case
  when code in (401, 403) then 'access'
  when code in (503, 429) then 'busy'
  when code >= 500 then 'fault'
  when code >= 300 then 'refused'
  when code = 0 and answer <> '' then 'connection'
  else '' end
where not inbound and state in ('failing', 'dead');

-- Throttled shares said so in a sentence, too.
update shares set throttled_until = updated_at + 600000000, throttle_level = 1
where state = 'live' and reason like 'Rules sent %';
update shares set reason = '' where reason like 'Rules sent %';

update shares set state_at = updated_at,
  delivered_at = case when inbound or last_sent_at <> 0 then created_at else 0 end;
-- Never acknowledged: on its way, unless the partner refused it or its time was up.
update shares set state = 'refused', state_by = 'system', cause = 'refused'
where state = 'live' and not inbound and last_sent_at = 0 and exists (
  select 1 from deliveries d
  where d.account_id = shares.account_id and d.share_id = shares.share_id and d.kind = 'share' and d.state = 'dead'
    and d.code >= 400 and d.code < 500 and d.code <> 408 and d.code <> 429);
update shares set state = 'failed', state_by = 'system', cause = 'connection'
where state = 'live' and not inbound and last_sent_at = 0 and exists (
  select 1 from deliveries d
  where d.account_id = shares.account_id and d.share_id = shares.share_id and d.kind = 'share' and d.state = 'dead');
update shares set state = 'sending' where state = 'live' and not inbound and last_sent_at = 0;
-- Ended, and the partner does not know yet.
update shares set state = 'ending'
where state = 'ended' and exists (
  select 1 from deliveries d
  where d.account_id = shares.account_id and d.share_id = shares.share_id and d.kind = 'unshare' and not d.inbound
    and d.state in ('waiting', 'failing'));

insert into share_episodes (account_id, share_id, episode, begun_at, begun_by, ended_at, ended_by, reason)
select account_id, share_id, 1, created_at, '', case when state in ('ended', 'ending') then updated_at else 0 end,
  case when state in ('ended', 'ending') then state_by else '' end, case when state in ('ended', 'ending') then reason else '' end
from shares;

-- What waits under an agreement, for its page and for its end.
create index shares_state on shares (account_id, state, agreement_id) where state in ('sending', 'ending', 'refused', 'failed');

-- A job that was given up and keeps its place is the head of its lane, too.
drop index jobs_head;
create unique index jobs_head on jobs (account_id, lane)
  where lane <> '' and state in ('available', 'running', 'paused', 'held');

-- +goose Down
drop index shares_state;
