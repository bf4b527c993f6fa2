package store

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"interdesk/desk"
	"interdesk/store/sqldb"
)

// TicketSort is what a list of tickets is sorted by; equal ones by id.
type TicketSort string

// The sorts of lists. The first five go over an index; the others look at every ticket of the list. People and groups sort
// by name.
const (
	SortID       TicketSort = "" // the order they were made in
	SortCreated  TicketSort = "created_at"
	SortUpdated  TicketSort = "updated_at"
	SortStatus   TicketSort = "status"
	SortPriority TicketSort = "priority"

	SortSubject   TicketSort = "subject"
	SortRequester TicketSort = "requester"
	SortAssignee  TicketSort = "assignee"
	SortGroup     TicketSort = "group"
)

// TicketQuery narrows and sorts a list of tickets; zero parts do not narrow. Deleted tickets are never listed.
type TicketQuery struct {
	Page
	IDs          []desk.TicketID // only of these; sorted as the list is, not as given
	Requester    desk.UserID
	Submitter    desk.UserID
	Assignee     desk.UserID
	Organization desk.OrganizationID
	Group        desk.GroupID
	ExternalID   string
	CC           desk.UserID // copied by mail
	Follower     desk.UserID
	Problem      desk.TicketID // its incidents
	Statuses     []desk.Status
	Type         desk.TicketType
	Public       bool // only what its requester may know of
	Sort         TicketSort
	Desc         bool
	Cap          int // how far TicketCount counts; 0 is CountCap
}

// clause gathers the conditions of a query and their arguments; the first argument is the account.
type clause struct {
	text []string
	args []any
}

// and adds a condition; each ? of it stands for the next of the arguments.
func (c *clause) and(text string, args ...any) {
	c.text = append(c.text, c.bind(text, args...))
}

func (c *clause) bind(text string, args ...any) string {
	for _, a := range args {
		c.args = append(c.args, a)
		text = strings.Replace(text, "?", "$"+strconv.Itoa(len(c.args)), 1)
	}
	return text
}

// placeholders adds arguments and gives the inside of their in-list.
func placeholders[T any](c *clause, values []T) string {
	var b strings.Builder
	for i, v := range values {
		if i > 0 {
			b.WriteString(", ")
		}
		c.args = append(c.args, v)
		b.WriteString("$" + strconv.Itoa(len(c.args)))
	}
	return b.String()
}

// extended is the clause and more conditions; the clause itself stays as it is.
func (c *clause) extended(more func(*clause)) *clause {
	out := &clause{text: slices.Clone(c.text), args: slices.Clone(c.args)}
	more(out)
	return out
}

func (c *clause) where() string { return strings.Join(c.text, " and ") }

// TicketList lists tickets.
func (tx *Tx) TicketList(ctx context.Context, q TicketQuery) (Listed[desk.Ticket], error) {
	c := q.clause(tx.account)
	return tx.sortedTickets(ctx, q.Page, c, q.keys())
}

// TicketCount counts what TicketList lists.
func (tx *Tx) TicketCount(ctx context.Context, q TicketQuery) (Count, error) {
	if q.Cap > 0 {
		return tx.countUpTo(ctx, q.clause(tx.account), q.Cap)
	}
	return tx.countTickets(ctx, q.clause(tx.account))
}

func (q *TicketQuery) clause(account desk.AccountID) *clause {
	c := &clause{}
	c.and(`t.account_id = ? and t.deleted_at = 0`, account)
	ids := [...]struct {
		column string
		id     int64
	}{
		{"requester_id", int64(q.Requester)}, {"submitter_id", int64(q.Submitter)}, {"assignee_id", int64(q.Assignee)},
		{"group_id", int64(q.Group)}, {"organization_id", int64(q.Organization)}, {"problem_id", int64(q.Problem)},
	}
	for _, x := range ids {
		if x.id != 0 {
			c.and(`t.`+x.column+` = ?`, x.id)
		}
	}
	q.partial(c)
	if len(q.IDs) > 0 {
		c.text = append(c.text, `t.ticket_id in (`+placeholders(c, q.IDs)+`)`)
	}
	if len(q.Statuses) > 0 {
		ranks := make([]int, len(q.Statuses))
		for i, s := range q.Statuses {
			ranks[i] = s.Rank()
		}
		c.text = append(c.text, `t.status_rank in (`+placeholders(c, ranks)+`)`)
	}
	q.persons(c)
	return c
}

