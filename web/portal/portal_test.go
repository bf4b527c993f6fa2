package portal_test

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"interdesk/api/apitest"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/web/webtest"
)

const hostile = `<script>alert(1)</script>`

// part is an input of a form with files; a file has a name.
type part struct{ input, file, text string }

// post sends a form as a browser does that has files to send.
func post(t *testing.T, b *webtest.Browser, path string, want int, parts ...part) *webtest.Answer {
	t.Helper()
	var raw bytes.Buffer
	w := multipart.NewWriter(&raw)
	for _, p := range parts {
		to, err := w.CreateFormField(p.input)
		if p.file != "" {
			to, err = w.CreateFormFile(p.input, p.file)
		}
		must(t, err)
		_, err = to.Write([]byte(p.text))
		must(t, err)
	}
	must(t, w.Close())
	return b.Send(path, w.FormDataContentType(), raw.Bytes(), want)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func onDesk(t *testing.T, fn func(t *testing.T, d *apitest.Desk)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) { fn(t, webtest.Start(t, db).Desk(t, "acme")) })
}

// request makes one as somebody and gives its number.
func request(t *testing.T, b *webtest.Browser, subject, body string) string {
	t.Helper()
	a := post(t, b, "/requests/new", http.StatusOK, part{"subject", "", subject}, part{"description", "", body})
	number, ok := strings.CutPrefix(a.Path, "/requests/sent?number=")
	if !ok {
		t.Fatalf("arrived at %s, want /requests/sent?number=…\n%s", a.Path, webtest.Words(a.Body))
	}
	return number
}

func TestRequestFromBeginningToEnd(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		eve := webtest.Open(t, d, d.EndUser.User)
		eve.Get("/", http.StatusOK).Has(t, "How can we help?", "My requests")
		eve.Get("/requests", http.StatusOK).Has(t, "You have not asked us anything yet")
		number := request(t, eve, "Stripes "+hostile, "All pictures "+hostile)
		here := "/requests/" + number
		eve.Get(here, http.StatusOK).Has(t, "Stripes "+hostile, "All pictures "+hostile, "We are on it")
		for _, p := range []string{"/", "/requests", here} {
			if strings.Contains(eve.Get(p, http.StatusOK).Body, hostile) {
				t.Errorf("%s: markup of others stands in the page, want it as text", p)
			}
		}

		d.Agent.Put("tickets/"+number, map[string]any{"ticket": map[string]any{"assignee_id": d.Agent.User.ID, "status": "pending", "comment": map[string]any{"body": "Which lens?"}}}, 200)
		d.Agent.Put("tickets/"+number, map[string]any{"ticket": map[string]any{"comment": map[string]any{"body": "secret note", "public": false}}}, 200)
		eve.Get(here, http.StatusOK).Has(t, "Which lens?", "Ben Agent", "Waiting for you", "Mark as solved").Lacks(t, "secret note")
		eve.Get("/", http.StatusOK).Has(t, "One request waits for your answer")
		eve.Get("/requests?state=waiting", http.StatusOK).Has(t, "Stripes")

		post(t, eve, here, http.StatusUnprocessableEntity, part{"description", "", " "}).Has(t, "cannot be blank")
		post(t, eve, here, http.StatusOK, part{"description", "", "The 50 mm"}, part{"files", "lens.txt", "glass"}).Has(t, "The 50 mm", "lens.txt", "Your answer is sent", "We are on it")
		post(t, eve, here, http.StatusOK, part{"solved", "", "true"}, part{"description", "", ""}).Has(t, "Solved. Thank you", "An answer opens the request again")

		d.Agent.Put("tickets/"+number, map[string]any{"ticket": map[string]any{"status": "closed"}}, 200)
		eve.Get(here, http.StatusOK).Has(t, "This request is closed", "Ask again").Lacks(t, "Send answer")
		post(t, eve, here, http.StatusUnprocessableEntity, part{"description", "", "More"}).Has(t, "closed")
		eve.Get("/requests/new?followup="+number, http.StatusOK).Has(t, "continues your closed request #"+number)
		a := post(t, eve, "/requests/new", http.StatusOK, part{"followup", "", number}, part{"subject", "", "Again"}, part{"description", "", "Stripes are back"})
		if got := d.Agent.Get("tickets/"+strings.TrimPrefix(a.Path, "/requests/sent?number="), 200).ID("ticket.via.source.from.ticket_id"); fmt.Sprint(got) != number {
			t.Errorf("follows up %d, want %s", got, number)
		}
	})
}

