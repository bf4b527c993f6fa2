package store

import (
	"context"
	"time"

	"interdesk/desk"
)

// Rating is what is kept of a ticket whose requester was asked or has rated it.
type Rating struct {
	desk.Rating
	Ticket    desk.TicketID
	Requester desk.UserID  // of the ticket, now
	Assignee  desk.UserID  // who had the ticket when it was rated last, or else when they were asked
	Group     desk.GroupID // as well
	CreatedAt time.Time
	UpdatedAt time.Time
}

// updateRating stores what differs between the ratings of a ticket as it was read and as it shall be.
func (tx *Tx) updateRating(ctx context.Context, before, after *desk.Ticket) error {
	if before.Rating == after.Rating {
		return nil
	}
	r := &after.Rating
	_, err := tx.Exec(ctx, `
		insert into satisfaction_ratings (account_id, rating_id, ticket_id, assignee_id, group_id, satisfaction_rank, reason, comment, created_at, updated_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
		on conflict (account_id, ticket_id) do update set assignee_id = $4, group_id = $5, satisfaction_rank = $6, reason = $7, comment = $8, updated_at = $9`,
		tx.account, r.ID, after.ID, after.Assignee, after.Group, r.Score.Rank(), r.Reason, r.Comment, micros(after.UpdatedAt))
	return err
}

// RatingFilter chooses ratings. Their times are those of the last change; zero times bound nothing.
type RatingFilter struct {
	Scores []desk.Score // of these; none for all
	From   time.Time
	To     time.Time
}

// ratingColumns are read with what the ticket says, which is not in the trash.
const (
	ratingColumns = `r.rating_id, r.ticket_id, t.requester_id, r.assignee_id, r.group_id, r.satisfaction_rank, r.reason, r.comment, r.created_at, r.updated_at`
	ratedTicket   = `join tickets t on t.account_id = r.account_id and t.ticket_id = r.ticket_id and t.deleted_at = 0`
)

func scanRating(row scanner) (r Rating, err error) {
	var rank int64
	var created, updated int64
	err = row.Scan(&r.ID, &r.Ticket, &r.Requester, &r.Assignee, &r.Group, &rank, &r.Reason, &r.Comment, &created, &updated)
	r.Score, r.CreatedAt, r.UpdatedAt = scoreOf(min(max(rank, 0), int64(len(desk.Scores)-1))), fromMicros(created), fromMicros(updated)
	return r, err
}

// Rating reads one rating.
func (tx *Tx) Rating(ctx context.Context, id desk.RatingID) (Rating, error) {
	return queryOne(ctx, tx, scanRating, `
		select `+ratingColumns+` from satisfaction_ratings r `+ratedTicket+`
		where r.account_id = $1 and r.rating_id = $2`, tx.account, id)
}

// Ratings lists ratings in the order of their last changes, so that whoever reads them again from where they were finds each one
// that has changed.
func (tx *Tx) Ratings(ctx context.Context, f RatingFilter, p Page) (Listed[Rating], error) {
	c := tx.ratingClause(f)
	query, args, err := p.keyset(`
		select `+ratingColumns+` from satisfaction_ratings r`+tx.IndexedBy("satisfaction_ratings_updated")+` `+ratedTicket+`
		where `+joined(" and ", c.text), c.args, []sortKey{{column: "r.updated_at"}, {column: "r.rating_id"}})
	if err != nil {
		return Listed[Rating]{}, err
	}
	found, err := queryAll(ctx, tx, scanRating, query, args...)
	if err != nil {
		return Listed[Rating]{}, err
	}
	return listed(p, found, func(r *Rating) []any { return []any{micros(r.UpdatedAt), int64(r.ID)} }), nil
}

// ratingClause is the condition of a filter.
func (tx *Tx) ratingClause(f RatingFilter) *clause {
	c := &clause{}
	c.and("r.account_id = ?", tx.account)
	if !f.From.IsZero() {
		c.and("r.updated_at >= ?", micros(f.From))
	}
	if !f.To.IsZero() {
		c.and("r.updated_at <= ?", micros(f.To))
	}
	if len(f.Scores) > 0 {
		var ranks []int
		for _, s := range f.Scores {
			ranks = append(ranks, s.Rank())
		}
		c.text = append(c.text, inList(c, "r.satisfaction_rank", ranks))
	}
	return c
}

// CountRatings counts ratings up to a limit.
func (tx *Tx) CountRatings(ctx context.Context, f RatingFilter, limit int) (n int, err error) {
	c := tx.ratingClause(f)
	query := c.bind(`select count(*) from (
		select 1 from satisfaction_ratings r`+tx.IndexedBy("satisfaction_ratings_updated")+` `+ratedTicket+`
		where `+joined(" and ", c.text)+` limit ?) counted`, limit)
	err = tx.QueryRow(ctx, query, c.args...).Scan(&n)
	return n, err
}
