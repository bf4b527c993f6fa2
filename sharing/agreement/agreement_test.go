package agreement_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"interdesk/desk"
	"interdesk/sharing/agreement"
	"interdesk/sharing/sharetest"
	"interdesk/sharing/sharingtest"
	"interdesk/sharing/wire"
	"interdesk/store"
)

// The cases of nhd-captures §4, by their numbers.

func TestA01InvitationWithoutToken(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		for _, style := range []sharetest.Style{sharetest.Zendesk, sharetest.Node} {
			p := sharetest.NewPartner(t, sharetest.Options{Style: style})
			uuid, got := p.Invite(acme.URL(), sharingtest.AllTerms())
			sharingtest.Expect(t, got, http.StatusCreated)
			a := acme.ReadAgreement(acme.AgreementByUUID(uuid))
			if !a.Inbound || a.Status != desk.AgreementPending || a.Terms != sharingtest.FullTerms() || a.Dialect != desk.DialectDefault {
				t.Fatalf("%s: %+v", style, a)
			}
			acme.WaitForJobs()
			if n := len(p.Requests()); n != 0 {
				t.Fatalf("%s: %d requests were made because of an invitation", style, n)
			}
		}
	})
}

func TestA02InvitationOfRT(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{Style: sharetest.RT})
		uuid, got := p.Invite(acme.URL(), sharetest.Terms{})
		sharingtest.Expect(t, got, http.StatusCreated)
		a := acme.ReadAgreement(acme.AgreementByUUID(uuid))
		if a.Dialect != desk.DialectRT || a.Terms != (desk.Terms{}) {
			t.Fatalf("%+v", a)
		}
	})
}

// invitation is one that a scripted peer sends.
func TestA03To07RefusedInvitations(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		path := "/agreements/" + sharingtest.UUIDA
		acme.ExpectRequest(403, "POST", path, sharingtest.UUIDA+":"+sharingtest.KeyB, sharingtest.Invitation(sharingtest.UUIDA, sharingtest.KeyA, sharingtest.FarA, ""))            // A3
		acme.ExpectRequest(422, "POST", path, "", sharingtest.Invitation(sharingtest.UUIDB, sharingtest.KeyA, sharingtest.FarA, ""))                                                // A4
		acme.ExpectRequest(422, "POST", path, "", strings.Replace(sharingtest.Invitation(sharingtest.UUIDA, sharingtest.KeyA, sharingtest.FarA, ""), `"pending"`, `"accepted"`, 1)) // A5
		acme.ExpectRequest(422, "POST", path, "", `{"uuid":"`+sharingtest.UUIDA+`"}`)                                                                                               // members missing
		acme.ExpectRequest(201, "POST", path, sharingtest.UUIDA+":"+sharingtest.KeyA, sharingtest.Invitation(sharingtest.UUIDA, sharingtest.KeyA, sharingtest.FarA, ""))            // A6
		acme.ExpectRequest(200, "POST", path, "", sharingtest.Invitation(sharingtest.UUIDA, sharingtest.KeyA, sharingtest.FarA, ""))                                                // a repeat
		acme.ExpectRequest(422, "POST", path, "", sharingtest.Invitation(sharingtest.UUIDA, sharingtest.KeyB, sharingtest.FarA, ""))                                                // another's claim
		acme.Write(func(ctx context.Context, tx *store.Tx) error {                                                                                                                  // A7
			a := acme.Account
			a.Settings.DeclineInvitations = true
			return tx.UpdateAccount(ctx, &a)
		})
		acme.ExpectRequest(403, "POST", "/agreements/"+sharingtest.UUIDB, "", sharingtest.Invitation(sharingtest.UUIDB, sharingtest.KeyA, sharingtest.FarA, ""))
		if n := len(acme.ListAgreements()); n != 1 {
			t.Fatalf("%d agreements", n)
		}
	})
}

func TestA08InviteZendesk(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		id := acme.Invite(p, sharingtest.FullTerms())
		a := acme.ReadAgreement(id)
		if a.Status != desk.AgreementAccepted || a.Dialect != desk.DialectDefault || a.Name != "Zed" {
			t.Fatalf("%+v", a)
		}
		deal, _ := p.Agreement(a.UUID)
		if deal.Name.Value != "Acme Cameras" || deal.SenderURL.Value != acme.URL() || !deal.SyncTags.Value {
			t.Fatalf("%+v", deal)
		}
	})
}

func TestA09InviteRT(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{Style: sharetest.RT})
		id := acme.Invite(p, sharingtest.FullTerms())
		a := acme.ReadAgreement(id)
		if a.Status != desk.AgreementAccepted || a.Dialect != desk.DialectRT {
			t.Fatalf("%+v", a)
		}
		if n := p.Count(func(r sharetest.Request) bool { return r.Method == "POST" }); n != 2 {
			t.Fatalf("%d invitations, want one in each dialect", n)
		}
	})
}

