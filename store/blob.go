package store

import (
	"context"
	"slices"

	"interdesk/store/sqldb"
)

// UnusedBlobs gives those of the contents that no attachment of any account shows and no mail came as. Contents are shared by all accounts:
// equal bytes lie once. It reads the whole table, so it is for work in the background.
func (s *Store) UnusedBlobs(ctx context.Context, sums []string) ([]string, error) {
	if len(sums) == 0 {
		return nil, nil
	}
	args := make([]any, len(sums))
	for i, sum := range sums {
		args[i] = sum
	}
	var used []string
	err := s.db.Read(ctx, func(q *sqldb.Tx) error {
		rows, err := q.Query(ctx, `
			select blob from attachments where blob in (`+sqldb.Placeholders(1, len(sums))+`)
			union
			select blob from mails where blob in (`+sqldb.Placeholders(1, len(sums))+`)`, args...)
		if err != nil {
			return err
		}
		used, err = scanAll(rows, func(row scanner) (sum string, err error) {
			err = row.Scan(&sum)
			return sum, err
		})
		return err
	})
	unused := slices.Clone(sums)
	return slices.DeleteFunc(unused, func(sum string) bool { return slices.Contains(used, sum) }), err
}
