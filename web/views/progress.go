package views

import (
	"encoding/json"
	"net/url"

	"interdesk/access"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/ticketing"
	"interdesk/web/ui"
)

// bulkProgress is how far work on many tickets is.
type bulkProgress struct {
	id      string
	back    string // where the list is
	total   int
	done    int // tried so far
	changed int // of these, how many it worked for
	failed  []ticketing.BulkResult
	unheard int // failed, too, but not which
	over    bool
	stopped bool // it ended before all was tried
}

func (b *bulkProgress) path() string {
	return "/agent/bulk/" + b.id + "?" + url.Values{"back": {b.back}}.Encode()
}

func progressOf(row *store.BulkJob, back string) *bulkProgress {
	b := &bulkProgress{id: row.ID, back: back, total: row.Total, done: row.Progress,
		over: row.Status == store.BulkCompleted || row.Status == store.BulkFailed, stopped: row.Status == store.BulkFailed}
	var results []ticketing.BulkResult
	if len(row.Results) > 0 && json.Unmarshal(row.Results, &results) != nil {
		return b
	}
	for _, r := range results {
		if !r.Success {
			b.failed = append(b.failed, r)
		}
	}
	failed := max(row.Failed, len(b.failed))
	b.changed, b.unheard = row.Progress-failed, failed-len(b.failed)
	return b
}

// showBulk tells how far a job is to whom it belongs to, and to admins.
func (p *pages) showBulk(c *ui.Call) error {
	var row store.BulkJob
	err := c.Read(func(tx *store.Tx) (err error) {
		row, err = tx.Bulk(c.Ctx(), c.R.PathValue("id"))
		return err
	})
	if err == nil && row.User != c.User.ID && !access.CanAdmin(c.User.Role) {
		err = desk.Missing()
	}
	if err != nil {
		return err
	}
	b := progressOf(&row, returnPath(c))
	if c.Partial() {
		return c.Fragment(0, bulkState(b))
	}
	return c.Show(ui.Page{Title: c.T("views.bulk.title"), Current: "views", Body: bulkStatePage(b)})
}
