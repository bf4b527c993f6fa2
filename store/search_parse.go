package store

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"interdesk/desk"
)

// Search is a query in the search language (zendesk-api.md §5.3), taken apart.
type Search struct {
	Type  string // "ticket", "user", "organization", "group" or "" for tickets and users
	Terms []SearchTerm
	Sort  TicketSort // what the query, or its caller, wants the results sorted by
	Desc  bool
	Asked bool // a sort was asked for
}

// SearchTerm is one thing that a result must, or must not, be.
type SearchTerm struct {
	Key    string // "" for words; else the canonical keyword; "custom_field" with Field
	Field  desk.FieldID
	Op     string // ":", "<", "<=", ">" or ">="
	Value  string
	Phrase bool // it was quoted: its words stand side by side
	Not    bool
}

// MaxSearch is the longest query, in bytes, and maxTerms the most things it can ask for.
const (
	MaxSearch = 2048
	maxTerms  = 64
)

// searchKeys names the keywords, and where each can be asked: of tickets (t), users (u), organizations (o) and groups (g),
// by end users too (e).
func searchKeys() map[string]string {
	return map[string]string{
		"status": "te", "priority": "te", "ticket_type": "te", "assignee": "t", "requester": "t", "submitter": "t", "cc": "t",
		"group": "t", "organization": "tu", "tags": "tuo", "subject": "te", "description": "te", "comment": "te", "commenter": "t", "via": "t",
		"brand": "t", "form": "t", "created": "tueog", "updated": "tueog", "solved": "te", "due_date": "te", "custom_field": "t",
		"fieldvalue": "t", "external_id": "tuo", "id": "tueog", "has_attachment": "te",
		"email": "u", "name": "uog", "role": "u", "phone": "u", "notes": "uo", "details": "uo", "is_suspended": "u", "is_verified": "u",
	}
}

func canonicalKey(key string) string {
	switch key {
	case "user":
		return "name"
	case "tag":
		return "tags"
	case "created_at", "updated_at", "solved_at":
		return strings.TrimSuffix(key, "_at")
	case "due", "due_at":
		return "due_date"
	case "ticket_form":
		return "form"
	case "ticket_id":
		return "id"
	case "org":
		return "organization"
	case "comments":
		return "comment"
	}
	return key
}

// ParseSearch reads a query. What is wrong with it is an Invalid error in words for whoever typed it.
func ParseSearch(query string) (Search, error) {
	if len(query) > MaxSearch {
		return Search{}, badSearch("it is too long (%d bytes at most)", MaxSearch)
	}
	s, p := Search{}, searchText{rest: strings.ToValidUTF8(strings.ReplaceAll(query, "\x00", " "), " ")}
	for p.skipBlanks(); p.rest != ""; p.skipBlanks() {
		if err := s.take(p.term()); err != nil {
			return Search{}, err
		}
		if len(s.Terms) > maxTerms {
			return Search{}, badSearch("it asks for more than %d things", maxTerms)
		}
	}
	return s, s.check()
}

func badSearch(format string, args ...any) error {
	return desk.Errorf(desk.Invalid, "Invalid search: "+format, args...)
}

// take files a term where it belongs.
func (s *Search) take(t SearchTerm) error {
	switch t.Key {
	case "":
		if t.Value != "" {
			s.Terms = append(s.Terms, t)
		}
		return nil
	case "type":
		return s.setType(t)
	case "order_by", "sort_by":
		return s.SetSort(t.Value, "")
	case "sort", "sort_order":
		return s.SetSort("", t.Value)
	}
	if id, ok := strings.CutPrefix(t.Key, "custom_field_"); ok {
		n, ok := wholeNumber(id)
		if !ok {
			return badSearch("custom_field_%s is not the id of a field", id)
		}
		t.Key, t.Field = "custom_field", desk.FieldID(n)
	}
	if searchKeys()[t.Key] == "" {
		return badSearch("there is no keyword %q; put the words in quotes to look for them as they stand", t.Key)
	}
	if t.Value == "" {
		return badSearch("%s needs a value", t.Key)
	}
	if t.Op != ":" && !slices.Contains([]string{"status", "priority", "created", "updated", "solved", "due_date", "custom_field", "id"}, t.Key) {
		return badSearch("%s cannot be compared by %s", t.Key, t.Op)
	}
	s.Terms = append(s.Terms, t)
	return nil
}

func (s *Search) setType(t SearchTerm) error {
	value := strings.ToLower(t.Value)
	switch {
	case t.Not || t.Op != ":":
		return badSearch("type is told as type:ticket, type:user, type:organization or type:group")
	case slices.Contains([]string{"ticket", "user", "organization", "group"}, value):
		if s.Type != "" && s.Type != value {
			return badSearch("it asks for two types at once")
		}
		s.Type = value
	case slices.Contains([]string{"question", "incident", "problem", "task"}, value):
		s.Terms = append(s.Terms, SearchTerm{Key: "ticket_type", Op: ":", Value: value})
	default:
		return badSearch("type must be ticket, user, organization or group, not %q", t.Value)
	}
	return nil
}