func TestWhoSees(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		eve := webtest.Open(t, d, d.EndUser.User)
		here := "/requests/" + request(t, eve, "Mine", "Only mine")
		uma := webtest.Open(t, d, d.Person(t, "Uma Other", desk.EndUser).User)
		uma.Get(here, http.StatusNotFound)
		uma.Get("/requests?whose=organization", http.StatusOK).Lacks(t, "Only mine")
		post(t, uma, here, http.StatusNotFound, part{"description", "", "Me too"})
		ada := webtest.Open(t, d, d.Admin.User)
		ada.Get(here, http.StatusOK).Has(t, "Only mine")
		ada.Get("/requests", http.StatusOK).Has(t, "You have not asked us anything yet")
		ada.Get("/", http.StatusOK)

		nobody := webtest.Open(t, d, desk.User{})
		for _, p := range []string{"/requests", here, here + "/comments/1/body"} {
			nobody.Get(p, http.StatusOK).ArrivedAt(t, "/signin?next=")
		}
		nobody.Get("/", http.StatusOK).Has(t, "Sign in", "Submit a request")
		for _, p := range []string{"/requests/0", "/requests/x", "/requests/999", "/requests/new?followup=999", "/requests/sent"} {
			eve.Get(p, http.StatusNotFound)
		}
		other := d.Server.Desk(t, "other")
		webtest.Open(t, other, other.Admin.User).Get(here, http.StatusNotFound)
	})
}

// People at a partner's desk, and mail of theirs, are the team's.
func TestPartnersAreTheTeam(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		eve := webtest.Open(t, d, d.EndUser.User)
		number := request(t, eve, "Shared", "Please")
		comments := map[bool]desk.CommentID{}
		must(t, d.Write(t, func(ctx context.Context, tx *store.Tx) error {
			lars := desk.User{Name: "Lars of Kongen", Role: desk.EndUser, Foreign: 7, ForeignAgent: true}
			if err := tx.InsertUser(ctx, &lars); err != nil {
				return err
			}
			for _, public := range []bool{true, false} {
				comments[public] = desk.CommentID(tx.NewID())
				err := tx.InsertComment(ctx, &desk.Comment{ID: comments[public], Ticket: 1, Author: lars.ID, Body: "It is the ribbon", Public: public,
					HTML: `<table><tr><td>It is the ribbon</td></tr></table><img src="https://kongen.example/x.png">`, Via: desk.Via{Channel: desk.ChannelSharing, Partner: "Kongen"}})
				if err != nil {
					return err
				}
			}
			return nil
		}))
		here := "/requests/" + number
		eve.Get(here, http.StatusOK).Has(t, "Acme team", "Show remote images").Lacks(t, "Lars", "Kongen")
		frame := eve.Get(fmt.Sprintf("%s/comments/%d/body", here, comments[true]), http.StatusOK)
		if policy := frame.Header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "sandbox ") || strings.Contains(policy, "https:") {
			t.Errorf("got policy %q, want a sandbox without remote images", policy)
		}
		eve.Get(fmt.Sprintf("%s/comments/%d/body", here, comments[false]), http.StatusNotFound)
	})
}

// field makes a custom field that customers fill in.
func field(t *testing.T, d *apitest.Desk, kind, title string, more map[string]any) string {
	t.Helper()
	f := map[string]any{"type": kind, "title": title, "visible_in_portal": true, "editable_in_portal": true, "description": "Help with " + title}
	for k, v := range more {
		f[k] = v
	}
	id := d.Admin.Post("ticket_fields", map[string]any{"ticket_field": f}, 201).ID("ticket_field.id")
	form := d.Admin.Get("ticket_forms", 200).ID("ticket_forms.0.id")
	ids := d.Admin.Get(fmt.Sprintf("ticket_forms/%d", form), 200).List("ticket_form.ticket_field_ids")
	d.Admin.Put(fmt.Sprintf("ticket_forms/%d", form), map[string]any{"ticket_form": map[string]any{"ticket_field_ids": append(ids, id)}}, 200)
	return fmt.Sprintf("field.%d", id)
}

