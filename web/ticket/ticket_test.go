package ticket_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"interdesk/api/apitest"
	"interdesk/condition"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/web/webtest"
)

// apply carries out an update, of a new ticket where it names none, and gives its id.
func apply(t testing.TB, d *apitest.Desk, who desk.User, u desk.Update) desk.TicketID {
	t.Helper()
	u.Account, u.Actor = d.Account.ID, actor(t, d, who)
	if u.Ticket == 0 && u.Comment == nil {
		u.Comment = &desk.NewComment{Body: "The printer is on fire."}
	}
	a, err := d.Tickets.Apply(t.Context(), u)
	if err != nil {
		t.Fatal(err)
	}
	return a.Ticket.ID
}

func actor(t testing.TB, d *apitest.Desk, u desk.User) (a desk.Actor) {
	t.Helper()
	read(t, d, func(ctx context.Context, tx *store.Tx) error {
		cfg, err := tx.Config(ctx)
		a = desk.Actor{ID: u.ID, Name: u.Name, Role: u.Role, Groups: cfg.Staff[u.ID].Groups}
		return err
	})
	return a
}

func read(t testing.TB, d *apitest.Desk, fn func(ctx context.Context, tx *store.Tx) error) {
	t.Helper()
	if err := d.Store.Account(d.Account.ID).Read(t.Context(), func(tx *store.Tx) error { return fn(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

func ticketOf(t testing.TB, d *apitest.Desk, id desk.TicketID) (got desk.Ticket) {
	t.Helper()
	read(t, d, func(ctx context.Context, tx *store.Tx) (err error) {
		got, err = tx.Ticket(ctx, id)
		return err
	})
	return got
}

func path(id desk.TicketID) string { return fmt.Sprintf("/agent/tickets/%d", id) }

func ptr[T any](v T) *T { return &v }

func TestWhoSees(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s := webtest.Start(t, db)
		acme, other := s.Desk(t, "acme"), s.Desk(t, "other")
		id := apply(t, acme, acme.EndUser.User, desk.Update{Edits: desk.Edits{Subject: ptr("Fire")}})
		foreign := apply(t, other, other.Agent.User, desk.Update{Edits: desk.Edits{Subject: ptr("Theirs")}})
		for range 3 { // ids of the other desk that this one does not have
			foreign = apply(t, other, other.Agent.User, desk.Update{})
		}
		ben := webtest.Open(t, acme, acme.Agent.User)
		ben.Get(path(id), http.StatusOK).Has(t, "Fire", "Eve User", "The printer is on fire.", "Public reply", "Internal note")
		webtest.Open(t, acme, acme.Admin.User).Get(path(id), http.StatusOK).Has(t, "Fire")
		webtest.Open(t, acme, acme.EndUser.User).Get(path(id), http.StatusForbidden)
		webtest.Open(t, acme, desk.User{}).Get(path(id), http.StatusOK).ArrivedAt(t, "/signin")
		for _, p := range []string{path(foreign), path(99999), "/agent/tickets/0", "/agent/tickets/x", path(id) + "/comments/1/body", path(id) + "/audits/1/why",
			path(id) + "/macros/1", "/agent/suggest/secrets"} {
			ben.Htmx().Get(p, http.StatusNotFound)
		}
		ben.Post(path(foreign), url.Values{"comment": {"x"}}, http.StatusNotFound)
		ben.Post(path(foreign)+"/delete", nil, http.StatusNotFound)
		ben.Post(path(id)+"/comments/1/hide", nil, http.StatusNotFound)
		ben.Post(path(id)+"/delete", nil, http.StatusOK)
		ben.Get(path(id), http.StatusNotFound)
	})
}

func TestHostileWords(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		acme := webtest.Start(t, db).Desk(t, "acme")
		const evil = `<script>alert("1")</script>`
		id := apply(t, acme, acme.Agent.User, desk.Update{Edits: desk.Edits{Subject: ptr(evil), AddTags: []string{"a&b"}},
			Comment: &desk.NewComment{Body: evil + "\n> q\n> q\n> q\n> q " + evil + "\nhttps://a.example/?q=<script> javascript:alert(1)"}})
		apply(t, acme, acme.Agent.User, desk.Update{Ticket: id, Comment: &desk.NewComment{HTML: `<p>simple <b>one` + evil + `<a href="javascript:alert(1)">x</a>`}})
		apply(t, acme, acme.Agent.User, desk.Update{Ticket: id, Comment: &desk.NewComment{HTML: `<table><tr><td>mail</td></tr></table><img src="https://far.example/p.png"></div></div>`}})
		ben := webtest.Open(t, acme, acme.Agent.User)
		for _, p := range []string{path(id), path(id) + "?events=1", path(id) + "/news"} {
			a := ben.Get(p, http.StatusOK)
			if strings.Contains(a.Body, "<script>alert") || strings.Contains(a.Body, `href="javascript`) || strings.Contains(a.Body, "far.example") {
				t.Errorf("%s: foreign markup stands in the page, want it as text", p)
			}
		}
		a := ben.Get(path(id), http.StatusOK)
		a.Has(t, evil, "Show remote images")
		frame := a.Body[strings.Index(a.Body, `<iframe`):]
		frame = frame[:strings.Index(frame, ">")]
		if !strings.Contains(frame, "sandbox=") || strings.Contains(frame, "allow-scripts") {
			t.Errorf("got %s, want a sandbox without scripts", frame)
		}
		src := frame[strings.Index(frame, `src="`)+5:]
		src = src[:strings.Index(src, `"`)]
		held := ben.Get(src, http.StatusOK)
		if csp := held.Header.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "sandbox ") || strings.Contains(csp, "allow-scripts") ||
			!strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "https:") {
			t.Errorf("got policy %s, want a sandbox that loads nothing", csp)
		}
		if got := held.Header.Get("X-Frame-Options"); got != "SAMEORIGIN" {
			t.Errorf("got X-Frame-Options %s, want SAMEORIGIN", got)
		}
		if csp := ben.Get(src+"?images=1", http.StatusOK).Header.Get("Content-Security-Policy"); !strings.Contains(csp, "https:") {
			t.Errorf("got policy %s after images were asked for, want https: in it", csp)
		}
	})
}

