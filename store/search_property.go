package store

import (
	"context"
	"strings"

	"interdesk/desk"
	"interdesk/search"
)

// property is what a term asks of a ticket's properties, and what that says of ways to find its tickets.
type property struct {
	text   string      // the condition
	column string      // a column of tickets that has one of values, and that is all; else ""
	values []any       //
	path   *accessPath // from another table
	within *interval   // bounds of spanned
	spans  string      // column that lies within
}

// sql is the property as a condition.
func (p *property) sql(c *clause) string {
	if p.column != "" {
		return inList(c, "t."+p.column, p.values)
	}
	return p.text
}

// termGroup are terms of which one suffices: the same keyword, wanted, by ":".
type termGroup struct {
	key   string
	field desk.FieldID
}

// terms adds the terms about properties. Of several values of one keyword any will do, as in "status:open status:pending".
func (s *ticketSearcher) terms(ctx context.Context, terms []search.Term) error {
	groups := map[termGroup][]property{}
	var order []termGroup
	for _, t := range terms {
		if _, words := wantedOf(t); words {
			continue
		}
		p, err := s.property(ctx, t)
		if err != nil {
			return err
		}
		switch k := (termGroup{t.Key, t.Field}); {
		case t.Not:
			s.text = append(s.text, "not ("+p.sql(s.clause)+")")
		case t.Op != ":":
			s.require([]property{p})
		default:
			if groups[k] == nil {
				order = append(order, k)
			}
			groups[k] = append(groups[k], p)
		}
	}
	for _, k := range order {
		s.require(groups[k])
	}
	return nil
}

// require adds the condition that a ticket has one of some properties.
func (s *ticketSearcher) require(either []property) {
	if column, values := sameColumn(either); column != "" {
		s.equals(column, values...)
		return
	}
	var texts []string
	for i := range either {
		texts = append(texts, either[i].sql(s.clause))
	}
	s.text = append(s.text, "("+strings.Join(texts, " or ")+")")
	if path := samePath(either); path != nil {
		s.beside = append(s.beside, *path)
	}
	if len(either) == 1 && either[0].within != nil {
		s.knowSpan(either[0].spans, *either[0].within)
	}
}

func sameColumn(either []property) (column string, values []any) {
	for _, p := range either {
		if p.column == "" || column != "" && p.column != column {
			return "", nil
		}
		column, values = p.column, append(values, p.values...)
	}
	return column, values
}

// samePath is the way to the tickets of all, if each has one.
func samePath(either []property) *accessPath {
	var path *accessPath
	for _, p := range either {
		if p.path == nil {
			return nil
		}
		if path == nil {
			one := *p.path
			path = &one
			continue
		}
		path.values, path.repeats = distinct(append(path.values, p.path.values...)), true
	}
	if path == nil || len(path.values) == 0 || len(path.values) > pathValues {
		return nil
	}
	return path
}

func (s *ticketSearcher) property(ctx context.Context, t search.Term) (property, error) {
	switch t.Key {
	case "status", "priority":
		return s.ranked(t)
	case "ticket_type":
		return property{text: s.bind("t.type = ?", strings.ToLower(t.Value))}, nil
	case "created", "updated", "solved", "due_date":
		column := map[string]string{"created": "created_at", "updated": "updated_at", "solved": "solved_at", "due_date": "due_at"}[t.Key]
		text, within, err := s.timed(t, "t."+column, t.Key == "due_date")
		if t.Key != "created" && t.Key != "updated" {
			within = nil // these have no index
		}
		return property{text: text, within: within, spans: column}, err
	case "assignee", "requester", "submitter":
		ids, err := s.people(ctx, t)
		return property{column: t.Key + "_id", values: ids}, err
	case "cc", "commenter":
		return s.involved(ctx, t)
	case "group", "organization", "brand", "form":
		return s.named(ctx, t)
	case "tags":
		return s.tag(ctx, t)
	case "custom_field", "fieldvalue":
		return s.value(t)
	}
	return s.rest(t)
}

