package inbound

import (
	"context"
	"encoding/json"
	"errors"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/sharing"
	"interdesk/sharing/wire"
	"interdesk/store"
)

// MissingFile is a file of a partner that has not come yet.
type MissingFile struct {
	store.Fetch
	GivenUp bool   // it is not tried any more until somebody asks for it
	Reason  string // why the last attempt failed; "" before the first
}

// maxFetches is how many files of one partner are looked through at once.
const maxFetches = 1000

// MissingFiles lists the files of a share that are still to be fetched, or were given up.
func MissingFiles(ctx context.Context, tx *store.Tx, share *desk.Share) ([]MissingFile, error) {
	waiting, err := tx.ShareFetches(ctx, share.Ticket, share.ID)
	if err != nil || len(waiting) == 0 {
		return nil, err
	}
	jobs, err := fetchJobs(ctx, tx, share.Agreement)
	if err != nil {
		return nil, err
	}
	var out []MissingFile
	for _, f := range waiting {
		j, there := jobs[f.ID]
		out = append(out, MissingFile{Fetch: f, GivenUp: !there || j.State == "dead", Reason: j.Error})
	}
	return out, nil
}

// fetchJobs are the jobs that fetch the files of one partner, by what they fetch.
func fetchJobs(ctx context.Context, tx *store.Tx, a desk.AgreementID) (map[int64]job.Info, error) {
	found, err := job.Find(ctx, tx.Tx, job.Filter{Account: int64(tx.Account()), Kind: jobFetch, Party: sharing.Party(a)}, 0, maxFetches)
	out := map[int64]job.Info{}
	for _, j := range found {
		var id int64
		if json.Unmarshal(j.Payload, &id) == nil {
			out[id] = j
		}
	}
	return out, err
}

// FetchAgain fetches what is missing of a share's files at once, also what was given up.
func (s *Service) FetchAgain(ctx context.Context, account desk.AccountID, actor desk.Actor, t desk.TicketID, id desk.ShareID) error {
	if err := sharing.NeedAgent(actor); err != nil {
		return err
	}
	return s.store.Account(account).Write(ctx, func(tx *store.Tx) error {
		if err := sharing.CheckShare(ctx, tx, t, id); err != nil {
			return err
		}
		share, err := tx.Share(ctx, id)
		if err != nil {
			return err
		}
		waiting, err := tx.ShareFetches(ctx, t, id)
		if err != nil || len(waiting) == 0 {
			return err
		}
		return s.fetchAgain(ctx, tx, share.Agreement, waiting)
	})
}

func (s *Service) fetchAgain(ctx context.Context, tx *store.Tx, a desk.AgreementID, waiting []store.Fetch) error {
	jobs, err := fetchJobs(ctx, tx, a)
	if err != nil {
		return err
	}
	for _, f := range waiting {
		if err := s.retryFetch(ctx, tx, a, f.ID, jobs[f.ID]); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) retryFetch(ctx context.Context, tx *store.Tx, a desk.AgreementID, fetch int64, j job.Info) error {
	switch j.State {
	case "":
		return insertFetchJob(ctx, tx, a, fetch)
	case "dead":
		err := job.Replay(ctx, tx.Tx, int64(tx.Account()), j.ID, s.core.Now())
		if errors.Is(err, job.ErrNotDead) {
			return nil
		}
		return err
	}
	_, err := job.RetryNow(ctx, tx.Tx, job.Filter{Account: int64(tx.Account()), ID: j.ID})
	return err
}

// fetchMissing has those files of a repeated comment fetched that have not come: its message brings fresh links.
func (i *intake) fetchMissing(ctx context.Context, c wire.Comment, stored desk.CommentID) error {
	files := filesOf(c, i.agreement)
	if len(files) == 0 {
		return nil
	}
	waiting, err := i.tx.ShareFetches(ctx, i.ticket.ID, i.share.ID)
	if err != nil {
		return err
	}
	for _, w := range files {
		for n, f := range waiting {
			if f.Comment != stored || f.FileName != nameOf(w) {
				continue
			}
			if err := i.tx.MoveFetch(ctx, f.ID, w.URL); err != nil {
				return err
			}
			if err := i.service.fetchAgain(ctx, i.tx, i.agreement.ID, waiting[n:n+1]); err != nil {
				return err
			}
			waiting = append(waiting[:n:n], waiting[n+1:]...)
			break
		}
	}
	return nil
}
