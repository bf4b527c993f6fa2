package migration

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"interdesk/search"
)

// nameWordSource is where the words come from by which people and organizations are found.
type nameWordSource struct {
	query string // account, id, name, alias, address, phone, tags of the next behind an account and id
	words func(name, alias, email, phone string, tags []string) []search.NameWord
}

func nameWordSources() []nameWordSource {
	return []nameWordSource{{`
		select account_id, user_id, name, alias, coalesce(email, ''), phone, tags from users
		where (account_id, user_id) > ($1, $2) and active order by account_id, user_id limit $3`,
		func(name, alias, email, phone string, tags []string) []search.NameWord {
			return search.PersonWords([]string{name, alias}, email, phone, tags)
		}}, {`
		select account_id, organization_id, name, '', '', '', tags from organizations
		where (account_id, organization_id) > ($1, $2) order by account_id, organization_id limit $3`,
		func(name, _, _, _ string, tags []string) []search.NameWord {
			return search.OrganizationWords(name, tags)
		}}}
}

// fillNameWords writes the words of people and organizations that are there.
func fillNameWords(ctx context.Context, tx *sql.Tx) error {
	for _, source := range nameWordSources() {
		for last, n := (wordedRow{}), namesAtOnce; n == namesAtOnce; {
			rows, err := source.read(ctx, tx, last)
			if err != nil {
				return err
			}
			for _, r := range rows {
				if err := r.store(ctx, tx); err != nil {
					return err
				}
				last = r
			}
			n = len(rows)
		}
	}
	return nil
}

type wordedRow struct {
	account, id int64
	words       []search.NameWord
}

func (s nameWordSource) read(ctx context.Context, tx *sql.Tx, after wordedRow) (out []wordedRow, err error) {
	rows, err := tx.QueryContext(ctx, s.query, after.account, after.id, namesAtOnce)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var r wordedRow
		var name, alias, email, phone, tags string
		if err := rows.Scan(&r.account, &r.id, &name, &alias, &email, &phone, &tags); err != nil {
			return nil, err
		}
		r.words = s.words(name, alias, email, phone, strings.Fields(tags))
		out = append(out, r)
	}
	return out, rows.Err()
}

func (r wordedRow) store(ctx context.Context, tx *sql.Tx) error {
	if len(r.words) == 0 {
		return nil
	}
	args, values := []any{r.account, r.id}, []string{}
	for _, w := range r.words {
		args = append(args, int64(w.Kind), w.Word)
		values = append(values, fmt.Sprintf("($1, $2, $%d, $%d)", len(args)-1, len(args)))
	}
	_, err := tx.ExecContext(ctx, `
		insert into name_words (account_id, id, kind, word) values `+strings.Join(values, ", ")+` on conflict do nothing`, args...)
	return err
}