func TestReplyWithFilesAndProperties(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		acme := webtest.Start(t, db).Desk(t, "acme")
		id := apply(t, acme, acme.EndUser.User, desk.Update{Edits: desk.Edits{Subject: ptr("Fire")}})
		ben := webtest.Open(t, acme, acme.Agent.User)

		var body bytes.Buffer
		w := multipart.NewWriter(&body)
		for name, value := range map[string]string{"subject": "Fire!", "base.subject": "Fire", "tags": "hot, Printer hot", "base.tags": "", "priority": "high",
			"base.priority": "", "public": "true", "comment": "Water is on its way.", "status": "pending", "base.status": "new", "take": "true",
			"ccs.typed": "eve@acme.example", "base.ccs": "", "draft": "d1"} {
			if err := w.WriteField(name, value); err != nil {
				t.Fatal(err)
			}
		}
		f, err := w.CreateFormFile("file", "plan.txt")
		if err == nil {
			_, err = f.Write([]byte("1. water"))
		}
		if err != nil || w.Close() != nil {
			t.Fatal(err)
		}
		a := ben.Send(path(id), w.FormDataContentType(), body.Bytes(), http.StatusOK)
		if a.Path != path(id)+"?sent=d1" {
			t.Errorf("led to %s, want %s?sent=d1", a.Path, path(id))
		}
		a.Has(t, "Water is on its way.", "plan.txt", "Pending", "Your reply is sent.")
		got := ticketOf(t, acme, id)
		if got.Subject != "Fire!" || strings.Join(got.Tags, " ") != "hot printer" || got.Priority != desk.High || got.Status != desk.Pending ||
			got.Assignee != acme.Agent.User.ID || len(got.EmailCCs) != 1 {
			t.Errorf("got %+v, want what the form said", got)
		}
		// What was not touched is not sent back.
		ben.Post(path(id), url.Values{"subject": {"Fire!"}, "base.subject": {"Fire!"}}, http.StatusOK).Has(t, "nothing to change")

		bad := ben.Post(path(id), url.Values{"subject": {strings.Repeat("x", 300)}, "base.subject": {"Fire!"}, "comment": {"keep me"}, "public": {"false"},
			"followers.typed": {"nobody@acme.example"}, "base.followers": {""}}, http.StatusUnprocessableEntity)
		bad.Has(t, "keep me", "nothing is known by")
		if got := ticketOf(t, acme, id); got.Subject != "Fire!" {
			t.Errorf("got subject %s of a faulty form, want Fire!", got.Subject)
		}
	})
}

