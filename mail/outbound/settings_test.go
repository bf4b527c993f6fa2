package outbound_test

import (
	"strings"
	"testing"

	"interdesk/desk"
	"interdesk/mail/mailtest"
	"interdesk/mail/outbound"
	guard "interdesk/outbound"
	"interdesk/store"
)

func TestRelaysAreTriedBeforeTheyAreKept(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		own := mailtest.Start(t, "s3cret")
		s := outbound.New(o.store, outbound.Options{Files: o.files, Tokens: o.tokens, Secrets: clear{}, Guard: guard.New(guard.Config{AllowPrivate: true})})
		in := outbound.RelayInput{Host: "127.0.0.1", Port: own.Address().Port, Security: desk.RelayStartTLS, Username: "desk", Password: "s3cret"}
		for name, test := range map[string]struct {
			change func(in *outbound.RelayInput)
			says   string
		}{
			"no host":              {func(in *outbound.RelayInput) { in.Host = "" }, "Host"},
			"no port":              {func(in *outbound.RelayInput) { in.Port = 0 }, "Port"},
			"a password in clear":  {func(in *outbound.RelayInput) { in.Security = desk.RelayOpportunistic }, "tls or starttls"},
			"no password":          {func(in *outbound.RelayInput) { in.Password = "" }, "Password"},
			"a relay without TLS":  {func(*outbound.RelayInput) {}, "no encryption"},
			"metadata of clouds":   {func(in *outbound.RelayInput) { in.Host = "169.254.169.254" }, "not allowed"},
			"nobody at that place": {func(in *outbound.RelayInput) { in.Port = 1 }, "cannot be reached"},
		} {
			other := in
			test.change(&other)
			_, err := s.TryRelay(t.Context(), o.account.ID(), other)
			if desk.KindOf(err) != desk.Invalid || !strings.Contains(err.Error(), test.says) || strings.Contains(err.Error(), "s3cret") {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestAnOwnRelayIsUsedAtOnce(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		own := mailtest.Start(t, "")
		s := outbound.New(o.store, outbound.Options{Files: o.files, Tokens: o.tokens, Secrets: clear{}, Guard: guard.New(guard.Config{AllowPrivate: true})})
		can := func() (can bool) {
			must(t, o.account.Write(t.Context(), func(tx *store.Tx) (err error) {
				can, err = s.CanSend(t.Context(), tx)
				return err
			}))
			return can
		}
		if can() {
			t.Error("an account without relay can send")
		}
		r, err := s.TryRelay(t.Context(), o.account.ID(), outbound.RelayInput{Host: "127.0.0.1", Port: own.Address().Port, Security: desk.RelayOpportunistic})
		must(t, err)
		must(t, o.account.Write(t.Context(), func(tx *store.Tx) error { return s.SetRelay(t.Context(), tx, r, 5) }))
		if !can() {
			t.Error("an account with a relay cannot send")
		}
		must(t, o.account.Write(t.Context(), func(tx *store.Tx) error { return s.DropRelay(t.Context(), tx) }))
		if can() {
			t.Error("the relay was taken away")
		}
	})
}

func TestPasswordsStayWithTheirServer(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		must(t, o.account.Write(t.Context(), func(tx *store.Tx) error {
			return tx.SetMailRelay(t.Context(), &desk.MailRelay{Host: "mail.acme.test", Port: 587, Security: desk.RelayStartTLS, Username: "desk", Secret: "sealed s3cret"})
		}))
		_, err := o.TryRelay(t.Context(), o.account.ID(), outbound.RelayInput{Host: "evil.test", Port: 587, Security: desk.RelayStartTLS, Username: "desk"})
		if err == nil || !strings.Contains(err.Error(), "Password: cannot be blank") {
			t.Errorf("the kept password goes to another server: %v", err)
		}
	})
}