// SetSort sorts the results by one of created_at, updated_at, status, priority, "id" or "relevance" (the default), "asc" or
// "desc" (the default). "" leaves what was said before.
func (s *Search) SetSort(by, order string) error {
	if !s.Asked {
		s.Desc = true
	}
	switch by = strings.ToLower(by); by {
	case "", "relevance":
	case "created_at", "updated_at", "status", "priority":
		s.Sort, s.Asked = TicketSort(by), true
	case "ticket_type", "id":
		s.Sort, s.Asked = SortID, true
	default:
		return badSearch("results cannot be sorted by %q", by)
	}
	switch strings.ToLower(order) {
	case "":
	case "asc":
		s.Desc, s.Asked = false, true
	case "desc":
		s.Desc, s.Asked = true, true
	default:
		return badSearch("the order must be asc or desc, not %q", order)
	}
	return nil
}

// check finds terms that cannot be asked together.
func (s *Search) check() error {
	if s.Type != "" && !s.asks(s.Type) {
		for _, t := range s.Terms {
			if t.Key != "" && !strings.Contains(searchKeys()[t.Key], s.Type[:1]) {
				return badSearch("%s cannot be asked of %s", t.Key, oneOf(s.Type))
			}
		}
	}
	if s.Type == "" && !s.Tickets() && !s.Users() {
		return badSearch("its keywords belong to different types")
	}
	return nil
}

// oneOf is a type with its article.
func oneOf(kind string) string {
	if kind == "organization" {
		return "an " + kind
	}
	return "a " + kind
}

// Tickets tells whether the query can find tickets.
func (s *Search) Tickets() bool { return s.Finds("ticket") }

// Users tells whether the query can find users.
func (s *Search) Users() bool { return s.Finds("user") }

// Finds tells whether the query can find things of a type. Organizations and groups are found only when they are asked for.
func (s *Search) Finds(kind string) bool {
	if s.Type == "" {
		return (kind == "ticket" || kind == "user") && s.asks(kind)
	}
	return s.Type == kind && s.asks(kind)
}

func (s *Search) asks(kind string) bool {
	for _, t := range s.Terms {
		if t.Key != "" && !strings.Contains(searchKeys()[t.Key], kind[:1]) {
			return false
		}
	}
	return true
}

// searchText is what is left to read of a query.
type searchText struct{ rest string }

func (p *searchText) skipBlanks() { p.rest = strings.TrimLeftFunc(p.rest, unicode.IsSpace) }

// term reads one term: [-] keyword operator value, or words.
func (p *searchText) term() SearchTerm {
	var t SearchTerm
	if rest, ok := strings.CutPrefix(p.rest, "-"); ok {
		t.Not, p.rest = true, rest
	}
	t.Key, t.Op = p.keyword()
	if t.Op == "<" || t.Op == ">" || t.Op == "<=" || t.Op == ">=" {
		p.skipBlanks() // "status< pending" is common
	}
	t.Value, t.Phrase = p.value()
	return t
}

// keyword reads a name with the operator that follows it; anything else is the beginning of words.
func (p *searchText) keyword() (key, op string) {
	end := strings.IndexFunc(p.rest, func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '_')
	})
	if end <= 0 {
		return "", ""
	}
	for _, op := range []string{"<=", ">=", ":", "<", ">"} {
		after, ok := strings.CutPrefix(p.rest[end:], op)
		if !ok || strings.HasPrefix(after, "//") { // an address, not a keyword
			continue
		}
		key = canonicalKey(strings.ToLower(p.rest[:end]))
		if op != ":" {
			after = strings.TrimPrefix(after, ":")
		}
		p.rest = after
		return key, op
	}
	return "", ""
}

func (p *searchText) value() (text string, phrase bool) {
	if after, ok := strings.CutPrefix(p.rest, `"`); ok {
		text, p.rest, _ = strings.Cut(after, `"`)
		return strings.TrimSpace(text), true
	}
	end := strings.IndexFunc(p.rest, unicode.IsSpace)
	if end < 0 {
		end = len(p.rest)
	}
	text, p.rest = p.rest[:end], p.rest[end:]
	return text, false
}

// wordsOf are the words of a text as both engines index them: runs of letters and digits.
func wordsOf(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) })
}

// String is the term as it would be typed, for messages.
func (t SearchTerm) String() string {
	not := ""
	if t.Not {
		not = "-"
	}
	if t.Key == "" {
		return fmt.Sprintf("%s%q", not, t.Value)
	}
	return fmt.Sprintf("%s%s%s%q", not, t.Key, t.Op, t.Value)
}
