package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"interdesk/access"
	"interdesk/desk"
	"interdesk/job"
	"interdesk/mail/message"
	"interdesk/mail/outbound"
	"interdesk/store"
	"interdesk/upload"
)

// Options are what notices need beside the store and the way out. All must be given.
type Options struct {
	Tokens  *message.Tokens
	Files   *upload.Service
	Access  *access.Service
	BaseURL func(desk.Account) string // where an account is found, without a slash at the end
	Clock   func() time.Time
	// CommentUUID is the name by which shares name a comment of ours; nil: it has none.
	CommentUUID func(desk.AccountID, desk.CommentID) string
	// Unfollow is the address by which a person, by one click, no longer follows a ticket.
	Unfollow func(account desk.Account, ticket desk.TicketID, user desk.UserID) string
	// Rating is the address at which a ticket's requester rates it.
	Rating func(account desk.Account, ticket desk.TicketID, user desk.UserID) string
}

// Service writes to those who should hear. It is safe for concurrent use.
type Service struct {
	store   *store.Store
	out     *outbound.Service
	options Options
}

// New makes the service. Wire it as a follower of tickets.
func New(s *store.Store, out *outbound.Service, o Options) *Service {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	return &Service{store: s, out: out, options: o}
}

// jobNotify works out who hears of one update.
const jobNotify = "mail.notify"

// Jobs tells a runner who writes.
func (s *Service) Jobs(r *job.Runner) {
	r.Handle(jobNotify, job.Options{Timeout: 2 * time.Minute, Cap: 10 * time.Minute}, s.notify)
}

// what is the update that a job is about, and who alone is to hear of it; nobody named: all whom it concerns.
type what struct {
	Ticket desk.TicketID `json:"t"`
	Audit  desk.AuditID  `json:"a"`
	Only   []desk.UserID `json:"o,omitempty"`
}

// Follow leaves a job where somebody may have to hear of an update. Where mail is not set up there is nothing to do: the
// ticket's history tells what rules have asked for.
func (s *Service) Follow(ctx context.Context, tx *store.Tx, a desk.Applied) error {
	if !concernsAnybody(&a) {
		return nil
	}
	if can, err := s.out.CanSend(ctx, tx); err != nil || !can {
		return err
	}
	return enqueue(ctx, tx, what{Ticket: a.Ticket.ID, Audit: a.Audit.ID})
}

// Repeat has the letters about an update written for some people who did not get them then. Where mail is not set up by now
// nothing is sent.
func (s *Service) Repeat(ctx context.Context, tx *store.Tx, ticket desk.TicketID, audit desk.AuditID, to []desk.UserID) error {
	if can, err := s.out.CanSend(ctx, tx); err != nil || !can || len(to) == 0 {
		return err
	}
	return enqueue(ctx, tx, what{Ticket: ticket, Audit: audit, Only: to})
}

func enqueue(ctx context.Context, tx *store.Tx, w what) error {
	payload, err := json.Marshal(w)
	if err != nil {
		return err
	}
	_, err = job.Insert(ctx, tx.Tx, job.Insertion{Account: int64(tx.Account()), Kind: jobNotify, Lane: fmt.Sprintf("notify:%d", w.Ticket), Payload: payload})
	return err
}

// concernsAnybody tells whether a rule asks for a notice, or somebody follows what was said.
func concernsAnybody(a *desk.Applied) bool {
	if a.Comment != nil && len(a.Ticket.Followers) > 0 {
		return true
	}
	return slices.ContainsFunc(a.Audit.Events, func(e desk.Event) bool { return isNotice(&e) || isOffer(&e) })
}

// isNotice tells mail from the other notices that rules ask for.
func isNotice(e *desk.Event) bool {
	return e.Notice != nil && (e.Notice.Action == "notification_user" || e.Notice.Action == "notification_group")
}
