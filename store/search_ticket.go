package store

import (
	"context"
	"math"
	"strings"
	"time"

	"interdesk/condition"
	"interdesk/desk"
)

// SearchQuery asks a Search for a viewer. Agents search all tickets; end users those that they requested or are copied
// on, and there only what they may see.
type SearchQuery struct {
	Page
	Search Search
	Config *desk.Config
	Viewer desk.Actor
	At     time.Time
	Cap    int // how far tickets are counted; 0 is CountCap
}

// SearchTickets finds tickets. Words are found in subjects and comments that are indexed: on SQLite call
// Store.IndexComments before.
func (tx *Tx) SearchTickets(ctx context.Context, q SearchQuery) (Listed[desk.Ticket], error) {
	c, err := tx.ticketSearch(ctx, q)
	if err != nil {
		return Listed[desk.Ticket]{}, err
	}
	sort := TicketQuery{Sort: SortUpdated, Desc: true}
	if q.Search.Asked {
		sort.Sort, sort.Desc = q.Search.Sort, q.Search.Desc
	}
	return tx.sortedPage(ctx, q.Page, c, sort.keys())
}

// CountSearchedTickets counts what SearchTickets finds.
func (tx *Tx) CountSearchedTickets(ctx context.Context, q SearchQuery) (Count, error) {
	c, err := tx.ticketSearch(ctx, q)
	if err != nil {
		return Count{}, err
	}
	if q.Cap > 0 {
		return tx.countUpTo(ctx, c, q.Cap)
	}
	return tx.countTickets(ctx, c)
}

// ticketSearcher builds the condition of a search.
type ticketSearcher struct {
	*filter
	tx    *Tx
	staff bool
}

func (tx *Tx) ticketSearch(ctx context.Context, q SearchQuery) (*clause, error) {
	c := &clause{}
	c.and(`t.account_id = ? and t.deleted_at = 0`, tx.account)
	s := &ticketSearcher{filter: tx.newFilter(c, q.Config, condition.View, q.Viewer, q.At), tx: tx, staff: q.Viewer.Staff()}
	if !q.Search.Tickets() {
		return nil, badSearch("it cannot be asked of tickets")
	}
	if !s.staff {
		if err := s.ownOnly(q.Search); err != nil {
			return nil, err
		}
	}
	if err := s.words(ctx, q.Search.Terms); err != nil {
		return nil, err
	}
	return c, s.terms(q.Search.Terms)
}

// ownOnly keeps end users to their own tickets, and from asking for what they cannot see on them.
func (s *ticketSearcher) ownOnly(q Search) error {
	for _, t := range q.Terms {
		if t.Key != "" && !strings.Contains(searchKeys()[t.Key], "e") {
			return badSearch("only agents can search by %s", t.Key)
		}
	}
	s.and(`t.is_public and (t.requester_id = ? or t.ticket_id in (
		select p.ticket_id from ticket_people p where p.account_id = $1 and p.user_id = ? and p.kind = 'cc'))`,
		int64(s.viewer.ID), int64(s.viewer.ID))
	return nil
}

// words adds the terms that have no keyword: all those wanted in one comment, or in the requester's name; none of those
// that are not.
func (s *ticketSearcher) words(ctx context.Context, terms []SearchTerm) error {
	wanted, asked := wordQuery{dialect: s.dialect}, 0
	var said []SearchTerm
	for _, t := range terms {
		switch {
		case t.Key != "":
		case t.Not:
			none := wordQuery{dialect: s.dialect}
			if none.add(t) {
				s.text = append(s.text, "not ("+none.where(s.clause, s.tx.account, !s.staff, math.MaxInt32)+")")
			}
		default:
			asked++
			if wanted.add(t) {
				said = append(said, t)
			}
		}
	}
	if asked == 0 {
		return nil
	}
	found := wanted.where(s.clause, s.tx.account, !s.staff, wordsCap)
	if id, ok := wholeNumber(strings.TrimPrefix(onlyValue(said), "#")); ok {
		found += s.bind(" or t.ticket_id = ?", id)
	}
	if s.staff && len(said) > 0 {
		people, err := s.tx.usersNamed(ctx, said, 50)
		if err != nil {
			return err
		}
		if len(people) > 0 {
			found += " or " + inList(s.clause, "t.requester_id", people)
		}
	}
	s.text = append(s.text, "("+found+")")
	return nil
}

func onlyValue(terms []SearchTerm) string {
	if len(terms) != 1 {
		return ""
	}
	return terms[0].Value
}

// termGroup are terms of which one suffices: the same keyword, wanted, by ":".
type termGroup struct {
	key   string
	field desk.FieldID
}

