package search

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"interdesk/desk"
)

// Query is a query in the search language, taken apart.
type Query struct {
	Type   string // one of Types, or "" for tickets and users
	Terms  []Term
	Sort   Sort // what the query, or its caller, wants the results sorted by
	Desc   bool
	Asked  bool // a sort was asked for
	Typing bool // the query is still being typed: its last word may be the beginning of one
}

// Sort is what results are sorted by.
type Sort string

// The sorts. ByID is by the order in which things were made.
const (
	ByID        Sort = ""
	ByCreated   Sort = "created_at"
	ByUpdated   Sort = "updated_at"
	ByCommented Sort = "commented_at"
	ByStatus    Sort = "status"
	ByPriority  Sort = "priority"
	ByType      Sort = "ticket_type"
)

// Term is one thing that a result must, or must not, be.
type Term struct {
	Key    string // "" for words; else the canonical keyword; "custom_field" with Field
	Field  desk.FieldID
	Op     string // ":", "<", "<=", ">" or ">="
	Value  string
	Phrase bool // it was quoted: its words stand side by side
	Not    bool
}

// MaxQuery is the longest query, in bytes, and maxTerms the most things it can ask for.
const (
	MaxQuery = 2048
	maxTerms = 64
)

// Parse reads a query. What is wrong with it is an Invalid error in words for whoever typed it.
func Parse(query string) (Query, error) {
	if len(query) > MaxQuery {
		return Query{}, Bad("it is too long (%d bytes at most)", MaxQuery)
	}
	s, p := Query{}, searchText{rest: strings.ToValidUTF8(strings.ReplaceAll(query, "\x00", " "), " ")}
	for p.skipBlanks(); p.rest != ""; p.skipBlanks() {
		if err := s.take(p.term()); err != nil {
			return Query{}, err
		}
		if len(s.Terms) > maxTerms {
			return Query{}, Bad("it asks for more than %d things", maxTerms)
		}
	}
	return s, s.check()
}

// Bad is the error of a query that cannot be asked.
func Bad(format string, args ...any) error {
	return desk.Errorf(desk.Invalid, "Invalid search: "+format, args...)
}

// take files a term where it belongs.
func (s *Query) take(t Term) error {
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
	if id, ok := strings.CutPrefix(t.Key, fieldPrefix); ok {
		n, ok := WholeNumber(id)
		if !ok {
			return Bad("custom_field_%s is not the id of a field", id)
		}
		t.Key, t.Field = "custom_field", desk.FieldID(n)
	}
	if t.Value == "" {
		return Bad("%s needs a value", t.Key)
	}
	if t.Op != ":" && keywords()[t.Key]&compared == 0 {
		return Bad("%s cannot be compared by %s", t.Key, t.Op)
	}
	s.Terms = append(s.Terms, t)
	return nil
}

func (s *Query) setType(t Term) error {
	value := strings.ToLower(t.Value)
	switch {
	case t.Not || t.Op != ":":
		return Bad("type is told as type:ticket, type:user, type:organization or type:group")
	case slices.Contains(Types(), value):
		if s.Type != "" && s.Type != value {
			return Bad("it asks for two types at once")
		}
		s.Type = value
	case slices.Contains([]string{"question", "incident", "problem", "task"}, value):
		s.Terms = append(s.Terms, Term{Key: "ticket_type", Op: ":", Value: value})
	default:
		return Bad("type must be ticket, user, organization or group, not %q", t.Value)
	}
	return nil
}

// SetSort sorts the results by created, updated, commented (also with _at), status, priority, ticket_type, "id" or "relevance"
// (the default), "asc" or "desc" (the default). "" leaves what was said before.
func (s *Query) SetSort(by, order string) error {
	if !s.Asked {
		s.Desc = true
	}
	switch by = strings.TrimSuffix(strings.ToLower(by), "_at"); by {
	case "", "relevance":
	case "created", "updated", "commented":
		s.Sort, s.Asked = Sort(by+"_at"), true
	case "status", "priority", "ticket_type":
		s.Sort, s.Asked = Sort(by), true
	case "id":
		s.Sort, s.Asked = ByID, true
	default:
		return Bad("results cannot be sorted by %q", by)
	}
	switch strings.ToLower(order) {
	case "":
	case "asc":
		s.Desc, s.Asked = false, true
	case "desc":
		s.Desc, s.Asked = true, true
	default:
		return Bad("the order must be asc or desc, not %q", order)
	}
	return nil
}

// check finds terms that cannot be asked together.
func (s *Query) check() error {
	if s.Type != "" && !s.asks(s.Type) {
		for _, t := range s.Terms {
			if t.Key != "" && keywords()[t.Key]&audienceOf(s.Type) == 0 {
				return Bad("%s cannot be asked of %s", t.Key, OneOf(s.Type))
			}
		}
	}
	if s.Type == "" && !s.Tickets() && !s.Users() {
		return Bad("its keywords belong to different types")
	}
	return nil
}

// OneOf is a type with its article.
func OneOf(kind string) string {
	if kind == Organization {
		return "an " + kind
	}
	return "a " + kind
}

// Tickets tells whether the query can find tickets.
func (s *Query) Tickets() bool { return s.Finds(Ticket) }

// Users tells whether the query can find users.
func (s *Query) Users() bool { return s.Finds(User) }

// Finds tells whether the query can find things of a type. Organizations and groups are found only when they are asked for.
func (s *Query) Finds(kind string) bool {
	if s.Type == "" {
		return (kind == Ticket || kind == User) && s.asks(kind)
	}
	return s.Type == kind && s.asks(kind)
}

func (s *Query) asks(kind string) bool {
	for _, t := range s.Terms {
		if t.Key != "" && keywords()[t.Key]&audienceOf(kind) == 0 {
			return false
		}
	}
	return true
}

// searchText is what is left to read of a query.
type searchText struct{ rest string }

func (p *searchText) skipBlanks() { p.rest = strings.TrimLeftFunc(p.rest, unicode.IsSpace) }

// term reads one term: [-] keyword operator value, or words.
func (p *searchText) term() Term {
	var t Term
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
		if key = canonicalKey(p.rest[:end]); !isKeyword(key) {
			return "", "" // "RE: camera", "12:30"
		}
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

// String is the term as it would be typed, for messages.
func (t Term) String() string {
	not := ""
	if t.Not {
		not = "-"
	}
	if t.Key == "" {
		return fmt.Sprintf("%s%q", not, t.Value)
	}
	return fmt.Sprintf("%s%s%s%q", not, t.Key, t.Op, t.Value)
}
