-- +goose Up

-- Messages to webhooks about a ticket, in which parts of its comments are blacked out with them.
create index webhook_invocations_ticket on webhook_invocations (account_id, ticket_id) where ticket_id <> 0;

-- +goose Down
drop index webhook_invocations_ticket;
