package sharing_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/sharetest"
	"interdesk/store"
)

func (o *office) standing(t desk.TicketID) (s sharing.Standing) {
	o.t.Helper()
	o.read(func(ctx context.Context, tx *store.Tx) error {
		cfg, err := tx.Config(ctx)
		if err != nil {
			return err
		}
		all, err := sharing.Standings(ctx, tx, cfg, t)
		if len(all) > 0 {
			s = all[0]
		}
		return err
	})
	return s
}

func TestStanding(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		a := acme.invite(p, full())
		id := acme.open("Grey third", "The right third is grey.")
		if s := acme.standing(id); s.Phase != "" {
			t.Errorf("not shared, yet %s", s.Phase)
		}
		is := func(want sharing.Phase, cause sharing.Cause) sharing.Standing {
			t.Helper()
			var s sharing.Standing
			acme.eventually(string(want), func() bool { s = acme.standing(id); return s.Phase == want && s.Cause == cause })
			return s
		}
		acme.share(id, a)
		if s := is(sharing.InStep, ""); s.Since.IsZero() || s.Open() != 0 {
			t.Errorf("%+v", s)
		}
		p.FailNext(-1, sharetest.Failure{Code: http.StatusServiceUnavailable, Body: "Maintenance until noon"})
		acme.say(id, "Any news?", true)
		if s := is(sharing.Failing, sharing.CauseBusy); !strings.Contains(s.Reason, "Maintenance until noon") || s.Open() != 1 || s.Since.IsZero() {
			t.Errorf("%+v", s)
		}
		_, err := acme.service.Pause(t.Context(), acme.account.ID, acme.admin, a)
		check(t, err)
		is(sharing.Paused, "")
		p.Heal()
		_, err = acme.service.Resume(t.Context(), acme.account.ID, acme.admin, a)
		check(t, err)
		is(sharing.InStep, "")
		p.FailNext(1, sharetest.Failure{Code: http.StatusUnprocessableEntity, Body: "Too rude"})
		acme.say(id, "Well?", true)
		if s := is(sharing.GivenUp, ""); !strings.Contains(s.Reason, "Too rude") || s.Health.Dead != 1 {
			t.Errorf("%+v", s)
		}
		acme.say(id, "Please?", true)
		if s := is(sharing.InStep, ""); s.Health.Dead != 1 {
			t.Errorf("the dead letter is forgotten: %+v", s)
		}
		acme.unshare(id, a)
		is(sharing.Ended, "")
	})
}

func TestCause(t *testing.T) {
	t.Parallel()
	for want, d := range map[sharing.Cause]desk.Delivery{
		sharing.CauseNone:        {},
		sharing.CauseExpired:     {Answer: "The partner's certificate does not hold: x509: certificate has expired or is not yet valid"},
		sharing.CauseCertificate: {Answer: "The partner's certificate does not hold: unknown authority"},
		sharing.CauseTime:        {Answer: "The partner did not answer in time."},
		sharing.CauseHost:        {Answer: "The partner's host name was not found: x.example"},
		sharing.CauseConnection:  {Answer: "The connection to the partner failed: connection refused"},
		sharing.CauseAccess:      {Code: 403, Answer: "The partner answered 403."},
		sharing.CauseBusy:        {Code: 503},
		sharing.CauseFault:       {Code: 500},
		sharing.CauseRefused:     {Code: 422},
	} {
		if got := sharing.CauseOf(&d); got != want {
			t.Errorf("%q %d: %s, want %s", d.Answer, d.Code, got, want)
		}
	}
}

func TestAddress(t *testing.T) {
	each(t, func(t *testing.T, acme, kongen *office) {
		host := strings.TrimPrefix(kongen.base("kongen"), "http://")
		for words, want := range map[string]sharing.Address{
			"kongen":                            {URL: kongen.url(), Host: host, Subdomain: "kongen", Name: "Kongen Image Sensors"},
			" Kongen ":                          {URL: kongen.url(), Host: host, Subdomain: "kongen", Name: "Kongen Image Sensors"},
			host:                                {URL: kongen.url(), Host: host, Subdomain: "kongen", Name: "Kongen Image Sensors", Guessed: true},
			kongen.url() + "/":                  {URL: kongen.url(), Host: host, Subdomain: "kongen", Name: "Kongen Image Sensors"},
			"zed.zendesk.com":                   {URL: "https://zed.zendesk.com/sharing", Host: "zed.zendesk.com", Guessed: true},
			"https://zed.zendesk.com/":          {URL: "https://zed.zendesk.com/sharing", Host: "zed.zendesk.com", Guessed: true},
			"https://rt.example/NoAuth/NHD/1.0": {URL: "https://rt.example/NoAuth/NHD/1.0", Host: "rt.example"},
			"zed.localhost:9":                   {URL: "http://zed.localhost:9/sharing", Host: "zed.localhost:9", Guessed: true},
			"rt.example/nhd":                    {URL: "https://rt.example/nhd", Host: "rt.example"},
		} {
			if got, err := acme.service.Address(t.Context(), acme.account.ID, words); err != nil || got != want {
				t.Errorf("%q: %+v, %v; want %+v", words, got, err, want)
			}
		}
		for _, words := range []string{"", "nobody-here", "acme", acme.url(), "ftp://x.example", "https://u:p@x.example", "ann@x.example", "https://x.example/a?b=c", "two words"} {
			if got, err := acme.service.Address(t.Context(), acme.account.ID, words); desk.KindOf(err) != desk.Invalid {
				t.Errorf("%q is taken as %+v (%v)", words, got, err)
			}
		}
	})
}

func TestPartners(t *testing.T) {
	each(t, func(t *testing.T, acme, kongen *office) {
		acme.link(kongen, full())
		kongen.link(acme, desk.Terms{})
		zed := sharetest.NewPartner(t, sharetest.Options{})
		id := acme.invite(zed, full())
		zed.FailNext(-1, sharetest.Failure{Code: http.StatusUnprocessableEntity, Body: "No thanks"})
		ticket := acme.open("Grey third", "The right third is grey.")
		acme.share(ticket, id)
		acme.eventually("the message to be given up", func() bool { return acme.standing(ticket).Phase == sharing.GivenUp })
		var all []sharing.Partner
		acme.read(func(ctx context.Context, tx *store.Tx) (err error) { all, err = sharing.Partners(ctx, tx); return err })
		if len(all) != 2 || all[0].Name() != "Kongen Image Sensors" || all[1].Name() != "Zed" {
			t.Fatalf("%+v", all)
		}
		if out, in := all[0].Current(false), all[0].Current(true); out == nil || in == nil || !out.Usable() || !in.Usable() {
			t.Errorf("%+v", all[0])
		}
		if all[1].Current(true) != nil || all[1].Health().Dead != 1 || all[0].Health().Dead != 0 || time.Since(all[1].SeenAt()) > time.Hour {
			t.Errorf("%+v", all[1])
		}
	})
}
