package agreement_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"interdesk/desk"
	"interdesk/sharing/agreement"
	"interdesk/sharing/sharetest"
	"interdesk/sharing/sharingtest"
)

// Four steps of two people, two of them taken with one button each.
func TestBothWaysInOneGo(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		terms := desk.Terms{PublicComments: true, SyncTags: true}
		first, err := acme.Agreements.Invite(t.Context(), acme.Account.ID, acme.Admin,
			agreement.Invitation{RemoteSubdomain: "kongen", Terms: terms, BothWays: true, WithoutNotes: true})
		sharingtest.Check(t, err)
		acme.Eventually("the invitation", func() bool { return len(kongen.InboundAgreements(desk.AgreementPending)) == 1 })
		_, back, err := kongen.Agreements.AcceptBothWays(t.Context(), kongen.Account.ID, kongen.Admin, kongen.InboundAgreements(desk.AgreementPending)[0].ID)
		sharingtest.Check(t, err)
		acme.Eventually("both ways", func() bool { return len(acme.InboundAgreements(desk.AgreementAccepted)) == 1 })
		kongen.Eventually("kongen to know", func() bool { a := kongen.ReadAgreement(back.ID); return a.Usable() })
		acme.WaitForJobs()

		in := acme.InboundAgreements(desk.AgreementAccepted)[0]
		if in.UUID != back.UUID || !in.Verified || in.ShareNotes || in.Terms != terms {
			t.Errorf("taken otherwise than requested: %+v", in)
		}
		if a := acme.ReadAgreement(first.ID); !a.Usable() || !a.WishedAt.IsZero() {
			t.Errorf("the request stands: %+v", a)
		}
		// The request is used up: the next invitation waits for a person, and Kongen has nothing to accept again.
		_, err = kongen.Agreements.Invite(t.Context(), kongen.Account.ID, kongen.Admin, agreement.Invitation{RemoteSubdomain: "acme", Terms: terms})
		sharingtest.Check(t, err)
		acme.Eventually("the second invitation", func() bool { return len(acme.InboundAgreements(desk.AgreementPending)) == 1 })
		acme.WaitForJobs()
		if n := len(acme.InboundAgreements(desk.AgreementPending)); n != 1 {
			t.Errorf("%d invitations wait", n)
		}
	})
}

