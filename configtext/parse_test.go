package configtext

import (
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"interdesk/desk"
)

// Every text comes back from a file as it was, however it has to be written.
func TestTextsComeBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.StringOf(rapid.RuneFrom([]rune("ab \n\t\r:#-'\"{}[]|>%@`&*!?,~.0123é日\u2028\u00a0\ufeff\U0001f600")))
		s := rapid.OneOf(plain, rapid.SampledFrom([]string{"yes", "null", "~", "1e3", "0x1F", "2026-01-02", "true", "", "- a", "a: b", "---", "...", "<<", "="})).Draw(t, "text")
		want := &triggerText{Title: s, Active: true, Actions: []Action{{Field: "x", Value: Value{[]any{s, "y"}}}}}
		raw := canonical(want)
		root, problem := parseNode(raw)
		if problem != nil {
			t.Fatalf("%q is written as\n%s\n%v", s, raw, problem)
		}
		var got triggerText
		d := decoder{problem: func(_ *yaml.Node, message string) { t.Fatalf("%q is written as\n%s\n%s", s, raw, message) }}
		d.decode(root, reflect.ValueOf(&got).Elem(), key{})
		if got.Title != s || cmp.Diff(want.Actions[0].Value.v, got.Actions[0].Value.v) != "" {
			t.Fatalf("%q comes back as %q and %v from\n%s", s, got.Title, got.Actions[0].Value.v, raw)
		}
	})
}

// Whatever stands in a file, it is read or refused, and what is read is written so that it says the same.
func FuzzFiles(f *testing.F) {
	for _, k := range kinds() {
		f.Add(k.folder, []byte("title: X\nname: X\nconditions:\n  all:\n    - {field: status, operator: is, value: [open, 1, 1.5, null, true]}\nactions: []\n"))
	}
	f.Add("order", []byte("triggers: [A]\n"))
	f.Add("schedules", []byte("name: A\ntime_zone: UTC\nhours: {monday: 09:00-17:00}\nholidays: [{name: B, start_date: 2026-01-01, end_date: 2026-01-02}]\n"))
	f.Add("webhooks", []byte("&a name: *a\n"))
	f.Add("macros", []byte("title: |\n  a\n\n  b\nactions: [[[[[[[]]]]]]]\n"))
	f.Fuzz(func(t *testing.T, folder string, raw []byte) {
		name := folder + "/a.yaml"
		if folder == "order" {
			name = orderFile
		}
		p := parse(Folder{name: raw})
		if len(p.problems) > 0 || len(p.docs) != 1 {
			return
		}
		text := canonical(p.docs[0].text)
		again := parse(Folder{name: text})
		if len(again.problems) > 0 || string(canonical(again.docs[0].text)) != string(text) {
			t.Fatalf("%s\nbecomes\n%s\nand then %v", raw, text, again.problems)
		}
		if merged := rewrite(raw, again.docs[0]); string(merged) != string(raw) {
			t.Fatalf("%s\nsays the same as\n%s\nand is rewritten as\n%s", raw, text, merged)
		}
	})
}

// A map that learns something more says so in its text, too.
func TestMapsAreTextsWholly(t *testing.T) {
	t.Parallel()
	for text, of := range map[reflect.Type]reflect.Type{
		reflect.TypeFor[mapText](): reflect.TypeFor[desk.ShareMap](), reflect.TypeFor[detectorText](): reflect.TypeFor[desk.Detector](),
		reflect.TypeFor[filesText](): reflect.TypeFor[desk.FilesMap](), reflect.TypeFor[tagsText](): reflect.TypeFor[desk.TagsMap](),
		reflect.TypeFor[fieldMapText](): reflect.TypeFor[desk.FieldMap](),
	} {
		if text.NumField() != of.NumField() {
			t.Errorf("%s has %d members, %s has %d", text, text.NumField(), of, of.NumField())
		}
	}
}

func TestNamesOfFiles(t *testing.T) {
	t.Parallel()
	for title, want := range map[string]string{
		"Share image sensor problems": "share-image-sensor-problems", "  Ünïcode & more!  ": "n-code-more", "日本": "trigger", "../../etc/passwd": "etc-passwd",
		strings.Repeat("long title ", 20): "long-title-long-title-long-title-long-title-long-title-long",
	} {
		if got := slug(title, kindTrigger); got != want {
			t.Errorf("%q becomes %q, want %q", title, got, want)
		}
	}
}
