package agreement_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"interdesk/desk"
	"interdesk/sharing/sharetest"
	"interdesk/sharing/sharingtest"
	"interdesk/store"
)

// episodes are the times that a ticket was shared, by who ended them; "" for one that goes on.
func episodes(o *sharingtest.Office, s desk.ShareID) (ended int) {
	o.Read(func(ctx context.Context, tx *store.Tx) error {
		all, err := tx.ShareEpisodes(ctx, s)
		for _, e := range all {
			if !e.EndedAt.IsZero() {
				ended++
			}
		}
		return err
	})
	return ended
}

// expectEnded checks that a share ended with its agreement, and that the ticket's history says so.
func expectEnded(t *testing.T, o *sharingtest.Office, id desk.TicketID, a desk.AgreementID) {
	t.Helper()
	s := o.ShareOf(id, a)
	if s.State != desk.ShareEnded || s.StateBy != desk.ByAgreement || episodes(o, s.ID) != 1 || !o.HasEvent(id, desk.ActionUnshared) {
		t.Fatalf("%s: share %s by %q (%s), %d episodes ended", o.Account.Subdomain, s.State, s.StateBy, s.Reason, episodes(o, s.ID))
	}
}

func TestTheEndOfAnAgreementEndsItsShares(t *testing.T) {
	type end func(t *testing.T, acme, kongen *sharingtest.Office, out, in desk.AgreementID) error
	for name, do := range map[string]end{
		"deactivated by the sender": func(t *testing.T, acme, _ *sharingtest.Office, out, _ desk.AgreementID) error {
			_, err := acme.Agreements.Deactivate(t.Context(), acme.Account.ID, acme.Admin, out)
			return err
		},
		"deactivated by the receiver": func(t *testing.T, _, kongen *sharingtest.Office, _, in desk.AgreementID) error {
			_, err := kongen.Agreements.Deactivate(t.Context(), kongen.Account.ID, kongen.Admin, in)
			return err
		},
		"deleted by the sender": func(t *testing.T, acme, _ *sharingtest.Office, out, _ desk.AgreementID) error {
			return acme.Agreements.Delete(t.Context(), acme.Account.ID, acme.Admin, out)
		},
		"deleted by the receiver": func(t *testing.T, _, kongen *sharingtest.Office, _, in desk.AgreementID) error {
			return kongen.Agreements.Delete(t.Context(), kongen.Account.ID, kongen.Admin, in)
		},
		"at once": func(t *testing.T, acme, _ *sharingtest.Office, out, _ desk.AgreementID) error {
			_, err := acme.Agreements.EndNow(t.Context(), acme.Account.ID, acme.Admin, out)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
				out, in := acme.Link(kongen, sharingtest.FullTerms())
				id := acme.OpenTicket("Printer", "It burns.")
				acme.Share(id, out)
				acme.WaitForJobs()
				there := kongen.CopyOf(acme.ShareOf(id, out).UUID)
				sharingtest.Check(t, do(t, acme, kongen, out, in))
				acme.WaitForJobs()
				for _, o := range []struct {
					*sharingtest.Office
					ticket desk.TicketID
					a      desk.AgreementID
				}{{acme, id, out}, {kongen, there, in}} {
					if a := o.ReadAgreement(o.a); a.Status != desk.AgreementInactive || !a.EndingAt.IsZero() {
						t.Fatalf("%s: the agreement is %s, ending %v", o.Account.Subdomain, a.Status, a.EndingAt)
					}
					expectEnded(t, o.Office, o.ticket, o.a)
				}
				if n := len(acme.Ticket(id).Shares); n != 1 || acme.Ticket(id).Shares[0].Active() {
					t.Fatalf("the ticket counts as shared: %+v", acme.Ticket(id).Shares)
				}
			})
		})
	}
}

// Jones's ticket was shared under an agreement that ended; a new one with the same desk takes it up on both sides (C41).
func TestANewAgreementTakesOver(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		old, _ := acme.Link(kongen, sharingtest.FullTerms())
		id := acme.OpenTicket("Printer", "It burns.")
		acme.Share(id, old)
		acme.WaitForJobs()
		before := acme.ShareOf(id, old)
		there := kongen.CopyOf(before.UUID)
		sharingtest.Check(t, acme.Agreements.Delete(t.Context(), acme.Account.ID, acme.Admin, old))
		acme.WaitForJobs()
		out, in := acme.Link(kongen, sharingtest.FullTerms())
		acme.Share(id, out)
		acme.WaitForJobs()
		acme.AddComment(id, "It burns again.", true)
		acme.WaitForJobs()
		after := acme.ShareOf(id, out)
		if after.State != desk.ShareLive || after.ID != before.ID || after.UUID != before.UUID || after.Episode != 2 {
			t.Fatalf("%+v", after)
		}
		if s := kongen.ShareOf(there, in); s.State != desk.ShareLive || s.UUID != before.UUID {
			t.Fatalf("%+v", s)
		}
		if bodies := kongen.Bodies(there); strings.Join(bodies, "|") != "It burns.|It burns again." {
			t.Fatalf("%q", bodies)
		}
	})
}

