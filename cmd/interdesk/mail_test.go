package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"
)

const mailMessage = "From: mia@example.com\r\nTo: support@acme.localhost\r\nSubject: Hello\r\nMessage-ID: <1@example.com>\r\n\r\nHello.\r\n"

// mailAddress is where the server says that it receives mail by a protocol.
func (r *running) mailAddress(t *testing.T, protocol string) string {
	t.Helper()
	for line := range strings.Lines(r.log.String()) {
		if strings.Contains(line, `"receiving mail"`) && strings.Contains(line, `"`+protocol+`"`) {
			_, rest, _ := strings.Cut(line, `"addr":"`)
			address, _, _ := strings.Cut(rest, `"`)
			return address
		}
	}
	t.Fatalf("no mail by %s: %s", protocol, r.log)
	return ""
}

// pipe runs "mail receive" with a message on standard input, and gives its exit code and what it says.
func pipe(t *testing.T, message string, flags ...string) (int, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "message")
	if err := os.WriteFile(path, []byte(message), 0o600); err != nil {
		t.Fatal(err)
	}
	in, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var out, says strings.Builder
	code := run(t.Context(), append([]string{"mail", "receive"}, flags...), &terminal{in: in, out: &out, err: &says})
	return code, says.String()
}

func TestMailReceive(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	database := []string{"--database", "sqlite:" + filepath.Join(folder, "interdesk.db")}
	var out strings.Builder
	if code := run(t.Context(), append([]string{"account", "create", "acme", "--name", "Acme", "--admin", "ana@acme.example"}, database...), &terminal{out: &out, err: &out}); code != exitFine {
		t.Fatal(out.String())
	}
	try := func(when string, code int, says string, flags ...string) {
		t.Helper()
		if got, said := pipe(t, mailMessage, flags...); got != code || !strings.Contains(said, says) {
			t.Errorf("%s: ended with %d: %s; want %d and %q", when, got, said, code, says)
		}
	}
	try("without a server", exitFine, "", append(database, "--to", "support@acme.localhost")...)
	try("nobody's address", exitNoUser, "no help desk", append(database, "--to", "support@nowhere.test")...)
	r := start(t, append(database, "--lmtp-listen", "127.0.0.1:0", "--smtp-listen", "127.0.0.1:0")...)
	try("with a server, and no word of it", exitLater, "--lmtp-listen", append(database, "--to", "support@acme.localhost")...)
	lmtp := []string{"--lmtp-listen", r.mailAddress(t, "LMTP"), "--to"}
	try("to a server", exitFine, "", append(lmtp, "support@acme.localhost")...)
	try("to a server, nobody's address", exitNoUser, "No help desk", append(lmtp, "support@nowhere.test")...)
	try("to a server that is away", exitLater, "", "--lmtp-listen", "127.0.0.1:1", "--to", "support@acme.localhost")
	c, err := smtp.Dial(r.mailAddress(t, "SMTP"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.SendMail("mia@example.com", []string{"support@acme.localhost"}, strings.NewReader(mailMessage)); err != nil {
		t.Error(err)
	}
}
