package notify_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"interdesk/blob"
	"interdesk/condition"
	"interdesk/desk"
	"interdesk/job"
	"interdesk/mail/mailtest"
	"interdesk/mail/message"
	"interdesk/mail/outbound"
	"interdesk/notify"
	"interdesk/setup"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/ticketing"
	"interdesk/upload"
)

// office is a help desk, acme, with its standard rules and a relay.
type office struct {
	t       testing.TB
	store   *store.Store
	files   *blob.Store
	uploads *upload.Service
	account store.Account
	tickets *ticketing.Service
	relay   *mailtest.Relay
	tokens  *message.Tokens
	address string // of support
	ada     desk.User
	people  map[string]desk.User
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func each(t *testing.T, test func(t *testing.T, o *office)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) { test(t, open(t, db)) })
}

func open(t testing.TB, db *sqldb.DB) *office {
	t.Helper()
	s, err := store.Open(t.Context(), db)
	must(t, err)
	t.Cleanup(func() { must(t, s.Close(context.Background())) })
	files, err := blob.Open(t.TempDir(), 0)
	must(t, err)
	t.Cleanup(func() { must(t, files.Close()) })
	a, ada, err := setup.CreateAccount(t.Context(), s, desk.Account{Subdomain: "acme", Name: "Acme Cameras"}, "acme.test",
		desk.User{Name: "Ada Keller", Email: "ada@staff.test"}, "")
	must(t, err)
	tokens, err := message.NewTokens([]byte("a secret of sixteen bytes"))
	must(t, err)
	o := &office{t: t, store: s, files: files, uploads: upload.New(s, files, []byte("a key of some length"), nil), account: s.Account(a.ID),
		tickets: ticketing.New(s, ticketing.Options{Logger: slog.New(slog.DiscardHandler)}), relay: mailtest.Start(t, ""), tokens: tokens, ada: ada, people: map[string]desk.User{}}
	c, err := outbound.RelayFromURL(o.relay.URL())
	must(t, err)
	relay := outbound.NewRelay(c)
	t.Cleanup(relay.Close)
	out := outbound.New(s, outbound.Options{Files: files, Transport: relay, Tokens: tokens})
	notices := notify.New(s, out, notify.Options{Tokens: tokens, Files: o.uploads, BaseURL: func(desk.Account) string { return "https://acme.test" },
		Unfollow: func(_ desk.Account, ticket desk.TicketID, user desk.UserID) string {
			return fmt.Sprintf("https://acme.test/letters/unfollow?link=%d-%d", ticket, user)
		},
		Rating: func(_ desk.Account, ticket desk.TicketID, user desk.UserID) string {
			return fmt.Sprintf("https://acme.test/letters/rating?link=%d-%d", ticket, user)
		}})
	o.tickets.With(notices)
	runner := job.NewRunner(db, job.Config{Poll: 20 * time.Millisecond})
	out.Jobs(runner)
	notices.Jobs(runner)
	must(t, runner.Start(t.Context()))
	t.Cleanup(func() { must(t, runner.Stop(context.Background())) })
	o.write(func(ctx context.Context, tx *store.Tx) error {
		cfg, err := tx.Config(ctx)
		if err != nil {
			return err
		}
		o.address = cfg.Addresses[0].Address
		for _, p := range []desk.User{
			{Name: "Ben Ortiz", Email: "ben@staff.test", Role: desk.Agent, Alias: "Benny", DefaultGroup: cfg.Groups[0].ID},
			{Name: "Carla Nunes", Email: "carla@mail.test", Role: desk.EndUser},
			{Name: "Dora Lind", Email: "dora@mail.test", Role: desk.EndUser},
			{Name: "Emil", Email: "emil@mail.test", Role: desk.EndUser, Suspended: true},
			{Name: "Nobody", Role: desk.EndUser},
		} {
			if err := tx.InsertUser(ctx, &p); err != nil {
				return err
			}
			first, _, _ := strings.Cut(p.Name, " ")
			o.people[first] = p
		}
		return nil
	})
	o.people["Ada"] = ada
	return o
}

func (o *office) write(fn func(ctx context.Context, tx *store.Tx) error) {
	o.t.Helper()
	ctx := o.t.Context()
	must(o.t, o.account.Write(ctx, func(tx *store.Tx) error { return fn(ctx, tx) }))
}

