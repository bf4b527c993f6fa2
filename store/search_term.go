package store

import (
	"strings"
	"time"
	"unicode/utf8"

	"interdesk/calendar"
	"interdesk/condition"
	"interdesk/search"
	"interdesk/store/sqldb"
)

// lastMicros is later than any time that the database holds.
const lastMicros = 1 << 60

// spanMicros keeps an instant within what the database holds.
func spanMicros(at time.Time) int64 {
	switch {
	case at.Year() > 9999:
		return lastMicros
	case at.Year() < 1:
		return 1
	}
	return at.UnixMicro()
}

// timed compares an instant, of which 0 is none, with a day or an instant. within is nil for those that have none.
func (f *filter) timed(t search.Term, column string, ahead bool) (text string, within *interval, err error) {
	if strings.EqualFold(t.Value, "none") && t.Op == ":" {
		return column + " = 0", nil, nil
	}
	at, ok := search.SpanOf(t.Value, fromMicros(f.at), f.config.Location, ahead)
	if !ok {
		return "", nil, search.Bad("%q is not a time; use 2026-01-31, 2026-01-31T10:00:00Z or 4hours", t.Value)
	}
	within = f.stretch(t.Op, spanMicros(at.From), spanMicros(at.To), ahead)
	return f.bind(column+" between ? and ?", within.from, within.to), within, nil
}

// stretch is where an instant lies that compares so with the time from one to before another; both are the same where that
// is an instant, too.
func (f *filter) stretch(op string, from, to int64, ahead bool) *interval {
	instant := from == to
	switch {
	case op == "<":
		return &interval{1, from - 1}
	case op == ">=" || instant && op == ":" && !ahead:
		return &interval{max(from, 1), lastMicros}
	case instant && op == ":":
		return &interval{max(f.at, 1), to}
	case instant && op == ">":
		return &interval{to + 1, lastMicros}
	case instant:
		return &interval{1, to}
	case op == "<=":
		return &interval{1, to - 1}
	case op == ">":
		return &interval{max(to, 1), lastMicros}
	}
	return &interval{max(from, 1), to - 1}
}

// value looks among the values of one custom field, or of all.
func (s *ticketSearcher) value(t search.Term) (property, error) {
	which := always
	if t.Key == "custom_field" {
		which = s.bind("x.field_id = ?", int64(t.Field))
	}
	if t.Op != ":" {
		text, err := s.valueCompared(t, which)
		return property{text: text}, err
	}
	switch {
	case t.Value == "*":
		return property{text: s.rowSQL("ticket_values", which, false)}, nil
	case strings.EqualFold(t.Value, "none") && t.Key == "custom_field":
		return property{text: s.rowSQL("ticket_values", which, true)}, nil
	}
	if prefix, ok := strings.CutSuffix(t.Value, "*"); ok && !t.Phrase {
		prefix = foundBy(prefix)
		return property{text: s.rowSQL("ticket_values", which+" and "+
			s.bind("substr(x.found_by, 1, ?) = ?", utf8.RuneCountInString(prefix), prefix), false)}, nil
	}
	p := property{text: s.rowSQL("ticket_values", which+" and "+
		s.bind("x.found_by = ? and "+s.foldASCII("x.value")+" = ?", foundBy(t.Value), condition.Fold(t.Value)), false)}
	p.path = &accessPath{table: "ticket_values", index: "ticket_values_found", columns: []string{"found_by", "field_id", "ticket_id"},
		values: []any{foundBy(t.Value)}, repeats: true}
	if t.Key == "custom_field" {
		p.path.low, p.path.high = []any{int64(t.Field)}, []any{int64(t.Field)}
	}
	return p, nil
}

func (s *ticketSearcher) valueCompared(t search.Term, which string) (string, error) {
	if n, ok := condition.ParseDecimal(t.Value); ok {
		return s.rowSQL("ticket_values", which+" and "+s.bind("x.millionths "+t.Op+" ?", n), false), nil
	}
	if _, ok := calendar.Parse(t.Value); ok {
		column := "x.value"
		if s.dialect == sqldb.Postgres {
			column = `x.value collate "C"`
		}
		return s.rowSQL("ticket_values", which+" and "+s.bind("length(x.value) = 10 and "+column+" "+t.Op+" ?", t.Value), false), nil
	}
	return "", search.Bad("%q can be compared with a number or a date only", t.Value)
}