// ranked is a status or priority; of each there are few.
func (s *ticketSearcher) ranked(t search.Term) (property, error) {
	value, all, rank := strings.ToLower(t.Value), len(desk.Statuses), 0
	if t.Key == "status" {
		rank = desk.Status(value).Rank()
	} else {
		if value == "none" {
			value = ""
		}
		rank, all = desk.Priority(value).Rank(), len(desk.Priorities)
	}
	if rank < 0 {
		return property{}, search.Bad("%q is not a %s", t.Value, t.Key)
	}
	p := property{column: t.Key + "_rank"}
	for n := range all {
		if compares(n, t.Op, rank) {
			p.values = append(p.values, int64(n))
		}
	}
	return p, nil
}

func compares(a int, op string, b int) bool {
	switch op {
	case "<":
		return a < b
	case "<=":
		return a <= b
	case ">":
		return a > b
	case ">=":
		return a >= b
	}
	return a == b
}

func (s *ticketSearcher) rest(t search.Term) (property, error) {
	switch t.Key {
	case "external_id":
		return property{column: "external_id", values: []any{t.Value}}, nil
	case "has_attachment":
		text, err := s.truth(t, "t.has_attachments")
		return property{text: text}, err
	case "satisfaction":
		return s.satisfied(t)
	case "via":
		channel, ok := channelNamed(t.Value)
		if !ok {
			return property{}, search.Bad("%q is not a channel", t.Value)
		}
		return property{text: s.bind("t.via_id = ?", int64(channel))}, nil
	case "id":
		return s.numbered(t)
	}
	return property{}, search.Bad("%s cannot be asked of tickets", t.Key)
}

// satisfied is a score. Good and bad are those with and without a comment, received is any that was given.
func (s *ticketSearcher) satisfied(t search.Term) (property, error) {
	p := property{column: "satisfaction_rank"}
	value := desk.Score(strings.ToLower(t.Value))
	for rank, score := range desk.Scores {
		given := score.Given() && (value == "received" || value+"_with_comment" == score)
		if value == score || given || value == score+"_without_comment" && score == score.Plain() {
			p.values = append(p.values, int64(rank))
		}
	}
	if len(p.values) == 0 {
		return p, search.Bad("%q is not a satisfaction: use unoffered, offered, received, good, bad, good_with_comment, bad_with_comment, …", t.Value)
	}
	return property{text: p.sql(s.clause)}, nil // it has no index
}

func (s *ticketSearcher) numbered(t search.Term) (property, error) {
	id, ok := search.WholeNumber(t.Value)
	if !ok {
		return property{}, search.Bad("%q is not the id of a ticket", t.Value)
	}
	within := map[string]*interval{"<": {0, id - 1}, "<=": {0, id}, ">": {id + 1, 1 << 60}, ">=": {id, 1 << 60}}[t.Op]
	if within == nil {
		return property{column: "ticket_id", values: []any{id}}, nil
	}
	return property{text: s.bind("t.ticket_id between ? and ?", within.from, within.to), within: within, spans: "ticket_id"}, nil
}

func (f *filter) truth(t search.Term, column string) (string, error) {
	switch strings.ToLower(t.Value) {
	case "true", "yes":
		return column, nil
	case "false", "no":
		return "not " + column, nil
	}
	return "", search.Bad("%s is true or false, not %q", t.Key, t.Value)
}

func channelNamed(name string) (desk.Channel, bool) {
	if n, ok := search.WholeNumber(name); ok {
		return desk.Channel(n), n < 1000
	}
	c, ok := map[string]desk.Channel{"web": desk.ChannelWeb, "web_form": desk.ChannelWeb, "mail": desk.ChannelMail, "email": desk.ChannelMail,
		"api": desk.ChannelAPI, "web_service": desk.ChannelAPI, "rule": desk.ChannelRule, "merge": desk.ChannelMerge,
		"batch": desk.ChannelBatch, "closed_ticket": desk.ChannelClosed, "ticket_sharing": desk.ChannelSharing,
		"sharing": desk.ChannelSharing, "import": desk.ChannelImport}[strings.ToLower(name)]
	return c, ok
}

