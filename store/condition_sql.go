package store

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"interdesk/calendar"
	"interdesk/condition"
	"interdesk/desk"
	"interdesk/store/sqldb"
)

// filter turns a condition tree into SQL over "tickets t". Like the evaluator in memory it starts from condition.Plan and
// follows what the package comment there says of each probe. Values go into arguments only; the text is made of words
// that stand in this file.
type filter struct {
	*clause // its first argument is the account
	dialect sqldb.Dialect
	config  *desk.Config
	place   condition.Place
	viewer  desk.Actor
	at      int64
	today   string
	asked   int // questions so far about rows beside the ticket
}

// never and always are spelled so that both engines know them.
const (
	never  = "1 = 0"
	always = "1 = 1"
)

func (tx *Tx) newFilter(c *clause, config *desk.Config, place condition.Place, viewer desk.Actor, at time.Time) *filter {
	return &filter{clause: c, dialect: tx.Dialect(), config: config, place: place, viewer: viewer, at: at.UnixMicro(),
		today: calendar.Of(at.In(config.Location)).String()}
}

// addTree adds the conditions of a tree. The error is a desk.Invalid one: the tree cannot be evaluated (any longer).
func (f *filter) addTree(t condition.Tree) error {
	for _, cond := range t.All {
		text, err := f.conditionSQL(cond, true)
		if err != nil {
			return err
		}
		f.text = append(f.text, text)
	}
	var either []string
	for _, cond := range t.Any {
		text, err := f.conditionSQL(cond, false)
		if err != nil {
			return err
		}
		either = append(either, text)
	}
	if len(either) > 0 {
		f.text = append(f.text, "("+joined(" or ", either)+")")
	}
	return nil
}

// deepest is how many terms an engine may nest in one another; SQLite bears a thousand.
const deepest = 100

// joined puts a connective between terms. Where there are many they become a balanced tree: an engine reads a chain as terms
// that are nested as deep as the chain is long.
func joined(connective string, terms []string) string {
	if len(terms) <= deepest {
		return strings.Join(terms, connective)
	}
	half := len(terms) / 2
	return "(" + joined(connective, terms[:half]) + ")" + connective + "(" + joined(connective, terms[half:]) + ")"
}

// conditionSQL renders one condition. Where it must hold (drives), paths to its tickets are noted.
func (f *filter) conditionSQL(cond condition.Condition, drives bool) (string, error) {
	p, err := f.config.Catalog().Plan(cond, f.place)
	if err != nil {
		return "", desk.Errorf(desk.Invalid, "A condition cannot be evaluated: %w", err)
	}
	if drives {
		f.know(&p)
	}
	text := f.probeSQL(&p)
	if p.Not {
		text = "not (" + text + ")"
	}
	if p.NeedsValue {
		none := p
		none.Probe = condition.ProbeNone
		text = "(not (" + f.probeSQL(&none) + ") and " + text + ")"
	}
	return text, nil
}

func (f *filter) probeSQL(p *condition.Plan) string {
	if field, ok := customField(p); ok {
		return f.customSQL(p, field)
	}
	switch p.Field.Kind {
	case condition.Choice:
		return f.choiceSQL(p)
	case condition.ID:
		return f.referenceSQL(p)
	case condition.Tags, condition.Member:
		return f.setSQL(p)
	case condition.Text, condition.Words:
		return f.textSQL(p, textColumns()[p.Field.Name])
	case condition.Number:
		return f.numberSQL(p, numberColumns()[p.Field.Name])
	case condition.Hours, condition.HoursUntil:
		if p.Business && len(f.config.Schedules) > 0 {
			return f.businessSQL(p)
		}
		return f.elapsedSQL(p)
	}
	return never
}

// customField is the account's own field that a condition is about.
func customField(p *condition.Plan) (id int64, ok bool) {
	text, ok := strings.CutPrefix(p.Field.Name, "custom_fields_")
	if !ok {
		return 0, false
	}
	id, err := strconv.ParseInt(text, 10, 64)
	return id, err == nil
}

func textColumns() map[string]string {
	return map[string]string{"recipient": "t.recipient", "subject_includes_word": "t.subject", "description_includes_word": "t.description"}
}

func numberColumns() map[string]string {
	return map[string]string{"reopens": "t.reopens", "replies": "t.replies", "agent_stations": "t.agent_stations",
		"group_stations": "t.group_stations"}
}

