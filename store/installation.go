package store

import (
	"context"

	"interdesk/store/sqldb"
)

// InstallationValue reads what the installation as a whole keeps under a name.
func (s *Store) InstallationValue(ctx context.Context, name string) (value string, err error) {
	err = s.db.Read(ctx, func(q *sqldb.Tx) error {
		return q.QueryRow(ctx, `select value from installation where name = $1`, name).Scan(&value)
	})
	return value, notFound(err)
}

// SetInstallationValue keeps a value for the installation as a whole.
func (s *Store) SetInstallationValue(ctx context.Context, name, value string) error {
	return s.db.Write(ctx, func(q *sqldb.Tx) error {
		_, err := q.Exec(ctx, `
			insert into installation (name, value) values ($1, $2)
			on conflict (name) do update set value = excluded.value`, name, value)
		return err
	})
}

// FirstInstallationValue keeps value unless there is one already, and gives the one that stands: processes that start
// together agree on what the first of them made up.
func (s *Store) FirstInstallationValue(ctx context.Context, name, value string) (stands string, err error) {
	err = s.db.Write(ctx, func(q *sqldb.Tx) error {
		_, err := q.Exec(ctx, `
			insert into installation (name, value) values ($1, $2) on conflict (name) do nothing`, name, value)
		if err != nil {
			return err
		}
		return q.QueryRow(ctx, `select value from installation where name = $1`, name).Scan(&stands)
	})
	return stands, err
}
