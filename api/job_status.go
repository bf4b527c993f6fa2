package api

import (
	"encoding/json"
	"strings"
	"time"

	"interdesk/desk"
	"interdesk/store"
)

func jobRoutes() []route {
	return []route{
		{"GET", "/job_statuses", agents, (*call).listJobs},
		{"GET", "/job_statuses/show_many", agents, (*call).showManyJobs},
		{"GET", "/job_statuses/{job}", agents, (*call).showJob},
	}
}

// jobWait is when to come again after too many jobs.
const jobWait = 30 * time.Second

// jobJSON is how work on many records fares.
type jobJSON struct {
	ID       string   `json:"id"`
	JobType  string   `json:"job_type"`
	URL      string   `json:"url"`
	Total    int      `json:"total"`
	Progress *int     `json:"progress"`
	Status   string   `json:"status"`
	Message  *string  `json:"message"`
	Results  []object `json:"results"`
}

func (c *call) jobOf(b *store.BulkJob) jobJSON {
	out := jobJSON{ID: b.ID, JobType: b.Kind, URL: c.url("job_statuses", b.ID), Total: b.Total, Status: b.Status}
	if b.Status == store.BulkQueued {
		return out
	}
	out.Progress, out.Message = &b.Progress, nullString(b.Message)
	if b.Status == store.BulkCompleted || b.Status == store.BulkFailed {
		out.Results = c.jobResults(b)
	}
	return out
}

// jobResults are what came of the records, in the shape that clients know of each kind of job.
func (c *call) jobResults(b *store.BulkJob) []object {
	var done []bulkDone
	if err := json.Unmarshal(b.Results, &done); err != nil {
		return []object{}
	}
	out := make([]object, len(done))
	for i := range done {
		out[i] = c.jobResult(b.Kind, i, &done[i])
	}
	return out
}

func (c *call) jobResult(kind string, i int, r *bulkDone) object {
	if !r.Success {
		return object{{"index", i}, {"id", nullID(r.ID)}, {"success", false}, {"status", "Failed"}, {"error", r.Error}, {"details", r.Details}}
	}
	status := fieldSentence(r.Action) + "d"
	switch kind {
	case "BulkCreateTicketsJob":
		return object{{"index", i}, {"id", r.ID}, {"account_id", c.account}}
	case "BulkCreateGroupMembershipsJob", "BulkCreateOrganizationMembershipsJob":
		return object{{"index", i}, {"id", r.ID}}
	case "BulkCreateUsersJob", "BulkCreateOrUpdateUsersJob":
		return object{{"id", r.ID}, {"status", status}, {"email", nullString(r.Email)}, {"external_id", nullString(r.External)}}
	case "BulkCreateOrganizationsJob":
		return object{{"id", r.ID}, {"status", status}}
	}
	return object{{"id", r.ID}, {"action", r.Action}, {"status", status}, {"success", true}}
}

func (c *call) jobsOf(list []store.BulkJob) []jobJSON {
	out := []jobJSON{}
	for i := range list {
		if c.user.Role == desk.Admin || list[i].User == c.user.ID {
			out = append(out, c.jobOf(&list[i]))
		}
	}
	return out
}

func (c *call) listJobs() error {
	mine := func(tx *store.Tx) ([]store.BulkJob, error) {
		all, err := tx.Bulks(c.ctx())
		out := []store.BulkJob{}
		for _, b := range all {
			if c.user.Role == desk.Admin || b.User == c.user.ID {
				out = append(out, b)
			}
		}
		return out, err
	}
	return answerWholeList(c, "job_statuses", mine, func(b store.BulkJob) int64 { return b.CreatedAt.UnixMicro() },
		showEach(func(b store.BulkJob) jobJSON { return c.jobOf(&b) }))
}

// showManyJobs answers for those jobs that are the caller's own; admins see all.
func (c *call) showManyJobs() error {
	var ids []string
	for id := range strings.SplitSeq(c.query.Get("ids"), ",") {
		if id = strings.TrimSpace(id); id != "" && len(ids) < pageSize {
			ids = append(ids, id)
		}
	}
	return c.readOK(func(tx *store.Tx) (object, error) {
		if len(ids) == 0 {
			return objectOf("job_statuses", []jobJSON{}), nil
		}
		list, err := tx.Bulks(c.ctx(), ids...)
		return objectOf("job_statuses", c.jobsOf(list)), err
	})
}

func (c *call) showJob() error {
	return c.readOK(func(tx *store.Tx) (object, error) {
		b, err := tx.Bulk(c.ctx(), c.r.PathValue("job"))
		if err != nil {
			return nil, err
		}
		if c.user.Role != desk.Admin && b.User != c.user.ID {
			return nil, desk.Missing()
		}
		return objectOf("job_status", c.jobOf(&b)), nil
	})
}
