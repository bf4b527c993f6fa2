package outbound

import (
	"context"
	"encoding/json"
	"fmt"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/store"
)

// sending is what the job of a letter has.
type sending struct {
	Mail desk.MailID `json:"m"`
}

// Queue puts a composed letter, once for each recipient, into the queue of the transaction, and notes that it belongs to its
// ticket.
func (s *Service) Queue(ctx context.Context, tx *store.Tx, l *Letter, sum string, size int64) error {
	for _, r := range l.recipients() {
		m := l.mailTo(r)
		m.State, m.Blob, m.Size = desk.MailQueued, sum, size
		if err := tx.InsertMail(ctx, &m); err != nil {
			return err
		}
		if err := s.enqueue(ctx, tx, &m); err != nil {
			return err
		}
	}
	if l.Ticket == 0 {
		return nil
	}
	return tx.RememberThread(ctx, l.ID, l.Ticket)
}

// Suppress keeps the record of a letter that somebody does not get, and why.
func (s *Service) Suppress(ctx context.Context, tx *store.Tx, l *Letter, r Recipient, cause, reason string) error {
	m := l.mailTo(r)
	m.State, m.Cause, m.Reason, m.DoneAt = desk.MailSuppressed, cause, reason, s.options.Clock()
	return tx.InsertMail(ctx, &m)
}

func (l *Letter) mailTo(r Recipient) desk.Mail {
	return desk.Mail{Direction: desk.MailOut, Kind: l.Kind, Ticket: l.Ticket, Comment: l.Comment, Audit: l.Audit, User: r.User, MessageID: l.ID,
		Sender: l.From.Email, Recipient: r.Email, Subject: oneLine(l.Subject)}
}

func (s *Service) enqueue(ctx context.Context, tx *store.Tx, m *desk.Mail) error {
	payload, err := json.Marshal(sending{m.ID})
	if err != nil {
		return err
	}
	_, err = job.Insert(ctx, tx.Tx, job.Insertion{Account: int64(tx.Account()), Kind: jobSend, Lane: laneOf(m), Party: "relay", Payload: payload})
	return err
}

// laneOf keeps the letters about a ticket to one person in order.
func laneOf(m *desk.Mail) string {
	if m.Ticket == 0 {
		return ""
	}
	return fmt.Sprintf("mail:%d:%d:%s", m.Ticket, m.User, m.Recipient)
}

// retryJobs makes the waiting jobs due now.
func retryJobs(ctx context.Context, tx *store.Tx) (int64, error) {
	return job.RetryNow(ctx, tx.Tx, job.Filter{Account: int64(tx.Account()), Kind: jobSend})
}
