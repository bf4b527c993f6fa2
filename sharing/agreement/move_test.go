package agreement_test

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/agreement"
	"interdesk/sharing/sharetest"
	"interdesk/sharing/sharingtest"
	"interdesk/store"
)

// summaries are what the timeline of an agreement says, newest first.
func summaries(t *testing.T, o *sharingtest.Office, id desk.AgreementID) string {
	t.Helper()
	list, err := o.Sharing.AgreementTimeline(t.Context(), o.Account.ID, o.Admin, id, 0)
	sharingtest.Check(t, err)
	var out []string
	for _, d := range list {
		out = append(out, d.Summary)
	}
	return strings.Join(out, " | ")
}

// alias has kongen answer at a further address, and gives its sharing URL.
func alias(kongen *sharingtest.Office, name string) string {
	host := strings.Replace(strings.TrimPrefix(kongen.BaseURL("kongen"), "http://"), "kongen.", name+".", 1)
	kongen.AddHost(host)
	return "http://" + host + "/sharing"
}

// C42: the partner's host was renamed. An admin moves the address, once the desk found there knows the agreement by its key.
func TestAnAdminMovesAPartnersAddress(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		out, in := acme.Link(kongen, sharingtest.FullTerms())
		back, _ := kongen.Link(acme, sharingtest.FullTerms())
		id := acme.OpenTicket("Printer", "It burns.")
		acme.Share(id, out)
		acme.WaitForJobs()
		stranger := sharetest.NewPartner(t, sharetest.Options{})
		for name, words := range map[string]string{"a desk that knows nothing": stranger.URL(), "our own": acme.URL(), "the one that is used": kongen.URL(), "none": ""} {
			if _, err := acme.Agreements.Move(t.Context(), acme.Account.ID, acme.Admin, out, words); desk.KindOf(err) != desk.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		to := alias(kongen, "sensors")
		a, err := acme.Agreements.Move(t.Context(), acme.Account.ID, acme.Admin, out, to)
		sharingtest.Check(t, err)
		if a.RemoteURL != to || !strings.Contains(summaries(t, acme, out), "their address is "+to+" now") {
			t.Fatalf("%+v: %s", a, summaries(t, acme, out))
		}
		for _, x := range acme.ListAgreements() {
			if x.RemoteURL != to {
				t.Errorf("an agreement with the same desk stays at %s", x.RemoteURL)
			}
		}
		acme.AddComment(id, "Moved.", true)
		acme.WaitForJobs()
		there := kongen.CopyOf(acme.ShareOf(id, out).UUID)
		if bodies := kongen.Bodies(there); bodies[len(bodies)-1] != "Moved." || kongen.ShareOf(there, in).State != desk.ShareLive {
			t.Fatalf("%q", bodies)
		}
		_ = back
	})
}

// asInterdesk makes the other side of an agreement known as an Interdesk.
func asInterdesk(o *sharingtest.Office, id desk.AgreementID) {
	o.Write(func(ctx context.Context, tx *store.Tx) error {
		a, err := tx.LockAgreement(ctx, id)
		if err != nil {
			return err
		}
		a.Peer = desk.PeerInterdesk
		return tx.UpdateAgreement(ctx, &a)
	})
}

// Our own host changes: partners are told, and take it once the old address confirms it.
func TestOurOwnAddressChanges(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		out, in := acme.Link(kongen, sharingtest.FullTerms())
		asInterdesk(acme, out)
		asInterdesk(kongen, in)
		old := kongen.URL()
		forgetSubdomain(acme, out) // as one elsewhere
		sharingtest.Check(t, kongen.Agreements.AnnounceAddress(t.Context(), kongen.Account.ID))
		if a := kongen.ReadAgreement(in); a.LocalURL != old {
			t.Fatalf("announced an address that holds: %+v", a)
		}
		to := kongen.Rename("sensors")
		sharingtest.Check(t, kongen.Agreements.AnnounceAddress(t.Context(), kongen.Account.ID))
		acme.Eventually("acme to move", func() bool { return acme.ReadAgreement(out).RemoteURL == to })
		acme.Eventually("kongen to know", func() bool { return !untold(kongen, in) })
		if a := acme.ReadAgreement(out); a.MovedTo != "" || !strings.Contains(summaries(t, acme, out), "their old address confirmed it") {
			t.Fatalf("%+v: %s", a, summaries(t, acme, out))
		}
		if a := kongen.ReadAgreement(in); a.LocalURL != to || a.LocalBefore != old {
			t.Fatalf("%+v", a)
		}
	})
}

func forgetSubdomain(o *sharingtest.Office, id desk.AgreementID) {
	o.Write(func(ctx context.Context, tx *store.Tx) error {
		a, err := tx.LockAgreement(ctx, id)
		if err != nil {
			return err
		}
		a.RemoteSubdomain = ""
		return tx.UpdateAgreement(ctx, &a)
	})
}

func untold(o *sharingtest.Office, id desk.AgreementID) (waits bool) {
	o.Read(func(ctx context.Context, tx *store.Tx) (err error) {
		waits, err = tx.AgreementUntold(ctx, id)
		return err
	})
	return waits
}

// Who has stolen the key says that the partner has moved: nothing follows it before the old address or an admin confirms.
func TestAStolenKeyMovesNothing(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		thief := httptest.NewServer(nil)
		defer thief.Close()
		deal, _ := p.Agreement(acme.ReadAgreement(out).UUID)
		body := `{"receiver_url":"` + thief.URL + `/sharing"}`
		acme.ExpectRequest(422, "PUT", "/agreements/"+deal.UUID.Value, deal.Token().String(), body) // nobody but an Interdesk is even noted
		asInterdesk(acme, out)
		acme.ExpectRequest(503, "PUT", "/agreements/"+deal.UUID.Value, deal.Token().String(), body)
		acme.WaitForJobs()
		if a := acme.ReadAgreement(out); a.RemoteURL != p.URL() || a.MovedTo != thief.URL+"/sharing" {
			t.Fatalf("%+v", a)
		}
		if _, err := acme.Agreements.Move(t.Context(), acme.Account.ID, acme.Admin, out, ""); desk.KindOf(err) != desk.Invalid {
			t.Fatalf("moved to a desk that knows nothing: %v", err)
		}
	})
}

