package store

import (
	"context"
	"slices"
)

// What admins put in an order has a position from 1. Rows of equal position stand in the order of their ids.

// reorder numbers the rows of a table from 1: first those named, then the others as they stood. Names of rows that do
// not exist are passed over.
func (tx *Tx) reorder(ctx context.Context, table, key string, ids []int64) error {
	before, err := queryAll(ctx, tx, scanID, `
		select `+key+` from `+table+` where account_id = $1 order by position, `+key, tx.account)
	if err != nil {
		return err
	}
	return tx.renumber(ctx, table, key, namedFirst(before, ids))
}

// namedFirst puts the named ids, as far as they are among all, before the rest.
func namedFirst(all, named []int64) []int64 {
	out, rest := make([]int64, 0, len(all)), make(map[int64]bool, len(all))
	for _, id := range all {
		rest[id] = true
	}
	for _, id := range named {
		if rest[id] {
			out = append(out, id)
			delete(rest, id)
		}
	}
	for _, id := range all {
		if rest[id] {
			out = append(out, id)
		}
	}
	return out
}

// renumber gives the rows the positions 1, 2, 3, … and writes only those that move.
func (tx *Tx) renumber(ctx context.Context, table, key string, ids []int64) error {
	before := map[int64]int{}
	_, err := queryAll(ctx, tx, func(row scanner) (id int64, err error) {
		var position int
		err = row.Scan(&id, &position)
		before[id] = position
		return id, err
	}, `select `+key+`, position from `+table+` where account_id = $1`, tx.account)
	if err != nil {
		return err
	}
	for i, id := range ids {
		if before[id] == i+1 {
			continue
		}
		_, err := tx.Exec(ctx, `
			update `+table+` set position = $3 where account_id = $1 and `+key+` = $2`, tx.account, id, i+1)
		if err != nil {
			return err
		}
	}
	return nil
}

// lastPosition is the place after all rows of a table.
func (tx *Tx) lastPosition(ctx context.Context, table string) (n int, err error) {
	err = tx.QueryRow(ctx, `
		select coalesce(max(position), 0) + 1 from `+table+` where account_id = $1`, tx.account).Scan(&n)
	return n, err
}

func int64s[I ~int64](ids []I) []int64 {
	out := make([]int64, len(ids))
	for i, id := range ids {
		out[i] = int64(id)
	}
	return out
}

// moveTo puts one id, which may be among the others already, at a position from 1; place is where it came to stand.
func moveTo(ids []int64, id int64, position int) (moved []int64, place int) {
	moved = slices.DeleteFunc(slices.Clone(ids), func(o int64) bool { return o == id })
	at := min(max(position-1, 0), len(moved))
	return slices.Insert(moved, at, id), at + 1
}