func TestA10AcceptRT(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{Style: sharetest.RT})
		uuid, id := acme.Accept(p, sharetest.Terms{})
		deal, _ := p.Agreement(uuid)
		if deal.Status.Value != wire.StatusAccepted || acme.ReadAgreement(id).Status != desk.AgreementAccepted {
			t.Fatalf("%+v", deal)
		}
		if body := string(p.Requests()[0].Body); body != `{"status":"accepted"}` {
			t.Fatalf("RT was told %s", body)
		}
	})
}

func TestA11SenderCannotAcceptItsOwnInvitation(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		uuid, _ := p.Invite(acme.URL(), sharingtest.AllTerms())
		sharingtest.Expect(t, p.Accept(uuid), http.StatusUnprocessableEntity)
		sharingtest.Expect(t, p.Decline(uuid), http.StatusUnprocessableEntity)
		if a := acme.ReadAgreement(acme.AgreementByUUID(uuid)); a.Status != desk.AgreementPending {
			t.Fatalf("%+v", a)
		}
	})
}

func TestA12And13DeactivateAndReactivate(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		ctx := t.Context()
		p := sharetest.NewPartner(t, sharetest.Options{Style: sharetest.RT})
		uuid, id := acme.Accept(p, sharetest.Terms{})
		status := func(want desk.AgreementStatus, by string) {
			t.Helper()
			if a := acme.ReadAgreement(id); a.Status != want || a.DeactivatedBy != by {
				t.Fatalf("%s by %q, want %s by %q", a.Status, a.DeactivatedBy, want, by)
			}
		}
		end := wire.Agreement{Status: wire.Some(wire.StatusInactive)}
		end.DeactivatedBy = wire.Some("receiver")
		sharingtest.Expect(t, p.ChangeAgreement(uuid, end), http.StatusUnprocessableEntity) // it is the sender
		status(desk.AgreementAccepted, "")
		sharingtest.Expect(t, p.Deactivate(uuid), http.StatusOK)
		status(desk.AgreementInactive, "sender")
		if _, err := acme.Agreements.Reactivate(ctx, acme.Account.ID, acme.Admin, id); desk.KindOf(err) != desk.Invalid {
			t.Fatalf("the other side's deactivation was undone: %v", err)
		}
		sharingtest.Expect(t, p.ChangeAgreement(uuid, wire.Agreement{Status: wire.Some(wire.StatusAccepted)}), http.StatusOK)
		status(desk.AgreementAccepted, "")
		_, err := acme.Agreements.Deactivate(ctx, acme.Account.ID, acme.Admin, id)
		sharingtest.Check(t, err)
		acme.WaitForJobs()
		status(desk.AgreementInactive, "receiver")
		if deal, _ := p.Agreement(uuid); deal.Status.Value != wire.StatusInactive || deal.DeactivatedBy.Value != "receiver" {
			t.Fatalf("the partner knows %+v", deal)
		}
		sharingtest.Expect(t, p.ChangeAgreement(uuid, wire.Agreement{Status: wire.Some(wire.StatusAccepted)}), http.StatusUnprocessableEntity)
		_, err = acme.Agreements.Reactivate(ctx, acme.Account.ID, acme.Admin, id)
		sharingtest.Check(t, err)
		status(desk.AgreementAccepted, "")
	})
}

func TestA12ZendeskNamesNobody(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		id := acme.Invite(p, sharingtest.FullTerms())
		sharingtest.Expect(t, p.Deactivate(acme.ReadAgreement(id).UUID), http.StatusOK)
		if a := acme.ReadAgreement(id); a.Status != desk.AgreementInactive || a.DeactivatedBy != "receiver" {
			t.Fatalf("%+v", a)
		}
	})
}

func TestA14EqualMembersChangeNothing(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		uuid, id := acme.Accept(p, sharingtest.AllTerms())
		before := acme.ReadAgreement(id)
		list, err := acme.Sharing.AgreementTimeline(t.Context(), acme.Account.ID, acme.Admin, id, 0)
		sharingtest.Check(t, err)
		sharingtest.Expect(t, p.ChangeAgreement(uuid, wire.Agreement{Status: wire.Some(wire.StatusAccepted)}), http.StatusOK)
		after, err := acme.Sharing.AgreementTimeline(t.Context(), acme.Account.ID, acme.Admin, id, 0)
		sharingtest.Check(t, err)
		if acme.ReadAgreement(id).UpdatedAt != before.UpdatedAt || len(after) != len(list) {
			t.Fatal("a repeat was noted as a change")
		}
	})
}

