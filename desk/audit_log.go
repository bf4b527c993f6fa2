package desk

import (
	"context"
	"encoding"
	"encoding/json"
	"net/netip"
	"reflect"
	"strings"
	"time"
	"unicode"
)

// AuditLog is one entry of the account's audit log: who changed what of how the desk works, or signed in.
type AuditLog struct {
	ID        AuditLogID
	Actor     UserID // 0: the desk itself
	ActorName string // as it was then
	Action    AuditAction
	Source    AuditSource
	IP        string // from where; "" where it did not come through a door
	Changes   []AuditChange
	CreatedAt time.Time
}

// AuditAction is what was done.
type AuditAction string

// The actions that are noted, in the API's words.
const (
	AuditCreate  AuditAction = "create"
	AuditUpdate  AuditAction = "update"
	AuditDestroy AuditAction = "destroy"
	AuditLogin   AuditAction = "login"
)

// AuditSource is what was changed. Its label is its name as it was then.
type AuditSource struct {
	Type  string // a kind of thing, such as "rule" or "user"
	ID    int64  // 0: of all of a kind, such as their order
	Label string
}

// AuditChange is one part of what was changed, in short words; "" where there was nothing, or is nothing any more.
type AuditChange struct {
	Field  string `json:"field"`
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
}

// maxAuditWords is how much of a value the audit log keeps, in characters.
const maxAuditWords = 200

// auditLead is how much of what two long values have in common is kept before the place where they begin to differ.
const auditLead = 20

// auditSilent are the parts of records that the log leaves out: it tells them itself.
const auditSilent = " ID CreatedAt UpdatedAt CreatedBy UpdatedBy Revision "

// AuditChanges are the parts in which two structs of one type differ, in the order of their fields. Of what is secret they say
// only that it is there.
func AuditChanges(before, after any) []AuditChange {
	return auditFields(nil, "", reflect.ValueOf(before), reflect.ValueOf(after))
}

func auditFields(out []AuditChange, in string, before, after reflect.Value) []AuditChange {
	for i := range before.NumField() {
		f := before.Type().Field(i)
		if !f.IsExported() || strings.Contains(auditSilent, " "+f.Name+" ") {
			continue
		}
		name, b, a := strings.TrimSpace(in+" "+auditName(f.Name)), before.Field(i), after.Field(i)
		if f.Anonymous {
			name = in
		}
		switch {
		case reflect.DeepEqual(b.Interface(), a.Interface()):
		case f.Type.Kind() == reflect.Struct && !tellsItself(f.Type):
			out = auditFields(out, name, b, a)
		case strings.HasSuffix(f.Name, "Secret"):
			out = append(out, AuditChange{name, hidden(b), hidden(a)})
		default:
			if from, to := auditWords(b), auditWords(a); from != to {
				from, to = shortened(from, to)
				out = append(out, AuditChange{name, from, to})
			}
		}
	}
	return out
}

// auditName is the name of a field in words: PeopleLimit is "people limit".
func auditName(field string) string {
	var b strings.Builder
	letters := []rune(field)
	for i, r := range letters {
		starts := i > 0 && unicode.IsUpper(r) && (unicode.IsLower(letters[i-1]) || i+1 < len(letters) && unicode.IsLower(letters[i+1]) && letters[i+1] != 's')
		if starts {
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// tellsItself tells whether a struct has a text of its own, as times have.
func tellsItself(t reflect.Type) bool {
	return t.Implements(reflect.TypeFor[json.Marshaler]()) || t.Implements(reflect.TypeFor[encoding.TextMarshaler]())
}

func hidden(v reflect.Value) string {
	if v.IsZero() {
		return ""
	}
	return "(secret)"
}

// auditWords is a value as the log tells it; "" for none.
func auditWords(v reflect.Value) string {
	switch {
	case v.Kind() == reflect.Bool && v.Bool():
		return "yes"
	case v.Kind() == reflect.Bool:
		return "no"
	case v.IsZero(), (v.Kind() == reflect.Slice || v.Kind() == reflect.Map) && v.Len() == 0:
		return ""
	case v.Kind() == reflect.String:
		return v.String()
	}
	raw, err := json.Marshal(v.Interface())
	if err != nil {
		return ""
	}
	return strings.Trim(string(raw), `"`)
}

// shortened cuts two values down to what the log keeps, about the place where they begin to differ.
func shortened(before, after string) (string, string) {
	b, a := []rune(before), []rune(after)
	if len(b) <= maxAuditWords && len(a) <= maxAuditWords {
		return before, after
	}
	same := 0
	for same < len(b) && same < len(a) && b[same] == a[same] {
		same++
	}
	from := max(0, same-auditLead)
	cut := func(r []rune) string {
		text := r[min(from, len(r)):]
		more := len(text) > maxAuditWords
		out := string(text[:min(len(text), maxAuditWords)])
		if from > 0 && len(r) > 0 {
			out = "…" + out
		}
		if more {
			out += "…"
		}
		return out
	}
	return cut(b), cut(a)
}

// Description is what was changed, in one line.
func (l *AuditLog) Description() string {
	parts := make([]string, len(l.Changes))
	for i, c := range l.Changes {
		switch {
		case c.Before != "" && c.After != "":
			parts[i] = c.Field + " changed from " + c.Before + " to " + c.After
		case c.After != "":
			parts[i] = c.Field + ": " + c.After
		default:
			parts[i] = c.Field + " removed: " + c.Before
		}
	}
	return strings.Join(parts, "; ")
}

type clientKey struct{}

// WithClientAddress notes where a request came from, for the audit log.
func WithClientAddress(ctx context.Context, client netip.Addr) context.Context {
	return context.WithValue(ctx, clientKey{}, client)
}

// ClientAddress is where the request came from that is served; "" outside of one.
func ClientAddress(ctx context.Context) string {
	client, ok := ctx.Value(clientKey{}).(netip.Addr)
	if !ok || !client.IsValid() {
		return ""
	}
	return client.String()
}
