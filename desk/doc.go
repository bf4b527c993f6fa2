// Package desk is the vocabulary of Interdesk: the nouns of a help desk, what must always be true of them, and the
// kinds of error that every room speaks. It does no I/O.
//
// An Account is one help desk. Its people are Users (end users, agents, admins), gathered in Groups and Organizations.
// They talk on Tickets, by Comments. Each recorded update of a ticket is an Audit with Events. TicketFields, TicketForms,
// Triggers, Macros and Views say how the desk works; together, at one version, they are the account's Config.
//
// A ticket changes in one way only: somebody asks for an Update, a Draft carries it out. The Draft holds the ticket
// before and now, keeps the invariants (a dropdown and its tag are one fact; solved needs an assignee; closed is final),
// and writes the Events. Rules act on the same Draft by the same Edits, so a rule can do nothing a person could not.
// What came of it is an Applied, which followers read.
//
// A Share is one ticket under one Agreement with a partner's desk; a Delivery is one message to or from that partner.
package desk
