package store

import (
	"context"

	"interdesk/desk"
)

// SharesHealth sums up the open and dead messages of each of a ticket's shares.
func (tx *Tx) SharesHealth(ctx context.Context, t desk.TicketID) (map[desk.ShareID]Health, error) {
	rows, err := tx.Query(ctx, `
		select d.share_id, d.state, count(*), min(d.created_at)
		from deliveries d`+tx.IndexedBy("deliveries_share")+`
		where d.account_id = $1 and d.share_id in (select share_id from shares where account_id = $1 and ticket_id = $2)
			and d.inbound = $3 and d.state in ($4, $5, $6)
		group by d.share_id, d.state`, tx.account, t, false, desk.DeliveryWaiting, desk.DeliveryFailing, desk.DeliveryDead)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[desk.ShareID]Health{}
	for rows.Next() {
		var id desk.ShareID
		var state desk.DeliveryState
		var n int
		var oldest int64
		if err := rows.Scan(&id, &state, &n, &oldest); err != nil {
			return nil, err
		}
		h := out[id]
		h.add(state, n, fromMicros(oldest))
		out[id] = h
	}
	return out, rows.Err()
}
