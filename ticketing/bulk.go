package ticketing

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/store"
	"interdesk/store/sqldb"
)

// Bulk is work on many tickets that goes on after the answer: one update after another, each in a transaction of its own
// that also notes the progress. So work that a crash interrupts goes on where it stood, and nothing is done twice.
type Bulk struct {
	ID      string // made up by the caller; shown by the API
	Actor   desk.Actor
	Via     desk.Via
	Updates []desk.Update
	Delete  []desk.TicketID // instead of Updates
	Erase   []desk.TicketID // instead of Updates: tickets in the trash
	Spam    []desk.TicketID // instead of Updates
	Merge   *Merge          // instead of Updates: what Sources are merged into
	Sources []desk.TicketID
	Solve   []desk.TicketID  // instead of Updates: incidents of a problem that is solved
	Answer  *desk.NewComment // what Solve says on each
	Same    *desk.Update     // instead of Updates: what is done to each of Each
	Each    []desk.TicketID
	Refused map[int]string // why one of the Updates could not be made up: see Refuse
}

// Refuse says that the caller could not make up the update of an index, and why: nothing is done then, and the sentence is
// told as what came of that ticket.
func (b *Bulk) Refuse(i int, sentence string) {
	if b.Refused == nil {
		b.Refused = map[int]string{}
	}
	b.Refused[i] = sentence
}

// NewBulkID makes up the id of a Bulk.
func NewBulkID() string {
	name := make([]byte, 16)
	_, _ = rand.Read(name) // never fails
	return "V3-" + hex.EncodeToString(name)
}

// MaxBulks is how many bulk jobs of one account may wait or run at once.
const MaxBulks = 30

const (
	bulkKind    = "ticket.bulk"
	bulkTimeout = 10 * time.Minute
)

// bulkAct is one thing that is done to each of a list of tickets.
type bulkAct struct {
	tickets            []desk.TicketID
	kind, action, done string // of the job, and of what came of each ticket
	do                 func(*Service, context.Context, *store.Tx, *Bulk, desk.TicketID) error
}

// act is what is done where no updates are carried out, nil otherwise.
func (b *Bulk) act() *bulkAct {
	for _, a := range [...]bulkAct{
		{b.Delete, "BulkDeleteTicketsJob", "delete", "Deleted", func(s *Service, ctx context.Context, tx *store.Tx, b *Bulk, id desk.TicketID) error {
			return s.DeleteIn(ctx, tx, b.Actor, b.Via, id)
		}},
		{b.Erase, "DeletePermanentlyJob", "delete", "Deleted", func(s *Service, ctx context.Context, tx *store.Tx, b *Bulk, id desk.TicketID) error {
			return s.EraseIn(ctx, tx, b.Actor, b.Via, id)
		}},
		{b.Spam, "BulkMarkTicketsAsSpamJob", "delete", "Deleted", func(s *Service, ctx context.Context, tx *store.Tx, b *Bulk, id desk.TicketID) error {
			return s.SpamIn(ctx, tx, b.Actor, b.Via, id)
		}},
		{b.Sources, "MergeTicketsJob", "merge", "Merged", (*Service).mergeOne},
		{b.Solve, "SolveIncidentsJob", "update", "Updated", (*Service).solveIncident},
	} {
		if len(a.tickets) > 0 {
			return &a
		}
	}
	return nil
}

func (b *Bulk) jobKind() string {
	if a := b.act(); a != nil {
		return a.kind
	}
	if len(b.Updates) > 0 && b.Updates[0].Ticket == 0 {
		return "BulkCreateTicketsJob"
	}
	return "BulkUpdateTicketsJob"
}

func (b *Bulk) size() int {
	if a := b.act(); a != nil {
		return len(a.tickets)
	}
	return len(b.Updates) + len(b.Each)
}

