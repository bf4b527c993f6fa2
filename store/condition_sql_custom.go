package store

import (
	"slices"
	"strconv"

	"interdesk/calendar"
	"interdesk/condition"
	"interdesk/store/sqldb"
)

// customSQL renders a probe of an account's own field over ticket_values.
func (f *filter) customSQL(p *condition.Plan, field int64) string {
	which := "x.field_id = " + strconv.FormatInt(field, 10) // no argument: a probe that never holds would not use it
	value := func(more string) string { return f.rowSQL("ticket_values", which+" and "+more, false) }
	switch p.Probe {
	case condition.ProbeNone:
		return f.rowSQL("ticket_values", which+customGiven(p.Field.Kind), true)
	case condition.ProbeTrue:
		return f.oneOf(which, []string{"true"})
	case condition.ProbeSame, condition.ProbeHas:
		return f.customSame(p, which)
	case condition.ProbeSameFold:
		return value(f.bind(f.foldASCII("x.value")+" = ?", p.Texts[0]))
	case condition.ProbeContains:
		return value(f.containsSQL("x.value", p.Texts))
	case condition.ProbeBetween:
		return f.customBetween(p, value)
	case condition.ProbeDates:
		return value(f.dateSQL(p.Texts[0], p.Texts[1]))
	case condition.ProbeDays:
		return value(f.dateSQL(calendar.Shift(f.today, int(p.Low)), calendar.Shift(f.today, int(p.High))))
	}
	return never
}

// customGiven is what makes a stored value count as one.
func customGiven(k condition.Kind) string {
	switch k {
	case condition.Number:
		return " and x.whole is not null"
	case condition.Decimal:
		return " and x.millionths is not null"
	case condition.Checkbox, condition.Flag:
		return " and x.value = 'true'"
	}
	return ""
}

// customSame: "" among the texts means that there is no value.
func (f *filter) customSame(p *condition.Plan, which string) string {
	texts := slices.DeleteFunc(slices.Clone(p.Texts), func(s string) bool { return s == "" })
	if p.Probe == condition.ProbeHas || len(texts) == len(p.Texts) {
		return f.oneOf(which, texts)
	}
	none := f.rowSQL("ticket_values", which, true)
	return "(" + none + " or " + f.oneOf(which, texts) + ")"
}

// oneOf asks for one of some values.
func (f *filter) oneOf(which string, texts []string) string {
	if len(texts) == 0 {
		return never
	}
	return f.rowSQL("ticket_values", which+" and "+inList(f.clause, "x.value", texts), false)
}

func (f *filter) customBetween(p *condition.Plan, value func(string) string) string {
	if p.Low > p.High {
		return never
	}
	column := "x.whole"
	if p.Field.Kind == condition.Decimal {
		column = "x.millionths"
	}
	return value(f.bind(column+" between ? and ?", p.Low, p.High))
}

// dateSQL compares days as text, byte by byte.
func (f *filter) dateSQL(from, to string) string {
	column := "x.value"
	if f.dialect == sqldb.Postgres {
		column = `x.value collate "C"`
	}
	return f.bind("("+column+" >= ? and "+column+" <= ?)", from, to)
}