func TestFieldsOfEveryType(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		options := []any{map[string]any{"name": "Body::Lens", "value": "lens"}, map[string]any{"name": "Sensor", "value": "sensor"}}
		choice := []any{map[string]any{"name": "Mount", "value": "mount"}}
		kinds := map[string]map[string]any{"text": nil, "textarea": nil, "checkbox": nil, "date": nil, "integer": nil, "decimal": nil, "partialcreditcard": nil,
			"regexp": {"regexp_for_validation": "^AC[0-9]+$"}, "tagger": {"custom_field_options": choice}, "multiselect": {"custom_field_options": options},
			"lookup": {"relationship_target_type": "zen:ticket"}}
		names, parts := map[string]string{}, []part{{"subject", "", "Fields"}, {"description", "", "All of them"}}
		for kind, more := range kinds {
			names[kind] = field(t, d, kind, "The "+kind, more)
		}
		needed := field(t, d, "text", "Needed", map[string]any{"required_in_portal": true})
		for kind, value := range map[string]string{"text": hostile, "textarea": "a\nb", "checkbox": "true", "date": "2026-02-28", "integer": "7", "decimal": "1.5",
			"partialcreditcard": "4111 1111 1111 1234", "regexp": "AC12", "tagger": "mount", "multiselect": "sensor", "lookup": "1"} {
			parts = append(parts, part{names[kind], "", value})
		}
		parts = append(parts, part{names["multiselect"], "", "lens"})
		eve := webtest.Open(t, d, d.EndUser.User)
		eve.Get("/requests/new", http.StatusOK).Has(t, "Help with The regexp", "Body › Lens", "Only the last four digits are kept")

		bad := post(t, eve, "/requests/new", http.StatusUnprocessableEntity, append(parts, part{names["date"], "", "tomorrow"}, part{names["regexp"], "", ""})...)
		bad.Has(t, "Needed: please fill this in", "The date: takes one value", "a b")
		if strings.Contains(bad.Body, hostile) || !strings.Contains(bad.Body, `value="7"`) {
			t.Errorf("want what was typed, as text, in:\n%s", bad.Body)
		}
		post(t, eve, "/requests/new", http.StatusUnprocessableEntity, part{"subject", "", "x"}, part{"description", "", "y"}, part{needed, "", "z"}, part{names["integer"], "", "many"}, part{names["regexp"], "", "AX"}).
			Has(t, "The integer: must be a whole number", "The regexp: this is not in the form").Lacks(t, "^AC")
		sent := post(t, eve, "/requests/new", http.StatusOK, append(parts, part{needed, "", "here"})...)
		number := strings.TrimPrefix(sent.Path, "/requests/sent?number=")
		eve.Get("/requests/"+number, http.StatusOK).Has(t, "XXXXXXXXXXXX1234", "28 Feb 2026", "Body › Lens, Sensor", "The checkbox Yes")
	})
}

var kept = regexp.MustCompile(`name="upload" value="([^"]+)"`)

// Whoever has not signed in makes a request in the name of an address, and nothing more than that.
func TestStrangers(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		nobody := webtest.Open(t, d, desk.User{})
		words := []part{{"name", "", "Nora New"}, {"email", "", "Nora@customer.example"}, {"subject", "", "Broken"}, {"description", "", "It fell"}}
		a := post(t, nobody, "/requests/new", http.StatusUnprocessableEntity, append(words, part{"email", "", ""}, part{"website", "", "spam"}, part{"files", `C:\pictures\a.png`, "PNG"})...)
		a.Has(t, "a program had sent it", "a.png", "already sent", "It fell")
		token := kept.FindStringSubmatch(a.Body)
		if token == nil {
			t.Fatalf("want the file's upload in:\n%s", a.Body)
		}
		eve := webtest.Open(t, d, d.EndUser.User)
		eve.Get("/requests/new", http.StatusOK).Lacks(t, "Your email address")
		if stolen := request(t, eve, "Steal", "Give me"); stolen != "" {
			post(t, eve, "/requests/"+stolen, http.StatusUnprocessableEntity, part{"upload", "", token[1]}, part{"description", "", ""}).Lacks(t, "a.png")
		}
		done := post(t, nobody, "/requests/new", http.StatusOK, append(words, part{"upload", "", token[1]}, part{"files", "b.txt", "words"})...)
		number := strings.TrimPrefix(done.Path, "/requests/sent?number=")
		done.Has(t, "We have your request #"+number, "Keep the number")
		comment := d.Agent.Get("tickets/"+number+"/comments", 200)
		if n := len(comment.List("comments.0.attachments")); n != 2 {
			t.Errorf("got %d files, want 2: %s", n, comment.Body)
		}
		file := regexp.MustCompile(`^[^&]*(/attachments/[^&]*)`).FindStringSubmatch(comment.Text("comments.0.attachments.0.content_url"))[1]
		nobody.Get(file, http.StatusOK).ArrivedAt(t, "/signin?next=%2Fattachments%2F")
		eve.Get(file, http.StatusNotFound)
		webtest.Open(t, d, d.Agent.User).Get(file, http.StatusOK)
		who := d.Agent.Get(fmt.Sprintf("users/%d", comment.ID("comments.0.author_id")), 200)
		if who.Text("user.email") != "nora@customer.example" || who.Text("user.role") != "end-user" {
			t.Errorf("got %s, want the end user nora@customer.example", who.Body)
		}
		again := post(t, nobody, "/requests/new", http.StatusOK, append(words, part{"upload", "", token[1]})...)
		if n := len(d.Agent.Get("tickets/"+strings.TrimPrefix(again.Path, "/requests/sent?number=")+"/comments", 200).List("comments.0.attachments")); n != 0 {
			t.Errorf("got %d files of an upload that was claimed before, want none", n)
		}

		asAdmin := post(t, nobody, "/requests/new", http.StatusOK, part{"name", "", "Ada"}, part{"email", "", d.Admin.User.Email}, part{"subject", "", "Power"}, part{"description", "", "Do it"},
			part{"followup", "", "1"}, part{"priority", "", "urgent"}, part{"status", "", "solved"}, part{"tags", "", "vip"})
		made := d.Agent.Get("tickets/"+strings.TrimPrefix(asAdmin.Path, "/requests/sent?number="), 200)
		if made.ID("ticket.requester_id") == int64(d.Admin.User.ID) {
			t.Errorf("nobody in particular asked as an admin: %s", made.Body)
		}
		webtest.Open(t, d, d.Agent.User).Get("/agent/tickets/"+strings.TrimPrefix(asAdmin.Path, "/requests/sent?number="), http.StatusOK).Has(t, "not signed in")
		if made.Text("ticket.status") != "new" || made.At("ticket.priority") != nil || made.At("ticket.via.source.rel") != nil {
			t.Errorf("got %s, want a new ticket that follows nothing up", made.Body)
		}
		post(t, nobody, "/requests/new", http.StatusUnprocessableEntity, part{"subject", "", ""})
	})
}

