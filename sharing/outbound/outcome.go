package outbound

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/sharing"
	"interdesk/sharing/peer"
	"interdesk/store"
	"interdesk/store/sqldb"
)

// outcomeFor turns an answer into what becomes of the job, by the table of nhd §13.2.
func (s *Service) outcomeFor(j job.Job, x exchanged) job.Outcome {
	commit := func(fn func(context.Context, *store.Tx, exchanged) error) func(context.Context, *sqldb.Tx) error {
		return s.core.Commit(j, func(ctx context.Context, tx *store.Tx) error { return fn(ctx, tx, x) })
	}
	failed := errors.New(x.answer.Sentence())
	switch x.answer.Verdict {
	case peer.Done:
		return job.Outcome{Commit: commit(s.acknowledged)}
	case peer.Gone:
		return job.Outcome{Commit: commit(s.partnerEnded)}
	case peer.Unsupported:
		if x.method == http.MethodDelete {
			return job.Outcome{Commit: commit(s.unshareUntold)}
		}
	case peer.Retry, peer.SSLError:
		return job.Outcome{Err: failed, RetryAfter: x.answer.RetryAfter, Commit: commit(s.failing)}
	case peer.Unauthorized, peer.ConfigurationError:
		return job.Outcome{Snooze: time.Minute, Commit: commit(s.pauseAgreement)}
	}
	if x.refusedStatus != "" {
		// Nothing but the status was to be told, and the partner will not hear of it.
		return job.Outcome{Commit: commit(s.statusRefused)}
	}
	return job.Outcome{Err: failed, Dead: true, Commit: commit(s.refusedForGood)}
}

// noteAttempt writes on the timeline how an attempt went.
func (s *Service) noteAttempt(ctx context.Context, tx *store.Tx, x exchanged, state desk.DeliveryState) error {
	d, err := tx.Delivery(ctx, x.delivery.ID)
	if err != nil {
		return err
	}
	now := s.core.Now()
	d.State, d.Attempts, d.Code, d.Answer, d.Method, d.SentAt = state, d.Attempts+1, x.answer.Status, x.answer.Sentence(), x.method, now
	if x.answer.Verdict == peer.Done && !x.answer.Doubtful {
		d.Answer = ""
	}
	if x.composed != nil {
		d.Body = sharing.Redacted(x.composed.message)
	}
	if state == desk.DeliveryDone || state == desk.DeliveryDead || state == desk.DeliverySkipped {
		d.DoneAt = now
	}
	return tx.UpdateDelivery(ctx, &d)
}

// skip closes a message that has nothing to say any more.
func (s *Service) skip(ctx context.Context, tx *store.Tx, p *prepared) error {
	d, err := tx.Delivery(ctx, p.delivery.ID)
	if err != nil || (d.State != desk.DeliveryWaiting && d.State != desk.DeliveryFailing) {
		return sharing.IgnoreMissing(err)
	}
	d.State, d.Answer, d.DoneAt = desk.DeliverySkipped, p.skipReason, s.core.Now()
	return tx.UpdateDelivery(ctx, &d)
}

// noteRefusedStatus tells people which status word the partner would not take.
func (s *Service) noteRefusedStatus(ctx context.Context, tx *store.Tx, x exchanged) error {
	return s.core.PrivateNote(ctx, tx, x.agreement, x.share.Ticket, x.agreement.Name+" does not take the status "+x.refusedStatus+"; the rest was delivered.")
}

// statusRefused closes a message that had only such a word to say.
func (s *Service) statusRefused(ctx context.Context, tx *store.Tx, x exchanged) error {
	if err := lockTicket(ctx, tx, x); err != nil {
		return err
	}
	if err := s.noteAttempt(ctx, tx, x, desk.DeliveryDead); err != nil {
		return err
	}
	if err := s.remember(ctx, tx, x); err != nil {
		return err
	}
	return s.noteRefusedStatus(ctx, tx, x)
}

// failing: the lane waits and tries again.
func (s *Service) failing(ctx context.Context, tx *store.Tx, x exchanged) error {
	if err := s.noteAttempt(ctx, tx, x, desk.DeliveryFailing); err != nil {
		return err
	}
	return tx.RecordError(ctx, x.agreement.ID, x.answer.Sentence(), s.core.Now())
}