// What was committed before a deactivation is delivered before it; nothing after it leaves.
func TestAnEndSendsFirstWhatIsOwed(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		id := acme.OpenTicket("Printer", "It burns.")
		acme.Share(id, out)
		acme.WaitForJobs()
		p.FailNext(-1, sharetest.Failure{Code: 503})
		acme.AddComment(id, "before", true)
		_, err := acme.Agreements.Deactivate(t.Context(), acme.Account.ID, acme.Admin, out)
		sharingtest.Check(t, err)
		acme.Eventually("the share to end", func() bool { return acme.ShareOf(id, out).State == desk.ShareEnding })
		if a := acme.ReadAgreement(out); a.EndingAt.IsZero() || !a.InForce() || a.Usable() {
			t.Fatalf("%+v", a)
		}
		acme.AddComment(id, "after", true)
		p.Heal()
		acme.Eventually("the agreement to end", func() bool { return acme.ReadAgreement(out).Status == desk.AgreementInactive })
		acme.WaitForJobs()
		got := sharingtest.PartnerTicket(p, acme.ShareOf(id, out).UUID)
		if bodies := fmt.Sprint(got); !strings.Contains(bodies, "before") || strings.Contains(bodies, "after") {
			t.Fatalf("the partner has %s", bodies)
		}
		if deal, _ := p.Agreement(acme.ReadAgreement(out).UUID); deal.Status.Value != "inactive" {
			t.Fatalf("the partner was told %+v", deal)
		}
	})
}

func TestAnEndThatCannotSendDropsAndSays(t *testing.T) {
	for name, hasten := range map[string]func(t *testing.T, acme *sharingtest.Office, out desk.AgreementID){
		"after a day": func(_ *testing.T, acme *sharingtest.Office, _ desk.AgreementID) { acme.Advance(25 * time.Hour) },
		"at once, by choice": func(t *testing.T, acme *sharingtest.Office, out desk.AgreementID) {
			_, err := acme.Agreements.EndNow(t.Context(), acme.Account.ID, acme.Admin, out)
			sharingtest.Check(t, err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
				p := sharetest.NewPartner(t, sharetest.Options{})
				out := acme.Invite(p, sharingtest.FullTerms())
				id := acme.OpenTicket("Printer", "It burns.")
				acme.Share(id, out)
				acme.WaitForJobs()
				p.FailNext(-1, sharetest.Failure{Code: 503})
				acme.AddComment(id, "owed", true)
				_, err := acme.Agreements.Deactivate(t.Context(), acme.Account.ID, acme.Admin, out)
				sharingtest.Check(t, err)
				acme.Eventually("the share to end", func() bool { return acme.ShareOf(id, out).State == desk.ShareEnding })
				hasten(t, acme, out)
				acme.Eventually("the end", func() bool { return acme.ShareOf(id, out).State == desk.ShareEnded })
				if s := acme.ShareOf(id, out); !strings.Contains(s.Reason, "1 message was not delivered") || acme.ReadAgreement(out).Status == desk.AgreementAccepted {
					t.Fatalf("%+v", s)
				}
				if last := acme.Bodies(id); !strings.Contains(last[len(last)-1], "did not get what was still to be sent") {
					t.Fatalf("%q", last)
				}
			})
		})
	}
}

// A partner that ends the agreement takes nothing more: what is owed is dropped, and said.
func TestAPartnersEndDropsAndSays(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		id := acme.OpenTicket("Printer", "It burns.")
		acme.Share(id, out)
		acme.WaitForJobs()
		p.FailNext(-1, sharetest.Failure{Code: 503})
		acme.AddComment(id, "owed", true)
		sharingtest.Expect(t, p.Deactivate(acme.ReadAgreement(out).UUID), 200)
		acme.Eventually("the end", func() bool { return acme.ShareOf(id, out).State == desk.ShareEnded })
		expectEnded(t, acme, id, out)
		if s := acme.ShareOf(id, out); !strings.Contains(s.Reason, "Zed ended the agreement.") {
			t.Fatalf("%+v", s)
		}
	})
}

// An end takes more than one transaction, and one that is taken back leaves alone what has not ended.
func TestAnEndOfManySharesGoesInBatches(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		out, in := acme.Link(kongen, sharingtest.FullTerms())
		var ids []desk.TicketID
		for n := range 200 {
			id := acme.OpenTicket(fmt.Sprint("Printer ", n), "It burns.")
			acme.Share(id, out)
			ids = append(ids, id)
		}
		_, err := acme.Agreements.Deactivate(t.Context(), acme.Account.ID, acme.Admin, out)
		sharingtest.Check(t, err)
		acme.WaitForJobs()
		for _, id := range ids {
			expectEnded(t, acme, id, out)
			expectEnded(t, kongen, kongen.CopyOf(acme.ShareOf(id, out).UUID), in)
		}
	})
}

func TestAnEndCanBeTakenBack(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		id := acme.OpenTicket("Printer", "It burns.")
		acme.Share(id, out)
		acme.WaitForJobs()
		p.FailNext(-1, sharetest.Failure{Code: 503})
		acme.AddComment(id, "owed", true)
		_, err := acme.Agreements.Deactivate(t.Context(), acme.Account.ID, acme.Admin, out)
		sharingtest.Check(t, err)
		acme.Eventually("the share to end", func() bool { return acme.ShareOf(id, out).State == desk.ShareEnding })
		_, err = acme.Agreements.Reactivate(t.Context(), acme.Account.ID, acme.Admin, out)
		sharingtest.Check(t, err)
		p.Heal()
		acme.WaitForJobs()
		if a := acme.ReadAgreement(out); !a.Usable() {
			t.Fatalf("%+v", a)
		}
	})
}
