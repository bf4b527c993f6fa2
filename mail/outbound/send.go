package outbound

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/store"
	"interdesk/store/sqldb"
)

// send is one attempt to hand a letter over.
func (s *Service) send(ctx context.Context, j job.Job) job.Outcome {
	var what sending
	if err := json.Unmarshal(j.Payload, &what); err != nil {
		return job.Outcome{Err: err, Dead: true}
	}
	account := s.store.Account(desk.AccountID(j.Account))
	m, err := readMail(ctx, account, what.Mail)
	if desk.KindOf(err) == desk.NotFound || err == nil && m.State != desk.MailQueued {
		return job.Outcome{} // it is gone, or done
	}
	if err != nil {
		return job.Outcome{Err: err}
	}
	way, err := s.wayOf(ctx, account)
	if err != nil {
		return job.Outcome{Err: err}
	}
	if full, err := s.isFull(ctx, account, &m); full || err != nil {
		return job.Outcome{Err: err, Snooze: fullPause}
	}
	if wait := s.rest.of(way.name); wait > 0 {
		return job.Outcome{Snooze: wait}
	}
	return s.outcome(j, m, way, s.hand(ctx, account.ID(), way, &m))
}

func readMail(ctx context.Context, account store.Account, id desk.MailID) (m desk.Mail, err error) {
	err = account.Look(ctx, func(tx *store.Tx) error {
		m, err = tx.Mail(ctx, id)
		return err
	})
	return m, err
}

// hand gives the source to the relay.
func (s *Service) hand(ctx context.Context, account desk.AccountID, way way, m *desk.Mail) error {
	source, err := s.files.Open(ctx, m.Blob)
	if err != nil {
		return &Refusal{Permanent: desk.KindOf(err) == desk.NotFound, Message: "its source cannot be read", err: err}
	}
	defer source.Close()
	signed, size, err := s.sign(ctx, account, m, source)
	if err != nil {
		return err
	}
	return way.transport.Send(ctx, s.envelopeFrom(account, m), m.Recipient, signed, size)
}

// envelopeFrom is where a letter that does not arrive comes back to: to our address with the ticket's token, so that the
// bounce finds its ticket.
func (s *Service) envelopeFrom(account desk.AccountID, m *desk.Mail) string {
	if m.Ticket == 0 {
		return m.Sender
	}
	return s.options.Tokens.Address(m.Sender, account, m.Ticket)
}

// outcome is what an attempt means for the letter, its job and the relay.
func (s *Service) outcome(j job.Job, m desk.Mail, way way, err error) job.Outcome {
	var refusal *Refusal
	known := errors.As(err, &refusal)
	if known && refusal.Unreachable {
		s.rest.begin(way.name)
	}
	out := job.Outcome{Err: err, Dead: known && refusal.Permanent}
	if err == nil {
		s.rest.end(way.name)
	}
	out.Commit = func(ctx context.Context, tx *sqldb.Tx) error {
		own := s.store.Account(desk.AccountID(j.Account)).WithTx(tx)
		if err := s.noteRelay(ctx, own, refusal, err); err != nil {
			return err
		}
		if out.Dead {
			return nil // gaveUp tells
		}
		return s.record(ctx, own, m, err)
	}
	return out
}

// record keeps how far a letter is: sent, or waiting for the next attempt with what was said at the last.
func (s *Service) record(ctx context.Context, tx *store.Tx, m desk.Mail, err error) error {
	if err == nil {
		m.State, m.Reason, m.DoneAt = desk.MailSent, "", s.options.Clock()
	} else {
		m.Reason = reasonOf(err)
	}
	return tx.UpdateMail(ctx, &m)
}

// gaveUp records that a letter will never be sent.
func (s *Service) gaveUp(ctx context.Context, tx *sqldb.Tx, j job.Job, cause error) error {
	var what sending
	if err := json.Unmarshal(j.Payload, &what); err != nil {
		return nil //nolint:nilerr // a job that cannot be read has no mail to tell of it
	}
	own := s.store.Account(desk.AccountID(j.Account)).WithTx(tx)
	m, err := own.LockMail(ctx, what.Mail)
	if desk.KindOf(err) == desk.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	m.State, m.Cause, m.Reason, m.DoneAt = desk.MailFailed, "gave_up", reasonOf(cause), s.options.Clock()
	var refusal *Refusal
	if errors.As(cause, &refusal) && refusal.Permanent {
		m.Cause = "refused"
	}
	if refusal != nil && refusal.BadAddress {
		if err := own.SetDeliverable(ctx, m.Recipient, desk.Undeliverable, refusal.Message); err != nil {
			return err
		}
	}
	return own.UpdateMail(ctx, &m)
}

// reasonOf is an error as a sentence for staff.
func reasonOf(err error) string {
	var refusal *Refusal
	if errors.As(err, &refusal) {
		return refusal.Error()
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "the relay did not answer in time"
	}
	return "the letter could not be sent"
}

// How many letters a help desk gets in an hour: of more than that Zendesk suspends some, and throws others away (mail.md §8.8).
// The rest waits.
const (
	deskPerHour = 20
	fullPause   = 3 * time.Minute
)

// isFull tells whether a recipient is a help desk that has had enough for now.
func (s *Service) isFull(ctx context.Context, account store.Account, m *desk.Mail) (full bool, err error) {
	err = account.Look(ctx, func(tx *store.Tx) error {
		_, err := tx.RemoteDeskAt(ctx, m.Recipient)
		if desk.KindOf(err) == desk.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		n, err := tx.CountMailTo(ctx, m.Recipient, s.options.Clock().Add(-time.Hour), deskPerHour)
		full = n >= deskPerHour
		return err
	})
	return full, err
}
