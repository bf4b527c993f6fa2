-- +goose Up

-- What somebody chose for the mail between a ticket and another help desk: '' nothing, 'mail' that it stays mail, 'share' that
-- the ticket is shared once the agreement is accepted.
alter table correspondences add column choice text not null default '';
alter table correspondences add column agreement_id bigint not null default 0;
alter table correspondences add column chosen_by bigint not null default 0;
create index correspondences_agreement on correspondences (account_id, agreement_id) where agreement_id <> 0;
create index correspondences_remote on correspondences (account_id, desk_id, remote_ticket) where remote_ticket <> '';
create index remote_desks_url on remote_desks (account_id, url) where url <> '';