// mostValues is how many people, groups or tags a name or a beginning may mean.
const mostValues = 1_000

// people finds people by me, none, id, address or the beginning of a name.
func (s *ticketSearcher) people(ctx context.Context, t search.Term) ([]any, error) {
	value := strings.ToLower(t.Value)
	id, numeric := search.WholeNumber(t.Value)
	switch {
	case value == "none":
		return []any{int64(0)}, nil
	case value == "me":
		return []any{int64(s.viewer.ID)}, nil
	case numeric:
		return []any{id}, nil
	case strings.Contains(value, "@") && !strings.Contains(value, "*"):
		ids, err := queryAll(ctx, s.tx, scanID, `select user_id from users where account_id = $1 and email = $2`, s.tx.account, value)
		return anys(ids), err
	}
	ids, err := s.tx.usersNamed(ctx, []search.Term{t}, mostValues)
	return anys(ids), err
}

// involved is the tickets that people are copied on, or have commented on.
func (s *ticketSearcher) involved(ctx context.Context, t search.Term) (property, error) {
	table, column := "ticket_people", "user_id"
	if t.Key == "commenter" {
		table, column = "comments", "author_id"
	}
	if strings.EqualFold(t.Value, "none") {
		return property{text: s.rowSQL(table, always, true)}, nil
	}
	ids, err := s.people(ctx, t)
	p := property{text: s.rowSQL(table, inList(s.clause, "x."+column, ids), false)}
	if t.Key == "cc" {
		p.path = &accessPath{table: table, index: "ticket_people_user", columns: []string{column, "ticket_id"}, values: ids, repeats: true}
	}
	return p, err
}

// named finds a group, organization, brand or form by id or name.
func (s *ticketSearcher) named(ctx context.Context, t search.Term) (property, error) {
	p := property{column: t.Key + "_id"}
	if strings.EqualFold(t.Value, "none") {
		p.values = []any{int64(0)}
	} else if n, ok := search.WholeNumber(t.Value); ok {
		p.values = []any{n}
	} else {
		ids := idsNamed(s.config, t.Key, t.Value)
		if parts := search.NameParts(t.Value); t.Key == "organization" && len(parts) > 0 {
			var err error
			if ids, _, err = s.tx.namedIDs(ctx, search.OrganizationKinds(), parts); err != nil {
				return p, err
			}
		}
		p.values = anys(ids[:min(len(ids), mostValues)])
	}
	if t.Key == "brand" || t.Key == "form" {
		return property{text: p.sql(s.clause)}, nil // these have no index
	}
	return p, nil
}

// tag is one tag, any that begins so, or all of several in quotes.
func (s *ticketSearcher) tag(ctx context.Context, t search.Term) (property, error) {
	if strings.EqualFold(t.Value, "none") {
		return property{text: "t.tags = ''"}, nil
	}
	tags := desk.ParseTags(t.Value)
	if prefix, ok := strings.CutSuffix(t.Value, "*"); ok && len(tags) == 1 && !t.Phrase {
		found, err := s.tx.TagsLike(ctx, prefix, mostValues)
		return s.tagged(found), err
	}
	all := property{text: always}
	for _, tag := range tags {
		one := s.tagged([]string{tag})
		all.text, all.path = all.text+" and "+one.text, one.path
	}
	all.text = "(" + all.text + ")"
	return all, nil
}

func (s *ticketSearcher) tagged(tags []string) property {
	p := property{path: &accessPath{table: "ticket_tags", index: "sqlite_autoindex_ticket_tags_1", columns: []string{"tag", "ticket_id"}, repeats: len(tags) > 1}}
	for _, tag := range tags {
		p.path.values = append(p.path.values, tag)
	}
	p.text = s.rowSQL("ticket_tags", inList(s.clause, "x.tag", tags), false)
	return p
}