// Enqueue stores the work and its job. One account's jobs run one after another. Over MaxBulks the error is Unavailable, but
// for incidents: their problem is solved already.
func (s *Service) Enqueue(ctx context.Context, tx *store.Tx, b Bulk) (store.BulkJob, error) {
	waiting, err := tx.UnfinishedBulks(ctx)
	if err != nil {
		return store.BulkJob{}, err
	}
	if waiting >= MaxBulks && len(b.Solve) == 0 {
		return store.BulkJob{}, desk.Errorf(desk.Unavailable, "%d bulk jobs are waiting; no more than that may", waiting)
	}
	payload, err := json.Marshal(b)
	if err != nil {
		return store.BulkJob{}, err
	}
	row := store.BulkJob{ID: b.ID, Kind: b.jobKind(), User: b.Actor.ID, Status: store.BulkQueued, Total: b.size(), CreatedAt: s.clock().UTC().Truncate(time.Microsecond)}
	if err := tx.InsertBulk(ctx, &row); err != nil {
		return row, err
	}
	_, err = job.Insert(ctx, tx.Tx, job.Insertion{Account: int64(tx.Account()), Kind: bulkKind, Lane: bulkKind, Payload: payload})
	return row, err
}

// Jobs registers the kinds of jobs that the service enqueues.
func (s *Service) Jobs(r *job.Runner) {
	r.Handle(bulkKind, job.Options{Timeout: bulkTimeout, Base: time.Second, Cap: time.Minute, Died: s.bulkDied}, s.runBulk)
	r.Handle(unassignKind, job.Options{Timeout: unassignTimeout, Base: time.Second, Cap: time.Minute}, s.runUnassign)
}

func (s *Service) bulkDied(ctx context.Context, tx *sqldb.Tx, j job.Job, cause error) error {
	var b Bulk
	if err := json.Unmarshal(j.Payload, &b); err != nil {
		return nil //nolint:nilerr // a job that cannot be read has no row to tell of it
	}
	own := s.store.Account(desk.AccountID(j.Account)).WithTx(tx)
	row, err := own.Bulk(ctx, b.ID)
	if desk.KindOf(err) == desk.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	return own.FinishBulk(ctx, b.ID, store.BulkFailed, fmt.Sprintf("Stopped after %d of %d", row.Progress, row.Total), row.Results)
}

// runBulk does what is left of the work.
func (s *Service) runBulk(ctx context.Context, j job.Job) job.Outcome {
	var b Bulk
	if err := json.Unmarshal(j.Payload, &b); err != nil {
		return job.Outcome{Err: err, Dead: true}
	}
	account := s.store.Account(desk.AccountID(j.Account))
	row, results, err := bulkProgress(ctx, account, b.ID)
	if desk.KindOf(err) == desk.NotFound {
		return job.Outcome{} // its row was pruned: nobody waits for it any more
	}
	if err != nil {
		return job.Outcome{Err: err}
	}
	run := bulkRun{Bulk: &b, account: account, failed: row.Failed, results: results}
	for i := row.Progress; i < b.size(); i++ {
		if err := s.bulkStep(ctx, &run, i); err != nil {
			return job.Outcome{Err: err}
		}
	}
	return job.Outcome{Err: account.Write(ctx, func(tx *store.Tx) error {
		all, err := json.Marshal(run.results)
		if err != nil {
			return err
		}
		return tx.FinishBulk(ctx, b.ID, store.BulkCompleted, "Completed at "+s.clock().UTC().Format("2006-01-02 15:04:05 -0700"), all)
	})}
}

// bulkProgress is how far the work is, and what came of it.
func bulkProgress(ctx context.Context, account store.Account, id string) (row store.BulkJob, results []json.RawMessage, err error) {
	err = account.Read(ctx, func(tx *store.Tx) error {
		if row, err = tx.Bulk(ctx, id); err != nil {
			return err
		}
		results = []json.RawMessage{}
		if len(row.Results) == 0 {
			return nil
		}
		return json.Unmarshal(row.Results, &results)
	})
	return row, results, err
}

// BulkResult is what came of one of the tickets.
type BulkResult struct {
	Index   *int           `json:"index,omitempty"` // of a new ticket
	ID      *desk.TicketID `json:"id"`              // null where none was made
	Action  string         `json:"action"`
	Success bool           `json:"success"`
	Status  string         `json:"status"`
	Error   string         `json:"error,omitempty"`
	Details string         `json:"details,omitempty"`
}