// C49 and what else is ours alone in an agreement.
func TestSettings(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		out, _ := acme.Link(kongen, sharingtest.FullTerms())
		configure := func(change func(*agreement.Settings)) (desk.Agreement, error) {
			a := acme.ReadAgreement(out)
			set := agreement.SettingsOf(&a)
			change(&set)
			return acme.Agreements.Configure(t.Context(), acme.Account.ID, acme.Admin, out, set)
		}
		a, err := configure(func(s *agreement.Settings) { s.PassNotes, s.PeopleLimit = true, 200 })
		sharingtest.Check(t, err)
		if !a.PassNotes || a.PeopleLimit != 200 || !a.NotesSince.IsZero() {
			t.Fatalf("%+v", a)
		}
		_, err = configure(func(s *agreement.Settings) { s.ShareNotes = false })
		sharingtest.Check(t, err)
		since := acme.Sharing.Now()
		a, err = configure(func(s *agreement.Settings) { s.ShareNotes = true })
		sharingtest.Check(t, err)
		if a.NotesSince.Before(since) {
			t.Fatalf("notes travel since %v, they were switched on at %v", a.NotesSince, since)
		}
		for _, limit := range []int{0, -1, 1001} {
			if _, err := configure(func(s *agreement.Settings) { s.PeopleLimit = limit }); desk.KindOf(err) != desk.Invalid {
				t.Errorf("a limit of %d: %v", limit, err)
			}
		}
	})
}

func TestResumeForgetsDenials(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		out, _ := acme.Link(kongen, sharingtest.FullTerms())
		id := acme.OpenTicket("Printer", "It burns.")
		for _, cause := range []desk.Pause{desk.PausedByAdmin, desk.PausedByPartner, desk.PausedByLoop, desk.PausedByRestore, desk.PausedAsCopy} {
			acme.Write(func(ctx context.Context, tx *store.Tx) error {
				a, err := tx.LockAgreement(ctx, out)
				if err != nil {
					return err
				}
				a.PausedBy, a.Denied, a.LastError = cause, []desk.ShareID{5}, "refused"
				return tx.UpdateAgreement(ctx, &a)
			})
			a, err := acme.Agreements.Resume(t.Context(), acme.Account.ID, acme.Admin, out)
			sharingtest.Check(t, err)
			if a.Paused() || len(a.Denied) != 0 || a.LastError != "" {
				t.Errorf("%s: %+v", cause, a)
			}
		}
		acme.Share(id, out)
		acme.WaitForJobs()
		if s := acme.ShareStatus(id); s.Phase != sharing.InSync {
			t.Fatalf("%+v", s)
		}
	})
}

// A restored or copied database says nothing to anybody before an admin has said which it is; a copy stays silent.
func TestARestoredDatabaseIsSilent(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		id := acme.OpenTicket("Printer", "It burns.")
		sharingtest.Check(t, acme.Agreements.PauseRestored(t.Context(), acme.Account.ID, "The address of this installation has changed."))
		before := len(p.Requests())
		acme.Share(id, out)
		_, err := acme.Agreements.EndNow(t.Context(), acme.Account.ID, acme.Admin, out)
		sharingtest.Check(t, err)
		for name, call := range map[string]func() error{
			"verify": func() error {
				_, err := acme.Agreements.Verify(t.Context(), acme.Account.ID, acme.Admin, out)
				return err
			},
			"move": func() error {
				_, err := acme.Agreements.Move(t.Context(), acme.Account.ID, acme.Admin, out, "elsewhere.example")
				return err
			},
			"compare": func() error {
				_, err := acme.Agreements.Compare(t.Context(), acme.Account.ID, acme.Admin, out)
				return err
			},
		} {
			if err := call(); desk.KindOf(err) != desk.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		sharingtest.Check(t, acme.Agreements.SettleRestored(t.Context(), acme.Account.ID, acme.Admin, false))
		if a := acme.ReadAgreement(out); a.PausedBy != desk.PausedAsCopy {
			t.Fatalf("%+v", a)
		}
		if n := len(p.Requests()); n != before {
			t.Fatalf("%d requests left a copy", n-before)
		}
		sharingtest.Check(t, acme.Agreements.SettleRestored(t.Context(), acme.Account.ID, acme.Admin, true))
		acme.Eventually("the partner to be told", func() bool {
			deal, _ := p.Agreement(acme.ReadAgreement(out).UUID)
			return deal.Status.Value == "inactive"
		})
	})
}

// A pause by an admin outlasts the decision that a restored database is the real one.
func TestARestoreKeepsAnAdminsPause(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		out, _ := acme.Link(kongen, sharingtest.FullTerms())
		_, err := acme.Agreements.Pause(t.Context(), acme.Account.ID, acme.Admin, out)
		sharingtest.Check(t, err)
		sharingtest.Check(t, acme.Agreements.PauseRestored(t.Context(), acme.Account.ID, "restored"))
		sharingtest.Check(t, acme.Agreements.SettleRestored(t.Context(), acme.Account.ID, acme.Admin, true))
		if a := acme.ReadAgreement(out); a.PausedBy != desk.PausedByAdmin {
			t.Fatalf("%+v", a)
		}
	})
}
