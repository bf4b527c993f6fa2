package webhook_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"interdesk/blob"
	"interdesk/condition"
	"interdesk/desk"
	"interdesk/job"
	"interdesk/mail/message"
	mailout "interdesk/mail/outbound"
	"interdesk/notify"
	"interdesk/outbound"
	"interdesk/setup"
	"interdesk/sharing"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/ticketing"
	"interdesk/upload"
	"interdesk/webhook"
)

// office is a help desk with webhooks, whose clock can be put forward.
type office struct {
	t       testing.TB
	store   *store.Store
	account store.Account
	tickets *ticketing.Service
	hooks   *webhook.Service
	clock   *clock
	ada     desk.User
	carla   desk.User
}

type clock struct {
	mu    sync.Mutex
	ahead time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
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
	vault, err := sharing.NewVault(make([]byte, 32))
	must(t, err)
	tokens, err := message.NewTokens(make([]byte, 32))
	must(t, err)
	o := &office{t: t, store: s, tickets: ticketing.New(s, ticketing.Options{Logger: slog.New(slog.DiscardHandler)}), clock: &clock{}}
	out := mailout.New(s, mailout.Options{Files: files, Tokens: tokens})
	notices := notify.New(s, out, notify.Options{Tokens: tokens, Files: upload.New(s, files, make([]byte, 32), nil), BaseURL: func(desk.Account) string { return "https://acme.test" }})
	o.hooks = webhook.New(s, webhook.Options{Secrets: vault, Client: outbound.New(outbound.Config{AllowPrivate: true}), Notices: notices, Clock: o.clock.now, Timeout: time.Second})
	o.tickets.With(o.hooks)
	s.With(o.hooks)
	a, ada, err := setup.CreateAccount(t.Context(), s, desk.Account{Subdomain: "acme", Name: "Acme Cameras"}, "acme.test",
		desk.User{Name: "Ada Keller", Email: "ada@staff.test", Role: desk.Admin}, "")
	must(t, err)
	o.account, o.ada, o.carla = s.Account(a.ID), ada, desk.User{Name: "Carla Nunes", Email: "carla@mail.test", Role: desk.EndUser}
	o.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertUser(ctx, &o.carla) })
	runner := job.NewRunner(db, job.Config{Poll: 20 * time.Millisecond, Now: o.clock.now})
	o.hooks.Jobs(runner)
	o.tickets.Jobs(runner)
	must(t, runner.Start(t.Context()))
	t.Cleanup(func() { must(t, runner.Stop(context.Background())) })
	return o
}

func (o *office) write(fn func(ctx context.Context, tx *store.Tx) error) {
	o.t.Helper()
	ctx := o.t.Context()
	must(o.t, o.account.Write(ctx, func(tx *store.Tx) error { return fn(ctx, tx) }))
}

// hook makes a webhook that rules call.
func (o *office) hook(endpoint string, change func(*webhook.Input)) (w desk.Webhook) {
	o.t.Helper()
	in := webhook.NewInput()
	in.Name, in.Endpoint = "Builds", endpoint
	if change != nil {
		change(&in)
	}
	o.write(func(ctx context.Context, tx *store.Tx) (err error) {
		w, err = o.hooks.Create(ctx, tx, o.ada, in)
		return err
	})
	return w
}

// call has each update of a ticket call a webhook with a body.
func (o *office) call(w desk.Webhook, body any) {
	o.t.Helper()
	raw, err := json.Marshal([]any{w.ID, body})
	must(o.t, err)
	trigger := desk.Trigger{Title: "Tell " + w.Name, Active: true,
		Conditions: condition.Tree{Any: condition.Conditions{{Field: "update_type", Operator: condition.Is, Value: condition.ValueOf("Create")},
			{Field: "update_type", Operator: condition.Is, Value: condition.ValueOf("Change")}}},
		Actions: []desk.Action{{Field: "notification_webhook", Value: raw}}}
	o.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertTrigger(ctx, &trigger, o.ada.ID) })
}

// ask is a new request of Carla's.
func (o *office) ask(subject, words string) desk.TicketID {
	o.t.Helper()
	u := desk.Update{Account: o.account.ID(), Actor: desk.Actor{ID: o.carla.ID, Name: o.carla.Name, Role: desk.EndUser}, Edits: desk.Edits{Subject: &subject},
		Comment: &desk.NewComment{Body: words}}
	applied, err := o.tickets.Apply(o.t.Context(), u)
	must(o.t, err)
	return applied.Ticket.ID
}

// edit is a change of a ticket by Ada.
func (o *office) edit(id desk.TicketID, e desk.Edits, words string) {
	o.t.Helper()
	u := desk.Update{Account: o.account.ID(), Ticket: id, Actor: desk.Actor{ID: o.ada.ID, Name: o.ada.Name, Role: desk.Admin}, Edits: e}
	if words != "" {
		u.Comment = &desk.NewComment{Body: words}
	}
	_, err := o.tickets.Apply(o.t.Context(), u)
	must(o.t, err)
}

// messages are those to a webhook, oldest first.
func (o *office) messages(w desk.Webhook) (out []desk.Invocation) {
	o.t.Helper()
	must(o.t, o.account.Read(o.t.Context(), func(tx *store.Tx) error {
		found, err := tx.Invocations(o.t.Context(), w.ID, store.InvocationFilter{}, store.InvocationOrder{}, store.Page{})
		out = found.Items
		return err
	}))
	return out
}

// attempts are those at a message, newest first.
func (o *office) attempts(i desk.Invocation) (out []desk.InvocationAttempt) {
	o.t.Helper()
	must(o.t, o.account.Read(o.t.Context(), func(tx *store.Tx) (err error) {
		out, err = tx.InvocationAttempts(o.t.Context(), i.ID, 100)
		return err
	}))
	return out
}

// breaker is a webhook's; nil when its messages go out.
func (o *office) breaker(w desk.Webhook) (out *desk.Breaker) {
	o.t.Helper()
	must(o.t, o.account.Read(o.t.Context(), func(tx *store.Tx) error {
		all, err := tx.Breakers(o.t.Context())
		if b, held := all[w.ID]; held {
			out = &b
		}
		return err
	}))
	return out
}

// until waits for something that jobs bring about.
func (o *office) until(what string, holds func() bool) {
	o.t.Helper()
	for end := time.Now().Add(30 * time.Second); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			o.t.Fatalf("waited in vain: %s", what)
		}
	}
}

// settled waits until so many messages to a webhook are in a state.
func (o *office) settled(w desk.Webhook, state desk.InvocationState, n int) {
	o.t.Helper()
	o.until(string(state), func() bool {
		count := 0
		for _, i := range o.messages(w) {
			if i.State == state {
				count++
			}
		}
		return count == n
	})
}

// receiver is a program elsewhere. answer may be changed at any time.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	answer http.HandlerFunc
	got    []received
}

type received struct {
	*http.Request
	body string
}

func listen(t testing.TB) *receiver {
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, _ := io.ReadAll(q.Body)
		r.mu.Lock()
		r.got = append(r.got, received{q, string(body)})
		answer := r.answer
		r.mu.Unlock()
		if answer != nil {
			answer(w, q)
		}
	}))
	t.Cleanup(r.Close)
	return r
}

// answers has the receiver say a status from now on.
func (r *receiver) answers(status int, header ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
	}
}

func (r *receiver) all() []received {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]received{}, r.got...)
}
