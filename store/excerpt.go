package store

import (
	"context"

	"interdesk/desk"
	"interdesk/store/sqldb"
)

// CommentExcerpt is the beginning of a comment.
type CommentExcerpt struct {
	Ticket desk.TicketID
	Public bool
	Body   string
}

// CommentExcerpts gives the beginnings, up to a number of characters, of the first and of the newest comments of each of a page of
// tickets, the newest first: where a search may have found its words.
func (tx *Tx) CommentExcerpts(ctx context.Context, tickets []desk.TicketID, newest, characters int) ([]CommentExcerpt, error) {
	if len(tickets) == 0 {
		return nil, nil
	}
	args, places := tx.ticketPlaceholders(tickets)
	args = append(args, newest, characters)
	n := len(args)
	return queryAll(ctx, tx, func(row scanner) (s CommentExcerpt, err error) {
		err = row.Scan(&s.Ticket, &s.Public, &s.Body)
		return s, err
	}, `
		select c.ticket_id, c.is_public, substr(c.body, 1, `+sqldb.Placeholders(n, 1)+`)
		from (
			select ticket_id, comment_id, row_number() over (partition by ticket_id order by comment_id desc) as back,
				row_number() over (partition by ticket_id order by comment_id) as forth
			from comments where account_id = $1 and ticket_id in (`+places+`)) near
		join comments c on c.account_id = $1 and c.ticket_id = near.ticket_id and c.comment_id = near.comment_id
		where near.back <= `+sqldb.Placeholders(n-1, 1)+` or near.forth = 1
		order by c.ticket_id, c.comment_id desc`, args...)
}
