package api

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"interdesk/admin"
	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/store"
	"interdesk/ticketing"
)

// bulkDone is what came of one record of many, as it is kept. jobResult makes of it what clients read.
type bulkDone struct {
	ID       int64  `json:"id"` // 0 where nothing came of it
	Action   string `json:"action"`
	Email    string `json:"email,omitempty"`       // of users
	External string `json:"external_id,omitempty"` // of users
	Success  bool   `json:"success"`
	Error    string `json:"error,omitempty"`
	Details  string `json:"details,omitempty"`
}

func doneUser(action string, u desk.User) bulkDone {
	return bulkDone{ID: int64(u.ID), Action: action, Email: u.Email, External: u.ExternalID}
}

// bulkWork is work on up to a hundred people, memberships or organizations. It is done before the answer, each record in a
// transaction of its own, and told as a job, since clients wait for jobs.
type bulkWork struct {
	kind string // the job's type, as clients know it
	noun string // of one record, in the names of errors
	size int
	do   func(tx *store.Tx, actor *admin.Actor, i int) (bulkDone, error)
}

// runBulk does the work record by record. What a record itself is refused for is its result; any other failure ends the work.
func (c *call) runBulk(b bulkWork) error {
	results := make([]bulkDone, b.size)
	for i := range b.size {
		r := &results[i]
		err := c.change(func(tx *store.Tx, actor *admin.Actor) (err error) {
			*r, err = b.do(tx, actor, i)
			return err
		})
		if kind := desk.KindOf(err); err != nil && (kind == desk.Internal || kind == desk.Unavailable) {
			return err
		}
		if r.Success = err == nil; !r.Success {
			r.Error, r.Details = b.noun+fieldSentence(r.Action)+"Failed", faultsIn(err)
			if r.Action == bulkCreate {
				r.ID = 0
			}
		}
	}
	return c.answerBulk(b, results)
}

// What a job does with a record.
const (
	bulkCreate = "create"
	bulkUpdate = "update"
	bulkDelete = "delete"
)

func (c *call) answerBulk(b bulkWork, results []bulkDone) error {
	raw, err := json.Marshal(results)
	if err != nil {
		return err
	}
	at := c.Clock().UTC()
	row := store.BulkJob{ID: ticketing.NewBulkID(), Kind: b.kind, User: c.user.ID, Status: store.BulkCompleted, Total: b.size, Progress: b.size,
		Message: "Completed at " + at.Format("2006-01-02 15:04:05 -0700"), Results: raw, CreatedAt: at}
	if err := c.writeTx(func(tx *store.Tx) error { return tx.InsertBulk(c.ctx(), &row) }); err != nil {
		return err
	}
	row.Status = store.BulkQueued // as clients expect of the first answer
	return c.ok(objectOf("job_status", c.jobOf(&row)))
}

// faultsIn are the sentences of an error, without the names of its fields.
func faultsIn(err error) string {
	var e *desk.Error
	if !errors.As(err, &e) {
		return err.Error()
	}
	if len(e.Details) == 0 {
		return e.Message
	}
	var all []string
	for _, list := range e.Details {
		for _, d := range list {
			all = append(all, d.Message)
		}
	}
	slices.Sort(all)
	return strings.Join(all, "; ")
}

// someRecords reads the list key of the body, in the words of the real answer when it is too long.
func someRecords[T any](c *call, key string) ([]row[T], error) {
	in, err := rowsOf[T](c, key)
	if f, ok := errors.AsType[*httpkit.Failure](err); ok && f.Code == "TooManyValues" && key == "users" {
		return nil, httpkit.TooMany("Maximum 100 users may be created per call", 0)
	}
	return in, err
}

// idsOrBatch tells which records an update is for: those that ids or external_ids name, of which the body says the same,
// or each of the list in the body by its own id.
func idsOrBatch[T any](c *call, single, key string, names func(*T) (*numberInput, *textInput)) (ids []int64, in []row[T], err error) {
	named, err := c.recordNames()
	if err != nil {
		return nil, nil, err
	}
	if len(named) > 0 {
		var same T
		if err := c.parseRecord(single, &same); err != nil {
			return nil, nil, err
		}
		for _, n := range named {
			this := same
			if _, external := names(&this); n.external != "" {
				*external = textInput{set: true, v: n.external}
			}
			ids, in = append(ids, n.id), append(in, row[T]{in: this})
		}
		return ids, in, nil
	}
	if in, err = someRecords[T](c, key); err != nil {
		return nil, nil, err
	}
	for i := range in {
		id, _ := names(&in[i].in)
		ids = append(ids, id.v)
	}
	return ids, in, nil
}

// namedIDs reads the ids that must be there.
func (c *call) namedIDs() ([]int64, error) {
	ids, err := c.queryIDs("ids", desk.MaxBulk)
	if err == nil && len(ids) == 0 {
		err = httpkit.BadRequest("InvalidValue", "Parameter ids is required")
	}
	return ids, err
}

// recordName names one record: by its id, or else by its external id.
type recordName struct {
	id       int64
	external string
}

// recordNames reads ids, or else external_ids, of the query.
func (c *call) recordNames() ([]recordName, error) {
	var out []recordName
	ids, err := c.queryIDs("ids", desk.MaxBulk)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		out = append(out, recordName{id: id})
	}
	if len(out) > 0 {
		return out, nil
	}
	for external := range strings.SplitSeq(c.query.Get("external_ids"), ",") {
		if external = strings.TrimSpace(external); external != "" {
			out = append(out, recordName{external: external})
		}
	}
	if len(out) > desk.MaxBulk {
		return nil, httpkit.TooMany("Parameter  cannot specify more than "+strconv.Itoa(desk.MaxBulk)+" values", desk.MaxBulk)
	}
	return out, nil
}

// mustName is named where there must be some.
func (c *call) mustName() ([]recordName, error) {
	out, err := c.recordNames()
	if err == nil && len(out) == 0 {
		err = httpkit.BadRequest("InvalidValue", "Parameter ids or external_ids is required")
	}
	return out, err
}
