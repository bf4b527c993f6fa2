package sharing_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"interdesk/desk"
	"interdesk/outbound"
	"interdesk/sharing"
	"interdesk/sharing/sharetest"
	"interdesk/sharing/wire"
	"interdesk/store"
)

// The cases of nhd-captures §4, by their numbers.

func TestA01InvitationWithoutToken(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		for _, style := range []sharetest.Style{sharetest.Zendesk, sharetest.Node} {
			p := sharetest.NewPartner(t, sharetest.Options{Style: style})
			uuid, got := p.Invite(acme.url(), allTerms())
			expect(t, got, http.StatusCreated)
			a := acme.agreement(acme.byUUID(uuid))
			if !a.Inbound || a.Status != desk.AgreementPending || a.Terms != full() || a.Dialect != desk.DialectDefault {
				t.Fatalf("%s: %+v", style, a)
			}
			acme.quiet()
			if n := len(p.Requests()); n != 0 {
				t.Fatalf("%s: %d requests were made because of an invitation", style, n)
			}
		}
	})
}

func TestA02InvitationOfRT(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{Style: sharetest.RT})
		uuid, got := p.Invite(acme.url(), sharetest.Terms{})
		expect(t, got, http.StatusCreated)
		a := acme.agreement(acme.byUUID(uuid))
		if a.Dialect != desk.DialectRT || a.Terms != (desk.Terms{}) {
			t.Fatalf("%+v", a)
		}
	})
}

// invitation is one that a scripted peer sends.
func invitation(uuid, key, sender string, more string) string {
	return fmt.Sprintf(`{"uuid":%q,"access_key":%q,"name":"Scripted","status":"pending","sender_url":%q,"receiver_url":"http://acme.localhost/sharing"%s}`,
		uuid, key, sender, more)
}

const (
	uuidA = "23538de2af57572219a037c98aa4623a6767a498"
	uuidB = "cc538de2af57572219a037c98aa4623a6767a498"
	keyA  = "08a479474fc0c3fabfa2b7906f0ce5e55ad2d78f"
	keyB  = "e9e6f7965124fc4039ec091864544a6a8870e544"
	farA  = "http://10.1.2.3:8080/sharing"
)

func TestA03To07RefusedInvitations(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		path := "/agreements/" + uuidA
		acme.expectRaw(403, "POST", path, uuidA+":"+keyB, invitation(uuidA, keyA, farA, ""))                                    // A3
		acme.expectRaw(422, "POST", path, "", invitation(uuidB, keyA, farA, ""))                                                // A4
		acme.expectRaw(422, "POST", path, "", strings.Replace(invitation(uuidA, keyA, farA, ""), `"pending"`, `"accepted"`, 1)) // A5
		acme.expectRaw(422, "POST", path, "", `{"uuid":"`+uuidA+`"}`)                                                           // members missing
		acme.expectRaw(201, "POST", path, uuidA+":"+keyA, invitation(uuidA, keyA, farA, ""))                                    // A6
		acme.expectRaw(200, "POST", path, "", invitation(uuidA, keyA, farA, ""))                                                // a repeat
		acme.expectRaw(422, "POST", path, "", invitation(uuidA, keyB, farA, ""))                                                // another's claim
		acme.write(func(ctx context.Context, tx *store.Tx) error {                                                              // A7
			a := acme.account
			a.Settings.DeclineInvitations = true
			return tx.UpdateAccount(ctx, &a)
		})
		acme.expectRaw(403, "POST", "/agreements/"+uuidB, "", invitation(uuidB, keyA, farA, ""))
		if n := len(acme.agreements()); n != 1 {
			t.Fatalf("%d agreements", n)
		}
	})
}

func TestA08InviteZendesk(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		id := acme.invite(p, full())
		a := acme.agreement(id)
		if a.Status != desk.AgreementAccepted || a.Dialect != desk.DialectDefault || a.Name != "Zed" {
			t.Fatalf("%+v", a)
		}
		deal, _ := p.Agreement(a.UUID)
		if deal.Name.Value != "Acme Cameras" || deal.SenderURL.Value != acme.url() || !deal.SyncTags.Value {
			t.Fatalf("%+v", deal)
		}
	})
}