// pauseAgreement: credentials, terms or the address are wrong. Nothing will go through until an admin has looked, so the whole
// agreement waits (nhd §13.2).
func (s *Service) pauseAgreement(ctx context.Context, tx *store.Tx, x exchanged) error {
	if err := s.noteAttempt(ctx, tx, x, desk.DeliveryFailing); err != nil {
		return err
	}
	fresh, err := tx.LockAgreement(ctx, x.agreement.ID)
	if err != nil || !fresh.InForce() { // it has just ended: that is the reason
		return err
	}
	fresh.PausedBy, fresh.UpdatedAt, fresh.LastErrorAt = desk.PausedByPartner, s.core.Now(), s.core.Now()
	fresh.LastError = "Sharing is paused. " + x.answer.Sentence() + " Check the agreement with the partner, then resume."
	if err := tx.UpdateAgreement(ctx, &fresh); err != nil {
		return err
	}
	return job.Pause(ctx, tx.Tx, int64(tx.Account()), "", sharing.LanesOf(fresh.ID))
}

// partnerEnded: 410 says that the partner wants no more of this ticket. Our rules see it as they see an unsharing.
func (s *Service) partnerEnded(ctx context.Context, tx *store.Tx, x exchanged) error {
	if err := s.noteAttempt(ctx, tx, x, desk.DeliverySkipped); err != nil {
		return err
	}
	t, err := tx.LockTicket(ctx, x.share.Ticket)
	if err != nil {
		return sharing.IgnoreMissing(err)
	}
	if _, live := t.ActiveShare(x.agreement.ID); !live {
		return nil
	}
	_, err = s.tickets.ApplyIn(ctx, tx, desk.Update{Account: tx.Account(), Ticket: t.ID, Actor: desk.Actor{System: true, Name: x.agreement.Name},
		Via: sharing.ViaPartner(x.agreement), Edits: desk.Edits{Unshare: []desk.AgreementID{x.agreement.ID}}})
	return err
}

// refusedForGood: this message will never be taken. Its comments count as sent, so that the next message is not refused for
// them, too; Replay takes that back.
func (s *Service) refusedForGood(ctx context.Context, tx *store.Tx, x exchanged) error {
	if err := lockTicket(ctx, tx, x); err != nil {
		return err
	}
	if err := s.noteAttempt(ctx, tx, x, desk.DeliveryDead); err != nil {
		return err
	}
	share, err := tx.LockShare(ctx, x.share.ID)
	if err != nil {
		return err
	}
	if x.composed != nil && x.method == http.MethodPut {
		for _, c := range x.composed.comments {
			if err := tx.AddShareComment(ctx, share.ID, c.uuid, c.id, false, x.delivery.ID); err != nil {
				return err
			}
		}
	}
	share.Reason, share.UpdatedAt = x.answer.Sentence(), s.core.Now()
	if err := tx.UpdateShare(ctx, &share); err != nil {
		return err
	}
	return s.core.PrivateNote(ctx, tx, x.agreement, x.share.Ticket,
		x.agreement.Name+" did not take a message ("+x.delivery.Summary+"). "+x.answer.Sentence())
}

// deliveryDied marks a message whose time is up. What it had to say goes along with the next message that gets through.
func (s *Service) deliveryDied(ctx context.Context, q *sqldb.Tx, j job.Job, cause error) error {
	var p deliveryJob
	if err := json.Unmarshal(j.Payload, &p); err != nil {
		return nil
	}
	tx := s.store.Account(desk.AccountID(j.Account)).WithTx(q)
	d, err := tx.Delivery(ctx, p.Delivery)
	if err != nil || d.State == desk.DeliveryDead {
		return sharing.IgnoreMissing(err)
	}
	d.State, d.DoneAt = desk.DeliveryDead, s.core.Now()
	if d.Answer == "" {
		d.Answer = cause.Error()
	}
	if err := tx.UpdateDelivery(ctx, &d); err != nil || d.Share == 0 {
		return err
	}
	share, err := tx.LockShare(ctx, d.Share)
	if err != nil {
		return sharing.IgnoreMissing(err)
	}
	share.Reason, share.UpdatedAt = "Given up: "+d.Answer, s.core.Now()
	return tx.UpdateShare(ctx, &share)
}
