package sharing_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/sharetest"
)

func (o *office) inbound(status desk.AgreementStatus) []desk.Agreement {
	o.t.Helper()
	var out []desk.Agreement
	for _, a := range o.agreements() {
		if a.Inbound && a.Status == status {
			out = append(out, a)
		}
	}
	return out
}

// Four steps of two people, two of them taken with one button each.
func TestBothWaysInOneGo(t *testing.T) {
	each(t, func(t *testing.T, acme, kongen *office) {
		terms := desk.Terms{PublicComments: true, SyncTags: true}
		first, err := acme.service.Invite(t.Context(), acme.account.ID, acme.admin,
			sharing.Invitation{RemoteSubdomain: "kongen", Terms: terms, BothWays: true, WithoutNotes: true})
		check(t, err)
		acme.eventually("the invitation", func() bool { return len(kongen.inbound(desk.AgreementPending)) == 1 })
		_, back, err := kongen.service.AcceptBothWays(t.Context(), kongen.account.ID, kongen.admin, kongen.inbound(desk.AgreementPending)[0].ID)
		check(t, err)
		acme.eventually("both ways", func() bool { return len(acme.inbound(desk.AgreementAccepted)) == 1 })
		kongen.eventually("kongen to know", func() bool { a := kongen.agreement(back.ID); return a.Usable() })
		acme.quiet()

		in := acme.inbound(desk.AgreementAccepted)[0]
		if in.UUID != back.UUID || !in.Verified || in.ShareNotes || in.Terms != terms {
			t.Errorf("taken otherwise than wished: %+v", in)
		}
		if a := acme.agreement(first.ID); !a.Usable() || !a.WishedAt.IsZero() {
			t.Errorf("the wish stands: %+v", a)
		}
		// The wish is used up: the next invitation waits for a person, and Kongen has nothing to accept again.
		_, err = kongen.service.Invite(t.Context(), kongen.account.ID, kongen.admin, sharing.Invitation{RemoteSubdomain: "acme", Terms: terms})
		check(t, err)
		acme.eventually("the second invitation", func() bool { return len(acme.inbound(desk.AgreementPending)) == 1 })
		acme.quiet()
		if n := len(acme.inbound(desk.AgreementPending)); n != 1 {
			t.Errorf("%d invitations wait", n)
		}
	})
}

func TestAcceptBothWaysInvitesOnce(t *testing.T) {
	each(t, func(t *testing.T, acme, kongen *office) {
		kongen.link(acme, full())
		_, err := acme.service.Invite(t.Context(), acme.account.ID, acme.admin, sharing.Invitation{RemoteSubdomain: "kongen", Terms: full()})
		check(t, err)
		acme.eventually("the invitation", func() bool { return len(kongen.inbound(desk.AgreementPending)) == 1 })
		in := kongen.inbound(desk.AgreementPending)[0]
		accepted, back, err := kongen.service.AcceptBothWays(t.Context(), kongen.account.ID, kongen.admin, in.ID)
		check(t, err)
		if !accepted.Usable() || back.ID != 0 {
			t.Errorf("accepted %+v, invited %+v", accepted, back)
		}
		if _, _, err := kongen.service.AcceptBothWays(t.Context(), kongen.account.ID, kongen.admin, in.ID); desk.KindOf(err) != desk.Invalid {
			t.Errorf("accepted twice: %v", err)
		}
		plain := kongen.admin
		plain.Role = desk.Agent
		if _, _, err := kongen.service.AcceptBothWays(t.Context(), kongen.account.ID, plain, in.ID); desk.KindOf(err) != desk.Forbidden {
			t.Errorf("an agent accepts: %v", err)
		}
	})
}

