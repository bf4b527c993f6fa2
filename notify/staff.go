package notify

import (
	"context"

	"interdesk/desk"
	"interdesk/rule"
	"interdesk/store"
)

// StaffView is an update as staff see it, for texts that go to programs.
type StaffView struct{ writer *writer }

// StaffView reads an update for those who tell programs of it. ticket is as the update left it, but for its description. What is
// no longer there is a NotFound error.
func (s *Service) StaffView(ctx context.Context, tx *store.Tx, ticket desk.Ticket, audit desk.AuditID) (*StaffView, error) {
	u := &update{people: map[desk.UserID]desk.User{}, houses: map[desk.OrganizationID]desk.Organization{}}
	of := what{Ticket: ticket.ID, Audit: audit}
	if err := u.readTicket(ctx, tx, of); err != nil {
		return nil, err
	}
	ticket.Description = u.ticket.Description
	u.ticket = ticket
	for _, step := range [...]func(context.Context, *store.Tx, what) error{u.readComments, u.readPeople, u.readHouses} {
		if err := step(ctx, tx, of); err != nil {
			return nil, err
		}
	}
	return &StaffView{&writer{update: u, service: s, base: s.options.BaseURL(u.config.Account), now: s.options.Clock()}}, nil
}

// Ticket is the ticket as the update left it.
func (v *StaffView) Ticket() *desk.Ticket { return &v.writer.ticket }

// Audit is the record of the update.
func (v *StaffView) Audit() *desk.Audit { return &v.writer.audit }

// Comment is one that had been said by then; nil for one of long ago.
func (v *StaffView) Comment(id desk.CommentID) *desk.Comment {
	for i := range v.writer.comments {
		if c := &v.writer.comments[i]; c.ID == id {
			return c
		}
	}
	return nil
}

// Person is somebody whom the update speaks of; without id where it does not.
func (v *StaffView) Person(id desk.UserID) desk.User { return v.writer.people[id] }

// FileURL is where a file opens without signing in, as the user may see it then.
func (v *StaffView) FileURL(a *desk.Attachment, as desk.UserID) string {
	return v.writer.fileURL(a, staffReader(as))
}

// Values are what placeholders stand for. Links to files open as the user may see them then.
func (v *StaffView) Values(as desk.UserID) *rule.PlaceholderValues {
	return v.writer.values(staffReader(as))
}

func staffReader(as desk.UserID) *letterTo {
	return &letterTo{hearers: []hearer{{user: desk.User{ID: as, Role: desk.Agent}}}}
}