// terms adds the terms with keywords. Of several values of one keyword any will do, as in "status:open status:pending".
func (s *ticketSearcher) terms(terms []SearchTerm) error {
	groups := map[termGroup][]string{}
	var order []termGroup
	for _, t := range terms {
		if t.Key == "" {
			continue
		}
		text, err := s.term(t)
		if err != nil {
			return err
		}
		switch k := (termGroup{t.Key, t.Field}); {
		case t.Not:
			s.text = append(s.text, "not ("+text+")")
		case t.Op != ":":
			s.text = append(s.text, text)
		default:
			if groups[k] == nil {
				order = append(order, k)
			}
			groups[k] = append(groups[k], text)
		}
	}
	for _, k := range order {
		s.text = append(s.text, "("+strings.Join(groups[k], " or ")+")")
	}
	return nil
}

func (s *ticketSearcher) term(t SearchTerm) (string, error) {
	switch t.Key {
	case "subject", "comment", "description":
		return s.said(t), nil
	case "status", "priority":
		return s.ranked(t)
	case "ticket_type":
		return s.bind("t.type = ?", strings.ToLower(t.Value)), nil
	case "created", "updated", "solved", "due_date":
		return s.time(t)
	case "assignee", "requester", "submitter":
		return s.person(t, func(ids string) string { return "t." + t.Key + "_id in (" + ids + ")" }, "t."+t.Key+"_id = 0"), nil
	case "cc":
		return s.copied(t), nil
	case "commenter":
		return s.commented(t), nil
	case "group", "organization", "brand", "form":
		return s.named(t), nil
	case "tags":
		return s.tag(t), nil
	case "custom_field", "fieldvalue":
		return s.value(t)
	}
	return s.rest(t)
}

// said looks for words in one place. A description is the first comment.
func (s *ticketSearcher) said(t SearchTerm) string {
	q := wordQuery{dialect: s.dialect, in: inComments}
	if t.Key == "subject" {
		q.in = inSubject
	}
	limit := wordsCap
	if t.Not {
		limit = math.MaxInt32
	}
	if !q.add(t) {
		return never
	}
	text := q.where(s.clause, s.tx.account, !s.staff, limit)
	if t.Key == "description" {
		text = "(" + text + " and " + s.containsSQL("t.description", []string{condition.Fold(strings.TrimSuffix(t.Value, "*"))}) + ")"
	}
	return text
}

func (s *ticketSearcher) ranked(t SearchTerm) (string, error) {
	value, column := strings.ToLower(t.Value), "t."+t.Key+"_rank"
	rank := desk.Status(value).Rank()
	if t.Key == "priority" {
		if value == "none" {
			value = ""
		}
		rank = desk.Priority(value).Rank()
	}
	if rank < 0 {
		return "", badSearch("%q is not a %s", t.Value, t.Key)
	}
	op := t.Op
	if op == ":" {
		op = "="
	}
	return s.bind(column+" "+op+" ?", rank), nil
}

func (s *ticketSearcher) rest(t SearchTerm) (string, error) {
	switch t.Key {
	case "external_id":
		return s.bind("(t.external_id = ? and t.external_id <> '')", t.Value), nil
	case "has_attachment":
		return s.truth(t, "t.has_attachments")
	case "via":
		channel, ok := channelNamed(t.Value)
		if !ok {
			return "", badSearch("%q is not a channel", t.Value)
		}
		return s.bind("t.via_id = ?", int64(channel)), nil
	case "id":
		id, ok := wholeNumber(t.Value)
		if !ok {
			return "", badSearch("%q is not the id of a ticket", t.Value)
		}
		op := t.Op
		if op == ":" {
			op = "="
		}
		return s.bind("t.ticket_id "+op+" ?", id), nil
	}
	return "", badSearch("%s cannot be asked of tickets", t.Key)
}

func (s *ticketSearcher) truth(t SearchTerm, column string) (string, error) {
	switch strings.ToLower(t.Value) {
	case "true", "yes":
		return column, nil
	case "false", "no":
		return "not " + column, nil
	}
	return "", badSearch("%s is true or false, not %q", t.Key, t.Value)
}

func channelNamed(name string) (desk.Channel, bool) {
	if n, ok := wholeNumber(name); ok {
		return desk.Channel(n), n < 1000
	}
	c, ok := map[string]desk.Channel{"web": desk.ChannelWeb, "web_form": desk.ChannelWeb, "mail": desk.ChannelMail, "email": desk.ChannelMail,
		"api": desk.ChannelAPI, "web_service": desk.ChannelAPI, "rule": desk.ChannelRule, "merge": desk.ChannelMerge,
		"batch": desk.ChannelBatch, "closed_ticket": desk.ChannelClosed, "ticket_sharing": desk.ChannelSharing,
		"sharing": desk.ChannelSharing, "import": desk.ChannelImport}[strings.ToLower(name)]
	return c, ok
}
