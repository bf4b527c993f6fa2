package api

import (
	"strconv"

	"interdesk/store"
)

// listSpec is how one list comes about. All lists page, sideload and count through it.
type listSpec[T any] struct {
	key  string // of the rows in the answer
	look bool   // without a snapshot: nothing that is read decides what the caller may see

	// page reads one page with its cursors.
	page func(tx *store.Tx, p store.Page) (store.Listed[T], error)
	// count tells how many rows there are in all; it is only asked in offset style, where the page does not tell.
	count func(tx *store.Tx) (int, error)
	// show turns rows into JSON; what follows are sideloads.
	show func(tx *store.Tx, rows []T) (any, object, error)
}

// answerList answers with one page of a list.
func answerList[T any](c *call, l listSpec[T]) error {
	p, err := c.paging()
	if err != nil {
		return err
	}
	read := c.readOK
	if l.look {
		read = c.lookOK
	}
	return read(func(tx *store.Tx) (object, error) {
		rows, err := l.page(tx, store.Page{Limit: p.size, Offset: p.offset(), After: p.after, Before: p.before})
		if err != nil {
			return nil, err
		}
		count := (p.number-1)*p.size + len(rows.Items)
		if !p.cursor && (rows.More || len(rows.Items) == 0) {
			if count, err = l.count(tx); err != nil {
				return nil, err
			}
		}
		shown, sideloads, err := l.show(tx, rows.Items)
		if err != nil {
			return nil, err
		}
		answer := append(objectOf(l.key, shown), sideloads...)
		return append(answer, c.pageTail(p, len(rows.Items), rows.More, count, rows.Before, rows.After)...), nil
	})
}

// answerWholeList lists rows that are read all at once, because an account has few of them: groups, fields, rules. all gives them
// in order; id tells them apart.
func answerWholeList[T any](c *call, key string, all func(tx *store.Tx) ([]T, error), id func(T) int64, show func(tx *store.Tx, rows []T) (any, object, error)) error {
	var rows []T
	read := func(tx *store.Tx) (err error) {
		if rows == nil {
			rows, err = all(tx)
		}
		return err
	}
	return answerList(c, listSpec[T]{
		key: key,
		page: func(tx *store.Tx, p store.Page) (store.Listed[T], error) {
			if err := read(tx); err != nil {
				return store.Listed[T]{}, err
			}
			return pageOf(rows, id, p), nil
		},
		count: func(tx *store.Tx) (int, error) { return len(rows), nil },
		show:  show,
	})
}

// pageOf cuts a page out of rows that are all there. A cursor whose row is gone since starts from the list's beginning
// or end, as it would for a row that never was.
func pageOf[T any](rows []T, id func(T) int64, p store.Page) store.Listed[T] {
	from, to := min(p.Offset, len(rows)), len(rows)
	name := func(row T) string { return strconv.FormatInt(id(row), 10) }
	for i, row := range rows {
		switch name(row) {
		case p.After:
			from = i + 1
		case p.Before:
			to = i
		}
	}
	out := store.Listed[T]{}
	if p.Before != "" {
		from = max(0, to-p.Limit)
		out.More = from > 0
	} else {
		out.More = to > from+p.Limit
		to = min(to, from+p.Limit)
	}
	if out.Items = rows[from:to]; len(out.Items) > 0 {
		out.Before, out.After = name(rows[from]), name(rows[to-1])
	}
	return out
}

// showEach shows rows one by one, without sideloads.
func showEach[T, J any](show func(T) J) func(*store.Tx, []T) (any, object, error) {
	return func(_ *store.Tx, rows []T) (any, object, error) {
		out := make([]J, len(rows))
		for i, row := range rows {
			out[i] = show(row)
		}
		return out, nil, nil
	}
}