func TestConflict(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		acme := webtest.Start(t, db).Desk(t, "acme")
		id := apply(t, acme, acme.Agent.User, desk.Update{Edits: desk.Edits{Subject: ptr("Fire"), AddTags: []string{"a", "b"}}})
		apply(t, acme, acme.Admin.User, desk.Update{Ticket: id, Edits: desk.Edits{Priority: ptr(desk.High), Type: ptr(desk.Question), AddTags: []string{"c"}}})
		ben := webtest.Open(t, acme, acme.Agent.User)
		form := url.Values{"subject": {"Fire"}, "base.subject": {"Fire"}, "priority": {"low"}, "base.priority": {""}, "type": {""}, "base.type": {""},
			"tags": {"b, d"}, "base.tags": {"a,b"}, "public": {"false"}, "comment": {"My long words"}, "html": {"<p>My <b>long</b> words</p>"}}
		a := ben.Post(path(id), form, http.StatusConflict)
		a.Has(t, "Somebody changed the same thing", "High", "changed by Ada Admin", "Low", "your change", "Type is Question now: changed by Ada Admin.", "My long words")
		if got := ticketOf(t, acme, id); got.Priority != desk.High || got.CommentCount != 1 {
			t.Errorf("got %+v before anybody chose, want the ticket as it was", got)
		}
		form.Set("ask.priority", "1")
		form.Set("base.priority", "high")
		ben.Post(path(id), form, http.StatusConflict)
		form.Set("choice.priority", "mine")
		ben.Post(path(id), form, http.StatusOK).Has(t, "Your note is added.", "Others had changed Type")
		got := ticketOf(t, acme, id)
		if got.Priority != desk.Low || got.Type != desk.Question || strings.Join(got.Tags, " ") != "b c d" || got.CommentCount != 2 {
			t.Errorf("got %s %s %v and %d comments, want low, question, [b c d] and 2", got.Priority, got.Type, got.Tags, got.CommentCount)
		}
	})
}

