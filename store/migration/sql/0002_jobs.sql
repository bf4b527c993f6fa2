-- +goose Up

-- The durable queue; package job explains its states. Jobs are claimed across accounts by whichever worker is free, so
-- on a distributed PostgreSQL these tables are local ones, and refer to no other table.
create table jobs (
    account_id   bigint  not null, -- 0 for the installation's own work
    id           bigint  not null, -- rises within a lane
    kind         text    not null,
    lane         text    not null, -- '' for none
    party        text    not null, -- whom the job talks to; '' for nobody
    payload      bytea   not null,
    state        text    not null, -- available, queued, running, paused, dead, done
    attempt      bigint  not null,
    max_attempts bigint  not null, -- 0: as its kind says
    created_at   bigint  not null,
    since        bigint  not null, -- attempts and age count from here
    run_at       bigint  not null,
    finished_at  bigint,           -- when it became done or dead
    owner        bigint  not null, -- the runner that has it, 0 for none
    token        bigint  not null, -- rises with each claim: the fence
    error        text    not null, -- of the last attempt
    primary key (account_id, id)
);

create index jobs_lane on jobs (account_id, lane, id);
-- One job of a lane at most has its turn.
create unique index jobs_head on jobs (account_id, lane)
    where lane <> '' and state in ('available', 'running', 'paused');
create index jobs_ready on jobs (run_at, id) where state = 'available';
create index jobs_running on jobs (owner) where state = 'running';
create index jobs_finished on jobs (finished_at) where finished_at is not null;

-- A lane that has jobs. Its row is the lock that makes the order of ids the order of commits.
create table job_lanes (
    account_id bigint not null,
    lane       text   not null,
    last       bigint not null, -- the id of its newest job
    primary key (account_id, lane)
);

create table job_pauses (
    account_id bigint not null,
    kind       text   not null, -- '' for every kind
    lane       text   not null, -- a prefix of lanes
    primary key (account_id, kind, lane)
);

-- The runners at work and their pulse.
create table job_owners (
    id    bigint not null primary key,
    pulse bigint not null
);

-- Periodic work: the last interval for which a job was inserted.
create table job_periods (
    name text   not null primary key,
    slot bigint not null
);
