package sharing_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/agreement"
	"interdesk/sharing/sharetest"
	"interdesk/sharing/sharingtest"
	"interdesk/store"
)

func TestShareStatus(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		a := acme.Invite(p, sharingtest.FullTerms())
		id := acme.OpenTicket("Grey third", "The right third is grey.")
		if s := acme.ShareStatus(id); s.Phase != "" {
			t.Errorf("not shared, yet %s", s.Phase)
		}
		is := func(want sharing.Phase, cause desk.Cause) sharing.ShareStatus {
			t.Helper()
			var s sharing.ShareStatus
			acme.Eventually(string(want), func() bool { s = acme.ShareStatus(id); return s.Phase == want && s.Cause == cause })
			return s
		}
		acme.Share(id, a)
		if s := is(sharing.InSync, ""); s.Since.IsZero() || s.Open() != 0 {
			t.Errorf("%+v", s)
		}
		p.FailNext(-1, sharetest.Failure{Code: http.StatusServiceUnavailable, Body: "Maintenance until noon"})
		acme.AddComment(id, "Any news?", true)
		if s := is(sharing.Failing, desk.CauseBusy); !strings.Contains(s.Reason, "Maintenance until noon") || s.Open() != 1 || s.Since.IsZero() {
			t.Errorf("%+v", s)
		}
		_, err := acme.Agreements.Pause(t.Context(), acme.Account.ID, acme.Admin, a)
		sharingtest.Check(t, err)
		is(sharing.Paused, "")
		p.Heal()
		_, err = acme.Agreements.Resume(t.Context(), acme.Account.ID, acme.Admin, a)
		sharingtest.Check(t, err)
		is(sharing.InSync, "")
		p.FailNext(-1, sharetest.Failure{Code: http.StatusUnprocessableEntity, Body: "Too rude"})
		acme.AddComment(id, "Well?", true)
		if s := is(sharing.GivenUp, desk.CauseRefused); !strings.Contains(s.Reason, "Too rude") || s.Health.Dead != 1 {
			t.Errorf("%+v", s)
		}
		p.Heal()
		acme.AddComment(id, "Please?", true)
		if s := is(sharing.InSync, ""); s.Health.Dead != 1 {
			t.Errorf("the dead letter is forgotten: %+v", s)
		}
		acme.Unshare(id, a)
		is(sharing.Ended, "")
	})
}

func TestAddress(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		host := strings.TrimPrefix(kongen.BaseURL("kongen"), "http://")
		for words, want := range map[string]agreement.Address{
			"kongen":                            {URL: kongen.URL(), Host: host, Subdomain: "kongen", Name: "Kongen Image Sensors"},
			" Kongen ":                          {URL: kongen.URL(), Host: host, Subdomain: "kongen", Name: "Kongen Image Sensors"},
			host:                                {URL: kongen.URL(), Host: host, Subdomain: "kongen", Name: "Kongen Image Sensors", Guessed: true},
			kongen.URL() + "/":                  {URL: kongen.URL(), Host: host, Subdomain: "kongen", Name: "Kongen Image Sensors"},
			"zed.zendesk.com":                   {URL: "https://zed.zendesk.com/sharing", Host: "zed.zendesk.com", Guessed: true},
			"https://zed.zendesk.com/":          {URL: "https://zed.zendesk.com/sharing", Host: "zed.zendesk.com", Guessed: true},
			"https://rt.example/NoAuth/NHD/1.0": {URL: "https://rt.example/NoAuth/NHD/1.0", Host: "rt.example"},
			"zed.localhost:9":                   {URL: "http://zed.localhost:9/sharing", Host: "zed.localhost:9", Guessed: true},
			"rt.example/nhd":                    {URL: "https://rt.example/nhd", Host: "rt.example"},
		} {
			if got, err := acme.Agreements.Address(t.Context(), acme.Account.ID, words); err != nil || got != want {
				t.Errorf("%q: %+v, %v; want %+v", words, got, err, want)
			}
		}
		for _, words := range []string{"", "nobody-here", "acme", acme.URL(), "ftp://x.example", "https://u:p@x.example", "ann@x.example", "https://x.example/a?b=c", "two words"} {
			if got, err := acme.Agreements.Address(t.Context(), acme.Account.ID, words); desk.KindOf(err) != desk.Invalid {
				t.Errorf("%q is taken as %+v (%v)", words, got, err)
			}
		}
	})
}

func TestPartners(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		acme.Link(kongen, sharingtest.FullTerms())
		kongen.Link(acme, desk.Terms{})
		zed := sharetest.NewPartner(t, sharetest.Options{})
		id := acme.Invite(zed, sharingtest.FullTerms())
		zed.FailNext(-1, sharetest.Failure{Code: http.StatusUnprocessableEntity, Body: "No thanks"})
		ticket := acme.OpenTicket("Grey third", "The right third is grey.")
		acme.Share(ticket, id)
		acme.Eventually("the message to be given up", func() bool {
			phase := acme.ShareStatus(ticket).Phase
			return phase == sharing.GivenUp || phase == sharing.Refused
		})
		var all []agreement.Partner
		acme.Read(func(ctx context.Context, tx *store.Tx) (err error) {
			all, err = agreement.Partners(ctx, tx)
			return err
		})
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
