package sharing_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"interdesk/api/apitest"
	"interdesk/desk"
	"interdesk/sharing/agreement"
	"interdesk/sharing/sharetest"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/web/webtest"
)

const hostile = `<script>alert(1)</script> שלום 🐙 ` + "averyveryverylongwordwithoutanyblankinitaveryveryverylongwordwithoutanyblankinit"

// scene is two desks on one server.
type scene struct {
	acme, kongen *apitest.Desk
}

func onDesks(t *testing.T, test func(t *testing.T, s scene)) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		server := webtest.Start(t, db)
		test(t, scene{server.Desk(t, "acme"), server.Desk(t, "kongen")})
	})
}

func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(60 * time.Second); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

func agreements(t *testing.T, d *apitest.Desk) []desk.Agreement {
	t.Helper()
	all, err := d.Agreements.Agreements(t.Context(), d.Account.ID)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// one waits for an agreement of a direction and a status.
func one(t *testing.T, d *apitest.Desk, inbound bool, status desk.AgreementStatus) (found desk.Agreement) {
	t.Helper()
	eventually(t, fmt.Sprintf("an agreement, inbound %v, %s", inbound, status), func() bool {
		for _, a := range agreements(t, d) {
			if a.Inbound == inbound && a.Status == status {
				found = a
				return true
			}
		}
		return false
	})
	return found
}

func actor(c *apitest.Client) desk.Actor {
	return desk.Actor{ID: c.User.ID, Name: c.User.Name, Role: c.User.Role}
}

// linked has from invite to, which accepts.
func linked(t *testing.T, from, to *apitest.Desk, terms desk.Terms, notes bool) desk.AgreementID {
	t.Helper()
	a, err := from.Agreements.Invite(t.Context(), from.Account.ID, actor(from.Admin), agreement.Invitation{RemoteSubdomain: to.Account.Subdomain,
		Name: "Kongen " + hostile, Terms: terms, WithoutNotes: !notes})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := to.Agreements.Accept(t.Context(), to.Account.ID, actor(to.Admin), one(t, to, true, desk.AgreementPending).ID); err != nil {
		t.Fatal(err)
	}
	one(t, from, false, desk.AgreementAccepted)
	return a.ID
}

// stranger has d invite a partner that is not an Interdesk, which accepts.
func stranger(t *testing.T, d *apitest.Desk, p *sharetest.Partner) desk.AgreementID {
	t.Helper()
	a, err := d.Agreements.Invite(t.Context(), d.Account.ID, actor(d.Admin), agreement.Invitation{RemoteURL: p.URL(), Name: "Zed", Terms: desk.Terms{PublicComments: true}})
	if err != nil {
		t.Fatal(err)
	}
	p.WaitFor("the invitation", func() bool { _, ok := p.Agreement(a.UUID); return ok })
	if got := p.Accept(a.UUID); got.Status != http.StatusOK {
		t.Fatalf("got %d %s, want 200", got.Status, got.Body)
	}
	return one(t, d, false, desk.AgreementAccepted).ID
}

// ticket opens one with a public description and a private note.
func ticket(t *testing.T, d *apitest.Desk, subject string) string {
	t.Helper()
	id := d.Agent.Post("tickets", map[string]any{"ticket": map[string]any{"subject": subject, "tags": []string{"hot"}, "priority": "high",
		"comment": map[string]any{"body": "The right third is grey. " + hostile}, "requester": map[string]any{"name": "Eve Customer", "email": "eve@secret.example"}}}, 201).ID("ticket.id")
	d.Agent.Put(fmt.Sprintf("tickets/%d", id), map[string]any{"ticket": map[string]any{"comment": map[string]any{"body": "Between us: " + hostile, "public": false}}}, 200)
	return fmt.Sprintf("/agent/tickets/%d", id)
}

func shareOf(t *testing.T, d *apitest.Desk, path string) string {
	t.Helper()
	api := strings.TrimPrefix(path, "/agent/") + "/shares"
	return fmt.Sprintf("%s/shares/%d", path, d.Agent.Get(api, 200).ID("shares.0.id"))
}

func TestShareATicket(t *testing.T) {
	onDesks(t, func(t *testing.T, s scene) {
		id := linked(t, s.acme, s.kongen, desk.Terms{PublicComments: true}, false)
		path := ticket(t, s.acme, "Grey third "+hostile)
		ben := webtest.Open(t, s.acme, s.acme.Agent.User)

		panel := ben.Htmx().Get(path+"/sharing", 200).Escaped(t)
		panel.Has(t, "This ticket is at this desk only.", "Share with…", "See first what they get")
		preview := ben.Get(fmt.Sprintf("%s/share?agreement=%d", path, id), 200).Escaped(t)
		preview.Has(t, "What Kongen", "Grey third", "The right third is grey.", "1 comment stays", "Between us:", "Tags, as the agreement carries none", "Eve Customer")
		preview.Lacks(t, "eve@secret.example")

		ben.Post(path+"/share", url.Values{"agreement": {fmt.Sprint(id)}}, 200).Has(t, "Shared with Kongen")
		eventually(t, "the share to be in step", func() bool {
			return strings.Contains(webtest.Words(ben.Htmx().Get(path+"/sharing", 200).Body), "in step ·")
		})
		share := shareOf(t, s.acme, path)
		timeline := ben.Get(share, 200).Escaped(t)
		timeline.Has(t, "Sent: share the ticket", "Delivered", "What the message says", "in step")
		timeline.Lacks(t, "eve@secret.example", "Between us")
		ben.Get(fmt.Sprintf("%s/share?agreement=%d", path, id), 200).Has(t, "shared with this partner already")

		timeline.Has(t, "by Ben Agent")

		ben.Post(share+"/unshare", nil, 200)
		eventually(t, "the share to be over", func() bool {
			return strings.Contains(webtest.Words(ben.Htmx().Get(path+"/sharing", 200).Escaped(t).Body), "Stopped by Ben Agent")
		})
	})
}

func TestWhoMayShare(t *testing.T) {
	onDesks(t, func(t *testing.T, s scene) {
		id := linked(t, s.acme, s.kongen, desk.Terms{}, true)
		ticket(t, s.acme, "That Kongen has no ticket of the same number")
		path := ticket(t, s.acme, "Grey third")
		ben := webtest.Open(t, s.acme, s.acme.Agent.User)
		ben.Post(path+"/share", url.Values{"agreement": {fmt.Sprint(id)}}, 200)
		share, preview := shareOf(t, s.acme, path), fmt.Sprintf("%s/share?agreement=%d", path, id)
		admin := fmt.Sprintf("/admin/sharing/%d", id)

		eve, nobody := webtest.Open(t, s.acme, s.acme.EndUser.User), webtest.Open(t, s.acme, desk.User{})
		leif := webtest.Open(t, s.kongen, s.kongen.Admin.User)
		for _, page := range []string{path + "/sharing", preview, share} {
			eve.Get(page, 403)
			leif.Get(page, 404)
			nobody.Get(page, 200).ArrivedAt(t, "/signin")
		}
		for _, page := range []string{"/admin/sharing", "/admin/sharing/new", admin} {
			ben.Get(page, 403)
			eve.Get(page, 403)
		}
		leif.Get(admin, 404)
		for _, action := range []string{share + "/retry", share + "/unshare", path + "/share"} {
			eve.Post(action, url.Values{"agreement": {fmt.Sprint(id)}}, 403)
			leif.Post(action, url.Values{"agreement": {fmt.Sprint(id)}}, 404)
		}
		for _, action := range []string{admin, admin + "/pause", admin + "/delete", "/admin/sharing"} {
			ben.Post(action, nil, 403)
		}
		for _, action := range []string{"pause", "delete", "accept", "await", "verify", "replay", "nonsense"} {
			leif.Post(admin+"/"+action, nil, 404)
		}
		other := ticket(t, s.acme, "Another")
		ben.Get(strings.Replace(share, path, other, 1), 404)
		ben.Post(strings.Replace(share, path, other, 1)+"/unshare", nil, 404)
		ben.Get(path+"/shares/x", 404)
		ben.Get(path+"/share?agreement=77", 404)
	})
}

// A partner that is down is seen, repaired and told everything after all.
func TestDeadPartner(t *testing.T) {
	onDesks(t, func(t *testing.T, s scene) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		id := stranger(t, s.acme, p)
		path := ticket(t, s.acme, "Grey third")
		ben, ada := webtest.Open(t, s.acme, s.acme.Agent.User), webtest.Open(t, s.acme, s.acme.Admin.User)
		admin := fmt.Sprintf("/admin/sharing/%d", id)

		p.FailNext(-1, sharetest.Failure{Code: http.StatusServiceUnavailable, Body: "Down <script>alert(1)</script> until noon"})
		ben.Post(path+"/share", url.Values{"agreement": {fmt.Sprint(id)}}, 200)
		share := shareOf(t, s.acme, path)
		seen := func(page string, words ...string) {
			t.Helper()
			eventually(t, fmt.Sprint(page, words), func() bool {
				text := webtest.Words(ada.Get(page, 200).Escaped(t).Body)
				for _, w := range words {
					if !strings.Contains(text, w) {
						return false
					}
				}
				return true
			})
		}
		seen(path+"/sharing", "⚠ Zed not there yet: too busy", "Zed does not have the ticket yet.", "until noon", "We go on trying; nothing is lost.", "Send now")
		seen(share, "To send: share the ticket", "Not delivered yet", "until noon")
		seen("/admin/sharing", "Zed", "1 fails", "until noon", "oldest")
		seen(admin, "Messages do not get through", "until noon", "We go on trying")

		ada.Post(admin+"/pause", nil, 200).Has(t, "Paused")
		seen(path+"/sharing", "Zed paused", "1 message waits")
		ben.Get(share+"/stop", 200).Has(t, "Withdraw", "Send, then stop", "Go on sharing")
		ben.Post(share+"/unshare", url.Values{"withdraw": {"true"}}, 200).Has(t, "Withdrawn. Zed never got the ticket.")
		ben.Get(share, 200).Has(t, "Withdrawn by Ben Agent before it left.")
		ben.Get(share+"/stop", 200).ArrivedAt(t, share)
		ben.Post(path+"/share", url.Values{"agreement": {fmt.Sprint(id)}}, 200)
		p.Heal()
		ada.Post(admin+"/resume", nil, 200).Has(t, "Resumed")
		ben.Post(share+"/retry", nil, 200).Has(t, "What waits is sent now.")
		seen(path+"/sharing", "in step ·")

		p.FailNext(1, sharetest.Failure{Code: http.StatusUnprocessableEntity, Body: "Too rude"})
		s.acme.Agent.Put(strings.TrimPrefix(path, "/agent/"), map[string]any{"ticket": map[string]any{"comment": map[string]any{"body": "Well?"}}}, 200)
		seen(path+"/sharing", "⚠ Zed message given up", "Too rude", "1 message was given up")
		seen(admin, "1 message was given up", "Too rude", "Send again")
		dead, letter := "", ada.Get(share, 200).Body
		if _, rest, ok := strings.Cut(letter, share+"/messages/"); ok {
			dead, _, _ = strings.Cut(rest, `"`)
		}
		webtest.Open(t, s.kongen, s.kongen.Admin.User).Post(share+"/messages/"+dead, nil, 404)
		ben.Post(share+"/messages/"+dead, nil, 200).Has(t, "The message is sent again.")
		seen(path+"/sharing", "in step ·")
		seen(share, "public reply by Ben Agent", "Delivered")
		ada.Post(admin+"/replay", nil, 200).Has(t, "Nothing could be sent again")
		ben.Post(share+"/messages/"+dead, nil, 200).Has(t, "Only a message that was given up")
	})
}

