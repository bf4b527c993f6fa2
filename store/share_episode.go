package store

import (
	"context"

	"interdesk/desk"
)

// ShareEpisodes lists the times that a ticket was shared under an agreement, the first one first.
func (tx *Tx) ShareEpisodes(ctx context.Context, s desk.ShareID) ([]desk.ShareEpisode, error) {
	return queryAll(ctx, tx, scanShareEpisode, `
		select share_id, episode, begun_at, begun_by, ended_at, ended_by, reason from share_episodes
		where account_id = $1 and share_id = $2
		order by episode`, tx.account, s)
}

// BeginEpisode records that a ticket is shared anew.
func (tx *Tx) BeginEpisode(ctx context.Context, e desk.ShareEpisode) error {
	_, err := tx.Exec(ctx, `
		insert into share_episodes (account_id, share_id, episode, begun_at, begun_by, ended_at, ended_by, reason)
		values ($1, $2, $3, $4, $5, 0, '', '')`, tx.account, e.Share, e.Number, micros(e.BegunAt), e.BegunBy)
	return err
}

// EndEpisode records when and by whom an episode was ended. A later end of the same one changes nothing.
func (tx *Tx) EndEpisode(ctx context.Context, e desk.ShareEpisode) error {
	_, err := tx.Exec(ctx, `
		update share_episodes set ended_at = $4, ended_by = $5, reason = $6
		where account_id = $1 and share_id = $2 and episode = $3 and ended_at = 0`,
		tx.account, e.Share, e.Number, micros(e.EndedAt), e.EndedBy, e.Reason)
	return err
}

func scanShareEpisode(row scanner) (desk.ShareEpisode, error) {
	var e desk.ShareEpisode
	var begun, ended int64
	err := row.Scan(&e.Share, &e.Number, &begun, &e.BegunBy, &ended, &e.EndedBy, &e.Reason)
	e.BegunAt, e.EndedAt = fromMicros(begun), fromMicros(ended)
	return e, err
}
