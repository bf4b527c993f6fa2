package store

import (
	"strings"
	"unicode/utf8"

	"interdesk/calendar"
	"interdesk/condition"
	"interdesk/desk"
	"interdesk/store/sqldb"
)

func (s *ticketSearcher) time(t SearchTerm) (string, error) {
	column := "t." + map[string]string{"created": "created_at", "updated": "updated_at", "solved": "solved_at", "due_date": "due_at"}[t.Key]
	return s.timed(t, column, t.Key == "due_date")
}

// timed compares an instant, of which 0 is none, with a day or an instant.
func (f *filter) timed(t SearchTerm, column string, ahead bool) (string, error) {
	if strings.EqualFold(t.Value, "none") && t.Op == ":" {
		return column + " = 0", nil
	}
	at, ok := searchSpan(t.Value, fromMicros(f.at), f.config.Location, ahead)
	if !ok {
		return "", badSearch("%q is not a time; use 2026-01-31, 2026-01-31T10:00:00Z or 4hours", t.Value)
	}
	from, to := searchMicros(at.from), searchMicros(at.to)
	given := "(" + column + " <> 0 and " + column
	instant := from == to
	switch {
	case t.Op == "<":
		return f.bind(given+" < ?)", from), nil
	case t.Op == ">=" || instant && t.Op == ":" && !ahead:
		return f.bind(given+" >= ?)", from), nil
	case instant && t.Op == ":":
		return f.bind(given+" between ? and ?)", f.at, to), nil
	case instant && t.Op == ">":
		return f.bind(given+" > ?)", to), nil
	case instant:
		return f.bind(given+" <= ?)", to), nil
	case t.Op == "<=":
		return f.bind(given+" < ?)", to), nil
	case t.Op == ">":
		return f.bind(given+" >= ?)", to), nil
	}
	return f.bind(given+" >= ? and "+column+" < ?)", from, to), nil
}

// person finds people by me, none, id, address or the beginning of a name; with makes the condition of the query of ids.
func (s *ticketSearcher) person(t SearchTerm, with func(ids string) string, none string) string {
	value := strings.ToLower(t.Value)
	id, numeric := wholeNumber(t.Value)
	switch {
	case value == "none":
		return none
	case value == "me":
		return with(s.bind("?", int64(s.viewer.ID)))
	case numeric:
		return with(s.bind("?", id))
	case strings.Contains(value, "@"):
		return with(s.bind("select u.user_id from users u where u.account_id = $1 and u.email = ?", value))
	}
	return with("select u.user_id from users u where u.account_id = $1 and " + s.nameBegins("u.name", t.Value))
}

// nameBegins tells whether a name, or a word in it, begins so.
func (f *filter) nameBegins(column, value string) string {
	like, begins := "like", escapeLike(strings.TrimSuffix(value, "*"))+"%"
	if f.dialect == sqldb.Postgres {
		like = "ilike"
	}
	return f.bind("("+column+" "+like+` ? escape '\' or `+column+" "+like+` ? escape '\')`, begins, "% "+begins)
}

func (s *ticketSearcher) copied(t SearchTerm) string {
	const people = `select p.ticket_id from ticket_people p where p.account_id = $1`
	return s.person(t, func(ids string) string {
		return "t.ticket_id in (" + people + " and p.user_id in (" + ids + "))"
	}, "t.ticket_id not in ("+people+")")
}

func (s *ticketSearcher) commented(t SearchTerm) string {
	const said = `select x.ticket_id from comments x where x.account_id = $1`
	return s.person(t, func(ids string) string {
		return "t.ticket_id in (" + said + " and x.author_id in (" + ids + "))"
	}, "t.ticket_id not in ("+said+")")
}

// named finds a group, organization, brand or form by id or name.
func (s *ticketSearcher) named(t SearchTerm) string {
	table := map[string]string{"group": "groups", "organization": "organizations", "brand": "brands", "form": "ticket_forms"}[t.Key]
	column, id := "t."+t.Key+"_id", t.Key+"_id"
	if strings.EqualFold(t.Value, "none") {
		return column + " = 0"
	}
	if n, ok := wholeNumber(t.Value); ok {
		return s.bind(column+" = ?", n)
	}
	return column + " in (select n." + id + " from " + table + " n where n.account_id = $1 and " + s.nameBegins("n.name", t.Value) + ")"
}

func (s *ticketSearcher) tag(t SearchTerm) string {
	if strings.EqualFold(t.Value, "none") {
		return "t.tags = ''"
	}
	tags := desk.ParseTags(t.Value)
	if prefix, ok := strings.CutSuffix(t.Value, "*"); ok && len(tags) == 1 {
		prefix = strings.ToLower(prefix)
		return s.rowSQL("ticket_tags", s.bind("substr(x.tag, 1, ?) = ?", utf8.RuneCountInString(prefix), prefix), false, true)
	}
	which := inList(s.clause, "x.tag", tags)
	return s.rowSQL("ticket_tags", which, false, true)
}

// value looks among the values of one custom field, or of all.
func (s *ticketSearcher) value(t SearchTerm) (string, error) {
	which := always
	if t.Key == "custom_field" {
		which = s.bind("x.field_id = ?", int64(t.Field))
	}
	if t.Op != ":" {
		return s.valueCompared(t, which)
	}
	switch {
	case t.Value == "*":
		return s.rowSQL("ticket_values", which, false, true), nil
	case strings.EqualFold(t.Value, "none") && t.Key == "custom_field":
		return s.rowSQL("ticket_values", which, true, false), nil
	}
	if prefix, ok := strings.CutSuffix(t.Value, "*"); ok && !t.Phrase {
		prefix = foundBy(prefix)
		return s.rowSQL("ticket_values", which+" and "+s.bind("substr(x.found_by, 1, ?) = ?", utf8.RuneCountInString(prefix), prefix), false, true), nil
	}
	return s.rowSQL("ticket_values", which+" and "+s.bind("x.found_by = ? and "+s.foldASCII("x.value")+" = ?",
		foundBy(t.Value), condition.Fold(t.Value)), false, true), nil
}

func (s *ticketSearcher) valueCompared(t SearchTerm, which string) (string, error) {
	if n, ok := condition.ParseDecimal(t.Value); ok {
		return s.rowSQL("ticket_values", which+" and "+s.bind("x.millionths "+t.Op+" ?", n), false, true), nil
	}
	if _, ok := calendar.Parse(t.Value); ok {
		column := "x.value"
		if s.dialect == sqldb.Postgres {
			column = `x.value collate "C"`
		}
		return s.rowSQL("ticket_values", which+" and "+s.bind("length(x.value) = 10 and "+column+" "+t.Op+" ?", t.Value), false, true), nil
	}
	return "", badSearch("%q can be compared with a number or a date only", t.Value)
}
