package letters_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"interdesk/api/apitest"
	"interdesk/desk"
	"interdesk/mail/message"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/web/webtest"
)

// each runs a test at a desk with a customer, Carla, on both engines.
func each(t *testing.T, test func(t *testing.T, d *apitest.Desk, carla desk.User)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		d := webtest.Start(t, db).Desk(t, "acme")
		carla := desk.User{Name: "Carla", Email: "carla@mail.test", Role: desk.EndUser}
		webtest.Check(t, d.Store.Account(d.Account.ID).Write(t.Context(), func(tx *store.Tx) error { return tx.InsertUser(t.Context(), &carla) }))
		test(t, d, carla)
	})
}

// letters are those that went to an address, once there are so many.
func letters(t *testing.T, d *apitest.Desk, address string, n int) (out []*message.Message) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		out = nil
		webtest.Check(t, d.Store.Account(d.Account.ID).Read(t.Context(), func(tx *store.Tx) error {
			all, err := tx.LatestMails(t.Context(), desk.MailOut, desk.MailSent, 10)
			for _, m := range all {
				if m.Recipient != address {
					continue
				}
				source, err := d.Mail.Source(t.Context(), m.Blob)
				if err != nil {
					return err
				}
				defer source.Close()
				parsed, err := message.Parse(source)
				if err != nil {
					return err
				}
				out = append(out, parsed)
			}
			return err
		}))
		if len(out) >= n {
			return out
		}
	}
	t.Fatalf("%d letters to %s, want %d", len(out), address, n)
	return nil
}

var linkIn = regexp.MustCompile(`http://[^\s"]+(/letters/[^\s"]+)`)

// linkOf is the path of the link in a letter.
func linkOf(t *testing.T, m *message.Message) string {
	t.Helper()
	found := linkIn.FindStringSubmatch(m.Text)
	if found == nil {
		t.Fatalf("no link in %s", m.Text)
	}
	return found[1]
}

// formOf is what the page's form posts.
func formOf(link string, more url.Values) (string, url.Values) {
	path, query, _ := strings.Cut(link, "?")
	form, _ := url.ParseQuery(query)
	for k, v := range more {
		form[k] = v
	}
	return path, form
}

func TestAForgottenPassword(t *testing.T) {
	each(t, func(t *testing.T, d *apitest.Desk, carla desk.User) {
		b := webtest.Open(t, d, desk.User{})
		help := b.Get("/signin", http.StatusOK)
		if !strings.Contains(help.Body, "/signin/help") {
			t.Error("no way from signing in to help")
		}
		asked := b.Post("/signin/help", url.Values{"email": {"Carla@mail.test"}, "want": {"password"}}, http.StatusOK)
		nobody := b.Post("/signin/help", url.Values{"email": {"nobody@mail.test"}, "want": {"password"}}, http.StatusOK)
		if strings.ReplaceAll(asked.Body, "Carla@mail.test", "x") != strings.ReplaceAll(nobody.Body, "nobody@mail.test", "x") {
			t.Error("the page tells who has an account")
		}
		link := linkOf(t, letters(t, d, "carla@mail.test", 1)[0])
		for range 3 { // programs that look at links use none up
			b.Get(link, http.StatusOK)
		}
		path, form := formOf(link, url.Values{"password": {"short"}})
		b.Post(path, form, http.StatusUnprocessableEntity)
		path, form = formOf(link, url.Values{"password": {"correct horse battery"}})
		b.Post(path, form, http.StatusOK)
		b.Post(path, form, http.StatusGone)
		b.Get(link, http.StatusGone)
		b.Post("/signin", url.Values{"email": {"carla@mail.test"}, "password": {"correct horse battery"}}, http.StatusOK)
		webtest.Check(t, d.Store.Account(d.Account.ID).Read(t.Context(), func(tx *store.Tx) error {
			u, err := tx.User(t.Context(), carla.ID)
			if !u.Verified {
				t.Error("who read the letter has proved the address")
			}
			return err
		}))
	})
}

func TestSigningInByMail(t *testing.T) {
	each(t, func(t *testing.T, d *apitest.Desk, _ desk.User) {
		b := webtest.Open(t, d, desk.User{})
		b.Post("/signin/help", url.Values{"email": {"carla@mail.test"}, "want": {"signin"}, "next": {"/profile"}}, http.StatusOK)
		link := linkOf(t, letters(t, d, "carla@mail.test", 1)[0])
		page := b.Get(link, http.StatusOK)
		if !strings.Contains(page.Body, "carla@mail.test") || page.Header.Get("Referrer-Policy") != "no-referrer" {
			t.Error(page.Body)
		}
		path, form := formOf(link, nil)
		if in := b.Post(path, form, http.StatusOK); in.Path != "/profile" {
			t.Errorf("arrived at %s", in.Path)
		}
		webtest.Open(t, d, desk.User{}).Post(path, form, http.StatusGone)
		b.Get(strings.Replace(link, "link=", "link=x", 1), http.StatusGone)
	})
}

