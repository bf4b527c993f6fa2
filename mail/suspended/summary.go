package suspended

import (
	"context"
	"fmt"
	"strings"
	"time"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/store"
	"interdesk/store/sqldb"
)

// Admins hear once a day, in the morning of UTC. A summary names so many messages and counts the others, up to a limit.
const (
	jobSummaries = "mail.suspended.summaries" // all accounts
	jobSummary   = "mail.suspended.summary"   // one account
	summaryEvery = 24 * time.Hour
	summaryHour  = 6 * time.Hour
	summaryNames = 20
	summaryLimit = 1000
)

func (s *Service) summaryJobs(r *job.Runner) {
	r.Handle(jobSummaries, job.Options{MaxAttempts: 3}, s.summaries)
	r.Handle(jobSummary, job.Options{MaxAttempts: 5}, s.summary)
	r.Every(jobSummaries, summaryEvery, func(ctx context.Context, tx *sqldb.Tx, slot time.Time) error {
		_, err := job.Insert(ctx, tx, job.Insertion{Kind: jobSummaries, Lane: jobSummaries, Coalesce: true, RunAt: slot.Add(summaryHour)})
		return err
	})
}

// summaries leaves a job for each account, so that each admin is written to once, whatever dies in between.
func (s *Service) summaries(ctx context.Context, _ job.Job) job.Outcome {
	accounts, err := s.store.Accounts(ctx)
	return job.Outcome{Err: err, Commit: func(ctx context.Context, tx *sqldb.Tx) error {
		for _, a := range accounts {
			if _, err := job.Insert(ctx, tx, job.Insertion{Account: int64(a.ID), Kind: jobSummary, Lane: jobSummary, Coalesce: true}); err != nil {
				return err
			}
		}
		return nil
	}}
}

func (s *Service) summary(_ context.Context, j job.Job) job.Outcome {
	return job.Outcome{Commit: func(ctx context.Context, tx *sqldb.Tx) error {
		return s.Summarize(ctx, s.store.Account(desk.AccountID(j.Account)).WithTx(tx))
	}}
}

// Summarize writes to the admins of an account what was suspended within the last day. Where nothing was, or no mail can be
// sent, nobody is written to.
func (s *Service) Summarize(ctx context.Context, tx *store.Tx) error {
	if s.tell == nil {
		return nil
	}
	fresh, err := tx.SuspendedSince(ctx, s.clock().Add(-summaryEvery), summaryLimit)
	if err != nil || len(fresh) == 0 {
		return err
	}
	row, err := tx.AccountRow(ctx)
	if err != nil {
		return err
	}
	admins, err := tx.Users(ctx, store.UserFilter{Roles: []desk.Role{desk.Admin}, Local: true}, store.Page{})
	if err != nil {
		return err
	}
	subject, words := summaryOf(fresh, row.Settings.SuspendedFor())
	for _, u := range admins.Items {
		if u.Suspended || u.Email == "" {
			continue
		}
		err := s.tell(ctx, tx, u, subject, words)
		if k := desk.KindOf(err); err != nil && k != desk.Unavailable && k != desk.Invalid {
			return err
		}
	}
	return nil
}

// summaryOf is the letter: how many, and which.
func summaryOf(fresh []desk.SuspendedTicket, kept time.Duration) (subject string, words []string) {
	count := fmt.Sprint(len(fresh))
	switch {
	case len(fresh) == summaryLimit:
		count += " or more"
	case len(fresh) == 1:
		count = "One"
	}
	messages := "messages were"
	if len(fresh) == 1 {
		messages = "message was"
	}
	subject = "Suspended mail at {account}: " + count
	words = append(words, fmt.Sprintf("%s %s not let in at the help desk of {account} since yesterday. Somebody should look whether people are waiting for an answer. "+
		"What nobody looks at is deleted after %d days.", count, messages, int(kept/(24*time.Hour))))
	for _, m := range fresh[:min(len(fresh), summaryNames)] {
		words = append(words, fmt.Sprintf("%s: %s (%s)", sender(m), oneLine(m.Subject), m.Reason))
	}
	if more := len(fresh) - summaryNames; more > 0 {
		words = append(words, fmt.Sprintf("And %d more.", more))
	}
	return subject, words
}

func sender(m desk.SuspendedTicket) string {
	switch {
	case m.AuthorEmail == "":
		return "Nobody"
	case m.AuthorName == "":
		return m.AuthorEmail
	}
	return oneLine(m.AuthorName) + " <" + m.AuthorEmail + ">"
}

// oneLine keeps what strangers wrote on one line of the letter.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