func TestA15NobodyWidensTheTerms(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		uuid, id := acme.Accept(p, sharetest.Terms{})
		deal, _ := p.Agreement(uuid)
		for _, body := range []string{`{"sync_tags":true}`, `{"allows_public_comments":true}`, `{"sync_custom_fields":true}`,
			`{"receiver_url":"http://10.9.9.9/sharing"}`, `{"sender_url":"http://10.9.9.9/sharing"}`} {
			acme.ExpectRequest(422, "PUT", "/agreements/"+uuid, deal.Token().String(), body)
		}
		acme.ExpectRequest(200, "PUT", "/agreements/"+uuid, deal.Token().String(), `{"sender_url":"`+p.URL()+`/v2"}`)
		if a := acme.ReadAgreement(id); a.Terms != (desk.Terms{}) || a.RemoteURL != p.URL()+"/v2" {
			t.Fatalf("%+v", a)
		}
	})
}

func TestA16Read(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		uuid, _ := p.Invite(acme.URL(), sharingtest.AllTerms())
		deal, _ := p.Agreement(uuid)
		got := p.GetAgreement(uuid)
		sharingtest.Expect(t, got, http.StatusOK)
		shown := map[string]any{}
		sharingtest.Check(t, json.Unmarshal([]byte(got.Body), &shown))
		if _, has := shown["access_key"]; has || shown["uuid"] != uuid || shown["status"] != "pending" || strings.Contains(got.Body, deal.AccessKey.Value) {
			t.Fatal(got.Body)
		}
		res, _ := acme.Request("GET", "/agreements/"+uuid, "", "", "")
		if res.StatusCode != 401 || res.Header.Get("WWW-Authenticate") != wire.Challenge {
			t.Fatalf("%d %v", res.StatusCode, res.Header)
		}
		acme.ExpectRequest(403, "GET", "/agreements/"+uuid, uuid+":"+sharingtest.KeyB, "")
		acme.ExpectRequest(403, "GET", "/agreements/"+sharingtest.UUIDB, sharingtest.UUIDB+":"+sharingtest.KeyB, "")
	})
}

func TestA17Version(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		req, err := http.NewRequestWithContext(t.Context(), "GET", acme.Server.URL+"/sharing/tickets/"+sharingtest.UUIDA, nil)
		sharingtest.Check(t, err)
		req.Host = strings.TrimPrefix(acme.BaseURL("acme"), "http://")
		req.Header.Set(wire.HeaderVersion, "2")
		res, err := http.DefaultClient.Do(req)
		sharingtest.Check(t, err)
		_ = res.Body.Close()
		if res.StatusCode != http.StatusPreconditionFailed {
			t.Fatalf("version 2 was answered %d", res.StatusCode)
		}
	})
}

func TestA18DeleteEndsAnAgreement(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		uuid, id := acme.Accept(p, sharingtest.AllTerms())
		deal, _ := p.Agreement(uuid)
		acme.ExpectRequest(200, "DELETE", "/agreements/"+uuid, deal.Token().String(), "")
		if a := acme.ReadAgreement(id); a.Status != desk.AgreementInactive || a.DeactivatedBy != "sender" {
			t.Fatalf("%+v", a)
		}
	})
}

func TestA19NobodyInvitesItself(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		_, err := acme.Agreements.Invite(t.Context(), acme.Account.ID, acme.Admin, agreement.Invitation{RemoteURL: acme.URL()})
		if desk.KindOf(err) != desk.Invalid {
			t.Fatalf("invited itself: %v", err)
		}
		_, err = acme.Agreements.Invite(t.Context(), acme.Account.ID, acme.Admin, agreement.Invitation{RemoteSubdomain: "acme"})
		if desk.KindOf(err) != desk.Invalid {
			t.Fatalf("invited itself: %v", err)
		}
		acme.ExpectRequest(422, "POST", "/agreements/"+sharingtest.UUIDA, "", sharingtest.Invitation(sharingtest.UUIDA, sharingtest.KeyA, acme.URL(), ""))
		// Behind another name the invitation comes back to the desk that sent it, which knows its uuid.
		alias := strings.Replace(acme.Server.URL, "127.0.0.1", "mirror.localhost", 1)
		acme.AddHost(strings.TrimPrefix(alias, "http://"))
		if _, err = acme.Agreements.Invite(t.Context(), acme.Account.ID, acme.Admin, agreement.Invitation{RemoteURL: alias + "/sharing"}); err == nil {
			t.Fatal("invited itself by another name")
		}
	})
}

// TestA19HiddenAlias: a name that the directory does not know leads back here.
func TestA19HiddenAlias(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		a, err := acme.Agreements.Invite(t.Context(), acme.Account.ID, acme.Admin, agreement.Invitation{RemoteURL: acme.URL()})
		sharingtest.Check(t, err)
		acme.WaitForJobs()
		if got := acme.ReadAgreement(a.ID); got.Status != desk.AgreementFailed {
			t.Fatalf("%+v", got)
		}
	}, func(c *sharingtest.Config) {
		c.Sharing.LocalAccount = nil
	})
}

