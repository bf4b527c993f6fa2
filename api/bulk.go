package api

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"interdesk/admin"
	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/store"
)

// bulkResultJSON is what came of one record of many.
type bulkResultJSON struct {
	Index   *int   `json:"index,omitempty"`
	ID      int64  `json:"id"` // 0 where nothing came of it
	Action  string `json:"action"`
	Success bool   `json:"success"`
	Status  string `json:"status"`
	Error   string `json:"error,omitempty"`
	Details string `json:"details,omitempty"`
}

// bulkWork is work on up to a hundred people, memberships or organizations. It is done before the answer, each record in a
// transaction of its own, and told as a job that is over, since clients wait for jobs.
type bulkWork struct {
	kind string // the job's type, as clients know it
	size int
	do   func(tx *store.Tx, actor *admin.Actor, i int) (id int64, action string, err error)
}

// runBulk does the work record by record. What a record itself is refused for is its result; any other failure ends the work.
func (c *call) runBulk(b bulkWork) error {
	results := make([]bulkResultJSON, b.size)
	for i := range b.size {
		err := c.change(func(tx *store.Tx, actor *admin.Actor) error {
			id, action, err := b.do(tx, actor, i)
			results[i] = bulkResultJSON{Index: &i, ID: id, Action: action, Success: err == nil, Status: bulkStatus(action)}
			return err
		})
		if kind := desk.KindOf(err); err != nil && (kind == desk.Internal || kind == desk.Unavailable) {
			return err
		}
		if err != nil {
			results[i].Status, results[i].Error, results[i].Details = "Failed", b.kind+"Failed", faultsIn(err)
		}
	}
	return c.answerBulk(b, results)
}

func bulkStatus(action string) string {
	if action == "" {
		return "Failed"
	}
	return fieldSentence(action) + "d"
}

func (c *call) answerBulk(b bulkWork, results []bulkResultJSON) error {
	raw, err := json.Marshal(results)
	if err != nil {
		return err
	}
	name := make([]byte, 16)
	_, _ = rand.Read(name) // never fails
	at := c.Clock().UTC()
	row := store.BulkJob{ID: "V3-" + hex.EncodeToString(name), Kind: b.kind, User: c.user.ID, Status: store.BulkCompleted, Total: b.size, Progress: b.size,
		Message: "Completed at " + at.Format("2006-01-02 15:04:05 -0700"), Results: raw, CreatedAt: at}
	if err := c.writeTx(func(tx *store.Tx) error { return tx.InsertBulk(c.ctx(), &row) }); err != nil {
		return err
	}
	return c.ok(objectOf("job_status", c.jobOf(&row)))
}

// faultsIn are the sentences of an error, without the names of its fields.
func faultsIn(err error) string {
	var e *desk.Error
	if !errors.As(err, &e) || len(e.Details) == 0 {
		return err.Error()
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
func someRecords[T any](c *call, key string) ([]T, error) {
	in, err := recordsOf[T](c, key)
	if f, ok := errors.AsType[*httpkit.Failure](err); ok && f.Code == "TooManyValues" && key == "users" {
		return nil, httpkit.TooMany("Maximum 100 users may be created per call", 0)
	}
	return in, err
}

// idsOrBatch tells which records an update is for: those that ids or external_ids name, of which the body says the same,
// or each of the list in the body by its own id.
func idsOrBatch[T any](c *call, single, key string, names func(*T) (*numberInput, *textInput)) (ids []int64, in []T, err error) {
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
			ids, in = append(ids, n.id), append(in, this)
		}
		return ids, in, nil
	}
	if in, err = someRecords[T](c, key); err != nil {
		return nil, nil, err
	}
	for i := range in {
		id, _ := names(&in[i])
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