func (o *office) actor(name string) desk.Actor {
	u := o.people[name]
	return desk.Actor{ID: u.ID, Name: u.Name, Role: u.Role}
}

func (o *office) id(name string) desk.UserID { return o.people[name].ID }

// apply changes a ticket as somebody.
func (o *office) apply(who string, u desk.Update) desk.Applied {
	o.t.Helper()
	u.Account, u.Actor = o.account.ID(), o.actor(who)
	applied, err := o.tickets.Apply(o.t.Context(), u)
	must(o.t, err)
	return applied
}

// ask is a new request of a customer, in the portal.
func (o *office) ask(who, words string, e desk.Edits) desk.TicketID {
	o.t.Helper()
	e.Subject = ptr("Stripes on pictures")
	return o.apply(who, desk.Update{Comment: &desk.NewComment{Body: words}, Edits: e}).Ticket.ID
}

func ptr[T any](v T) *T { return &v }

// to are the letters that the relay took for somebody, once it has taken so many.
func (o *office) to(name string, n int) []*message.Message {
	o.t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if got := o.taken(name); len(got) >= n {
			return got
		}
	}
	o.t.Fatalf("%s got %d letters, want %d; all: %v", name, len(o.taken(name)), n, o.whoGot())
	return nil
}

func (o *office) taken(name string) (out []*message.Message) {
	o.t.Helper()
	for _, l := range o.relay.Taken() {
		if l.To == o.people[name].Email {
			m, err := message.Parse(strings.NewReader(l.Source))
			must(o.t, err)
			out = append(out, m)
		}
	}
	return out
}

func (o *office) whoGot() (all []string) {
	for _, l := range o.relay.Taken() {
		all = append(all, l.To)
	}
	slices.Sort(all)
	return all
}

// settle waits until nothing about a ticket is left to do, and gives its mails.
func (o *office) settle(ticket desk.TicketID) (mails []desk.Mail) {
	o.t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		var left int64
		must(o.t, o.account.Read(o.t.Context(), func(tx *store.Tx) error {
			err := tx.QueryRow(o.t.Context(), `select count(*) from jobs where kind in ('mail.notify', 'mail.send')`).Scan(&left)
			if err == nil {
				mails, err = tx.MailsOf(o.t.Context(), ticket)
			}
			return err
		}))
		if left == 0 {
			return mails
		}
	}
	o.t.Fatal("letters are left")
	return nil
}

// became says what became of each letter, as "name: cause".
func (o *office) became(ticket desk.TicketID) (out []string) {
	o.t.Helper()
	for _, m := range o.settle(ticket) {
		for name, u := range o.people {
			if u.ID == m.User {
				out = append(out, strings.TrimSuffix(name+": "+m.Cause, ": "))
			}
		}
	}
	slices.Sort(out)
	return out
}

func TestACustomerAsksAndAnAgentAnswers(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		id := o.ask("Carla", "All <three> cameras {{ticket.id}}", desk.Edits{})
		receipt := o.to("Carla", 1)[0]
		if receipt.Subject != "[Request received] Stripes on pictures" || !strings.Contains(receipt.Text, "All <three> cameras {{ticket.id}}") ||
			!strings.Contains(receipt.HTML, "All &lt;three&gt; cameras {{ticket.id}}") || receipt.Header("Auto-Submitted") != "auto-generated" {
			t.Errorf("%+v", receipt)
		}
		marker := o.tokens.Marker(o.account.ID(), id)
		if !strings.HasPrefix(receipt.Text, notify.Delimiter) || !strings.Contains(receipt.Text, marker) || !strings.Contains(receipt.HTML, marker) {
			t.Errorf("no line to answer above, or no marker:\n%s", receipt.Text)
		}
		o.settle(id)
		o.apply("Ben", desk.Update{Ticket: id, Comment: &desk.NewComment{HTML: `<p>Which <b>lens</b>? <a href="/hc/x">see</a></p>`}, Edits: desk.Edits{Assignee: ptr(o.id("Ben"))}})
		answer := o.to("Carla", 2)[1]
		if diff := cmp.Diff([]string{"[Acme Cameras] Re: Stripes on pictures", "Benny (Acme Cameras)", o.address, "", ""},
			[]string{answer.Subject, answer.From.Name, answer.From.Email, answer.Header("Auto-Submitted"), answer.Header("Precedence")}); diff != "" {
			t.Error(diff)
		}
		if !strings.Contains(answer.HTML, "<p>Which <b>lens</b>?") || !strings.Contains(answer.HTML, `href="https://acme.test/hc/x"`) || !strings.Contains(answer.Text, "Which lens?") {
			t.Error(answer.HTML, answer.Text)
		}
		if answer.References[0] != receipt.References[0] {
			t.Errorf("the letters do not hang together: %v, %v", answer.References, receipt.References)
		}
		if ticket, ok := o.tokens.Find(o.account.ID(), &message.Message{To: answer.ReplyTo}); !ok || ticket != id {
			t.Errorf("an answer to %v finds ticket %d", answer.ReplyTo, ticket)
		}
		o.settle(id)
		o.apply("Carla", desk.Update{Ticket: id, Comment: &desk.NewComment{Body: "The wide one"}})
		heard := o.to("Ben", 2) // the new request, as all agents; and the answer, as assignee
		if !strings.Contains(heard[1].Text, "The wide one") || !strings.Contains(heard[1].Text, "https://acme.test/agent/tickets/") {
			t.Error(heard[1].Text)
		}
		o.settle(id)
		if n := len(o.taken("Carla")); n != 2 {
			t.Errorf("Carla got %d letters; her own words are not for her", n)
		}
	})
}