func TestA20UndeliveredInvitations(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		down := sharetest.NewPartner(t, sharetest.Options{})
		down.Close()
		secure := sharetest.NewPartner(t, sharetest.Options{TLS: true})
		page := sharetest.NewPartner(t, sharetest.Options{})
		page.FailNext(-1, sharetest.Failure{Page: true})
		wrong := sharetest.NewPartner(t, sharetest.Options{})
		cases := map[string]struct {
			url  string
			want desk.AgreementStatus
		}{
			"host down":   {down.URL(), desk.AgreementFailed},
			"bad TLS":     {secure.URL(), desk.AgreementSSLError},
			"a web page":  {page.URL(), desk.AgreementConfigurationError},
			"wrong path":  {wrong.URL() + "/elsewhere", desk.AgreementConfigurationError},
			"no such URL": {strings.TrimSuffix(wrong.URL(), "sharing") + "nothing", desk.AgreementConfigurationError},
		}
		for name, c := range cases {
			a, err := acme.Agreements.Invite(t.Context(), acme.Account.ID, acme.Admin, agreement.Invitation{RemoteURL: c.url})
			sharingtest.Check(t, err)
			acme.WaitForJobs()
			if got := acme.ReadAgreement(a.ID); got.Status != c.want || got.LastError == "" {
				t.Errorf("%s: %s %q, want %s", name, got.Status, got.LastError, c.want)
			}
			if name == "a web page" {
				page.Heal()
				_, err = acme.Agreements.Retry(t.Context(), acme.Account.ID, acme.Admin, a.ID)
				sharingtest.Check(t, err)
				acme.WaitForJobs()
				if got := acme.ReadAgreement(a.ID); got.Status != desk.AgreementPending || got.LastError != "" {
					t.Errorf("after a retry: %s %q", got.Status, got.LastError)
				}
			}
		}
	})
}

func TestAcceptanceThatNobodyAskedFor(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{}) // knows nothing of the agreement
		acme.ExpectRequest(201, "POST", "/agreements/"+sharingtest.UUIDA, "", sharingtest.Invitation(sharingtest.UUIDA, sharingtest.KeyA, p.URL(), ""))
		id := acme.AgreementByUUID(sharingtest.UUIDA)
		_, err := acme.Agreements.Accept(t.Context(), acme.Account.ID, acme.Admin, id)
		sharingtest.Check(t, err)
		acme.WaitForJobs()
		if got := acme.ReadAgreement(id); got.Status != desk.AgreementFailed || got.LastError == "" {
			t.Fatalf("%+v", got)
		}
	})
}

func TestOnlyAdminsManageAgreements(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		agent := acme.Admin
		agent.Role = desk.Agent
		ctx, id := t.Context(), acme.Account.ID
		_, err := acme.Agreements.Invite(ctx, id, agent, agreement.Invitation{RemoteSubdomain: "kongen"})
		if desk.KindOf(err) != desk.Forbidden {
			t.Fatalf("invite: %v", err)
		}
		for name, call := range map[string]func(context.Context, desk.AccountID, desk.Actor, desk.AgreementID) (desk.Agreement, error){
			"accept": acme.Agreements.Accept, "decline": acme.Agreements.Decline, "deactivate": acme.Agreements.Deactivate,
			"reactivate": acme.Agreements.Reactivate, "retry": acme.Agreements.Retry, "pause": acme.Agreements.Pause, "resume": acme.Agreements.Resume,
		} {
			if _, err := call(ctx, id, agent, 1); desk.KindOf(err) != desk.Forbidden {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestDeleteAgreementTellsThePartner(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		out, in := acme.Link(kongen, sharingtest.FullTerms())
		sharingtest.Check(t, acme.Agreements.Delete(t.Context(), acme.Account.ID, acme.Admin, out))
		acme.WaitForJobs()
		if len(acme.ListAgreements()) != 0 {
			t.Fatal("still listed")
		}
		if a := kongen.ReadAgreement(in); a.Status != desk.AgreementInactive || a.DeactivatedBy != "sender" {
			t.Fatalf("%+v", a)
		}
	})
}

func TestInvitationsExpireAndAreCapped(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		post := func(n, want int) {
			t.Helper()
			uuid := fmt.Sprintf("%040x", n)
			acme.ExpectRequest(want, "POST", "/agreements/"+uuid, "", sharingtest.Invitation(uuid, sharingtest.KeyA, sharingtest.FarA, ""))
		}
		for n := range desk.MaxInvitations {
			post(n, 201)
		}
		post(100, 503)
		acme.Advance(31 * 24 * time.Hour)
		post(101, 201)
		if n := len(acme.ListAgreements()); n != 1 {
			t.Fatalf("%d invitations stand", n)
		}
	})
}