func TestLinkBothWays(t *testing.T) {
	onDesks(t, func(t *testing.T, s scene) {
		ada, kari := webtest.Open(t, s.acme, s.acme.Admin.User), webtest.Open(t, s.kongen, s.kongen.Admin.User)
		ada.Get("/admin/sharing", 200).Has(t, "No partner's desk is linked yet", "Link a partner", "nothing happens before you accept one")
		ada.Get("/admin/sharing/new", 200).Has(t, "Who has to do what", "Accept, and invite them too")
		for words, says := range map[string]string{"": "Write the partner's address", "nobody-here": "No account on this server", "acme": "your own help desk",
			"ftp://x.example": "must begin with https", hostile: "must name a host"} {
			ada.Get("/admin/sharing/new?to="+url.QueryEscape(words), 422).Escaped(t).Has(t, says)
			ada.Post("/admin/sharing", url.Values{"to": {words}}, 422).Escaped(t).Has(t, says)
		}
		ada.Get("/admin/sharing/new?to=zed.zendesk.com", 200).Has(t, "https://zed.zendesk.com/sharing", "usual one")
		ada.Get("/admin/sharing/new?to=kongen", 200).Has(t, "An account on this same server.", s.kongen.Host("kongen")+"/sharing", "Both ways in one go")

		form := url.Values{"to": {"kongen"}, "public": {"true"}, "tags": {"true"}, "notes": {""}, "ways": {"both"}, "name": {strings.Repeat("x", 300)}}
		ada.Post("/admin/sharing", form, 422).Has(t, "Name: is too long")
		form.Set("name", hostile)
		ada.Post("/admin/sharing", form, 200).Escaped(t).Has(t, "is on its way", "invite you back. It will be accepted for you")

		in := one(t, s.kongen, true, desk.AgreementPending)
		kari.Get("/admin/sharing", 200).Has(t, "1 invitation waits for your answer", s.acme.Host("acme"), "It calls itself", "An account on this same server",
			"You may answer their customers publicly", "Custom fields stay at each desk.", "Accept, and invite them too", "Decline")
		kari.Post(fmt.Sprintf("/admin/sharing/%d/accept-both", in.ID), nil, 200).Has(t, "they are invited too")
		back := one(t, s.acme, true, desk.AgreementAccepted)
		one(t, s.kongen, false, desk.AgreementAccepted)
		if back.ShareNotes {
			t.Error("private notes travel although Acme keeps them")
		}
		ada.Get(fmt.Sprintf("/admin/sharing/%d", back.ID), 200).Escaped(t).Has(t, "You: accepted.", "They share with you in force", "your notes stay here")
		kari.Post(fmt.Sprintf("/admin/sharing/%d/accept", in.ID), nil, 200).Has(t, "cannot be accepted here")
		ada.Get("/admin/sharing/new?to=kongen", 200).Has(t, "There is an agreement with")
	})
}

