package store

import (
	"context"
	"errors"
	"time"

	"interdesk/desk"
	"interdesk/store/sqldb"
)

// TrackerAgreement is an agreement with a bug tracker that is asked for news.
type TrackerAgreement struct {
	Account   desk.AccountID
	Agreement desk.AgreementID
}

// TrackerAgreements lists those in force, of all accounts.
func (s *Store) TrackerAgreements(ctx context.Context, q *sqldb.Tx) ([]TrackerAgreement, error) {
	rows, err := q.Query(ctx, `
		select account_id, agreement_id from agreements
		where peer = $1 and status = $2
		order by account_id, agreement_id`, desk.PeerTracker, desk.AgreementAccepted)
	if err != nil {
		return nil, err
	}
	return scanAll(rows, func(row scanner) (t TrackerAgreement, err error) {
		err = row.Scan(&t.Account, &t.Agreement)
		return t, err
	})
}

// SetAgreementKey gives an agreement another access key, sealed by the caller.
func (tx *Tx) SetAgreementKey(ctx context.Context, id desk.AgreementID, sealed string) error {
	return requireRow(tx.Exec(ctx, `
		update agreements set access_key = $3 where account_id = $1 and agreement_id = $2`, tx.account, id, sealed))
}

// SharesByRemoteID lists the shares of an agreement that are one ticket of the partner's, oldest first.
func (tx *Tx) SharesByRemoteID(ctx context.Context, a desk.AgreementID, remote string) ([]desk.Share, error) {
	return tx.shares(ctx, "shares_remote", `agreement_id = $2 and remote_id = $3 and remote_id <> '' order by share_id`, a, remote)
}

// TrackerSince is up to where a tracker's changes were read, by its own clock; zero: not yet.
func (tx *Tx) TrackerSince(ctx context.Context, a desk.AgreementID) (time.Time, error) {
	var since int64
	err := tx.QueryRow(ctx, `
		select since from tracker_polls where account_id = $1 and agreement_id = $2`, tx.account, a).Scan(&since)
	if errors.Is(err, sqldb.ErrNoRows) {
		return time.Time{}, nil
	}
	return fromMicros(since), err
}

// SetTrackerSince moves it on.
func (tx *Tx) SetTrackerSince(ctx context.Context, a desk.AgreementID, since time.Time) error {
	_, err := tx.Exec(ctx, `
		insert into tracker_polls (account_id, agreement_id, since) values ($1, $2, $3)
		on conflict (account_id, agreement_id) do update set since = excluded.since`, tx.account, a, micros(since))
	return err
}

// TrackerComment is what was last seen of a comment at a tracker.
type TrackerComment struct {
	RemoteID string         // "": the issue itself
	Comment  desk.CommentID // ours of it; 0: none
	Own      bool           // we wrote it there
	Digest   string
}

// TrackerComments are those of a share, by their ids there.
func (tx *Tx) TrackerComments(ctx context.Context, s desk.ShareID) (map[string]TrackerComment, error) {
	all, err := queryAll(ctx, tx, func(row scanner) (c TrackerComment, err error) {
		err = row.Scan(&c.RemoteID, &c.Comment, &c.Own, &c.Digest)
		return c, err
	}, `select remote_id, comment_id, own, digest from tracker_comments where account_id = $1 and share_id = $2`, tx.account, s)
	out := map[string]TrackerComment{}
	for _, c := range all {
		out[c.RemoteID] = c
	}
	return out, err
}

// PutTrackerComment stores one.
func (tx *Tx) PutTrackerComment(ctx context.Context, s desk.ShareID, c TrackerComment) error {
	_, err := tx.Exec(ctx, `
		insert into tracker_comments (account_id, share_id, remote_id, comment_id, own, digest) values ($1, $2, $3, $4, $5, $6)
		on conflict (account_id, share_id, remote_id) do update set digest = excluded.digest`,
		tx.account, s, c.RemoteID, c.Comment, c.Own, c.Digest)
	return err
}

// DropTrackerComment forgets one that is there no more.
func (tx *Tx) DropTrackerComment(ctx context.Context, s desk.ShareID, remote string) error {
	_, err := tx.Exec(ctx, `
		delete from tracker_comments where account_id = $1 and share_id = $2 and remote_id = $3`, tx.account, s, remote)
	return err
}

// DropTrackerComments forgets all of a share: another issue takes the place of the one it had.
func (tx *Tx) DropTrackerComments(ctx context.Context, s desk.ShareID) error {
	_, err := tx.Exec(ctx, `delete from tracker_comments where account_id = $1 and share_id = $2`, tx.account, s)
	return err
}
