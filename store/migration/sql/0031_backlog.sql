-- +goose Up

-- Jobs that are due and wait for a place at their party stand in an index of their own, so that whoever looks for what is
-- due does not wade through them.
alter table jobs add column crowded smallint not null default 0; -- 1: its party had no place left when it was found
drop index jobs_ready;
create index jobs_ready on jobs (run_at, id) where state = 'available' and crowded = 0;
create index jobs_crowded on jobs (account_id, party, run_at, id) where state = 'available' and crowded = 1;

-- What a party's first success after an outage wakes, and what the end of a pause lets go on.
create index jobs_delayed on jobs (account_id, party) where state in ('available', 'queued') and run_at > created_at;
create index jobs_paused on jobs (account_id) where state = 'paused';

-- The shares of an agreement, page by page.
create index shares_paged on shares (account_id, agreement_id, share_id);

-- Messages about an agreement itself, among whatever waits for the partner.
create index deliveries_notices on deliveries (account_id, agreement_id, state) where share_id = 0;

-- What is swept up: keys, links and sessions that have had their time.
create index idempotency_keys_age on idempotency_keys (account_id, created_at);
create index share_files_age on share_files (account_id, expires_at);
create index sessions_age on sessions (account_id, seen_at);

-- +goose Down
drop index sessions_age;
drop index share_files_age;
drop index idempotency_keys_age;
drop index deliveries_notices;
drop index shares_paged;
drop index jobs_paused;
drop index jobs_delayed;
drop index jobs_crowded;
drop index jobs_ready;
alter table jobs drop column crowded;
create index jobs_ready on jobs (run_at, id) where state = 'available';
