package store

import (
	"context"

	"interdesk/desk"
)

// AddShareMapRevision keeps what the map of an agreement is from now on, as its next revision.
func (tx *Tx) AddShareMapRevision(ctx context.Context, id desk.AgreementID, r desk.ShareMapRevision) error {
	text, err := toJSON(r.Map)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into share_map_revisions (account_id, agreement_id, revision, share_map, changed_by, changed_at)
		select $1, $2, coalesce(max(revision), 0) + 1, $3, $4, $5
		from share_map_revisions where account_id = $1 and agreement_id = $2`,
		tx.account, id, text, r.By, micros(r.At))
	return err
}

// ShareMapRevisions lists the revisions of an agreement's map, newest first, at most limit before one; 0: from the newest.
func (tx *Tx) ShareMapRevisions(ctx context.Context, id desk.AgreementID, before, limit int) ([]desk.ShareMapRevision, error) {
	return queryAll(ctx, tx, scanShareMapRevision, `
		select revision, share_map, changed_by, changed_at from share_map_revisions
		where account_id = $1 and agreement_id = $2 and (revision < $3 or $3 = 0)
		order by revision desc limit $4`, tx.account, id, before, limit)
}

// ShareMapRevision reads one.
func (tx *Tx) ShareMapRevision(ctx context.Context, id desk.AgreementID, number int) (desk.ShareMapRevision, error) {
	return queryOne(ctx, tx, scanShareMapRevision, `
		select revision, share_map, changed_by, changed_at from share_map_revisions
		where account_id = $1 and agreement_id = $2 and revision = $3`, tx.account, id, number)
}

func scanShareMapRevision(row scanner) (r desk.ShareMapRevision, err error) {
	var text string
	var at int64
	if err = row.Scan(&r.Number, &text, &r.By, &at); err != nil {
		return r, err
	}
	r.At = fromMicros(at)
	return r, fromJSON(text, "map of an agreement", &r.Map)
}
