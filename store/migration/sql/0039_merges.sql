-- +goose Up

-- Which ticket a ticket was merged into: where answers to it go from then on.
create table ticket_merges (
  account_id bigint not null,
  ticket_id  bigint not null,
  into_id    bigint not null,
  primary key (account_id, ticket_id)
);
create index ticket_merges_into on ticket_merges (account_id, into_id, ticket_id);

-- +goose Down
drop table ticket_merges;
