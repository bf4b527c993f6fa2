package mapping_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"interdesk/desk"
	"interdesk/sharing/mapping"
)

func TestCustomersAndFiles(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		how        desk.CustomerName
		name, want string
	}{
		{desk.CustomersNamed, "Ana Díaz", "Ana Díaz"}, {desk.CustomersByInitials, "ana-maría Díaz", "A.M.D."}, {desk.CustomersByInitials, "4711", "Customer"},
		{desk.CustomersUnnamed, "Ana", "Customer"},
	} {
		if got := mapping.New(desk.ShareMap{Customers: tt.how}).Customer(tt.name); got != tt.want {
			t.Errorf("%s %q: %q", tt.how, tt.name, got)
		}
	}
	m := mapping.New(desk.ShareMap{Files: desk.FilesMap{Types: []string{"image/*", "text/plain"}, MaxSize: 10}})
	for kind, want := range map[string]bool{"image/png": true, "IMAGE/PNG; x=1": true, "text/plain": true, "text/html": false, "": false, "imagex/png": false} {
		if got := m.File(kind, 10); got != want {
			t.Errorf("%s: %v", kind, got)
		}
	}
	if m.File("image/png", 11) || mapping.New(desk.ShareMap{Files: desk.FilesMap{None: true}}).File("image/png", 1) || !mapping.New(desk.ShareMap{}).File("", 1<<40) {
		t.Error("sizes")
	}
}

func TestTags(t *testing.T) {
	t.Parallel()
	m := mapping.New(desk.ShareMap{Tags: desk.TagsMap{Allow: []string{"lens", "strap", "x_bug"}, Prefix: "x_", Rename: map[string]string{"strap": "belt", "lens": "x_x_bug"}}})
	for tag, want := range map[string]string{"strap": "belt", "lens": "x_x_bug", "x_bug": "", "other": ""} {
		got, ok := m.TagOut(tag)
		if got != want || ok != (want != "") {
			t.Errorf("%s: %q, %v", tag, got, ok)
		}
		if back, known := m.TagIn(got); ok && (back != tag || !known) {
			t.Errorf("%s comes back as %q", tag, back)
		}
	}
	for _, name := range []string{"lens", "x_lens", "x_other", "x_", "", "strap"} {
		if tag, known := m.TagIn(name); known {
			t.Errorf("%s is %s", name, tag)
		}
	}
}

func TestFields(t *testing.T) {
	t.Parallel()
	m := mapping.New(desk.ShareMap{Fields: []desk.FieldMap{
		{Field: "Severity", As: "Priority", Values: map[string]string{"1": "high", "2": "low"}, Default: "none"},
		{Field: "Parts", Values: map[string]string{"lens": "optic"}}, {Field: "Source", Constant: "Acme"}, {Field: "Cost", NotSent: true},
		{Field: "Plan", Owner: desk.OwnerOurs}, {Field: "Fix", Owner: desk.OwnerTheirs},
	}})
	if m.Title(" severity ") != "Priority" || m.Title("Other") != "Other" {
		t.Error("titles")
	}
	for there, want := range map[string]string{"priority": "Severity", "Other": "Other", "Severity": ""} {
		if own, known := m.OwnTitle(there); known != (want != "") || known && own != want {
			t.Errorf("%s: %q, %v", there, own, known)
		}
	}
	for _, tt := range []struct {
		title     string
		own, want any
	}{
		{"Severity", "1", "high"}, {"Severity", int64(2), "low"}, {"Severity", "3", "none"}, {"Severity", "", ""}, {"Severity", nil, nil},
		{"Parts", []string{"lens", "strap"}, []string{"optic", "strap"}}, {"Source", "x", "Acme"}, {"Other", true, true}, {"Plan", 3.5, 3.5},
	} {
		if diff := cmp.Diff(tt.want, m.Out(tt.title, tt.own)); diff != "" {
			t.Errorf("%s %v: %s", tt.title, tt.own, diff)
		}
	}
	if m.In("Severity", "high") != "1" || m.In("Severity", "strange") != "strange" || m.Leaves("Cost") || m.Leaves("Fix") || !m.Leaves("Plan") || m.Hears("Plan") || m.Hears("Source") || !m.Hears("Cost") {
		t.Error("directions")
	}
	if diff := cmp.Diff(map[string]string{"Source": "Acme"}, m.Constants()); diff != "" {
		t.Error(diff)
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	field := func(f ...desk.FieldMap) desk.ShareMap { return desk.ShareMap{Fields: f} }
	tags := func(m desk.TagsMap) desk.ShareMap { return desk.ShareMap{Tags: m} }
	for path, m := range map[string]desk.ShareMap{
		"customers":            {Customers: "nickname"},
		"attachments.types[0]": {Files: desk.FilesMap{Types: []string{"png"}}},
		"attachments.max_size": {Files: desk.FilesMap{MaxSize: -1}},
		"tags.allow[0]":        tags(desk.TagsMap{Allow: []string{"Two words"}}),
		"tags.prefix":          tags(desk.TagsMap{Prefix: "größe"}),
		"tags.rename.b":        tags(desk.TagsMap{Rename: map[string]string{"a": "x", "b": "x"}}),
		"tags":                 tags(desk.TagsMap{Allow: slices.Repeat([]string{"a"}, mapping.MaxTags+1)}),
		"fields[0].field":      field(desk.FieldMap{Field: " "}),
		"fields[1].field":      field(desk.FieldMap{Field: "A"}, desk.FieldMap{Field: "a ", As: "B"}),
		"fields[1].as":         field(desk.FieldMap{Field: "A"}, desk.FieldMap{Field: "B", As: "a"}),
		"fields[0].values":     field(desk.FieldMap{Field: "A", Values: map[string]string{"1": "x", "2": "x"}}),
		"fields[0].owner":      field(desk.FieldMap{Field: "A", Owner: "nobody"}),
		"fields[0]":            field(desk.FieldMap{Field: "A", Constant: "x", NotSent: true}),
		"fields":               field(make([]desk.FieldMap, mapping.MaxFields+1)...),
	} {
		wrong, ok := mapping.Check(m).(*desk.Error)
		if !ok || len(wrong.Details[path]) == 0 {
			t.Errorf("%s: %v", path, wrong)
		}
	}
}

// Whatever the map, what goes out comes back as what it was.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	word := rapid.SampledFrom(strings.Fields("a b c x_a x_b x_x_a y z"))
	rapid.Check(t, func(r *rapid.T) {
		m := desk.ShareMap{Tags: desk.TagsMap{Prefix: rapid.SampledFrom([]string{"", "x_", "a"}).Draw(r, "prefix"), Allow: rapid.SliceOf(word).Draw(r, "allow"),
			Rename: rapid.MapOf(word, word).Draw(r, "rename")},
			Fields: []desk.FieldMap{{Field: "F", Values: rapid.MapOf(word, word).Draw(r, "values")}}}
		if mapping.Check(m) != nil {
			return
		}
		words := mapping.New(m)
		tag := word.Draw(r, "tag")
		if there, leaves := words.TagOut(tag); leaves {
			if back, known := words.TagIn(there); !known || back != tag {
				r.Fatalf("%s → %s → %s, %v", tag, there, back, known)
			}
		}
		if own, listed := m.Fields[0].Values[tag]; listed && words.In("F", words.Out("F", tag)) != tag {
			r.Fatalf("%s → %s", tag, own)
		}
	})
}