// Why? says of a rule that could not share, or waits, what kept it; events say what became of a share.
func TestWhyARuleDidNotShare(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		acme := webtest.Start(t, db).Desk(t, "acme")
		id := apply(t, acme, acme.EndUser.User, desk.Update{Edits: desk.Edits{Subject: ptr("Fire")}})
		opened := condition.Tree{All: condition.Conditions{{Field: "priority", Operator: condition.Is, Value: condition.ValueOf("high")}}}
		pending := desk.Agreement{UUID: "p", Name: "Nordic", Status: desk.AgreementPending, RemoteURL: "https://nordic.example/sharing"}
		kongen := desk.Agreement{UUID: "k", Name: "Kongen", Status: desk.AgreementAccepted, RemoteURL: "https://kongen.example/sharing"}
		if err := acme.Write(t, func(ctx context.Context, tx *store.Tx) error {
			pending.ID, kongen.ID = desk.AgreementID(tx.NewID()), desk.AgreementID(tx.NewID())
			waits := desk.Trigger{Title: "Solve it", Active: true, Conditions: opened, Actions: []desk.Action{{Field: "status", Value: []byte(`"solved"`)}}}
			shares := desk.Trigger{Title: "Share it", Active: true, Conditions: opened, Actions: []desk.Action{{Field: "share_ticket", Value: []byte(fmt.Sprint(pending.ID))}}}
			err := errors.Join(tx.InsertAgreement(ctx, &pending, "sealed"), tx.InsertAgreement(ctx, &kongen, "sealed"),
				tx.InsertTrigger(ctx, &waits, acme.Admin.User.ID), tx.InsertTrigger(ctx, &shares, acme.Admin.User.ID))
			return errors.Join(err, tx.InsertShare(ctx, &desk.Share{ID: desk.ShareID(tx.NewID()), Agreement: kongen.ID, Ticket: id, UUID: "u",
				State: desk.ShareRefused, StateBy: desk.ByPartner, Episode: 1, BarredRules: []desk.TriggerID{waits.ID}}))
		}); err != nil {
			t.Fatal(err)
		}
		apply(t, acme, acme.Agent.User, desk.Update{Ticket: id, Edits: desk.Edits{Priority: ptr(desk.High)}})
		ben := webtest.Open(t, acme, acme.Agent.User)
		e := ben.Get(path(id)+"?events=1", http.StatusOK)
		e.Has(t, "the agreement with Nordic is pending")
		_, rest, _ := strings.Cut(e.Body[strings.LastIndex(e.Body, `class="update-why"`):], `href="`)
		why, _, _ := strings.Cut(rest, `"`)
		ben.Get(why, http.StatusOK).Has(t, "Not done Share it", "the agreement with Nordic is pending", "Waits Solve it",
			"it handed the ticket over to Kongen for nothing; it waits until the ticket is shared again")

		if _, err := acme.Server.Tickets.Apply(t.Context(), desk.Update{Account: acme.Account.ID, Ticket: id, Actor: desk.Actor{System: true},
			Via:   desk.Via{Channel: desk.ChannelDelivery, Agreement: kongen.ID, Partner: "Kongen"},
			Edits: desk.Edits{ShareResults: []desk.ShareResult{{Agreement: kongen.ID, Action: desk.ActionFailed}}}}); err != nil {
			t.Fatal(err)
		}
		ben.Get(path(id)+"?events=1", http.StatusOK).Has(t, "Kongen did not get the ticket", "about sharing with Kongen")
	})
}

// A macro that ends sharing does so when it is submitted, and with nothing of it when that is unticked.
func TestMacroThatEndsSharing(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		acme := webtest.Start(t, db).Desk(t, "acme")
		id := apply(t, acme, acme.EndUser.User, desk.Update{Edits: desk.Edits{Subject: ptr("Fire")}})
		m := desk.Macro{Title: "Ours again", Active: true, Actions: []desk.Action{{Field: "share_ticket", Value: []byte(`"-"`)}, {Field: "current_tags", Value: []byte(`"ours"`)}}}
		var partner desk.AgreementID
		if err := acme.Write(t, func(ctx context.Context, tx *store.Tx) error {
			a := desk.Agreement{ID: desk.AgreementID(tx.NewID()), UUID: "u", Name: "Kongen", Status: desk.AgreementAccepted, RemoteURL: "https://kongen.example/sharing"}
			partner = a.ID
			return errors.Join(tx.InsertAgreement(ctx, &a, "sealed"), tx.InsertMacro(ctx, &m), tx.InsertShare(ctx, &desk.Share{ID: desk.ShareID(tx.NewID()),
				Agreement: a.ID, Ticket: id, UUID: "of-the-ticket", State: desk.ShareLive, StateBy: desk.BySystem, Episode: 1}))
		}); err != nil {
			t.Fatal(err)
		}
		ben := webtest.Open(t, acme, acme.Agent.User)
		ben.Htmx().Get(fmt.Sprintf("%s/macros/%d", path(id), m.ID), http.StatusOK).Has(t, "Stop sharing with Kongen")
		a := ben.Post(path(id), url.Values{"step": {fmt.Sprint(m.ID)}}, http.StatusOK)
		if !strings.Contains(a.Body, fmt.Sprintf(`name="unshare" value="%d" checked`, partner)) {
			t.Errorf("the form does not tell of it:\n%s", webtest.Words(a.Body))
		}
		ben.Post(path(id), url.Values{"macro": {fmt.Sprint(m.ID)}, "unshare": {fmt.Sprint(partner)}}, http.StatusOK)
		if _, active := ptr(ticketOf(t, acme, id)).ActiveShare(partner); active {
			t.Error("the ticket is shared as before")
		}
	})
}

