package suspended

import (
	"context"
	"time"

	"interdesk/desk"
	"interdesk/mail/inbound"
	"interdesk/store"
)

// Files is where the sources of messages lie.
type Files interface {
	Remove(ctx context.Context, sum string, before time.Time) error
}

// Options are what the service needs. Clock defaults to time.Now.
type Options struct {
	Files Files
	// Tell writes to an admin what waits; where nothing can be sent it gives an Unavailable error. nil: nobody is told.
	Tell  func(ctx context.Context, tx *store.Tx, admin desk.User, subject string, words []string) error
	Clock func() time.Time
}

// Service deals with suspended mail. It is safe for concurrent use.
type Service struct {
	store *store.Store
	inbox *inbound.Service
	files Files
	tell  func(ctx context.Context, tx *store.Tx, admin desk.User, subject string, words []string) error
	clock func() time.Time
}

// New makes the service.
func New(s *store.Store, inbox *inbound.Service, o Options) *Service {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	return &Service{store: s, inbox: inbox, files: o.Files, tell: o.Tell, clock: o.Clock}
}

// mustStaff: suspended mail is for staff.
func mustStaff(by desk.User) error {
	if by.Role.Staff() {
		return nil
	}
	return desk.Errorf(desk.Forbidden, "Only agents deal with suspended mail")
}

// mustAdmin: which senders are let in or kept out is for admins to say.
func mustAdmin(by desk.User) error {
	if by.Role == desk.Admin {
		return nil
	}
	return desk.Errorf(desk.Forbidden, "Only admins say which senders are let in or blocked")
}
