// Package agreement is what two desks agree on before a ticket is shared: invitations, answers to them, their end, and
// what an admin sets for a partner.
//
// An agreement is one-way: its sender invites and shares tickets, its receiver accepts and gets them; updates of a shared
// ticket go both ways. Both sides hold the same key (nhd §7). Who may do what to an agreement follows from our role in it.
//
// # By people here
//
// Service.Invite, Accept, Decline, Deactivate, Reactivate and Delete change an agreement in one transaction that also puts
// a message to the partner into the agreement's own lane (notice.go). What the partner answers stands on the delivery and,
// where it matters to an admin, on the agreement. Pause and Resume hold the lanes of the agreement's shares.
//
// # By the partner
//
// Package inbound checks who speaks and hands a message over: TakeInvitation keeps one, inert until a person accepts it,
// and TakeChange carries out the transitions of nhd §7.
//
// # Both ways
//
// Two agreements make one partnership. An admin may take the partner's own invitation in advance (both_ways.go); Partners
// gathers the agreements of both directions for the pages.
package agreement