func TestMacrosWithoutScript(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		acme := webtest.Start(t, db).Desk(t, "acme")
		id := apply(t, acme, acme.EndUser.User, desk.Update{Edits: desk.Edits{Subject: ptr("Fire")}})
		m := desk.Macro{Title: "Calm::Down", Active: true, Actions: []desk.Action{{Field: "status", Value: []byte(`"pending"`)},
			{Field: "current_tags", Value: []byte(`"calm"`)}, {Field: "comment_value", Value: []byte(`"Dear {{ticket.requester.name}}"`)},
			{Field: "comment_mode_is_public", Value: []byte(`"false"`)}}}
		if err := acme.Write(t, func(ctx context.Context, tx *store.Tx) error { return tx.InsertMacro(ctx, &m) }); err != nil {
			t.Fatal(err)
		}
		ben := webtest.Open(t, acme, acme.Agent.User)
		typed := url.Values{"comment": {"Half a sentence"}, "public": {"true"}, "step": {"macros"}, "tags": {"mine"}, "base.tags": {""}}
		ben.Post(path(id), typed, http.StatusOK).Has(t, "Calm › Down", "Half a sentence")
		typed.Set("step", fmt.Sprint(m.ID))
		a := ben.Post(path(id), typed, http.StatusOK)
		a.Has(t, "Half a sentence", "Dear Eve User", "is applied", "by the macro", "Pending")
		a.HasMarkup(t, `value="calm, mine"`)
		if got := ticketOf(t, acme, id); got.CommentCount != 1 || len(got.Tags) != 0 {
			t.Errorf("got %d comments and tags %v after showing a macro, want 1 and none", got.CommentCount, got.Tags)
		}
		ben.Htmx().Get(fmt.Sprintf("%s/macros/%d", path(id), m.ID), http.StatusOK).Has(t, "Status", "Pending", "Dear Eve User", "Internal note")
		ben.Get(path(id)+"/macros", http.StatusOK).Has(t, "Calm › Down")
	})
}

func TestLongConversationEventsAndWhy(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		acme := webtest.Start(t, db).Desk(t, "acme")
		id := apply(t, acme, acme.EndUser.User, desk.Update{Edits: desk.Edits{Subject: ptr("Fire")}})
		for i := range 45 {
			apply(t, acme, acme.Agent.User, desk.Update{Ticket: id, Comment: &desk.NewComment{Body: fmt.Sprintf("Word %02d.", i), Public: ptr(i%2 == 0)}})
		}
		apply(t, acme, acme.Agent.User, desk.Update{Ticket: id, Edits: desk.Edits{Status: ptr(desk.Pending)}})
		ben := webtest.Open(t, acme, acme.Agent.User)
		a := ben.Get(path(id), http.StatusOK)
		a.Has(t, "Word 44.", "Word 05.", "Show 6 earlier")
		a.Lacks(t, "Word 04.")
		_, rest, _ := strings.Cut(a.Body, `hx-get="`)
		earlier, _, _ := strings.Cut(rest, `"`)
		part := ben.Htmx().Get(earlier, http.StatusOK)
		part.Has(t, "The printer is on fire.", "Word 04.")
		part.Lacks(t, "Word 05.", "Properties")
		ben.Get(earlier, http.StatusOK).Has(t, "Word 04.", "Go to the newest", "Properties")

		e := ben.Get(path(id)+"?events=1", http.StatusOK)
		e.Has(t, "Ben Agent", "Status New → Pending", "Asked to notify", "Why?")
		_, rest, _ = strings.Cut(e.Body[strings.LastIndex(e.Body, `class="update-why"`):], `href="`)
		why, _, _ := strings.Cut(rest, `"`)
		ben.Get(why, http.StatusOK).Has(t, "What the rules made of this update", "not met:", "Ticket is", "it saw an update")
		ben.Htmx().Get(why, http.StatusOK).Lacks(t, "Properties")

		n := ben.Htmx().Get(path(id)+"/news?after=1", http.StatusOK)
		n.Has(t, "changed by Ben Agent", "Word 44.")
	})
}

