package store

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"interdesk/condition"
	"interdesk/desk"
)

// rowsAtOnce is how many rows one statement inserts: enough for nearly all tickets, few enough texts to stay prepared.
const rowsAtOnce = 16

// insertRows inserts rows of equal width by few statements. into is the statement up to "values".
func (tx *Tx) insertRows(ctx context.Context, into string, rows [][]any) error {
	for part := range slices.Chunk(rows, rowsAtOnce) {
		var b strings.Builder
		b.WriteString(into)
		args := make([]any, 0, len(part)*len(part[0]))
		for i, row := range part {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(" (")
			for j := range row {
				if j > 0 {
					b.WriteString(", ")
				}
				b.WriteByte('$')
				b.WriteString(strconv.Itoa(len(args) + j + 1))
			}
			b.WriteByte(')')
			args = append(args, row...)
		}
		if _, err := tx.Exec(ctx, b.String(), args...); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) addTags(ctx context.Context, id desk.TicketID, tags []string) error {
	rows := make([][]any, 0, len(tags))
	for _, tag := range tags {
		rows = append(rows, []any{tx.account, tag, id})
	}
	return tx.insertRows(ctx, `insert into ticket_tags (account_id, tag, ticket_id) values`, rows)
}

func (tx *Tx) removeTags(ctx context.Context, id desk.TicketID, tags []string) error {
	for _, tag := range tags {
		_, err := tx.Exec(ctx, `
			delete from ticket_tags where account_id = $1 and tag = $2 and ticket_id = $3`, tx.account, tag, id)
		if err != nil {
			return err
		}
	}
	return nil
}

// addFields stores the ticket's values of some fields.
func (tx *Tx) addFields(ctx context.Context, t *desk.Ticket, ids []desk.FieldID) error {
	var rows [][]any
	for _, id := range ids {
		for place, value := range t.Fields[id] {
			whole, millionths := numbersOf(value)
			rows = append(rows, []any{tx.account, t.ID, id, place, foundBy(value), value, whole, millionths})
		}
	}
	return tx.insertRows(ctx, `
		insert into ticket_values (account_id, ticket_id, field_id, place, found_by, value, whole, millionths) values`, rows)
}

func (tx *Tx) removeFields(ctx context.Context, id desk.TicketID, fields []desk.FieldID) error {
	for _, field := range fields {
		_, err := tx.Exec(ctx, `
			delete from ticket_values where account_id = $1 and ticket_id = $2 and field_id = $3`, tx.account, id, field)
		if err != nil {
			return err
		}
	}
	return nil
}

// foundByLength keeps the index small whatever the value: PostgreSQL refuses entries of more than 2,700 bytes.
const foundByLength = 64

// foundBy is the beginning of a value, folded, by which it is looked up.
func foundBy(value string) string {
	if len(value) > foundByLength {
		end := foundByLength
		for !utf8.RuneStart(value[end]) {
			end--
		}
		value = value[:end]
	}
	return condition.Fold(value)
}

// numbersOf reads a value as the two kinds of number that conditions compare; nil where it is none.
func numbersOf(value string) (whole, millionths any) {
	if n, err := strconv.ParseInt(value, 10, 64); err == nil {
		whole = n
	}
	if n, ok := condition.ParseDecimal(value); ok {
		millionths = n
	}
	return whole, millionths
}

// The kinds of ticket_people.
const (
	follower = "follower"
	emailCC  = "cc"
)

func (tx *Tx) updatePeople(ctx context.Context, before, after *desk.Ticket) error {
	if err := tx.replacePeople(ctx, after.ID, follower, before.Followers, after.Followers); err != nil {
		return err
	}
	return tx.replacePeople(ctx, after.ID, emailCC, before.EmailCCs, after.EmailCCs)
}

func (tx *Tx) replacePeople(ctx context.Context, id desk.TicketID, kind string, before, after []desk.UserID) error {
	for _, user := range without(before, after) {
		_, err := tx.Exec(ctx, `
			delete from ticket_people where account_id = $1 and ticket_id = $2 and kind = $3 and user_id = $4`,
			tx.account, id, kind, user)
		if err != nil {
			return err
		}
	}
	var rows [][]any
	for _, user := range without(after, before) {
		rows = append(rows, []any{tx.account, id, user, kind})
	}
	return tx.insertRows(ctx, `insert into ticket_people (account_id, ticket_id, user_id, kind) values`, rows)
}
