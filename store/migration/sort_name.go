package migration

import (
	"context"
	"database/sql"

	"github.com/pressly/goose/v3"

	"interdesk/desk"
)

// steps are the migrations that SQL alone cannot express.
func steps() []*goose.Migration {
	return []*goose.Migration{goose.NewGoMigration(12, &goose.GoFunc{RunTx: fillSortNames}, nil),
		goose.NewGoMigration(15, &goose.GoFunc{RunTx: fillNameWords}, nil)}
}

// namesAtOnce is how many names are read at a time.
const namesAtOnce = 1000

// fillSortNames gives people, groups and organizations with letters that SQL does not lower the form they sort by.
func fillSortNames(ctx context.Context, tx *sql.Tx) error {
	for table, key := range map[string]string{"users": "user_id", "groups": "group_id", "organizations": "organization_id"} {
		var last namedRow
		for {
			rows, err := readNames(ctx, tx, table, key, last)
			if err != nil {
				return err
			}
			for _, r := range rows {
				if err := r.fill(ctx, tx, table, key); err != nil {
					return err
				}
			}
			if len(rows) < namesAtOnce {
				break
			}
			last = rows[len(rows)-1]
		}
	}
	return nil
}

type namedRow struct {
	account, id int64
	name, sort  string
}

func readNames(ctx context.Context, tx *sql.Tx, table, key string, after namedRow) (out []namedRow, err error) {
	rows, err := tx.QueryContext(ctx, `
		select account_id, `+key+`, name, sort_name from `+table+`
		where (account_id, `+key+`) > ($1, $2) order by account_id, `+key+` limit $3`, after.account, after.id, namesAtOnce)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var r namedRow
		if err := rows.Scan(&r.account, &r.id, &r.name, &r.sort); err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

func (r namedRow) fill(ctx context.Context, tx *sql.Tx, table, key string) error {
	sort := desk.SortName(r.name)
	if sort == r.sort {
		return nil
	}
	_, err := tx.ExecContext(ctx, `
		update `+table+` set sort_name = $3 where account_id = $1 and `+key+` = $2`, r.account, r.id, sort)
	return err
}