func TestAcceptBothWaysInvitesOnce(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		kongen.Link(acme, sharingtest.FullTerms())
		_, err := acme.Agreements.Invite(t.Context(), acme.Account.ID, acme.Admin, agreement.Invitation{RemoteSubdomain: "kongen", Terms: sharingtest.FullTerms()})
		sharingtest.Check(t, err)
		acme.Eventually("the invitation", func() bool { return len(kongen.InboundAgreements(desk.AgreementPending)) == 1 })
		in := kongen.InboundAgreements(desk.AgreementPending)[0]
		accepted, back, err := kongen.Agreements.AcceptBothWays(t.Context(), kongen.Account.ID, kongen.Admin, in.ID)
		sharingtest.Check(t, err)
		if !accepted.Usable() || back.ID != 0 {
			t.Errorf("accepted %+v, invited %+v", accepted, back)
		}
		if _, _, err := kongen.Agreements.AcceptBothWays(t.Context(), kongen.Account.ID, kongen.Admin, in.ID); desk.KindOf(err) != desk.Invalid {
			t.Errorf("accepted twice: %v", err)
		}
		plain := kongen.Admin
		plain.Role = desk.Agent
		if _, _, err := kongen.Agreements.AcceptBothWays(t.Context(), kongen.Account.ID, plain, in.ID); desk.KindOf(err) != desk.Forbidden {
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
		"confirmed":                {options: sharetest.Options{Reads: true}, terms: sharingtest.AllTerms(), want: desk.AgreementAccepted},
		"narrower terms":           {options: sharetest.Options{Reads: true}, terms: sharetest.Terms{}, want: desk.AgreementAccepted},
		"before the acceptance":    {options: sharetest.Options{Reads: true}, terms: narrow, early: true, want: desk.AgreementAccepted},
		"cannot be asked":          {terms: narrow, want: desk.AgreementPending},
		"the request has lapsed":   {options: sharetest.Options{Reads: true}, terms: narrow, late: 31 * 24 * time.Hour, want: desk.AgreementPending},
		"wider terms than we gave": {options: sharetest.Options{Reads: true, Name: "wide"}, terms: sharingtest.AllTerms(), want: desk.AgreementPending},
	} {
		t.Run(name, func(t *testing.T) {
			sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
				p := sharetest.NewPartner(t, c.options)
				ours := sharingtest.FullTerms()
				if c.options.Name == "wide" {
					ours.PublicComments = false
				}
				a, err := acme.Agreements.Invite(t.Context(), acme.Account.ID, acme.Admin, agreement.Invitation{RemoteURL: p.URL(), Name: "Zed", Terms: ours, BothWays: true})
				sharingtest.Check(t, err)
				p.WaitFor("the invitation", func() bool { _, ok := p.Agreement(a.UUID); return ok })
				acme.WaitForJobs()
				invite := func() string {
					uuid, got := p.Invite(acme.URL(), c.terms)
					sharingtest.Expect(t, got, http.StatusCreated)
					return uuid
				}
				uuid := ""
				if c.early {
					uuid = invite()
					acme.WaitForJobs()
					if st := acme.ReadAgreement(acme.AgreementByUUID(uuid)).Status; st != desk.AgreementPending {
						t.Fatalf("taken before ours was accepted: %s", st)
					}
				}
				sharingtest.Expect(t, p.Accept(a.UUID), http.StatusOK)
				acme.Advance(c.late)
				if !c.early {
					uuid = invite()
				}
				acme.WaitForJobs()
				if got := acme.ReadAgreement(acme.AgreementByUUID(uuid)); got.Status != c.want || got.Verified != (c.want == desk.AgreementAccepted) {
					t.Errorf("%s, verified %v; want %s", got.Status, got.Verified, c.want)
				}
			})
		})
	}
}

// nhd §16 rows 2 and 3: whoever knows that a request stands can neither come from elsewhere nor speak in the partner's name.
func TestWishIsNotForStrangers(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		outbound, _ := acme.Link(kongen, sharingtest.FullTerms())
		_, err := acme.Agreements.AcceptReply(t.Context(), acme.Account.ID, acme.Admin, outbound, true)
		sharingtest.Check(t, err)
		mallory := sharetest.NewPartner(t, sharetest.Options{Reads: true, Name: "Kongen Image Sensors"})
		for n, sender := range []string{mallory.URL(), kongen.URL(), kongen.URL() + "/x", strings.ToUpper(kongen.URL())} {
			uuid := fmt.Sprintf("%040x", n+1)
			acme.ExpectRequest(http.StatusCreated, "POST", "/agreements/"+uuid, "", fmt.Sprintf(
				`{"uuid":%q,"access_key":"0123456789012345678901234567890123456789","name":"Kongen","status":"pending","sender_url":%q,"receiver_url":%q}`, uuid, sender, acme.URL()))
			acme.WaitForJobs()
			if a := acme.ReadAgreement(acme.AgreementByUUID(uuid)); a.Status != desk.AgreementPending || a.Verified {
				t.Errorf("%s was believed: %s", sender, a.Status)
			}
		}
		if a := acme.ReadAgreement(outbound); a.WishedAt.IsZero() {
			t.Error("the request is gone")
		}
		a, err := acme.Agreements.AcceptReply(t.Context(), acme.Account.ID, acme.Admin, outbound, false)
		sharingtest.Check(t, err)
		if !a.WishedAt.IsZero() {
			t.Error("the request stays")
		}
		if _, err := kongen.Agreements.AcceptReply(t.Context(), kongen.Account.ID, kongen.Admin, kongen.InboundAgreements(desk.AgreementAccepted)[0].ID, true); desk.KindOf(err) != desk.Invalid {
			t.Errorf("a request on an invitation of theirs: %v", err)
		}
	})
}