func TestUploadsAndSuggestions(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		acme := webtest.Start(t, db).Desk(t, "acme")
		id := apply(t, acme, acme.Agent.User, desk.Update{Edits: desk.Edits{Subject: ptr("Fire"), AddTags: []string{"printer"}}})
		ben, ada := webtest.Open(t, acme, acme.Agent.User), webtest.Open(t, acme, acme.Admin.User)
		a := ben.Send("/agent/uploads?filename=../../a%20b.png", "image/png", []byte("png"), http.StatusCreated)
		_, rest, _ := strings.Cut(a.Body, `"token":"`)
		token, _, _ := strings.Cut(rest, `"`)
		a.HasMarkup(t, `"name":"a b.png"`, `"image":true`)
		ben.Send("/agent/uploads", "image/png", []byte("png"), http.StatusUnprocessableEntity)
		ada.Post("/agent/uploads/"+token+"/delete", nil, http.StatusNoContent) // somebody else's stays
		ada.Post(path(id), url.Values{"comment": {"not mine"}, "sent": {token}}, http.StatusUnprocessableEntity)
		ben.Post(path(id), url.Values{"sent": {token, token}, "public": {"true"}}, http.StatusOK).Has(t, "a b.png")

		for what, want := range map[string]string{"tags?q=pri": "printer", "people?q=eve": "Eve User", "staff?q=ben": "Ben Agent", "assignees?q=ben": "Support / Ben Agent",
			"tickets?q=%231": "Fire", "organizations?q=zz": "[]", "problems?q=(": "[]", "tickets?q=fire%20status:": "["} {
			ben.Get("/agent/suggest/"+what, http.StatusOK).HasMarkup(t, want)
		}
	})
}

func TestClosedAndHidden(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		acme := webtest.Start(t, db).Desk(t, "acme")
		id := apply(t, acme, acme.EndUser.User, desk.Update{Edits: desk.Edits{Subject: ptr("Fire")}})
		ben := webtest.Open(t, acme, acme.Agent.User)
		a := ben.Get(path(id), http.StatusOK)
		_, rest, _ := strings.Cut(a.Body, `data-comment="`)
		comment, _, _ := strings.Cut(rest, `"`)
		ben.Post(path(id)+"/comments/"+comment+"/hide", nil, http.StatusOK).Has(t, "is an internal note now")
		if ticketOf(t, acme, id).Public {
			t.Error("the ticket is still public, want it not to be")
		}
		apply(t, acme, acme.Agent.User, desk.Update{Ticket: id, Edits: desk.Edits{Status: ptr(desk.Solved)}})
		apply(t, acme, acme.Agent.User, desk.Update{Ticket: id, Edits: desk.Edits{Status: ptr(desk.Closed)}})
		c := ben.Get(path(id), http.StatusOK)
		c.Has(t, "Create a follow-up", "This ticket is closed.")
		c.Lacks(t, `name="comment"`, "Submit as")
		ben.Post(path(id), url.Values{"comment": {"late"}}, http.StatusUnprocessableEntity)
	})
}