// Customers know the desk they asked, and not who answers at its partner's: letters name nobody there, as the portal does.
func TestPartnersPeopleAreTheTeam(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		id := o.ask("Carla", "hello", desk.Edits{})
		o.settle(id)
		leif := desk.User{Name: "Leif Berg", Role: desk.EndUser, Foreign: 7, ForeignAgent: true}
		o.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertUser(ctx, &leif) })
		_, err := o.tickets.Apply(t.Context(), desk.Update{Account: o.account.ID(), Ticket: id, Actor: desk.Actor{ID: leif.ID, Name: leif.Name, Role: desk.EndUser, Foreign: 7},
			Via: desk.Via{Channel: desk.ChannelSharing, Agreement: 7, Partner: "Kongen"}, Comment: &desk.NewComment{Body: "Which type?", Public: ptr(true)}})
		must(t, err)
		answer := o.to("Carla", 2)[1]
		if answer.From.Name != "Acme Cameras" || !strings.Contains(answer.Text, "Which type?") || strings.Contains(answer.Text+answer.HTML+answer.Subject, "Leif") {
			t.Errorf("from %q:\n%s", answer.From.Name, answer.Text)
		}
	})
}

func TestWhoHears(t *testing.T) {
	say := func(public bool) *desk.NewComment { return &desk.NewComment{Body: "words", Public: &public} }
	for name, test := range map[string]struct {
		who  string
		do   func(o *office, id desk.TicketID) desk.Update
		want []string
	}{
		"a public answer": {"Ada", func(*office, desk.TicketID) desk.Update { return desk.Update{Comment: say(true)} },
			[]string{"Ben", "Carla", "Dora", "Emil: suspended", "Nobody: no_address"}},
		"a private note": {"Ada", func(*office, desk.TicketID) desk.Update { return desk.Update{Comment: say(false)} }, []string{"Ben"}},
		"a follower writes": {"Ben", func(*office, desk.TicketID) desk.Update { return desk.Update{Comment: say(true)} },
			[]string{"Ada", "Carla", "Dora", "Emil: suspended", "Nobody: no_address"}},
		"who is copied writes": {"Dora", func(*office, desk.TicketID) desk.Update { return desk.Update{Comment: say(true)} },
			[]string{"Ada", "Ben", "Carla", "Emil: suspended", "Nobody: no_address"}},
		"nothing is said": {"Ada", func(*office, desk.TicketID) desk.Update {
			return desk.Update{Edits: desk.Edits{Priority: ptr(desk.High)}}
		}, nil},
		"a machine writes": {"Dora", func(*office, desk.TicketID) desk.Update {
			return desk.Update{Comment: say(true), Via: desk.Via{Channel: desk.ChannelMail, Flags: []desk.CommentFlag{desk.FlagAutomatic}}}
		}, []string{"Ada", "Ben", "Carla: machine", "Emil: suspended", "Nobody: no_address"}},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, o *office) {
				id := o.apply("Ada", desk.Update{Comment: &desk.NewComment{Body: "first"}, Edits: desk.Edits{Subject: ptr("x"), Requester: ptr(o.id("Carla")),
					Assignee: ptr(o.id("Ada")), Followers: &[]desk.UserID{o.id("Ben")}, EmailCCs: &[]desk.UserID{o.id("Dora"), o.id("Emil"), o.id("Nobody")}}}).Ticket.ID
				before := o.became(id)
				u := test.do(o, id)
				u.Ticket = id
				o.apply(test.who, u)
				got := o.became(id)
				for _, gone := range before {
					at := slices.Index(got, gone)
					got = slices.Delete(got, at, at+1)
				}
				if diff := cmp.Diff(test.want, got, cmp.Transformer("nil", func(s []string) string { return strings.Join(s, ", ") })); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}

func TestFollowersAreToldHowToStop(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		id := o.ask("Carla", "hello", desk.Edits{})
		o.settle(id)
		o.apply("Ada", desk.Update{Ticket: id, Edits: desk.Edits{Followers: &[]desk.UserID{o.id("Ben")}}})
		o.settle(id)
		before := len(o.taken("Ben"))
		o.apply("Ada", desk.Update{Ticket: id, Comment: &desk.NewComment{Body: "between us", Public: ptr(false)}})
		l := o.to("Ben", before+1)[before]
		stop := fmt.Sprintf("https://acme.test/letters/unfollow?link=%d-%d", id, o.id("Ben"))
		if l.Header("List-Unsubscribe") != "<"+stop+">" || l.Header("List-Unsubscribe-Post") == "" || !strings.Contains(l.Text, stop) || !strings.Contains(l.Text, "between us") || !strings.Contains(l.Text, "(internal note)") {
			t.Errorf("%+v", l)
		}
	})
}

