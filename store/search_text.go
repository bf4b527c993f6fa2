package store

import (
	"context"
	"slices"
	"strings"

	"interdesk/search"
)

// ticketText is what is searched of a ticket.
type ticketText struct {
	search.Doc
	first          search.Doc // the description alone
	deleted, files bool
}

func (t *ticketText) each(fn func(place search.Place, words []string)) {
	for _, place := range search.Places() {
		if words := t.Words(place); len(words) > 0 {
			fn(place, words)
		}
	}
	fn(search.InTitle, []string{search.AllTickets})
}

// textRange is whose comments are read, with the names of their files: all of whole tickets, and some of others. public
// leaves out what end users must not see: tags, too.
type textRange struct {
	whole           []int64
	other, comments []int64 // of these tickets only these comments
	public          bool
	first           bool // the descriptions are read by themselves, too
}

// textsAtOnce is how many tickets or comments one statement names.
const textsAtOnce = 256

// ticketTexts reads the titles and tags of tickets, also of deleted ones, and what was said on them.
func (tx *Tx) ticketTexts(ctx context.Context, ids []int64, r textRange) (map[int64]*ticketText, error) {
	out := map[int64]*ticketText{}
	for some := range slices.Chunk(ids, textsAtOnce) {
		if err := tx.readTitles(ctx, some, r, out); err != nil {
			return nil, err
		}
	}
	for some := range slices.Chunk(r.whole, textsAtOnce) {
		if err := tx.readSaid(ctx, some, nil, r.public, out); err != nil {
			return nil, err
		}
	}
	for from := 0; from < len(r.comments); from += textsAtOnce {
		to := min(from+textsAtOnce, len(r.comments))
		if err := tx.readSaid(ctx, r.other[from:to], r.comments[from:to], r.public, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (tx *Tx) readTitles(ctx context.Context, ids []int64, r textRange, out map[int64]*ticketText) error {
	args, places := idPlaceholders(tx.account, ids)
	rows, err := tx.Query(ctx, `
		select ticket_id, deleted_at <> 0, has_attachments, subject, tags, description
		from tickets where account_id = $1 and ticket_id in (`+places+`)`, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var subject, tags, description string
		t := &ticketText{}
		if err := rows.Scan(&id, &t.deleted, &t.files, &subject, &tags, &description); err != nil {
			return err
		}
		t.Add(search.InTitle, subject)
		if r.first {
			t.first.Add(search.InText, description)
		}
		if !r.public {
			for tag := range strings.FieldsSeq(tags) {
				t.Add(search.InTags, tag)
			}
		}
		out[id] = t
	}
	return rows.Err()
}

// readSaid adds comments of tickets, all or some, and the names of their files.
func (tx *Tx) readSaid(ctx context.Context, tickets, comments []int64, public bool, out map[int64]*ticketText) error {
	which := &clause{args: []any{tx.account}}
	where := inList(which, "c.ticket_id", tickets)
	if comments != nil {
		where += " and " + inList(which, "c.comment_id", comments)
	}
	if public {
		where += " and c.is_public"
	}
	err := tx.addSaid(ctx, out, `
		select c.ticket_id, c.body from comments c where c.account_id = $1 and `+where, which.args)
	if err != nil || !slices.ContainsFunc(tickets, func(id int64) bool { return out[id] != nil && out[id].files }) {
		return err
	}
	return tx.addSaid(ctx, out, `
		select c.ticket_id, a.file_name
		from comments c join attachments a on a.account_id = $1 and a.ticket_id = c.ticket_id and a.comment_id = c.comment_id
		where c.account_id = $1 and not a.is_inline and `+where, which.args)
}

func (tx *Tx) addSaid(ctx context.Context, out map[int64]*ticketText, query string, args []any) error {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var text string
		if err := rows.Scan(&id, &text); err != nil {
			return err
		}
		if t := out[id]; t != nil {
			t.Add(search.InText, text)
		}
	}
	return rows.Err()
}
