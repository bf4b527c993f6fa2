package ticketing_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"interdesk/desk"
	"interdesk/ticketing"
)

// The operator reads who changed which ticket, and not what was said.
func TestChangesAreLogged(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		var log bytes.Buffer
		s.service = ticketing.New(s.store, ticketing.Options{Logger: slog.New(slog.NewTextHandler(&log, nil))})
		subject, status := "Secret", desk.Pending
		made := s.apply(t, desk.Update{Account: s.account, Actor: s.admin, Edits: desk.Edits{Subject: &subject}, Comment: &desk.NewComment{Body: "Between us"}})
		s.apply(t, desk.Update{Account: s.account, Actor: s.admin, Ticket: made.Ticket.ID, Edits: desk.Edits{Status: &status}})
		for _, want := range []string{`msg="ticket made"`, `msg="ticket changed"`, "name=Ana", "what=status", "ticket=1"} {
			if !strings.Contains(log.String(), want) {
				t.Errorf("the log lacks %q:\n%s", want, &log)
			}
		}
		for _, secret := range []string{"Secret", "Between us"} {
			if strings.Contains(log.String(), secret) {
				t.Errorf("the log tells %q", secret)
			}
		}
	})
}
