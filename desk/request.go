package desk

import "slices"

// A ticket as its end users deal with it is a request. What they may do with one is said here, for the write path that
// refuses and the pages that show.

// HasPart tells whether somebody is the requester or copied.
func (t *Ticket) HasPart(u UserID) bool {
	return t.Requester == u || slices.Contains(t.EmailCCs, u)
}

// SolvableBy: the requester says that a request is solved, once somebody works on it.
func (t *Ticket) SolvableBy(u UserID) bool {
	return u != 0 && t.Requester == u && t.Assignee != 0 && !t.Status.Finished()
}

// Discusses tells whether people of the organization write on each other's requests, and this is one of theirs.
func (o *Organization) Discusses(t *Ticket) bool {
	return o.ID != 0 && o.ID == t.Organization && o.SharedTickets && o.SharedComments && t.Public
}

// OpenToRequests tells whether end users may set what the field says.
func (f *TicketField) OpenToRequests() bool { return f.Active && f.EditableInPortal }