func TestA09InviteRT(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{Style: sharetest.RT})
		id := acme.invite(p, full())
		a := acme.agreement(id)
		if a.Status != desk.AgreementAccepted || a.Dialect != desk.DialectRT {
			t.Fatalf("%+v", a)
		}
		if n := p.Count(func(r sharetest.Request) bool { return r.Method == "POST" }); n != 2 {
			t.Fatalf("%d invitations, want one in each dialect", n)
		}
	})
}

func TestA10AcceptRT(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{Style: sharetest.RT})
		uuid, id := acme.accept(p, sharetest.Terms{})
		deal, _ := p.Agreement(uuid)
		if deal.Status.Value != wire.StatusAccepted || acme.agreement(id).Status != desk.AgreementAccepted {
			t.Fatalf("%+v", deal)
		}
		if body := string(p.Requests()[0].Body); body != `{"status":"accepted"}` {
			t.Fatalf("RT was told %s", body)
		}
	})
}

func TestA11SenderCannotAcceptItsOwnInvitation(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		uuid, _ := p.Invite(acme.url(), allTerms())
		expect(t, p.Accept(uuid), http.StatusUnprocessableEntity)
		expect(t, p.Decline(uuid), http.StatusUnprocessableEntity)
		if a := acme.agreement(acme.byUUID(uuid)); a.Status != desk.AgreementPending {
			t.Fatalf("%+v", a)
		}
	})
}

func TestA12And13DeactivateAndReactivate(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		ctx := t.Context()
		p := sharetest.NewPartner(t, sharetest.Options{Style: sharetest.RT})
		uuid, id := acme.accept(p, sharetest.Terms{})
		status := func(want desk.AgreementStatus, by string) {
			t.Helper()
			if a := acme.agreement(id); a.Status != want || a.DeactivatedBy != by {
				t.Fatalf("%s by %q, want %s by %q", a.Status, a.DeactivatedBy, want, by)
			}
		}
		end := wire.Agreement{Status: wire.Some(wire.StatusInactive)}
		end.DeactivatedBy = wire.Some("receiver")
		expect(t, p.ChangeAgreement(uuid, end), http.StatusUnprocessableEntity) // it is the sender
		status(desk.AgreementAccepted, "")
		expect(t, p.Deactivate(uuid), http.StatusOK)
		status(desk.AgreementInactive, "sender")
		if _, err := acme.service.Reactivate(ctx, acme.account.ID, acme.admin, id); desk.KindOf(err) != desk.Invalid {
			t.Fatalf("the other side's deactivation was undone: %v", err)
		}
		expect(t, p.ChangeAgreement(uuid, wire.Agreement{Status: wire.Some(wire.StatusAccepted)}), http.StatusOK)
		status(desk.AgreementAccepted, "")
		_, err := acme.service.Deactivate(ctx, acme.account.ID, acme.admin, id)
		check(t, err)
		acme.quiet()
		status(desk.AgreementInactive, "receiver")
		if deal, _ := p.Agreement(uuid); deal.Status.Value != wire.StatusInactive || deal.DeactivatedBy.Value != "receiver" {
			t.Fatalf("the partner knows %+v", deal)
		}
		expect(t, p.ChangeAgreement(uuid, wire.Agreement{Status: wire.Some(wire.StatusAccepted)}), http.StatusUnprocessableEntity)
		_, err = acme.service.Reactivate(ctx, acme.account.ID, acme.admin, id)
		check(t, err)
		status(desk.AgreementAccepted, "")
	})
}

func TestA12ZendeskNamesNobody(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		id := acme.invite(p, full())
		expect(t, p.Deactivate(acme.agreement(id).UUID), http.StatusOK)
		if a := acme.agreement(id); a.Status != desk.AgreementInactive || a.DeactivatedBy != "receiver" {
			t.Fatalf("%+v", a)
		}
	})
}

func TestA14EqualMembersChangeNothing(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		uuid, id := acme.accept(p, allTerms())
		before := acme.agreement(id)
		list, err := acme.service.AgreementTimeline(t.Context(), acme.account.ID, acme.admin, id, 0)
		check(t, err)
		expect(t, p.ChangeAgreement(uuid, wire.Agreement{Status: wire.Some(wire.StatusAccepted)}), http.StatusOK)
		after, err := acme.service.AgreementTimeline(t.Context(), acme.account.ID, acme.admin, id, 0)
		check(t, err)
		if acme.agreement(id).UpdatedAt != before.UpdatedAt || len(after) != len(list) {
			t.Fatal("a repeat was noted as a change")
		}
	})
}