// MaxResults is how many results a job keeps of work on more tickets than that: the first ones that failed. Results are
// written with each step, so that all of thousands would cost more than the work.
const MaxResults = 1000

// bulkRun is a Bulk at work.
type bulkRun struct {
	*Bulk
	account store.Account
	failed  int
	results []json.RawMessage
}

// keep adds what came of a ticket to the results.
func (r *bulkRun) keep(result BulkResult) (bulkRun, error) {
	next := *r
	if !result.Success {
		next.failed++
	}
	if r.size() > MaxResults && (result.Success || len(r.results) >= MaxResults) {
		return next, nil
	}
	raw, err := json.Marshal(result)
	next.results = append(r.results[:len(r.results):len(r.results)], raw)
	return next, err
}

// bulkStep does one of the tickets and notes it. What the ticket itself refuses is a result; any other failure ends the
// attempt, and the next one goes on here.
func (s *Service) bulkStep(ctx context.Context, run *bulkRun, i int) error {
	var next bulkRun
	err := run.account.Write(ctx, func(tx *store.Tx) error {
		id, err := s.bulkOne(ctx, tx, run.Bulk, i)
		if err != nil {
			return err
		}
		r := run.newResult(i)
		r.ID, r.Success = &id, true
		next, err = run.noteStep(ctx, tx, i, r)
		return err
	})
	if k := desk.KindOf(err); err != nil && k != desk.Internal && k != desk.Unavailable {
		r := run.newResult(i)
		r.Status, r.Error, r.Details = "Failed", r.fail(), err.Error()
		err = run.account.Write(ctx, func(tx *store.Tx) (err error) {
			next, err = run.noteStep(ctx, tx, i, r)
			return err
		})
	}
	if err == nil {
		*run = next
	}
	return err
}

func (s *Service) bulkOne(ctx context.Context, tx *store.Tx, b *Bulk, i int) (desk.TicketID, error) {
	if a := b.act(); a != nil {
		return a.tickets[i], a.do(s, ctx, tx, b, a.tickets[i])
	}
	if why := b.Refused[i]; why != "" {
		return 0, desk.Errorf(desk.Invalid, "%s", why)
	}
	u := b.update(i)
	u.Account, u.Actor, u.Via = tx.Account(), b.Actor, b.Via
	if string(u.Metadata) == "null" {
		u.Metadata = nil
	}
	applied, err := s.ApplyIn(ctx, tx, u)
	return applied.Ticket.ID, err
}

// update is what is to be done with a ticket.
func (b *Bulk) update(i int) desk.Update {
	if len(b.Each) == 0 {
		return b.Updates[i]
	}
	u := *b.Same
	u.Ticket = b.Each[i]
	return u
}

func (b *Bulk) newResult(i int) BulkResult {
	if a := b.act(); a != nil {
		return BulkResult{ID: &a.tickets[i], Action: a.action, Status: a.done}
	}
	switch {
	case len(b.Each) > 0:
		return BulkResult{ID: &b.Each[i], Action: "update", Status: "Updated"}
	case b.Updates[i].Ticket == 0:
		return BulkResult{Index: &i, Action: "create", Status: "Created"}
	}
	return BulkResult{ID: &b.Updates[i].Ticket, Action: "update", Status: "Updated"}
}

func (r *BulkResult) fail() string {
	return map[string]string{"delete": "TicketDeleteFailed", "create": "TicketCreateFailed", "update": "TicketUpdateFailed", "merge": "TicketMergeFailed"}[r.Action]
}

// noteStep stores that a ticket is done and what came of it, and gives how the work stands then.
func (r *bulkRun) noteStep(ctx context.Context, tx *store.Tx, i int, result BulkResult) (bulkRun, error) {
	next, err := r.keep(result)
	if err != nil {
		return next, err
	}
	all, err := json.Marshal(next.results)
	if err != nil {
		return next, err
	}
	return next, tx.ProgressBulk(ctx, r.ID, i+1, next.failed, all)
}