func TestListAndSearch(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		eve := webtest.Open(t, d, d.EndUser.User)
		for i := range 27 {
			d.EndUser.Post("requests", map[string]any{"request": map[string]any{"subject": fmt.Sprintf("Number %02d.", i), "comment": map[string]any{"body": fmt.Sprintf("word%d", i)}}}, 201)
		}
		first := eve.Get("/requests", http.StatusOK)
		first.Has(t, "Number 26.", "Older").Lacks(t, "Number 01.", "Newer")
		next := regexp.MustCompile(`rel="next" href="([^"]+)"`).FindStringSubmatch(first.Body)
		second := eve.Get(strings.ReplaceAll(next[1], "&amp;", "&"), http.StatusOK)
		second.Has(t, "Number 01.", "Number 00.", "Newer").Lacks(t, "Older")
		back := regexp.MustCompile(`rel="prev" href="([^"]+)"`).FindStringSubmatch(second.Body)
		eve.Get(strings.ReplaceAll(back[1], "&amp;", "&"), http.StatusOK).Has(t, "Number 26.", "Number 02.", "Older").Lacks(t, "Newer")
		eve.Get("/requests?q=word7", http.StatusOK).Has(t, "Number 07.").Lacks(t, "Number 08.")
		eve.Get("/requests?q="+url.QueryEscape("assignee:me "+hostile), http.StatusOK).Has(t, "only agents can search")
		eve.Get("/requests?state=solved", http.StatusOK).Has(t, "No requests here")
		eve.Get("/requests?after=nonsense", http.StatusOK).Has(t, "cursor")
		uma := webtest.Open(t, d, d.Person(t, "Uma Other", desk.EndUser).User)
		uma.Get("/requests?q=word7", http.StatusOK).Has(t, "Nothing found")
	})
}

// TestStrangersAreBounded: what one network asks without sign-in counts together, in the portal and by the API.
func TestStrangersAreBounded(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		d := webtest.Start(t, db, apitest.WithStrangers(1)).Desk(t, "acme")
		stranger := webtest.Open(t, d, desk.User{})
		for n := range 5 {
			who := fmt.Sprint("n", n, "@example.com")
			d.Nobody.Post("requests", apitest.Object{"request": apitest.Object{"subject": "x", "comment": "y", "requester": apitest.Object{"name": "Nora", "email": who}}}, 201)
			post(t, stranger, "/requests/new", http.StatusOK, part{"name", "", "Nora"}, part{"email", "", who}, part{"subject", "", "x"}, part{"description", "", "y"})
		}
		post(t, stranger, "/requests/new", http.StatusTooManyRequests, part{"name", "", "Nora"}, part{"email", "", "n@example.com"}, part{"subject", "", "x"}, part{"description", "", "y"})
		refused := d.Nobody.Post("requests", apitest.Object{"request": apitest.Object{"subject": "x", "comment": "y", "requester": apitest.Object{"email": "n@example.com"}}}, 429)
		if refused.Header.Get("Retry-After") == "" {
			t.Error("no Retry-After")
		}
		request(t, webtest.Open(t, d, d.EndUser.User), "Signed in", "and not bounded so")
	})
}
