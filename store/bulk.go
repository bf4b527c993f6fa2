package store

import (
	"context"
	"encoding/json"
	"time"

	"interdesk/desk"
	"interdesk/store/sqldb"
)

// The states of a bulk job, in the words of the API.
const (
	BulkQueued    = "queued"
	BulkWorking   = "working"
	BulkFailed    = "failed"
	BulkCompleted = "completed"
)

// BulkJob is what a caller is told of work on many records that goes on after the answer.
type BulkJob struct {
	ID        string
	Kind      string      // in the API's words, such as "BulkCreateUsersJob"
	User      desk.UserID // who asked, and may look
	Status    string
	Message   string
	Total     int
	Progress  int
	Failed    int             // of those, how many could not be done
	Results   json.RawMessage // so far; nil before the first
	CreatedAt time.Time
	UpdatedAt time.Time
}

const bulkColumns = `bulk_id, kind, user_id, status, message, total, progress, failed, results, created_at, updated_at`

func scanBulk(row scanner) (b BulkJob, err error) {
	var results string
	var created, updated int64
	err = row.Scan(&b.ID, &b.Kind, &b.User, &b.Status, &b.Message, &b.Total, &b.Progress, &b.Failed, &results, &created, &updated)
	if results != "" {
		b.Results = json.RawMessage(results)
	}
	b.CreatedAt, b.UpdatedAt = fromMicros(created), fromMicros(updated)
	return b, err
}

// InsertBulk stores a new bulk job, whose id the caller made up.
func (tx *Tx) InsertBulk(ctx context.Context, b *BulkJob) error {
	if b.CreatedAt.IsZero() {
		b.CreatedAt = tx.now()
	}
	b.UpdatedAt = b.CreatedAt
	_, err := tx.Exec(ctx, `
		insert into bulk_jobs (account_id, `+bulkColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		tx.account, b.ID, b.Kind, b.User, b.Status, b.Message, b.Total, b.Progress, b.Failed, string(b.Results),
		micros(b.CreatedAt), micros(b.UpdatedAt))
	return err
}

// ProgressBulk notes how many records are done, how many of them failed, and what came of them so far. A job that is over
// stays so.
func (tx *Tx) ProgressBulk(ctx context.Context, id string, done, failed int, results json.RawMessage) error {
	_, err := tx.Exec(ctx, `
		update bulk_jobs set status = $3, progress = $4, failed = $5, results = $6, updated_at = $7
		where account_id = $1 and bulk_id = $2 and status in ('queued', 'working')`,
		tx.account, id, BulkWorking, done, failed, string(results), micros(tx.now()))
	return err
}

// FinishBulk stores how a job ended: BulkCompleted or BulkFailed, a sentence, and what came of each record.
func (tx *Tx) FinishBulk(ctx context.Context, id, status, message string, results json.RawMessage) error {
	return requireRow(tx.Exec(ctx, `
		update bulk_jobs set status = $3, message = $4, results = $5, updated_at = $6,
			progress = case when $3 = 'completed' then total else progress end
		where account_id = $1 and bulk_id = $2`,
		tx.account, id, status, message, string(results), micros(tx.now())))
}

// Bulk reads one bulk job.
func (tx *Tx) Bulk(ctx context.Context, id string) (BulkJob, error) {
	return queryOne(ctx, tx, scanBulk, `
		select `+bulkColumns+` from bulk_jobs where account_id = $1 and bulk_id = $2`, tx.account, id)
}

// Bulks reads those of the named bulk jobs that exist, oldest first; all of them when none is named.
func (tx *Tx) Bulks(ctx context.Context, ids ...string) ([]BulkJob, error) {
	query, args := `select `+bulkColumns+` from bulk_jobs where account_id = $1`, []any{tx.account}
	if len(ids) > 0 {
		query += ` and bulk_id in (` + sqldb.Placeholders(2, len(ids)) + `)`
	}
	for _, id := range ids {
		args = append(args, id)
	}
	return queryAll(ctx, tx, scanBulk, query+` order by created_at, bulk_id`, args...)
}

// UnfinishedBulks counts the jobs that wait or run: too many at once are refused.
func (tx *Tx) UnfinishedBulks(ctx context.Context) (n int, err error) {
	err = tx.QueryRow(ctx, `
		select count(*) from bulk_jobs where account_id = $1 and status in ('queued', 'working')`, tx.account).Scan(&n)
	return n, err
}

// PruneBulks forgets the jobs that were last heard of before a moment.
func (tx *Tx) PruneBulks(ctx context.Context, before time.Time) (int64, error) {
	return tx.Exec(ctx, `delete from bulk_jobs where account_id = $1 and updated_at < $2`, tx.account, micros(before))
}
