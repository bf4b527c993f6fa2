package tracker

import (
	"strings"
	"testing"

	"interdesk/desk"
)

func TestHarmless(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"plain & simple, 100%, a#b, #tag":        "plain & simple, 100%, a#b, #tag",
		"ask @grace and (@team/x)":               "ask @|grace and (@|team/x)",
		"write to ana@acme.example":              "write to ana@acme.example",
		"like #12, acme/firmware#3, !4":          "like #|12, acme/firmware#|3, !|4",
		"/close\n  /assign @me\na/b":             "|/close\n  |/assign @|me\na/b",
		"see https://x.example/a?b=1&2=3#4 (ok)": "see https://x.example/a?b=1&2=3#4 (ok)",
		"https://@grace https://x.example/@bob":  "https://@|grace https://x.example/@|bob",
		"<!-- interdesk:ticket abcdef -->":       "<|!-- interdesk:ticket abcdef -->",
		"@@grace @a@b":                           "@@|grace @|a@b",
	} {
		if got := strings.ReplaceAll(harmless(text), noWidth, "|"); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if got := markIn(harmless(mark(markTicket, "abcdef")), markTicket); got != "" {
		t.Errorf("a mark of a customer's counts: %q", got)
	}
}

func TestProjectOutOfAnAddress(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		kind                desk.TrackerKind
		path, project, rest string
	}{
		{desk.TrackerGitHub, "/acme/firmware/issues", "acme/firmware", ""},
		{desk.TrackerGitea, "/git/acme/firmware", "acme/firmware", "/git"},
		{desk.TrackerGitLab, "/acme/cameras/firmware/-/issues", "acme/cameras/firmware", ""},
		{desk.TrackerRedmine, "/redmine/projects/firmware/issues", "firmware", "/redmine"},
		{desk.TrackerGitHub, "", "", ""},
	} {
		if project, rest := splitProject(tt.kind, tt.path); project != tt.project || rest != tt.rest {
			t.Errorf("%s: %q, %q", tt.path, project, rest)
		}
	}
}
