package api

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"

	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/store"
)

// readOK answers with what build reads in one snapshot.
func (c *call) readOK(build func(tx *store.Tx) (object, error)) error {
	var o object
	err := c.readTx(func(tx *store.Tx) (err error) {
		o, err = build(tx)
		return err
	})
	if err != nil {
		return err
	}
	return c.ok(o)
}

// lookOK is readOK without a snapshot; store.Account.Look says for what that will do.
func (c *call) lookOK(build func(tx *store.Tx) (object, error)) error {
	var o object
	err := c.Store.Account(c.account).Look(c.ctx(), c.within(func(tx *store.Tx) (err error) {
		o, err = build(tx)
		return err
	}))
	if err != nil {
		return err
	}
	return c.ok(o)
}

// writeOK answers with what change leaves, once that is on disk.
func (c *call) writeOK(change func(tx *store.Tx) (object, error)) error {
	var o object
	err := c.writeTx(func(tx *store.Tx) (err error) {
		o, err = change(tx)
		return err
	})
	if err != nil {
		return err
	}
	return c.ok(o)
}

// writeCreated answers 201 with what make stored, under its address.
func (c *call) writeCreated(make func(tx *store.Tx) (location string, o object, err error)) error {
	var location string
	var o object
	err := c.writeTx(func(tx *store.Tx) (err error) {
		location, o, err = make(tx)
		return err
	})
	if err != nil {
		return err
	}
	return c.created(location, o)
}

// wholeList is a list that has no further pages, such as show_many: the members of offset paging, without neighbours.
func wholeList[T any](c *call, tx *store.Tx, key string, rows []T, show func(*store.Tx, []T) (any, object, error)) (object, error) {
	shown, side, err := show(tx, rows)
	if err != nil {
		return nil, err
	}
	o := append(objectOf(key, shown), side...)
	return append(o, object{{"next_page", nil}, {"previous_page", nil}, {"count", len(rows)}}...), nil
}

// countObject is how counts are answered.
func (c *call) countObject(n int) object {
	return object{{"value", n}, {"refreshed_at", formatTime(c.Clock())}}
}

// idString is an id as the store's lists know it.
func idString[I ~int64](id I) string { return strconv.FormatInt(int64(id), 10) }

// idsOf makes plain ids ids of something.
func idsOf[I ~int64](ids []int64) []I {
	out := make([]I, len(ids))
	for i, id := range ids {
		out[i] = I(id)
	}
	return out
}

// distinct lists the ids that rows name, each once, without 0.
func distinct[T any, I cmp.Ordered](rows []T, id func(T) I) []I {
	var none I
	out := make([]I, 0, len(rows))
	for _, r := range rows {
		if i := id(r); i != none {
			out = append(out, i)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// row is one record of a list that a job works through. Its fault is told as what came of it, and the others are still done.
type row[T any] struct {
	in    T
	fault error
}

// recordsOf reads the list key of the body, such as "triggers", all of which must be right.
func recordsOf[T any](c *call, key string) ([]T, error) {
	rows, err := rowsOf[T](c, key)
	out := make([]T, len(rows))
	for i := range rows {
		if err == nil {
			out[i], err = rows[i].in, rows[i].fault
		}
	}
	return out, err
}

// rowsOf reads the list key of the body, such as "users", each record of it by parseInto.
func rowsOf[T any](c *call, key string) ([]row[T], error) {
	m, err := c.bodyMembers()
	if err != nil {
		return nil, err
	}
	var raw []json.RawMessage
	if err := json.Unmarshal(m[key], &raw); err != nil || len(raw) == 0 {
		return nil, httpkit.BadRequest("InvalidValue", "Parameter "+key+" must be a list of records")
	}
	if len(raw) > desk.MaxBulk {
		return nil, httpkit.TooMany("Parameter  cannot specify more than "+strconv.Itoa(desk.MaxBulk)+" values", desk.MaxBulk)
	}
	out := make([]row[T], len(raw))
	for i := range raw {
		out[i].fault = c.parseInto(raw[i], &out[i].in)
		if out[i].fault != nil && desk.KindOf(out[i].fault) != desk.Invalid {
			return nil, out[i].fault
		}
	}
	return out, nil
}

// blankError reports a parameter that is missing.
func blankError(field string) error {
	return desk.InvalidField(field, "BlankValue", fieldSentence(field)+": cannot be blank")
}

// parseBody reads a body whose members are not wrapped in a record.
func (c *call) parseBody(v any) error {
	raw, err := c.body()
	if err != nil {
		return err
	}
	return c.parseInto(raw, v)
}
