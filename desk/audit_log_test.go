package desk_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"interdesk/desk"
)

func TestAuditChanges(t *testing.T) {
	t.Parallel()
	type inner struct{ PeopleLimit int }
	type record struct {
		ID         int64
		Title      string
		Active     bool
		AuthSecret string
		EndUserIDs []int64
		Terms      inner
	}
	long := strings.Repeat("x", 300)
	for _, c := range []struct {
		name          string
		before, after record
		want          []desk.AuditChange
	}{
		{"nothing", record{ID: 1}, record{ID: 2}, nil},
		{"text", record{Title: "a"}, record{Title: "b"}, []desk.AuditChange{{Field: "title", Before: "a", After: "b"}}},
		{"flag", record{}, record{Active: true}, []desk.AuditChange{{Field: "active", Before: "no", After: "yes"}}},
		{"secret", record{AuthSecret: "a"}, record{AuthSecret: "b"}, []desk.AuditChange{{Field: "auth secret", Before: "(secret)", After: "(secret)"}}},
		{"nil and empty", record{}, record{EndUserIDs: []int64{}}, nil},
		{"list", record{}, record{EndUserIDs: []int64{1, 2}}, []desk.AuditChange{{Field: "end user ids", After: "[1,2]"}}},
		{"inside", record{}, record{Terms: inner{5}}, []desk.AuditChange{{Field: "terms people limit", After: "5"}}},
		{"long", record{Title: long + "a"}, record{Title: long + "b"}, []desk.AuditChange{{Field: "title",
			Before: "…" + strings.Repeat("x", 20) + "a", After: "…" + strings.Repeat("x", 20) + "b"}}},
	} {
		if diff := cmp.Diff(c.want, desk.AuditChanges(c.before, c.after)); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}