func TestA15NobodyWidensTheTerms(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		uuid, id := acme.accept(p, sharetest.Terms{})
		deal, _ := p.Agreement(uuid)
		for _, body := range []string{`{"sync_tags":true}`, `{"allows_public_comments":true}`, `{"sync_custom_fields":true}`,
			`{"receiver_url":"http://10.9.9.9/sharing"}`, `{"sender_url":"http://10.9.9.9/sharing"}`} {
			acme.expectRaw(422, "PUT", "/agreements/"+uuid, deal.Token().String(), body)
		}
		acme.expectRaw(200, "PUT", "/agreements/"+uuid, deal.Token().String(), `{"sender_url":"`+p.URL()+`/v2"}`)
		if a := acme.agreement(id); a.Terms != (desk.Terms{}) || a.RemoteURL != p.URL()+"/v2" {
			t.Fatalf("%+v", a)
		}
	})
}

func TestA16Read(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		uuid, _ := p.Invite(acme.url(), allTerms())
		deal, _ := p.Agreement(uuid)
		got := p.GetAgreement(uuid)
		expect(t, got, http.StatusOK)
		shown := map[string]any{}
		check(t, json.Unmarshal([]byte(got.Body), &shown))
		if _, has := shown["access_key"]; has || shown["uuid"] != uuid || shown["status"] != "pending" || strings.Contains(got.Body, deal.AccessKey.Value) {
			t.Fatal(got.Body)
		}
		res, _ := acme.raw("GET", "/agreements/"+uuid, "", "", "")
		if res.StatusCode != 401 || res.Header.Get("WWW-Authenticate") != wire.Challenge {
			t.Fatalf("%d %v", res.StatusCode, res.Header)
		}
		acme.expectRaw(403, "GET", "/agreements/"+uuid, uuid+":"+keyB, "")
		acme.expectRaw(403, "GET", "/agreements/"+uuidB, uuidB+":"+keyB, "")
	})
}

func TestA17Version(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		req, err := http.NewRequestWithContext(t.Context(), "GET", acme.server.URL+"/sharing/tickets/"+uuidA, nil)
		check(t, err)
		req.Host = strings.TrimPrefix(acme.base("acme"), "http://")
		req.Header.Set(wire.HeaderVersion, "2")
		res, err := http.DefaultClient.Do(req)
		check(t, err)
		_ = res.Body.Close()
		if res.StatusCode != http.StatusPreconditionFailed {
			t.Fatalf("version 2 was answered %d", res.StatusCode)
		}
	})
}

func TestA18DeleteEndsAnAgreement(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		uuid, id := acme.accept(p, allTerms())
		deal, _ := p.Agreement(uuid)
		acme.expectRaw(200, "DELETE", "/agreements/"+uuid, deal.Token().String(), "")
		if a := acme.agreement(id); a.Status != desk.AgreementInactive || a.DeactivatedBy != "sender" {
			t.Fatalf("%+v", a)
		}
	})
}

func TestA19NobodyInvitesItself(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		_, err := acme.service.Invite(t.Context(), acme.account.ID, acme.admin, sharing.Invitation{RemoteURL: acme.url()})
		if desk.KindOf(err) != desk.Invalid {
			t.Fatalf("invited itself: %v", err)
		}
		_, err = acme.service.Invite(t.Context(), acme.account.ID, acme.admin, sharing.Invitation{RemoteSubdomain: "acme"})
		if desk.KindOf(err) != desk.Invalid {
			t.Fatalf("invited itself: %v", err)
		}
		acme.expectRaw(422, "POST", "/agreements/"+uuidA, "", invitation(uuidA, keyA, acme.url(), ""))
		// Behind another name the invitation comes back to the desk that sent it, which knows its uuid.
		alias := strings.Replace(acme.server.URL, "127.0.0.1", "mirror.localhost", 1)
		acme.mu.Lock()
		acme.hosts[strings.TrimPrefix(alias, "http://")] = acme.account.ID
		acme.mu.Unlock()
		if _, err = acme.service.Invite(t.Context(), acme.account.ID, acme.admin, sharing.Invitation{RemoteURL: alias + "/sharing"}); err == nil {
			t.Fatal("invited itself by another name")
		}
	})
}

