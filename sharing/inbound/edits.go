package inbound

import (
	"context"
	"errors"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/sharing"
)

// merge weighs the message's items and stores what both sides have from now on, before the ticket changes: whoever follows
// the change finds the share as it then is.
func (i *intake) merge(ctx context.Context, closed bool) (desk.Edits, error) {
	config, err := i.tx.Config(ctx)
	if err != nil {
		return desk.Edits{}, err
	}
	var asked error
	h := sharing.Heard{Message: i.message, Interdesk: i.numbered, Seen: i.position.Seen, Whole: i.whole, Closed: closed,
		Attempted: func(item string) bool {
			attempted, err := i.attempted(ctx, item)
			asked = errors.Join(asked, err)
			return attempted
		}}
	merged := sharing.Merge(h, &i.share, i.agreement, config, i.ticket)
	i.changes = append(i.changes, merged.Changes...)
	i.remarks = append(i.remarks, merged.Remarks...)
	i.again = merged.Again
	return merged.Edits, asked
}

// attempted tells whether our last word on an item, which the partner has not acknowledged, may have reached it: it was tried,
// or is being tried now.
func (i *intake) attempted(ctx context.Context, item string) (bool, error) {
	open, err := i.tx.OpenDeliveries(ctx, i.share.ID, maxOpen)
	for _, d := range open {
		if d.Seq != i.share.Sync.Marks[item] {
			continue
		}
		if !d.FirstAt.IsZero() || d.Attempts > 0 {
			return true, err
		}
		jobs, err := job.Find(ctx, i.tx.Tx, job.Filter{Account: int64(i.account), ID: d.Job}, 0, 1)
		return len(jobs) > 0 && jobs[0].State == "running", err
	}
	return false, err
}

// maxOpen is how many waiting messages of one share are looked through.
const maxOpen = 1000