// inList is an in-list, or never: there is no empty one in SQL.
func inList[T any](c *clause, column string, values []T) string {
	if len(values) == 0 {
		return never
	}
	return column + " in (" + placeholders(c, values) + ")"
}

func (f *filter) choiceSQL(p *condition.Plan) string {
	texts := p.Texts
	switch p.Probe {
	case condition.ProbeNone:
		texts = []string{""}
	case condition.ProbeSame:
	default:
		return never
	}
	switch p.Field.Name {
	case "status":
		return inList(f.clause, "t.status_rank", ranks(texts, func(s string) int { return desk.Status(s).Rank() }))
	case "priority":
		return inList(f.clause, "t.priority_rank", ranks(texts, func(s string) int { return desk.Priority(s).Rank() }))
	case "type":
		return inList(f.clause, "t.type", texts)
	case "satisfaction_score":
		return inList(f.clause, "t.satisfaction_rank", ranks(texts, func(s string) int { return slices.Index(desk.Scores[:], desk.Score(s)) }))
	case "ticket_is_public":
		return f.privacySQL(texts)
	}
	return never
}

func ranks(texts []string, rank func(string) int) []int {
	var out []int
	for _, s := range texts {
		if n := rank(s); n >= 0 {
			out = append(out, n)
		}
	}
	return out
}

func (f *filter) privacySQL(texts []string) string {
	public, private := slices.Contains(texts, "public"), slices.Contains(texts, "private")
	switch {
	case public && private:
		return always
	case public:
		return "t.is_public"
	case private:
		return "not t.is_public"
	}
	return never
}

func idColumns() map[string]string {
	return map[string]string{"group_id": "t.group_id", "assignee_id": "t.assignee_id", "requester_id": "t.requester_id",
		"organization_id": "t.organization_id", "schedule_id": "t.schedule_id", "brand_id": "t.brand_id", "ticket_form_id": "t.form_id", "via_id": "t.via_id",
		"satisfaction_reason_code": "t.satisfaction_reason"}
}

// referenceSQL renders a probe of an id. 0 is no value, but for channels, of which 0 is one.
func (f *filter) referenceSQL(p *condition.Plan) string {
	if p.Field.Name == "schedule_id" {
		return f.scheduleSQL(p)
	}
	column, channel := idColumns()[p.Field.Name], p.Field.Name == "via_id"
	if column == "" {
		return never
	}
	switch p.Probe {
	case condition.ProbeNone:
		if channel {
			return never
		}
		return column + " = 0"
	case condition.ProbeSame:
		return inList(f.clause, column, idsOf(p.Texts, channel))
	case condition.ProbeUser:
		if f.viewer.ID == 0 {
			return never
		}
		return f.bind(column+" = ?", int64(f.viewer.ID))
	case condition.ProbeGroups:
		return inList(f.clause, column, slices.DeleteFunc(slices.Clone(f.viewer.Groups), func(g desk.GroupID) bool { return g == 0 }))
	case condition.ProbePeer:
		return "(" + column + " <> 0 and " + column + " = " + idColumns()[p.Peer.Name] + ")"
	}
	return never
}

// idsOf reads those texts that are ids as facts have them.
func idsOf(texts []string, zero bool) []int64 {
	var out []int64
	for _, s := range texts {
		n, err := strconv.ParseInt(s, 10, 64)
		if err == nil && strconv.FormatInt(n, 10) == s && (n != 0 || zero) {
			out = append(out, n)
		}
	}
	return out
}

func (f *filter) setSQL(p *condition.Plan) string {
	from, which := "", ""
	switch p.Field.Name {
	case "current_tags":
		if p.Probe == condition.ProbeNone {
			return "t.tags = ''"
		}
		if p.Probe != condition.ProbeHas || len(p.Texts) == 0 {
			return never
		}
		from, which = "ticket_tags", inList(f.clause, "x.tag", p.Texts)
	case "within_schedule":
		return f.openSQL(p)
	case "received_from":
		from, which = "shares", "x.inbound"
	case "sent_to":
		from, which = "shares", "not x.inbound and x.state in ('sending', 'live', 'ending')"
	case "delivered_to":
		from, which = "shares", "not x.inbound and x.state = 'live'"
	case "sharing_failed":
		from, which = "shares", "not x.inbound and x.state in ('refused', 'failed')"
	default:
		return never
	}
	if from == "shares" && p.Probe != condition.ProbeNone {
		ids := idsOf(p.Texts, false)
		if p.Probe != condition.ProbeHas || len(ids) == 0 {
			return never
		}
		which += " and " + inList(f.clause, "x.agreement_id", ids)
	}
	return f.rowSQL(from, which, p.Probe == condition.ProbeNone)
}

