package message

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzParse holds what is true of every message: nothing panics, all text is UTF-8 without NUL, and splitting loses nothing.
func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/corpus/*.eml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		if len(raw) < 20_000 {
			f.Add(raw)
		}
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := ParseBytes(raw)
		if err != nil {
			return
		}
		checkStrings(t, m)
		m.Automatic()
		m.RemoteDesk()
		m.Bounces()
		s := m.Split()
		if got := without(s.Text); got != m.Text {
			t.Errorf("the pieces of %q are %q", m.Text, got)
		}
		s.FoldedHTML()
		Forwarded(m.Text, m.HTML)
		if _, rest, _ := ReadCommands(m.Text, m.HTML); !strings.HasSuffix(m.Text, rest) {
			t.Errorf("the rest of %q is %q", m.Text, rest)
		}
	})
}

func checkStrings(t *testing.T, m *Message) {
	t.Helper()
	all := []string{m.Text, m.HTML, m.Subject, m.From.Name, m.From.Email}
	for _, f := range m.Files {
		all = append(all, f.FileName, f.ContentType)
		if f.FileName == "" || strings.ContainsAny(f.FileName, "/\\\n") {
			t.Errorf("a file is called %q", f.FileName)
		}
	}
	for _, s := range all {
		if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
			t.Errorf("not fit to be stored: %q", s)
		}
	}
}
