package outbound

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"time"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/sharing"
	"interdesk/sharing/peer"
	"interdesk/store"
	"interdesk/store/sqldb"
)

// outcomeFor turns an answer into what becomes of the job and of the share, by the table of share-life §2.
func (s *Service) outcomeFor(j job.Job, x exchanged) job.Outcome {
	commit := func(fn func(context.Context, *store.Tx, *exchanged) error) func(context.Context, *sqldb.Tx) error {
		return s.core.Commit(j, func(ctx context.Context, tx *store.Tx) error { y := x; return fn(ctx, tx, &y) })
	}
	failure := errors.New(x.sentence())
	neverHadIt := x.method == http.MethodPost && x.share.DeliveredAt.IsZero()
	switch x.verdict {
	case taken:
		out := job.Outcome{Commit: commit(s.acknowledged)}
		if x.rest != nil {
			out.Snooze = time.Nanosecond // it goes on at once, before anything else of this lane
		}
		return out
	case untellable:
		return job.Outcome{Commit: commit(s.endedUntold)}
	case denied:
		if x.barred {
			return job.Outcome{Snooze: time.Minute, Commit: commit(s.pauseAgreement)}
		}
	case absent:
		return job.Outcome{Commit: commit(s.partnerEnded)}
	case over:
		if neverHadIt {
			return job.Outcome{Commit: commit(s.refuse)}
		}
		return job.Outcome{Commit: commit(s.partnerEnded)}
	case unfit:
		if x.method == http.MethodPost {
			return job.Outcome{Commit: commit(s.refuse)}
		}
		return job.Outcome{Err: failure, Dead: true, Commit: commit(s.leaveOut)}
	case never:
		if neverHadIt {
			return job.Outcome{Commit: commit(s.refuse)}
		}
		return job.Outcome{Err: failure, Hold: true, Commit: commit(s.fail)}
	}
	if s.isTimeUp(&x.delivery) {
		return job.Outcome{Err: failure, Hold: true, Commit: commit(s.fail)}
	}
	return job.Outcome{Err: failure, RetryAfter: x.answer.RetryAfter, Commit: commit(s.failing)}
}

// isTimeUp tells whether a message has been tried for so long that a person has to look. Its time counts from its own first
// attempt, however long it waited for others before.
func (s *Service) isTimeUp(d *desk.Delivery) bool {
	limit := s.core.Retries().GiveUpAfter
	return !d.FirstAt.IsZero() && s.core.Now().Sub(d.FirstAt) >= limit
}

// sentence says what the partner answered.
func (x *exchanged) sentence() string {
	if x.answer.Doubtful {
		return "Their server answers with a web page, or other words that no help desk answers. " + x.answer.Sentence()
	}
	return x.answer.Sentence()
}

// cause is in one word why a message did not get through.
func (x *exchanged) cause() desk.Cause {
	switch code := x.answer.Status; {
	case x.verdict == taken:
		return desk.CauseNone
	case x.answer.Doubtful:
		return desk.CausePage
	case code == 0:
		return causeOf(x.answer.Trouble)
	case code == http.StatusUnauthorized || code == http.StatusForbidden:
		return desk.CauseAccess
	case code == http.StatusNotFound:
		return desk.CauseUnknown
	case code == http.StatusGone:
		return desk.CauseOver
	case code == http.StatusServiceUnavailable || code == http.StatusTooManyRequests:
		return desk.CauseBusy
	case code == http.StatusRequestTimeout || code == http.StatusTooEarly:
		return desk.CauseTime
	case code >= 500:
		return desk.CauseFault
	case code < 400 || code == http.StatusPreconditionFailed:
		return desk.CauseAddress
	}
	return desk.CauseRefused
}

func causeOf(t peer.Trouble) desk.Cause {
	switch t {
	case peer.Expired:
		return desk.CauseExpired
	case peer.Certificate:
		return desk.CauseCertificate
	case peer.Timeout:
		return desk.CauseTime
	case peer.Host:
		return desk.CauseHost
	case peer.Blocked:
		return desk.CauseAddress
	}
	return desk.CauseConnection
}

// noteAttempt writes on the timeline how an attempt went.
func (s *Service) noteAttempt(ctx context.Context, tx *store.Tx, x *exchanged, state desk.DeliveryState) error {
	d, now := &x.delivery, s.core.Now()
	d.State, d.Attempts, d.Code, d.Answer, d.Cause, d.Method, d.SentAt = state, d.Attempts+1, x.answer.Status, x.sentence(), x.cause(), x.method, now
	if d.FirstAt.IsZero() {
		d.FirstAt = now
	}
	if x.verdict == taken {
		d.Answer = ""
	}
	if x.composed != nil {
		d.Body = sharing.Redacted(x.composed.message)
		d.Summary = remarked(d.Summary, x.composed.remarks)
	}
	if x.parted || x.verdict == taken && x.rest != nil {
		d.Said = desk.Snapshot{}
		if x.rest != nil {
			d.Said = *x.rest
		}
	}
	d.Said.Reached = d.Said.Reached || !x.answer.Unreached && isUncertain(x.answer.Status)
	if state != desk.DeliveryFailing && state != desk.DeliveryWaiting {
		d.DoneAt = now
	}
	return tx.UpdateDelivery(ctx, d)
}

// isUncertain tells whether an answer leaves open that the message was taken.
func isUncertain(status int) bool {
	return status < 300 || status >= 500 && status != http.StatusServiceUnavailable
}

// skip closes a message that has nothing to say any more.
func (s *Service) skip(ctx context.Context, tx *store.Tx, p *prepared) error {
	d := p.delivery
	if d.State != desk.DeliveryWaiting && d.State != desk.DeliveryFailing {
		return nil
	}
	d.State, d.Answer, d.DoneAt = desk.DeliverySkipped, p.skipReason, s.core.Now()
	if p.composed != nil {
		d.Summary = remarked(d.Summary, p.composed.redacted)
	}
	if err := tx.UpdateDelivery(ctx, &d); err != nil {
		return err
	}
	return s.unmark(ctx, tx, &d)
}

// unmark forgets what a message was to say that never leaves: nothing crosses it.
func (s *Service) unmark(ctx context.Context, tx *store.Tx, d *desk.Delivery) error {
	share, err := tx.LockShare(ctx, d.Share)
	if err != nil {
		return sharing.IgnoreMissing(err)
	}
	had := len(share.Sync.Marks)
	maps.DeleteFunc(share.Sync.Marks, func(_ string, seq int64) bool { return seq == d.Seq })
	if len(share.Sync.Marks) == had {
		return nil
	}
	return tx.UpdateShare(ctx, &share)
}

// lockTicket locks the ticket before its share, as everyone does, where an outcome will write on both.
func lockTicket(ctx context.Context, tx *store.Tx, t desk.TicketID) error {
	_, err := tx.LockTicket(ctx, t)
	return sharing.IgnoreMissing(err)
}

// failing: the lane waits and tries again. A partner that denies this ticket may deny all of them (share-life §2).
func (s *Service) failing(ctx context.Context, tx *store.Tx, x *exchanged) error {
	if x.verdict == denied {
		if err := s.countDenial(ctx, tx, x); err != nil {
			return err
		}
	}
	if err := s.noteAttempt(ctx, tx, x, desk.DeliveryFailing); err != nil {
		return err
	}
	if x.parted {
		if err := s.rememberParts(ctx, tx, x); err != nil {
			return err
		}
	}
	return tx.RecordError(ctx, x.agreement.ID, x.sentence(), s.core.Now())
}