// partial repeats the conditions of partial indexes, without which they are not used.
func (q *TicketQuery) partial(c *clause) {
	if q.Organization != 0 {
		c.and(`t.organization_id <> 0`)
	}
	if q.Problem != 0 {
		c.and(`t.problem_id <> 0`)
	}
	if q.ExternalID != "" {
		c.and(`t.external_id = ? and t.external_id <> ''`, q.ExternalID)
	}
	if q.Type != "" {
		c.and(`t.type = ?`, string(q.Type))
	}
	if q.Public {
		c.and(`t.is_public`)
	}
}

func (q *TicketQuery) persons(c *clause) {
	person := func(kind string, id desk.UserID) {
		if id != 0 {
			c.and(`t.ticket_id in (
				select p.ticket_id from ticket_people p where p.account_id = $1 and p.user_id = ? and p.kind = ?)`, id, kind)
		}
	}
	person(emailCC, q.CC)
	person(follower, q.Follower)
}

func (q *TicketQuery) keys() []sortKey {
	id := sortKey{column: "t.ticket_id", desc: q.Desc}
	switch q.Sort {
	case SortCreated, SortUpdated:
		return []sortKey{{column: "t." + string(q.Sort), desc: q.Desc}, id}
	case SortStatus, SortPriority:
		return []sortKey{{column: "t." + string(q.Sort) + "_rank", desc: q.Desc}, id}
	case SortSubject:
		return []sortKey{{column: "lower(t.subject)", text: true, desc: q.Desc}, id}
	case SortRequester, SortAssignee, SortGroup:
		name := systemKey(string(q.Sort))
		name.desc = q.Desc
		return []sortKey{name, id}
	}
	return []sortKey{id}
}

// sortedTickets reads a page of the tickets of a clause over "tickets t".
func (tx *Tx) sortedTickets(ctx context.Context, p Page, c *clause, keys []sortKey) (Listed[desk.Ticket], error) {
	g := pageReader{tx: tx, at: map[desk.TicketID][]any{}}
	whole, err := false, error(nil)
	if tx.Dialect() == sqldb.SQLite {
		whole, err = g.indexScan(ctx, p, c, keys)
	}
	if err == nil && !whole {
		err = g.sortRows(ctx, p, c, keys)
	}
	if err != nil {
		return Listed[desk.Ticket]{}, err
	}
	return g.listed(p), nil
}

// pageReader gathers the tickets of a page. The sort keys are read along with each row, so that cursors are exact
// whatever the keys are.
type pageReader struct {
	tx      *Tx
	tickets []desk.Ticket
	at      map[desk.TicketID][]any
}

func (g *pageReader) listed(p Page) Listed[desk.Ticket] {
	return listed(p, g.tickets, func(t *desk.Ticket) []any { return g.at[t.ID] })
}

// sortRows adds a page of the tickets of a clause, by one statement that leaves to the engine how. Values of keys that are the
// same for all of them, and come before the others, are front.
func (g *pageReader) sortRows(ctx context.Context, p Page, c *clause, keys []sortKey, front ...any) error {
	columns := keyedColumns(keys)
	p.steady = len(c.args) == 1 // all tickets of the account, along the index that they are sorted by
	what := columns
	if p.scattered {
		what = "t.ticket_id"
	}
	query, args, err := p.keyset(`select `+what+` from tickets t where `+c.where(), c.args, keys)
	if err != nil {
		return err
	}
	if p.scattered {
		query = `select ` + columns + ` from tickets t where t.account_id = $1 and t.ticket_id in (select ticket_id from (` + query + `) found)` + p.order(keys)
	}
	return g.readRows(ctx, query, args, keys, front)
}

// keyedColumns are those of whole tickets and the keys that they are sorted by; the last key is the id.
func keyedColumns(keys []sortKey) string {
	columns := wholeTicket
	for _, k := range keys[:len(keys)-1] {
		columns += ", " + k.column
	}
	return columns
}

// readRows adds the rows of a query of keyedColumns.
func (g *pageReader) readRows(ctx context.Context, query string, args []any, keys []sortKey, front []any) error {
	reading := newRowReaderOf(wholeTicketWidth + len(keys) - 1)
	found, err := g.tx.ticketRows(ctx, reading, query, args, func(c *rowReader) {
		key := slices.Grow(slices.Clone(front), len(keys))
		for _, k := range keys[:len(keys)-1] {
			if k.text {
				key = append(key, c.text())
			} else {
				key = append(key, c.int())
			}
		}
		id := c.values[0].(int64)
		g.at[desk.TicketID(id)] = append(key, id)
	})
	g.tickets = append(g.tickets, found...)
	return err
}