func TestManageAnAgreement(t *testing.T) {
	onDesks(t, func(t *testing.T, s scene) {
		id := linked(t, s.acme, s.kongen, desk.Terms{SyncTags: true}, true)
		ada, kari := webtest.Open(t, s.acme, s.acme.Admin.User), webtest.Open(t, s.kongen, s.kongen.Admin.User)
		path := fmt.Sprintf("/admin/sharing/%d", id)
		ada.Get(path, 200).Escaped(t).Has(t, "You share tickets with", "accepted. You can share tickets with", "optional:", "Both ways: accept it for me", "invitation to Kongen")

		ada.Post(path, url.Values{"name": {""}, "notes": {"true"}}, 422).Has(t, "Name: must have 1 to 255 bytes")
		ada.Post(path, url.Values{"name": {"K"}, "words": {"stalled"}}, 422).Has(t, "is not of the form")
		ada.Post(path, url.Values{"name": {"K"}, "words": {"stalled = closed"}}, 422).Has(t, "must stand for")
		saved := ada.Post(path, url.Values{"name": {"Kongen"}, "notes": {""}, "dialect": {"rt"}, "words": {"stalled = hold\nresolved=solved"}}, 200)
		saved.Has(t, "The settings are saved.", "stalled = hold", "Your internal notes stay here.")
		if err := s.acme.Write(t, func(ctx context.Context, tx *store.Tx) error {
			a, err := tx.Agreement(ctx, id)
			if err == nil && (a.Name != "Kongen" || a.ShareNotes || a.Dialect != desk.DialectRT || a.StatusMap["resolved"] != "solved") {
				t.Errorf("got %+v, want the settings of the form", a)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		ada.Post(path+"/await", nil, 200).Has(t, "invite you back")
		ada.Post(path+"/unawait", nil, 200).Has(t, "Both ways: accept it for me")
		ada.Post(path+"/verify", nil, 200)
		ada.Post(path+"/deactivate", nil, 200).Has(t, "Deactivated", "Reactivate")
		ada.Post(path+"/deactivate", nil, 200).Has(t, "cannot be deactivated here")
		ada.Post(path+"/reactivate", nil, 200).Has(t, "In force again")

		theirs := one(t, s.kongen, true, desk.AgreementAccepted)
		kari.Post(fmt.Sprintf("/admin/sharing/%d/invite-back", theirs.ID), nil, 200).Has(t, "The invitation is on its way.")
		in := one(t, s.acme, true, desk.AgreementPending)
		ada.Post(fmt.Sprintf("/admin/sharing/%d/decline", in.ID), nil, 200).Has(t, "Declined.")
		one(t, s.kongen, false, desk.AgreementDeclined)
		ada.Post(fmt.Sprintf("/admin/sharing/%d/delete", in.ID), nil, 200).Has(t, "The agreement is deleted.")
		ada.Get(fmt.Sprintf("/admin/sharing/%d", in.ID), 404)
	})
}

func TestInvitationsThatGoWrong(t *testing.T) {
	onDesks(t, func(t *testing.T, s scene) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		p.FailNext(-1, sharetest.Failure{Code: http.StatusUnprocessableEntity, Body: "We take no invitations <script>alert(1)</script>"})
		ada := webtest.Open(t, s.acme, s.acme.Admin.User)
		ada.Post("/admin/sharing", url.Values{"to": {p.URL()}, "public": {"true"}, "ways": {"one"}}, 200)
		out := one(t, s.acme, false, desk.AgreementFailed)
		path := fmt.Sprintf("/admin/sharing/%d", out.ID)
		ada.Get(path, 200).Escaped(t).Has(t, "The invitation did not work out", "We take no invitations", "Read what the partner answered", "Try again", "did not arrive")
		p.Heal()
		ada.Post(path+"/retry", nil, 200).Has(t, "The invitation is sent again.")
		p.WaitFor("the invitation", func() bool { _, ok := p.Agreement(out.UUID); return ok })

		// One that comes in somebody's name, and says so in a hostile way.
		uuid, got := p.Invite("http://"+s.acme.Host("acme")+"/sharing", sharetest.Terms{})
		if got.Status != http.StatusCreated {
			t.Fatalf("got %d %s, want 201", got.Status, got.Body)
		}
		in := one(t, s.acme, true, desk.AgreementPending)
		if in.UUID != uuid {
			t.Fatalf("got invitation %s, want %s", in.UUID, uuid)
		}
		ada.Get("/admin/sharing", 200).Escaped(t).Has(t, "Not confirmed", "Ask the host", "What you write reaches them as an internal note only")
		ada.Post(fmt.Sprintf("/admin/sharing/%d/verify", in.ID), nil, 200).Has(t, "The host did not confirm it.")

		if err := s.acme.Write(t, func(ctx context.Context, tx *store.Tx) error {
			a, err := tx.AccountRow(ctx)
			if err != nil {
				return err
			}
			a.Settings.DeclineInvitations = true
			return tx.UpdateAccount(ctx, &a)
		}); err != nil {
			t.Fatal(err)
		}
		if _, got := p.Invite("http://"+s.acme.Host("acme")+"/sharing", sharetest.Terms{}); got.Status != http.StatusForbidden {
			t.Errorf("got %d, want 403: this desk takes no invitations", got.Status)
		}
		ada.Get("/admin/sharing", 200).Has(t, "refused unseen at present")
		ada.Get("/admin/sharing/new?to=kongen", 200).Has(t, "You refuse every invitation unseen")
	})
}