func TestWordsOfStrangersGoToNobody(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		subject := "Buy pills at evil.test"
		u := desk.Update{Via: desk.Via{Flags: []desk.CommentFlag{desk.FlagNotSignedIn}}, Comment: &desk.NewComment{Body: "pills pills"}, Edits: desk.Edits{Subject: &subject}}
		o.apply("Carla", u)
		l := o.to("Carla", 1)[0]
		if strings.Contains(l.Text+l.HTML+l.Subject, "pills") || !strings.Contains(l.Subject, "Request 1") {
			t.Errorf("%s\n%s", l.Subject, l.Text)
		}
		if m := o.to("Ada", 1)[0]; !strings.Contains(m.Text, "pills pills") {
			t.Errorf("staff do not read what was written: %s", m.Text)
		}
	})
}

func TestFilesGoWithTheWords(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		id := o.ask("Carla", "hello", desk.Edits{})
		o.settle(id)
		up, _, err := o.uploads.Take(t.Context(), o.account.ID(), "", o.id("Ada"), upload.File{Name: "plan.pdf", ContentType: "application/pdf", Content: strings.NewReader("a plan")})
		must(t, err)
		up, _, err = o.uploads.Take(t.Context(), o.account.ID(), up.Token, o.id("Ada"), upload.File{Name: "large.bin", Content: strings.NewReader(strings.Repeat("x", outbound.MaxParts))})
		must(t, err)
		up, picture, err := o.uploads.Take(t.Context(), o.account.ID(), up.Token, o.id("Ada"), upload.File{Name: "a.png", Inline: true, ContentType: "image/png", Content: strings.NewReader("a picture")})
		must(t, err)
		o.apply("Ada", desk.Update{Ticket: id, Comment: &desk.NewComment{HTML: `<p>see <img src="` + upload.Path(picture) + `"></p>`, Uploads: []string{up.Token}}})
		l := o.to("Carla", 2)[1]
		got := map[string]string{}
		for _, f := range l.Files {
			got[f.FileName] = string(f.Data)
			if f.Inline != (f.ContentID != "" && strings.Contains(l.HTML, "cid:"+f.ContentID)) {
				t.Errorf("%s is shown: %v, by %q", f.FileName, f.Inline, f.ContentID)
			}
		}
		if diff := cmp.Diff(map[string]string{"plan.pdf": "a plan", "a.png": "a picture"}, got); diff != "" {
			t.Error(diff)
		}
		if !strings.Contains(l.Text, "Attachment: large.bin - https://acme.test/attachments/token/") || !strings.Contains(l.HTML, "signature=") {
			t.Error(l.Text, l.HTML)
		}
	})
}