func TestStaffGetNoLinkToSignIn(t *testing.T) {
	each(t, func(t *testing.T, d *apitest.Desk, _ desk.User) {
		webtest.Open(t, d, desk.User{}).Post("/signin/help", url.Values{"email": {d.Admin.User.Email}, "want": {"signin"}}, http.StatusOK)
		if link := linkOf(t, letters(t, d, d.Admin.User.Email, 1)[0]); !strings.HasPrefix(link, "/letters/password?") {
			t.Errorf("the link leads to %s", link)
		}
	})
}

func TestProvingAnAddress(t *testing.T) {
	each(t, func(t *testing.T, d *apitest.Desk, carla desk.User) {
		account := d.Store.Account(d.Account.ID)
		second := desk.Identity{User: carla.ID, Kind: desk.IdentityEmail, Value: "carla@home.test"}
		webtest.Check(t, account.Write(t.Context(), func(tx *store.Tx) error {
			if err := tx.InsertIdentity(t.Context(), &second); err != nil {
				return err
			}
			return d.Notices.Verify(t.Context(), tx, carla, second)
		}))
		link := linkOf(t, letters(t, d, "carla@home.test", 1)[0])
		b := webtest.Open(t, d, desk.User{})
		b.Get(link, http.StatusOK)
		verified := func() (yes bool) {
			webtest.Check(t, account.Read(t.Context(), func(tx *store.Tx) error {
				i, err := tx.Identity(t.Context(), carla.ID, second.ID)
				yes = i.Verified
				return err
			}))
			return yes
		}
		if verified() {
			t.Error("looking at the page proves nothing")
		}
		path, form := formOf(link, nil)
		b.Post(path, form, http.StatusOK)
		if !verified() {
			t.Error("not verified")
		}
	})
}

func TestAnInvitation(t *testing.T) {
	each(t, func(t *testing.T, d *apitest.Desk, carla desk.User) {
		webtest.Check(t, d.Store.Account(d.Account.ID).Write(t.Context(), func(tx *store.Tx) error { return d.Notices.Invite(t.Context(), tx, carla) }))
		path, form := formOf(linkOf(t, letters(t, d, "carla@mail.test", 1)[0]), url.Values{"password": {"correct horse battery"}})
		b := webtest.Open(t, d, desk.User{})
		if path != "/letters/invite" {
			t.Errorf("the link leads to %s", path)
		}
		b.Post("/letters/password", form, http.StatusGone) // a link is good for what it was made for
		b.Post(path, form, http.StatusOK)
		b.Post(path, form, http.StatusGone)
	})
}

func TestFollowingNoLonger(t *testing.T) {
	each(t, func(t *testing.T, d *apitest.Desk, _ desk.User) {
		account, subject := d.Store.Account(d.Account.ID), "x"
		admin := desk.Actor{ID: d.Admin.User.ID, Role: desk.Admin}
		applied, err := d.Tickets.Apply(t.Context(), desk.Update{Account: d.Account.ID, Actor: admin, Comment: &desk.NewComment{Body: "x"},
			Edits: desk.Edits{Subject: &subject, Followers: &[]desk.UserID{d.Admin.User.ID}}})
		webtest.Check(t, err)
		path := "/letters/unfollow?link=" + d.Access.UnfollowLink(d.Account.ID, applied.Ticket.ID, d.Admin.User.ID)
		followers := func() (n int) {
			webtest.Check(t, account.Read(t.Context(), func(tx *store.Tx) error {
				now, err := tx.Ticket(t.Context(), applied.Ticket.ID)
				n = len(now.Followers)
				return err
			}))
			return n
		}
		b := webtest.Open(t, d, desk.User{})
		b.Get(path, http.StatusOK)
		if followers() != 1 {
			t.Error("looking ends nothing")
		}
		b.Post(path, url.Values{"List-Unsubscribe": {"One-Click"}}, http.StatusOK) // as mail programs do
		if followers() != 0 {
			t.Error("still following")
		}
		b.Post(path, nil, http.StatusOK)
	})
}

func TestTheMailbox(t *testing.T) {
	each(t, func(t *testing.T, d *apitest.Desk, _ desk.User) {
		b := webtest.Open(t, d, desk.User{})
		if empty := b.Get("/mailbox", http.StatusOK); !strings.Contains(empty.Body, "No letters yet") {
			t.Error(empty.Body)
		}
		b.Post("/signin/help", url.Values{"email": {"carla@mail.test"}}, http.StatusOK)
		letters(t, d, "carla@mail.test", 1)
		list := b.Get("/mailbox", http.StatusOK)
		one := regexp.MustCompile(`/mailbox/\d+`).FindString(list.Body)
		if page := b.Get(one, http.StatusOK); !strings.Contains(page.Body, "Carla &lt;carla@mail.test&gt;") {
			t.Error(page.Body)
		}
		body := b.Get(one+"/body", http.StatusOK)
		if policy := body.Header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "sandbox ") || strings.Contains(policy, "script") || !strings.Contains(body.Body, `<base target="_top">`) {
			t.Errorf("%s\n%s", policy, body.Body)
		}
	})
}