// What a ticket says stays when its option is gone: the page shows it as such, and a comment alone does not wipe it.
func TestOptionThatIsGoneStays(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		acme := webtest.Start(t, db).Desk(t, "acme")
		options := func(values ...string) apitest.Object {
			var list apitest.List
			for _, v := range values {
				list = append(list, apitest.Object{"name": v, "value": v})
			}
			return apitest.Object{"ticket_field": apitest.Object{"type": "tagger", "title": "Problem type", "custom_field_options": list}}
		}
		field := acme.Admin.Post("ticket_fields", options("lens", "strap"), http.StatusCreated).ID("ticket_field.id")
		forms := acme.Admin.Get("ticket_forms", http.StatusOK)
		acme.Admin.Put(fmt.Sprintf("ticket_forms/%d", forms.ID("ticket_forms.0.id")), apitest.Object{"ticket_form": apitest.Object{
			"ticket_field_ids": append(forms.List("ticket_forms.0.ticket_field_ids"), field)}}, http.StatusOK)
		id := webtest.NewTicket(t, acme, "Strap", "It is torn", apitest.Object{"custom_fields": apitest.List{apitest.Object{"id": field, "value": "strap"}}})
		acme.Admin.Put(fmt.Sprintf("ticket_fields/%d", field), options("lens"), http.StatusOK)

		ben, name := webtest.Open(t, acme, acme.Agent.User), fmt.Sprintf("field.%d", field)
		ben.Get(path(id), http.StatusOK).Has(t, "strap (no longer an option)").HasMarkup(t, `value="strap" selected`)
		ben.Post(path(id), url.Values{name: {"strap"}, "base." + name: {"strap"}, "comment": {"We send one."}, "public": {"true"}}, http.StatusOK)
		if got := ticketOf(t, acme, id); got.Fields[desk.FieldID(field)].Text() != "strap" || strings.Join(got.Tags, " ") != "strap" {
			t.Errorf("got %v and tags %v, want strap", got.Fields, got.Tags)
		}
	})
}

// Who has an address that nobody has is made with the update, and with no other.
func TestPeopleAreAddedByTheirAddress(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		acme := webtest.Start(t, db).Desk(t, "acme")
		ben := webtest.Open(t, acme, acme.Agent.User)
		id := apply(t, acme, acme.EndUser.User, desk.Update{Edits: desk.Edits{Subject: ptr("Noise")}})
		people := func(q string) string {
			return ben.Get("/agent/suggest/people?q="+url.QueryEscape(q), http.StatusOK).Body
		}
		if got := people("New@Person.example"); !strings.Contains(got, `{"value":"new:new@person.example","text":"Add new@person.example"}`) {
			t.Errorf("got %s, want the offer to add the person", got)
		}
		for _, q := range []string{"new@person", "new", acme.EndUser.User.Email} {
			if got := people(q); strings.Contains(got, "new:") {
				t.Errorf("%s: got %s, want no offer to add anybody", q, got)
			}
		}
		if got := ben.Get("/agent/suggest/staff?q=new@person.example", http.StatusOK).Body; strings.Contains(got, "new:") {
			t.Errorf("got %s, want nobody added among the staff", got)
		}
		bad := url.Values{"requester": {"new:new@person.example"}, "subject": {strings.Repeat("x", 300)}, "base.subject": {"Noise"}}
		ben.Post(path(id), bad, http.StatusUnprocessableEntity).Has(t, "Add new@person.example")
		if got := people("new@person.example"); !strings.Contains(got, "new:") {
			t.Errorf("got %s, want nobody made for a form that comes back", got)
		}
		ben.Post(path(id), url.Values{"requester": {"new:new@person.example"}, "ccs": {"new:other@person.example"}}, http.StatusOK)
		got := acme.Admin.Get(fmt.Sprintf("tickets/%d", id), http.StatusOK)
		if u := acme.Admin.Get(fmt.Sprintf("users/%d", got.ID("ticket.requester_id")), http.StatusOK); u.Text("user.email") != "new@person.example" {
			t.Errorf("got requester %s, want new@person.example", u.Body)
		}
		if cc := got.List("ticket.email_cc_ids"); len(cc) != 1 {
			t.Errorf("got CCs %v, want the new one", cc)
		}
	})
}