// planned is how many questions about rows beside the ticket PostgreSQL may plan as joins. It tries their orders: a hundred cost
// it ten seconds. An offset has it ask each of the others for itself.
const planned = 6

// rowSQL asks whether a row beside the ticket is so, or whether there is none such.
func (f *filter) rowSQL(from, which string, none bool) string {
	not, alone := "", ""
	if none {
		not = "not "
	}
	if f.asked++; f.asked > planned {
		alone = " limit 1 offset 0"
	}
	return not + "exists (select 1 from " + from + " x where x.account_id = $1 and x.ticket_id = t.ticket_id and " + which + alone + ")"
}

// textSQL renders a probe of a text.
func (f *filter) textSQL(p *condition.Plan, column string) string {
	if column == "" {
		return never
	}
	switch p.Probe {
	case condition.ProbeNone:
		return column + " = ''"
	case condition.ProbeSame:
		return inList(f.clause, column, p.Texts)
	case condition.ProbeSameFold:
		return f.bind(f.foldASCII(column)+" = ?", p.Texts[0])
	case condition.ProbeContains:
		return f.containsSQL(column, p.Texts)
	}
	return never
}

// foldASCII lowers ASCII letters and no others.
func (f *filter) foldASCII(column string) string {
	if f.dialect == sqldb.SQLite {
		return "lower(" + column + ")"
	}
	return `lower(` + column + ` collate "C")`
}

func (f *filter) containsSQL(column string, needles []string) string {
	if len(needles) == 0 {
		return never
	}
	find := "instr("
	if f.dialect == sqldb.Postgres {
		find = "strpos("
	}
	var either []string
	for _, s := range needles {
		either = append(either, f.bind(find+f.foldASCII(column)+", ?) > 0", s))
	}
	return "(" + joined(" or ", either) + ")"
}

func (f *filter) numberSQL(p *condition.Plan, column string) string {
	switch {
	case column == "" || p.Probe != condition.ProbeBetween:
		return never
	case p.Low > p.High:
		return never
	}
	return f.bind(column+" between ? and ?", p.Low, p.High)
}

// elapsedSQL compares an instant with the present; a status has one only while it lasts.
func (f *filter) elapsedSQL(p *condition.Plan) string {
	column, guard := f.instantColumn(p.Field.Name)
	if column == "" {
		return never
	}
	given := column + " <> 0" + guard
	switch {
	case p.Probe == condition.ProbeNone:
		return "not (" + given + ")"
	case p.Probe != condition.ProbeElapsed || p.Low > p.High:
		return never
	}
	from, to := saturatingSub(f.at, p.High), saturatingSub(f.at, p.Low)
	if p.Field.Kind == condition.HoursUntil {
		from, to = saturatingAdd(f.at, p.Low), saturatingAdd(f.at, p.High)
	}
	return f.bind("("+given+" and "+column+" between ? and ?)", from, to)
}

func (f *filter) instantColumn(field string) (column, guard string) {
	switch field {
	case "NEW":
		return "t.created_at", ""
	case "OPEN", "PENDING", "HOLD", "SOLVED", "CLOSED":
		return "t.status_at", " and t.status_rank = " + strconv.Itoa(statusLasting(field))
	case "assigned_at", "updated_at", "due_at":
		return "t." + field, ""
	case "until_due_date":
		return "t.due_at", ""
	case "sla_next_breach_at":
		return "t.sla_breached_at", ""
	case "until_sla_next_breach_at":
		return "t.sla_next_at", ""
	case "requester_updated_at":
		return "t.requester_at", ""
	case "assignee_updated_at":
		return "t.assignee_at", ""
	}
	return "", ""
}

// statusLasting is the rank of the status that a field counts the hours of; -1 for the other fields.
func statusLasting(field string) int {
	if !slices.Contains([]string{"OPEN", "PENDING", "HOLD", "SOLVED", "CLOSED"}, field) {
		return -1
	}
	return desk.Status(strings.ToLower(field)).Rank()
}

// saturatingSub and add stay within 64 bits.
func saturatingSub(a, b int64) int64 {
	switch c := a - b; {
	case (c < a) == (b > 0):
		return c
	case b > 0:
		return math.MinInt64
	}
	return math.MaxInt64
}

func saturatingAdd(a, b int64) int64 {
	if c := a + b; (c > a) == (b > 0) {
		return c
	}
	return math.MaxInt64
}
