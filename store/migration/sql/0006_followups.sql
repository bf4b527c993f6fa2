-- +goose Up

-- The follow-ups of a closed ticket.
create index tickets_followup on tickets (account_id, followup_of, ticket_id) where followup_of <> 0;

-- Who said something where.
create index comments_author on comments (account_id, author_id, ticket_id);

-- The organizations among which a new end user's is sought.
create index organizations_domains on organizations (account_id, organization_id) where domain_names <> '';

-- What a bulk job does, in the API's words.
alter table bulk_jobs add column kind text not null default 'BulkTicketJob';