// TestA19HiddenAlias: a name that the directory does not know leads back here.
func TestA19HiddenAlias(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		a, err := acme.service.Invite(t.Context(), acme.account.ID, acme.admin, sharing.Invitation{RemoteURL: acme.url()})
		check(t, err)
		acme.quiet()
		if got := acme.agreement(a.ID); got.Status != desk.AgreementFailed {
			t.Fatalf("%+v", got)
		}
	}, func(o *sharing.Options, _ *outbound.Config) {
		o.LocalAccount = nil
	})
}

func TestA20UndeliveredInvitations(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
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
			a, err := acme.service.Invite(t.Context(), acme.account.ID, acme.admin, sharing.Invitation{RemoteURL: c.url})
			check(t, err)
			acme.quiet()
			if got := acme.agreement(a.ID); got.Status != c.want || got.LastError == "" {
				t.Errorf("%s: %s %q, want %s", name, got.Status, got.LastError, c.want)
			}
			if name == "a web page" {
				page.Heal()
				_, err = acme.service.Retry(t.Context(), acme.account.ID, acme.admin, a.ID)
				check(t, err)
				acme.quiet()
				if got := acme.agreement(a.ID); got.Status != desk.AgreementPending || got.LastError != "" {
					t.Errorf("after a retry: %s %q", got.Status, got.LastError)
				}
			}
		}
	})
}

func TestAcceptanceThatNobodyAskedFor(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{}) // knows nothing of the agreement
		acme.expectRaw(201, "POST", "/agreements/"+uuidA, "", invitation(uuidA, keyA, p.URL(), ""))
		id := acme.byUUID(uuidA)
		_, err := acme.service.Accept(t.Context(), acme.account.ID, acme.admin, id)
		check(t, err)
		acme.quiet()
		if got := acme.agreement(id); got.Status != desk.AgreementFailed || got.LastError == "" {
			t.Fatalf("%+v", got)
		}
	})
}

func TestOnlyAdminsManageAgreements(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		agent := acme.admin
		agent.Role = desk.Agent
		ctx, id := t.Context(), acme.account.ID
		_, err := acme.service.Invite(ctx, id, agent, sharing.Invitation{RemoteSubdomain: "kongen"})
		if desk.KindOf(err) != desk.Forbidden {
			t.Fatalf("invite: %v", err)
		}
		for name, call := range map[string]func(context.Context, desk.AccountID, desk.Actor, desk.AgreementID) (desk.Agreement, error){
			"accept": acme.service.Accept, "decline": acme.service.Decline, "deactivate": acme.service.Deactivate,
			"reactivate": acme.service.Reactivate, "retry": acme.service.Retry, "pause": acme.service.Pause, "resume": acme.service.Resume,
		} {
			if _, err := call(ctx, id, agent, 1); desk.KindOf(err) != desk.Forbidden {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestDeleteAgreementTellsThePartner(t *testing.T) {
	each(t, func(t *testing.T, acme, kongen *office) {
		out, in := acme.link(kongen, full())
		check(t, acme.service.Delete(t.Context(), acme.account.ID, acme.admin, out))
		acme.quiet()
		if len(acme.agreements()) != 0 {
			t.Fatal("still listed")
		}
		if a := kongen.agreement(in); a.Status != desk.AgreementInactive || a.DeactivatedBy != "sender" {
			t.Fatalf("%+v", a)
		}
	})
}

func TestInvitationsExpireAndAreCapped(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		post := func(n, want int) {
			t.Helper()
			uuid := fmt.Sprintf("%040x", n)
			acme.expectRaw(want, "POST", "/agreements/"+uuid, "", invitation(uuid, keyA, farA, ""))
		}
		for n := range desk.MaxInvitations {
			post(n, 201)
		}
		post(100, 503)
		acme.pass(31 * 24 * time.Hour)
		post(101, 201)
		if n := len(acme.agreements()); n != 1 {
			t.Fatalf("%d invitations stand", n)
		}
	}, func(o *sharing.Options, _ *outbound.Config) { o.InviteRate = 1e6 })
}