// The partner's software is a stranger's; what it can prove decides.
func TestWishNeedsProof(t *testing.T) {
	narrow := sharetest.Terms{SyncTags: true}
	for name, c := range map[string]struct {
		options sharetest.Options
		terms   sharetest.Terms
		early   bool // the invitation comes before the acceptance
		late    time.Duration
		want    desk.AgreementStatus
	}{
		"confirmed":                {options: sharetest.Options{Reads: true}, terms: allTerms(), want: desk.AgreementAccepted},
		"narrower terms":           {options: sharetest.Options{Reads: true}, terms: sharetest.Terms{}, want: desk.AgreementAccepted},
		"before the acceptance":    {options: sharetest.Options{Reads: true}, terms: narrow, early: true, want: desk.AgreementAccepted},
		"cannot be asked":          {terms: narrow, want: desk.AgreementPending},
		"the wish has lapsed":      {options: sharetest.Options{Reads: true}, terms: narrow, late: 31 * 24 * time.Hour, want: desk.AgreementPending},
		"wider terms than we gave": {options: sharetest.Options{Reads: true, Name: "wide"}, terms: allTerms(), want: desk.AgreementPending},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, acme, _ *office) {
				p := sharetest.NewPartner(t, c.options)
				ours := full()
				if c.options.Name == "wide" {
					ours.PublicComments = false
				}
				a, err := acme.service.Invite(t.Context(), acme.account.ID, acme.admin, sharing.Invitation{RemoteURL: p.URL(), Name: "Zed", Terms: ours, BothWays: true})
				check(t, err)
				p.WaitFor("the invitation", func() bool { _, ok := p.Agreement(a.UUID); return ok })
				acme.quiet()
				invite := func() string {
					uuid, got := p.Invite(acme.url(), c.terms)
					expect(t, got, http.StatusCreated)
					return uuid
				}
				uuid := ""
				if c.early {
					uuid = invite()
					acme.quiet()
					if st := acme.agreement(acme.byUUID(uuid)).Status; st != desk.AgreementPending {
						t.Fatalf("taken before ours was accepted: %s", st)
					}
				}
				expect(t, p.Accept(a.UUID), http.StatusOK)
				acme.pass(c.late)
				if !c.early {
					uuid = invite()
				}
				acme.quiet()
				if got := acme.agreement(acme.byUUID(uuid)); got.Status != c.want || got.Verified != (c.want == desk.AgreementAccepted) {
					t.Errorf("%s, verified %v; want %s", got.Status, got.Verified, c.want)
				}
			})
		})
	}
}

// nhd §16 rows 2 and 3: whoever knows that a wish stands can neither come from elsewhere nor speak in the partner's name.
func TestWishIsNotForStrangers(t *testing.T) {
	each(t, func(t *testing.T, acme, kongen *office) {
		outbound, _ := acme.link(kongen, full())
		_, err := acme.service.Await(t.Context(), acme.account.ID, acme.admin, outbound, true)
		check(t, err)
		mallory := sharetest.NewPartner(t, sharetest.Options{Reads: true, Name: "Kongen Image Sensors"})
		for n, sender := range []string{mallory.URL(), kongen.url(), kongen.url() + "/x", strings.ToUpper(kongen.url())} {
			uuid := fmt.Sprintf("%040x", n+1)
			acme.expectRaw(http.StatusCreated, "POST", "/agreements/"+uuid, "", fmt.Sprintf(
				`{"uuid":%q,"access_key":"0123456789012345678901234567890123456789","name":"Kongen","status":"pending","sender_url":%q,"receiver_url":%q}`, uuid, sender, acme.url()))
			acme.quiet()
			if a := acme.agreement(acme.byUUID(uuid)); a.Status != desk.AgreementPending || a.Verified {
				t.Errorf("%s was believed: %s", sender, a.Status)
			}
		}
		if a := acme.agreement(outbound); a.WishedAt.IsZero() {
			t.Error("the wish is gone")
		}
		a, err := acme.service.Await(t.Context(), acme.account.ID, acme.admin, outbound, false)
		check(t, err)
		if !a.WishedAt.IsZero() {
			t.Error("the wish stays")
		}
		if _, err := kongen.service.Await(t.Context(), kongen.account.ID, kongen.admin, kongen.inbound(desk.AgreementAccepted)[0].ID, true); desk.KindOf(err) != desk.Invalid {
			t.Errorf("a wish on an invitation of theirs: %v", err)
		}
	})
}
