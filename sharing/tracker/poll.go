package tracker

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/sharing"
	"interdesk/store"
	"interdesk/store/sqldb"
)

// listener takes what trackers say.
type listener struct {
	*Service
	inbox Inbox
}

// askJob is the payload of both kinds of job.
type askJob struct {
	Agreement desk.AgreementID `json:"a"`
	Issue     string           `json:"i,omitempty"`
}

func enqueuePoll(ctx context.Context, tx *sqldb.Tx, account desk.AccountID, a desk.AgreementID) error {
	payload, err := json.Marshal(askJob{Agreement: a})
	if err != nil {
		return err
	}
	_, err = job.Insert(ctx, tx, job.Insertion{Account: int64(account), Kind: jobPoll, Lane: "tracker:" + strconv.FormatInt(int64(a), 10),
		Party: "tracker:" + sharing.Party(a), Payload: payload, Coalesce: true})
	return err
}

// AskNow has a tracker asked for news at once.
func (s *Service) AskNow(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID) error {
	if err := sharing.NeedAdmin(actor); err != nil {
		return err
	}
	if _, _, err := s.read(ctx, account, id); err != nil {
		return err
	}
	return s.store.Account(account).Write(ctx, func(tx *store.Tx) error { return enqueuePoll(ctx, tx.Tx, account, id) })
}

// enqueueLook has one issue looked at now.
func enqueueLook(ctx context.Context, tx *store.Tx, a desk.AgreementID, number string) error {
	payload, err := json.Marshal(askJob{Agreement: a, Issue: number})
	if err != nil {
		return err
	}
	_, err = job.Insert(ctx, tx.Tx, job.Insertion{Account: int64(tx.Account()), Kind: jobIssue, Lane: "tracker:" + strconv.FormatInt(int64(a), 10) + ":" + number,
		Party: "tracker:" + sharing.Party(a), Payload: payload, Coalesce: true})
	return err
}

// asked is an agreement whose tracker is asked.
type asked struct {
	software
	agreement desk.Agreement
	key       string
	since     time.Time
	account   store.Account
	untaken   string // what could not be taken in of what it said, in words
}

// asked finds out whom a job asks; nil: nobody is to be asked any more.
func (l *listener) asked(ctx context.Context, j job.Job) (*asked, askJob, error) {
	var p askJob
	if err := json.Unmarshal(j.Payload, &p); err != nil {
		return nil, p, err
	}
	q := &asked{account: l.store.Account(desk.AccountID(j.Account))}
	err := q.account.Read(ctx, func(tx *store.Tx) (err error) {
		if q.agreement, err = tx.FindAgreement(ctx, p.Agreement); err != nil {
			return err
		}
		if q.since, err = tx.TrackerSince(ctx, p.Agreement); err != nil {
			return err
		}
		q.key, err = l.core.KeyOf(ctx, tx, p.Agreement)
		return err
	})
	if err != nil {
		return nil, p, sharing.IgnoreMissing(err)
	}
	if a := &q.agreement; !a.IsTracker() || !a.InForce() || a.PausedBy.Cold() {
		return nil, p, nil
	}
	q.software = l.software(q.agreement.Tracker, q.key)
	return q, p, nil
}

// Bounds of one poll, and how far a tracker's clock may be from ours.
const (
	pollPages    = 100
	clocksDiffer = time.Hour
)

// poll asks a tracker what has changed, and looks at those issues that are shared.
func (l *listener) poll(ctx context.Context, j job.Job) job.Outcome {
	q, _, err := l.asked(ctx, j)
	if err != nil || q == nil {
		return job.Outcome{Err: err}
	}
	since, err := l.pollSince(ctx, q)
	done := l.core.Commit(j, func(ctx context.Context, tx *store.Tx) error {
		if since.After(q.since) {
			if err := tx.SetTrackerSince(ctx, q.agreement.ID, since); err != nil {
				return err
			}
		}
		if err != nil {
			return tx.RecordError(ctx, q.agreement.ID, "It could not be asked for news. "+answerOf(err, q.key).Sentence(), l.core.Now())
		}
		if err := tx.RecordContact(ctx, q.agreement.ID, l.core.Now()); err != nil || q.untaken == "" {
			return err
		}
		return tx.RecordError(ctx, q.agreement.ID, q.untaken, l.core.Now())
	})
	if err != nil {
		return job.Outcome{Commit: done, Snooze: answerOf(err, q.key).RetryAfter} // else the next turn tries again
	}
	return job.Outcome{Commit: done}
}

// pollSince looks at what has changed since the last poll, and tells up to when nothing is left to look at.
func (l *listener) pollSince(ctx context.Context, q *asked) (time.Time, error) {
	since := q.since
	if since.IsZero() {
		since = q.agreement.CreatedAt.Add(-clocksDiffer)
	}
	newest := since
	for page := 1; page <= pollPages; page++ {
		list, more, err := q.changed(ctx, since, page)
		if err != nil {
			return time.Time{}, err
		}
		for n := range list {
			err := l.look(ctx, q, &list[n])
			if refused, ok := errors.AsType[*desk.Error](err); ok {
				q.untaken = "Issue " + list[n].Number + " could not be taken in: " + refused.Error() // and holds up no other
				err = nil
			}
			if errors.Is(err, errStale) {
				return newest, nil // it is looked at again
			}
			if err != nil {
				return time.Time{}, err
			}
			if list[n].Updated.After(newest) {
				newest = list[n].Updated
			}
		}
		if !more {
			break
		}
	}
	return newest, nil
}

// lookAtIssue looks at one issue.
func (l *listener) lookAtIssue(ctx context.Context, j job.Job) job.Outcome {
	q, p, err := l.asked(ctx, j)
	if err != nil || q == nil {
		return job.Outcome{Err: err}
	}
	found, err := q.issue(ctx, p.Issue)
	switch {
	case err == nil && found.Moved != "":
		err = l.gone(ctx, q, p.Issue, "The issue "+p.Issue+" was moved to "+found.Moved+".")
	case err == nil:
		err = l.look(ctx, q, &found)
	case isGone(err):
		if _, closed := q.project(ctx); closed != nil {
			break // it is the project that cannot be reached
		}
		err = l.gone(ctx, q, p.Issue, goneWords(p.Issue, err))
	}
	if err != nil {
		return job.Outcome{Err: err, RetryAfter: answerOf(err, q.key).RetryAfter}
	}
	return job.Outcome{}
}
