package store

import (
	"context"
	"math"
	"strconv"
	"time"

	"interdesk/condition"
	"interdesk/desk"
	"interdesk/store/sqldb"
)

// ViewQuery asks for the tickets for which conditions hold, as a viewer sees them at an instant.
type ViewQuery struct {
	Page
	Config *desk.Config
	Tree   condition.Tree
	Place  condition.Place // 0 means condition.View
	Viewer desk.Actor      // whom current_user and current_groups mean
	At     time.Time
	Output desk.Output // only group and sort are read; what cannot be sorted by is passed over
	Cap    int         // how far CountWhere counts; 0 means CountCap
}

// TicketsWhere lists the tickets of a view. A tree that cannot be evaluated is an Invalid error.
func (tx *Tx) TicketsWhere(ctx context.Context, q ViewQuery) (Listed[desk.Ticket], error) {
	c, err := tx.viewClause(q)
	if err != nil {
		return Listed[desk.Ticket]{}, err
	}
	var found Listed[desk.Ticket]
	err = tx.runView(ctx, func() (err error) {
		found, err = tx.readPage(ctx, q.Page, c, viewKeys(q.Config, q.Output))
		return err
	})
	return found, err
}

// runView reads for a view. What the database cannot run is an Invalid error, and whoever reads goes on with other views.
func (tx *Tx) runView(ctx context.Context, read func() error) error {
	err := tx.Savepoint(ctx, read)
	if err == nil || desk.KindOf(err) != desk.Internal || sqldb.Unavailable(err) || ctx.Err() != nil {
		return err
	}
	return &desk.Error{Kind: desk.Invalid, Message: "The database cannot run the conditions of this view. Edit them.", Err: err}
}

// CountWhere counts the tickets of a view.
func (tx *Tx) CountWhere(ctx context.Context, q ViewQuery) (Count, error) {
	c, err := tx.viewClause(q)
	if err != nil {
		return Count{}, err
	}
	limit := q.Cap
	if limit <= 0 {
		limit = CountCap
	}
	var n Count
	err = tx.runView(ctx, func() (err error) {
		n, err = tx.countUpTo(ctx, c, limit)
		return err
	})
	return n, err
}

func (tx *Tx) viewClause(q ViewQuery) (*clause, error) {
	place := q.Place
	if place == 0 {
		place = condition.View
	}
	c := &clause{}
	c.and(`t.account_id = ? and t.deleted_at = 0`, tx.account)
	return c, tx.newFilter(c, q.Config, place, q.Viewer, q.At).addTree(q.Tree)
}

// viewKeys are what a view is grouped by, then sorted by, then the id.
func viewKeys(config *desk.Config, o desk.Output) []sortKey {
	var keys []sortKey
	group, grouped := columnKey(config, o.GroupBy, o.GroupOrder == "desc")
	if grouped {
		keys = append(keys, group)
	}
	sort, sorted := columnKey(config, o.SortBy, o.SortOrder == "desc")
	if sorted && sort.column != group.column {
		keys = append(keys, sort)
	}
	for i, k := range keys {
		if k.column == "t.ticket_id" { // nothing can come after
			return keys[:i+1]
		}
	}
	return append(keys, sortKey{column: "t.ticket_id", desc: o.SortOrder != "asc"})
}

// columnKey is the expression behind a column that views can be sorted by.
func columnKey(config *desk.Config, name string, desc bool) (key sortKey, ok bool) {
	column, ok := config.Column(name)
	if !ok || !column.Sortable {
		return sortKey{}, false
	}
	switch column.Kind {
	case desk.ColumnField:
		key = customKey(config.Field(column.Field), desc)
	case desk.ColumnBreach:
		key = sortKey{column: "case when t.sla_at <> 0 then t.sla_at else " + afterAll(desc) + " end"}
	default:
		key = systemKey(column.ID)
	}
	key.desc = desc
	return key, true
}

// systemKey: people and groups sort by name.
func systemKey(column string) sortKey {
	switch column {
	case "type":
		return sortKey{column: "t.type", text: true}
	case "status", "priority":
		return sortKey{column: "t." + column + "_rank", decides: column + "_rank"}
	case "assignee":
		key := nameKey("users", "user_id", "t.assignee_id")
		key.decides, key.names, key.named = "assignee_id", "users", "user_id"
		return key
	case "requester":
		return nameKey("users", "user_id", "t.requester_id")
	case "group":
		key := nameKey("groups", "group_id", "t.group_id")
		key.decides, key.names, key.named = "group_id", "groups", "group_id"
		return key
	case "organization":
		return nameKey("organizations", "organization_id", "t.organization_id")
	}
	return sortKey{column: "t." + map[string]string{"nice_id": "ticket_id", "created": "created_at", "updated": "updated_at", "assigned": "assigned_at",
		"due_date": "due_at", "solved": "solved_at", "updated_assignee": "assignee_at", "updated_requester": "requester_at", "brand": "brand_id",
		"ticket_form": "form_id", "satisfaction_score": "satisfaction_rank"}[column]}
}

func nameKey(table, key, column string) sortKey {
	return sortKey{text: true, column: sortName(table, key, column)}
}

// sortName is what somebody or something sorts by whose id is in a column.
func sortName(table, key, column string) string {
	return "coalesce((select n.sort_name from " + table + " n where n.account_id = $1 and n." + key + " = " + column + "), '')"
}

// ofValue is what a value of the column that decides a key sorts by.
func (k sortKey) ofValue() string {
	if k.names == "" {
		return "value"
	}
	return sortName(k.names, k.named, "step.value")
}

// afterAll is a number that comes after all others, in either direction.
func afterAll(desc bool) string {
	none := strconv.FormatInt(math.MaxInt64, 10)
	if desc {
		return "-" + none
	}
	return none
}

// customKey is the value of a custom field. Tickets without a number come after all numbers, in either direction.
func customKey(field *desk.TicketField, desc bool) sortKey {
	value, none, text := "v.found_by", "''", true
	switch field.Type {
	case desk.FieldInteger:
		value, text = "v.whole", false
	case desk.FieldDecimal:
		value, text = "v.millionths", false
	}
	if !text {
		none = afterAll(desc)
	}
	return sortKey{text: text, column: "coalesce((select " + value + " from ticket_values v where v.account_id = $1" +
		" and v.ticket_id = t.ticket_id and v.field_id = " + strconv.FormatInt(int64(field.ID), 10) + " and v.place = 0), " + none + ")"}
}