func TestHelpDesksGetOneAutomaticMail(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		id := o.ask("Carla", "hello", desk.Edits{})
		o.settle(id)
		o.write(func(ctx context.Context, tx *store.Tx) error {
			d := desk.RemoteDesk{Address: "carla@mail.test", Kind: "rt"}
			if err := tx.SaveRemoteDesk(ctx, &d); err != nil {
				return err
			}
			return tx.SaveCorrespondence(ctx, &desk.Correspondence{Ticket: id, Address: "carla@mail.test", Desk: d.ID})
		})
		cfg := func(ctx context.Context, tx *store.Tx) error {
			return tx.InsertTrigger(ctx, &desk.Trigger{Title: "Tell of the priority", Active: true, Conditions: condition.Tree{All: condition.Conditions{{Field: "priority", Operator: condition.Changed}}},
				Actions: []desk.Action{{Field: "notification_user", Value: []byte(`["requester_id","Priority","It is now {{ticket.priority}}."]`)}}}, o.id("Ada"))
		}
		o.write(cfg)
		o.apply("Ada", desk.Update{Ticket: id, Edits: desk.Edits{Priority: ptr(desk.High)}})
		o.to("Carla", 2)
		o.settle(id)
		o.apply("Ada", desk.Update{Ticket: id, Edits: desk.Edits{Priority: ptr(desk.Low)}})
		if got := o.became(id); !slices.Contains(got, "Carla: help_desk") {
			t.Errorf("a second automatic mail: %v", got)
		}
		o.apply("Ada", desk.Update{Ticket: id, Comment: &desk.NewComment{Body: "a person's words"}})
		o.to("Carla", 3)
	})
}

func TestWithoutAWayNothingIsQueued(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		o := open(t, db)
		silent := ticketing.New(o.store, ticketing.Options{}).With(notify.New(o.store, outbound.New(o.store, outbound.Options{Files: o.files}), notify.Options{}))
		_, err := silent.Apply(t.Context(), desk.Update{Account: o.account.ID(), Actor: o.actor("Carla"), Comment: &desk.NewComment{Body: "hello"}, Edits: desk.Edits{Subject: ptr("x")}})
		must(t, err)
		var jobs int
		must(t, o.account.Read(t.Context(), func(tx *store.Tx) error {
			return tx.QueryRow(t.Context(), `select count(*) from jobs`).Scan(&jobs)
		}))
		if jobs != 0 {
			t.Errorf("%d jobs", jobs)
		}
	})
}

// Once a ticket is shared with the desk that wrote, mail about it stops; when the share is over, it goes on.
func TestASharedTicketIsNotMailedToItsPartner(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		id := o.ask("Carla", "hello", desk.Edits{})
		o.settle(id)
		share := desk.Share{Ticket: id, UUID: "5f1a8e0c-8a52-4a36-9f11-0b6b7a1c2d3e", State: desk.ShareLive}
		o.write(func(ctx context.Context, tx *store.Tx) error {
			agreement := desk.Agreement{Name: "Carla's desk", RemoteURL: "https://carla.test/sharing", Status: desk.AgreementAccepted, UUID: "a2d9a0a5-0a37-4d3a-9a5b-2f53f0d3d1c4"}
			d := desk.RemoteDesk{Address: "carla@mail.test", Kind: "interdesk", URL: "https://carla.test"}
			if err := errors.Join(tx.InsertAgreement(ctx, &agreement, ""), tx.SaveRemoteDesk(ctx, &d)); err != nil {
				return err
			}
			share.Agreement = agreement.ID
			return errors.Join(tx.SaveCorrespondence(ctx, &desk.Correspondence{Ticket: id, Address: "carla@mail.test", Desk: d.ID}), tx.InsertShare(ctx, &share))
		})
		o.apply("Ada", desk.Update{Ticket: id, Comment: &desk.NewComment{Body: "by the share"}})
		if got := o.became(id); !slices.Contains(got, "Carla: shared") {
			t.Errorf("got %v", got)
		}
		share.State = desk.ShareFailed
		o.write(func(ctx context.Context, tx *store.Tx) error { return tx.UpdateShare(ctx, &share) })
		before := len(o.taken("Carla"))
		o.apply("Ada", desk.Update{Ticket: id, Comment: &desk.NewComment{Body: "by mail again"}})
		if l := o.to("Carla", before+1)[before]; !strings.Contains(l.Text, "by mail again") {
			t.Error(l.Text)
		}
	})
}
