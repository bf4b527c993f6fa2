package store

import (
	"context"
	"fmt"

	"interdesk/store/sqldb"
)

// Place tells which database this is, as against a copy of it: the file on its disk, or the database of its server. "" where
// nothing tells. What Place gives for a copy differs from what it gave for the original.
func (s *Store) Place(ctx context.Context) (string, error) {
	if path := s.db.Path(); path != "" {
		return fileIdentity(path)
	}
	var oid int64
	err := s.db.Read(ctx, func(q *sqldb.Tx) error {
		return q.QueryRow(ctx, `select cast(oid as bigint) from pg_database where datname = current_database()`).Scan(&oid)
	})
	if err != nil {
		return "", err
	}
	var server int64
	_ = s.db.Read(ctx, func(q *sqldb.Tx) error { // some hosts of databases keep it to themselves
		return q.QueryRow(ctx, `select system_identifier from pg_control_system()`).Scan(&server)
	})
	return fmt.Sprintf("%d/%d", server, oid), nil
}
