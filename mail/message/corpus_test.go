package message

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// expectation is what corpus.json says of a message; nil is not looked at.
type expectation struct {
	From, FromName, Sender, Subject, Date    *string
	To, CC, Faults                           *int
	Answers                                  []string
	Text, TextHas, HTMLHas                   *string
	TextFromHTML                             *bool
	Files                                    []string // "name type" and " inline"
	Words, FreshHTML, Quoted, QuotedHas      *string
	Kind, Desk, DeskURL, Ticket, ForwardFrom *string
	Bounce                                   *struct {
		Kind, Recipient, ID, Status string
		Permanent                   bool
	}
}

// corpus reads the messages and what is expected of them.
func corpus(t testing.TB) map[string]expectation {
	t.Helper()
	data, err := os.ReadFile("testdata/corpus.json")
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]expectation
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestCorpus(t *testing.T) {
	t.Parallel()
	all := corpus(t)
	files, err := filepath.Glob("testdata/corpus/*.eml")
	if err != nil || len(files) != len(all) || len(files) < 120 {
		t.Fatalf("%d messages and %d expectations, %v", len(files), len(all), err)
	}
	for name, want := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw, err := os.ReadFile("testdata/corpus/" + name + ".eml")
			if err != nil {
				t.Fatal(err)
			}
			m := parse(t, raw)
			checkHeader(t, m, want)
			checkBody(t, m, want)
			checkPieces(t, m, want)
			checkOrigin(t, m, want)
		})
	}
}

func same[T any](t *testing.T, what string, want *T, got T) {
	t.Helper()
	if want == nil {
		return
	}
	if diff := cmp.Diff(*want, got); diff != "" {
		t.Errorf("%s, wanted minus got:\n%s", what, diff)
	}
}

func has(t *testing.T, what string, want *string, got string) {
	t.Helper()
	if want != nil && !strings.Contains(got, *want) {
		t.Errorf("%s is %q, wanted %q in it", what, got, *want)
	}
}

func checkHeader(t *testing.T, m *Message, want expectation) {
	same(t, "from", want.From, m.From.Email)
	same(t, "name", want.FromName, m.From.Name)
	if want.Sender != nil && (m.Sender == nil || m.Sender.Email != *want.Sender) {
		t.Errorf("sender %v", m.Sender)
	}
	same(t, "subject", want.Subject, m.Subject)
	date := ""
	if !m.Date.IsZero() {
		date = m.Date.UTC().Format(time.RFC3339)
	}
	same(t, "date", want.Date, date)
	same(t, "to", want.To, len(m.To))
	same(t, "cc", want.CC, len(m.CC))
	same(t, "faults", want.Faults, len(m.Faults))
	if want.Answers != nil {
		same(t, "answers", &want.Answers, m.Answers())
	}
}

func checkBody(t *testing.T, m *Message, want expectation) {
	same(t, "text", want.Text, strings.TrimSpace(m.Text))
	has(t, "text", want.TextHas, m.Text)
	has(t, "HTML", want.HTMLHas, m.HTML)
	same(t, "text from HTML", want.TextFromHTML, m.TextFromHTML)
	if want.Files == nil {
		return
	}
	got := []string{}
	for _, f := range m.Files {
		line := f.FileName + " " + f.ContentType
		if f.Inline {
			line += " inline"
		}
		got = append(got, line)
	}
	same(t, "files", &want.Files, got)
}

// checkPieces holds besides that nothing is lost when a mail is split, whatever it is.
func checkPieces(t *testing.T, m *Message, want expectation) {
	s := m.Split()
	same(t, "words", want.Words, strings.TrimSpace(without(s.Text, Quoted, Signature)))
	if want.FreshHTML != nil {
		same(t, "fresh HTML", want.FreshHTML, strings.TrimSpace(HTMLText(without(s.HTML, Quoted, Signature))))
	}
	same(t, "quoted", want.Quoted, s.QuotedText())
	has(t, "quoted text", want.QuotedHas, s.QuotedText())
	if m.HTML != "" {
		has(t, "quoted HTML", want.QuotedHas, without(s.HTML, Fresh, Signature))
		sameHTML(t, "HTML", m.HTML, s)
	}
	if got := without(s.Text); got != m.Text {
		t.Errorf("the pieces of the text are %q, not %q", got, m.Text)
	}
}

func checkOrigin(t *testing.T, m *Message, want expectation) {
	same(t, "origin", want.Kind, string(m.Automatic().Kind))
	desk, found := m.RemoteDesk()
	if want.Desk != nil || !found {
		same(t, "desk", want.Desk, desk.Kind)
	} else {
		t.Errorf("taken for a desk: %+v", desk)
	}
	same(t, "the desk's URL", want.DeskURL, desk.URL)
	same(t, "the desk's ticket", want.Ticket, desk.Ticket)
	if want.ForwardFrom != nil {
		f, ok := Forwarded(m.Text, m.HTML)
		if !ok || f.From.Email != *want.ForwardFrom || f.Note != "Help him." || f.Subject != "Broken" || f.Text != "It broke." {
			t.Errorf("forwarded: %v %+v", ok, f)
		}
	}
	b, ok := m.Bounce()
	if (want.Bounce != nil) != ok {
		t.Fatalf("bounce: %v %+v", ok, b)
	}
	if w := want.Bounce; w != nil {
		if string(b.Kind) != w.Kind || b.Permanent != w.Permanent || b.Recipient != w.Recipient || w.ID != "" && b.MessageID != w.ID || w.Status != "" && b.Status != w.Status {
			t.Errorf("bounce %+v, want %+v", b, *w)
		}
	}
}
