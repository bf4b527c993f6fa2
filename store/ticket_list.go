package store

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"interdesk/desk"
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
	SortLocale    TicketSort = "locale" // the requester's
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

// clause gathers the conditions of a query and their arguments; the first argument is the account. Of conditions that must
// hold, it knows which of them an index can answer: see accessPath.
type clause struct {
	text   []string
	args   []any
	equal  map[string][]any    // columns that have one of some values
	spans  map[string]interval // columns that lie between bounds
	beside []accessPath        // what leads here from other tables
	plain  int                 // conditions that say what equal says, and no more
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
	out := &clause{text: slices.Clone(c.text), args: slices.Clone(c.args), equal: maps.Clone(c.equal), spans: maps.Clone(c.spans),
		beside: slices.Clone(c.beside), plain: c.plain}
	more(out)
	return out
}

// equals adds the condition that a column of tickets has one of some values.
func (c *clause) equals(column string, values ...any) {
	if len(values) == 1 {
		c.and("t."+column+" = ?", values[0])
	} else {
		c.text = append(c.text, inList(c, "t."+column, values))
	}
	c.knowEqual(column, values)
	c.plain++
}

// knowEqual notes that of a column only these values can be, which the conditions say in their own words.
func (c *clause) knowEqual(column string, values []any) {
	if c.equal == nil {
		c.equal = map[string][]any{}
	}
	if before, asked := c.equal[column]; asked {
		values = slices.DeleteFunc(slices.Clone(values), func(v any) bool { return !slices.Contains(before, v) })
	}
	c.equal[column] = distinct(values)
}

// knowSpan notes that a column can only lie between bounds.
func (c *clause) knowSpan(column string, s interval) {
	if c.spans == nil {
		c.spans = map[string]interval{}
	}
	if before, asked := c.spans[column]; asked {
		s = interval{max(s.from, before.from), min(s.to, before.to)}
	}
	c.spans[column] = s
}

func distinct(values []any) (out []any) {
	for _, v := range values {
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// nothing tells that the conditions can never hold.
func (c *clause) nothing() bool {
	for _, values := range c.equal {
		if len(values) == 0 {
			return true
		}
	}
	return false
}

func (c *clause) where() string { return joined(" and ", c.text) }

// TicketList lists tickets.
func (tx *Tx) TicketList(ctx context.Context, q TicketQuery) (Listed[desk.Ticket], error) {
	c := q.clause(tx.account)
	return tx.readPage(ctx, q.Page, c, q.keys())
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
	for _, x := range [...]struct {
		column string
		id     int64
	}{
		{"requester_id", int64(q.Requester)}, {"submitter_id", int64(q.Submitter)}, {"assignee_id", int64(q.Assignee)},
		{"group_id", int64(q.Group)}, {"organization_id", int64(q.Organization)}, {"problem_id", int64(q.Problem)},
	} {
		if x.id != 0 {
			c.equals(x.column, x.id)
		}
	}
	if q.ExternalID != "" {
		c.equals("external_id", q.ExternalID)
	}
	if len(q.IDs) > 0 {
		c.equals("ticket_id", anys(q.IDs)...)
	}
	if len(q.Statuses) > 0 {
		var ranks []any
		for _, s := range q.Statuses {
			ranks = append(ranks, int64(s.Rank()))
		}
		c.equals("status_rank", ranks...)
	}
	if q.Type != "" {
		c.and(`t.type = ?`, string(q.Type))
	}
	if q.Public {
		c.and(`t.is_public`)
	}
	c.person(emailCC, q.CC)
	c.person(follower, q.Follower)
	return c
}

// anys are ids as the arguments of a statement.
func anys[T ~int64](ids []T) []any {
	out := make([]any, len(ids))
	for i, id := range ids {
		out[i] = int64(id)
	}
	return out
}

// person adds the condition that somebody is copied on the ticket, or follows it.
func (c *clause) person(kind string, id desk.UserID) {
	if id == 0 {
		return
	}
	c.and(`exists (
		select 1 from ticket_people p
		where p.account_id = $1 and p.ticket_id = t.ticket_id and p.kind = ? and p.user_id = ?)`, kind, int64(id))
	c.beside = append(c.beside, accessPath{table: "ticket_people", index: "ticket_people_user", values: []any{int64(id)},
		columns: []string{"user_id", "ticket_id"}, repeats: true})
}

const requesterLocale = `coalesce((
	select u.locale from users u where u.account_id = $1 and u.user_id = t.requester_id), '')`

func (q *TicketQuery) keys() []sortKey {
	id := sortKey{column: "t.ticket_id", desc: q.Desc}
	switch q.Sort {
	case SortCreated, SortUpdated:
		return []sortKey{{column: "t." + string(q.Sort), desc: q.Desc}, id}
	case SortStatus, SortPriority:
		return []sortKey{{column: "t." + string(q.Sort) + "_rank", desc: q.Desc}, id}
	case SortSubject:
		return []sortKey{{column: "lower(t.subject)", text: true, desc: q.Desc}, id}
	case SortLocale:
		return []sortKey{{column: requesterLocale, text: true, desc: q.Desc}, id}
	case SortRequester, SortAssignee, SortGroup:
		name := systemKey(string(q.Sort))
		name.desc = q.Desc
		return []sortKey{name, id}
	}
	return []sortKey{id}
}
