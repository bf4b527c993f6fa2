package webhook_test

import (
	"bufio"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/webhook"
)

const hostile = "a\"b\\c</t>]]>&d=1;\n{{ticket.id}}"

func TestARuleCallsAWebhook(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		r := listen(t)
		r.answer = func(w http.ResponseWriter, q *http.Request) {
			_, _ = w.Write([]byte("I was sent " + q.Header.Get("Authorization")))
		}
		w := o.hook(r.URL+"/hook?a=1", func(in *webhook.Input) {
			in.Auth, in.AuthSecret, in.Headers = desk.AuthBearer, "very-secret-token", map[string]string{"X-Room": "builds"}
		})
		o.call(w, `{"id":{{ticket.id}},"title":"{{ticket.title}}","by":"{{ticket.requester.name}}","said":"{{ticket.latest_comment}}","to":{{ticket.assignee.id}}}`)
		id := o.ask(hostile, "It is \"broken\".")
		o.settled(w, desk.InvocationDone, 1)
		got := r.all()[0]
		want := map[string]any{"id": float64(id), "title": hostile, "by": "Carla Nunes", "said": "It is \"broken\".", "to": nil}
		var body map[string]any
		if err := json.Unmarshal([]byte(got.body), &body); err != nil || fmt.Sprint(body) != fmt.Sprint(want) {
			t.Errorf("body %s: %v", got.body, err)
		}
		if got.Method != "POST" || got.URL.String() != "/hook?a=1" || got.Header.Get("Content-Type") != "application/json" || got.Header.Get("X-Room") != "builds" ||
			got.Header.Get("Authorization") != "Bearer very-secret-token" {
			t.Errorf("%s %s %v", got.Method, got.URL, got.Header)
		}
		m := o.messages(w)[0]
		if m.Status != desk.HookSuccess || m.Ticket != id || m.Cause != "Tell Builds" || m.Event != desk.ConditionalEvents || m.Attempts != 1 {
			t.Errorf("message %+v", m)
		}
		isSigned(t, o, w, m, got)
		a := o.attempts(m)[0]
		if raw, _ := json.Marshal(a); strings.Contains(string(raw), "very-secret") || a.Body != "I was sent Bearer ***" || a.Code != 200 || a.Request["X-Room"] != "builds" {
			t.Errorf("attempt %s", raw)
		}
	})
}

// isSigned checks both signatures as their descriptions say.
func isSigned(t *testing.T, o *office, w desk.Webhook, m desk.Invocation, got received) {
	t.Helper()
	var secret string
	o.write(func(ctx context.Context, tx *store.Tx) (err error) {
		secret, err = o.hooks.SigningSecret(ctx, tx, o.ada, w.ID)
		return err
	})
	h := got.Header
	if want := sum([]byte(secret), h.Get("X-Zendesk-Webhook-Signature-Timestamp")+got.body); h.Get("X-Zendesk-Webhook-Signature") != want {
		t.Errorf("Zendesk's signature is %s, want %s", h.Get("X-Zendesk-Webhook-Signature"), want)
	}
	key, err := base64.StdEncoding.DecodeString(secret)
	must(t, err)
	if want := "v1," + sum(key, h.Get("Webhook-Id")+"."+h.Get("Webhook-Timestamp")+"."+got.body); h.Get("Webhook-Signature") != want {
		t.Errorf("the standard signature is %s, want %s", h.Get("Webhook-Signature"), want)
	}
	if h.Get("X-Zendesk-Webhook-Id") != string(w.ID) || h.Get("X-Zendesk-Webhook-Invocation-Id") != string(m.ID) || h.Get("Webhook-Id") != string(m.ID) ||
		h.Get("X-Zendesk-Account-Id") != fmt.Sprint(o.account.ID()) {
		t.Errorf("headers %v", h)
	}
}

func sum(key []byte, text string) string {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

func TestEveryKindOfRequest(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		pairs := [][]string{{"title", "{{ticket.title}}"}, {"id", "{{ticket.id}}"}}
		encoded := url.Values{"title": {hostile}, "id": {"1"}}.Encode()
		for name, test := range map[string]struct {
			method              string
			format              desk.WebhookFormat
			body                any
			wantBody, wantQuery string
		}{
			"XML":             {"PUT", desk.WebhookXML, "<t>{{ticket.title}}</t>", "<t>a&#34;b\\c&lt;/t&gt;]]&gt;&amp;d=1;&#xA;{{ticket.id}}</t>", ""},
			"a form":          {"POST", desk.WebhookForm, pairs, encoded, ""},
			"a form as text":  {"PATCH", desk.WebhookForm, "id={{ticket.id}}&t={{ticket.requester.name}}", "id=1&t=Carla%20Nunes", ""},
			"an address":      {"GET", desk.WebhookJSON, pairs, "", encoded},
			"nothing":         {"DELETE", desk.WebhookJSON, "", "", ""},
			"pairs as object": {"POST", desk.WebhookJSON, [][]string{{"id", "{{ticket.id}}"}}, `{"id":"1"}`, ""},
		} {
			r := listen(t)
			w := o.hook(r.URL, func(in *webhook.Input) { in.Name, in.Method, in.Format = name, test.method, test.format })
			o.call(w, test.body)
			o.ask(hostile, "x")
			o.settled(w, desk.InvocationDone, 1)
			got := r.all()[0]
			want := strings.NewReplacer("id=1", fmt.Sprintf("id=%d", o.messages(w)[0].Ticket), `"1"`, fmt.Sprintf(`"%d"`, o.messages(w)[0].Ticket))
			if got.Method != test.method || got.body != want.Replace(test.wantBody) || got.URL.RawQuery != want.Replace(test.wantQuery) {
				t.Errorf("%s: %s ?%s\n%s", name, got.Method, got.URL.RawQuery, got.body)
			}
			o.write(func(ctx context.Context, tx *store.Tx) error {
				_, err := o.hooks.Change(ctx, tx, o.ada, w.ID, func(in *webhook.Input) { in.Active = false })
				return err
			})
		}
	})
}

func TestABodyThatCannotBeWritten(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		r := listen(t)
		w := o.hook(r.URL, nil)
		o.call(w, `{"t":{{ticket.title}} {{ticket.title}}}`)
		o.ask("two", "x")
		o.settled(w, desk.InvocationRefused, 1)
		m := o.messages(w)[0]
		if !strings.HasPrefix(m.Reason, "The body is not JSON") || len(r.all()) != 0 {
			t.Errorf("message %+v, %d requests", m, len(r.all()))
		}
		err := o.account.Write(t.Context(), func(tx *store.Tx) error { return o.hooks.Replay(t.Context(), tx, o.ada, w.ID, m.ID) })
		if desk.KindOf(err) != desk.Conflict {
			t.Errorf("replay: %v", err)
		}
	})
}

// What a receiver says decides whether a message is sent, tried again or given up.
func TestAnswers(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		down, err := net.Listen("tcp", "127.0.0.1:0")
		must(t, err)
		must(t, down.Close())
		nonsense, err := net.Listen("tcp", "127.0.0.1:0")
		must(t, err)
		t.Cleanup(func() { _ = nonsense.Close() })
		go babble(nonsense)
		status := func(code int, header ...string) string {
			r := listen(t)
			r.answers(code, header...)
			return r.URL
		}
		slow := listen(t)
		slow.answer = func(_ http.ResponseWriter, q *http.Request) { <-q.Context().Done() }
		endless := listen(t)
		endless.answer = func(w http.ResponseWriter, q *http.Request) {
			for q.Context().Err() == nil {
				if _, err := w.Write(make([]byte, 32<<10)); err != nil {
					return
				}
			}
		}
		for name, test := range map[string]struct {
			endpoint, status, reason string
			state                    desk.InvocationState
		}{
			"down":             {"http://" + down.Addr().String(), desk.HookFailure, "It cannot be reached.", desk.InvocationWaiting},
			"slow":             {slow.URL, desk.HookTimeout, "It did not answer within 1s.", desk.InvocationWaiting},
			"nonsense":         {"http://" + nonsense.Addr().String(), desk.HookFailure, "What it answered is no HTTP.", desk.InvocationWaiting},
			"endless":          {endless.URL, desk.HookSuccess, "", desk.InvocationDone},
			"too much to do":   {status(429), desk.HookThrottled, "It answered 429.", desk.InvocationWaiting},
			"broken":           {status(500), desk.HookServerError, "It answered 500.", desk.InvocationWaiting},
			"gone":             {status(404), desk.HookClientError, "It answered 404.", desk.InvocationFailed},
			"elsewhere":        {status(302, "Location", "http://127.0.0.2:1/x"), desk.HookFailure, "It leads elsewhere", desk.InvocationFailed},
			"to a cloud's own": {status(307, "Location", "http://169.254.169.254/latest"), desk.HookFailure, "It leads elsewhere", desk.InvocationFailed},
		} {
			w := o.hook(test.endpoint, func(in *webhook.Input) { in.Name = name })
			o.call(w, `{}`)
			o.ask(name, "x")
			o.until(name, func() bool {
				m := o.messages(w)
				return len(m) == 1 && m[0].Attempts == 1
			})
			m := o.messages(w)[0]
			if m.Status != test.status || m.State != test.state || !strings.HasPrefix(m.Reason, test.reason) || test.reason == "" && m.Reason != "" {
				t.Errorf("%s: %s, %s, %q", name, m.Status, m.State, m.Reason)
			}
			if a := o.attempts(m)[0]; len(a.Body) > desk.KeptHookAnswer+len("…") {
				t.Errorf("%s: %d bytes of the answer are kept", name, len(a.Body))
			}
			o.write(func(ctx context.Context, tx *store.Tx) error {
				_, err := o.hooks.Change(ctx, tx, o.ada, w.ID, func(in *webhook.Input) { in.Active = false })
				return err
			})
		}
	})
}

// babble answers each request with what is no HTTP.
func babble(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		_, _ = bufio.NewReader(c).ReadString('\n')
		_, _ = c.Write([]byte("\x00\x01 nonsense\r\n\r\n"))
		_ = c.Close()
	}
}

func TestAMessageIsTriedForADay(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		r := listen(t)
		r.answers(503)
		w := o.hook(r.URL, nil)
		o.call(w, `{}`)
		o.ask("one", "x")
		o.until("the first attempt", func() bool { return len(r.all()) == 1 })
		o.clock.forward(2 * time.Hour)
		o.until("another", func() bool { return len(r.all()) == 2 })
		o.clock.forward(23 * time.Hour)
		o.settled(w, desk.InvocationFailed, 1)
		if m := o.messages(w)[0]; m.Attempts != 3 || m.Reason != "It answered 503." {
			t.Errorf("message %+v", m)
		}
		r.answers(200)
		o.write(func(ctx context.Context, tx *store.Tx) error {
			return o.hooks.Replay(ctx, tx, o.ada, w.ID, o.messages(w)[0].ID)
		})
		o.settled(w, desk.InvocationDone, 1)
		ids := map[string]bool{}
		for _, got := range r.all() {
			ids[got.Header.Get("Webhook-Id")] = true
		}
		if len(ids) != 1 || o.messages(w)[0].Attempts != 4 {
			t.Errorf("%d ids, message %+v", len(ids), o.messages(w)[0])
		}
	})
}

// What a webhook hears of a ticket comes in order, each as the ticket stood then, also after it was down.
func TestOrder(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		r := listen(t)
		r.answers(500)
		w := o.hook(r.URL, nil)
		o.call(w, `{"status":"{{ticket.status}}","said":"{{ticket.latest_comment}}"}`)
		id := o.ask("one", "first")
		o.until("the first attempt", func() bool { return len(r.all()) == 1 })
		for n, s := range []desk.Status{desk.Open, desk.Pending, desk.Solved} {
			o.edit(id, desk.Edits{Status: &s, Assignee: &o.ada.ID}, fmt.Sprint("answer ", n))
		}
		o.settled(w, desk.InvocationWaiting, 4)
		r.answers(200)
		o.write(func(ctx context.Context, tx *store.Tx) error { return o.hooks.TryNow(ctx, tx, o.ada, w.ID) })
		o.settled(w, desk.InvocationDone, 4)
		var bodies []string
		for _, got := range r.all() {
			if len(bodies) == 0 || bodies[len(bodies)-1] != got.body {
				bodies = append(bodies, got.body)
			}
		}
		want := []string{`{"status":"New","said":"first"}`, `{"status":"Open","said":"answer 0"}`, `{"status":"Pending","said":"answer 1"}`, `{"status":"Solved","said":"answer 2"}`}
		if !slices.Equal(bodies, want) {
			t.Errorf("got %q", bodies)
		}
	})
}

// A receiver that fails is left alone, and others hear as ever; what waited comes once it is back.
func TestTheBreaker(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		bad, good := listen(t), listen(t)
		bad.answers(500)
		w, other := o.hook(bad.URL, nil), o.hook(good.URL, func(in *webhook.Input) { in.Name = "Chat" })
		o.call(w, `{}`)
		o.call(other, `{}`)
		for n := range 12 {
			o.ask(fmt.Sprint("request ", n), "x")
		}
		o.settled(other, desk.InvocationDone, 12)
		o.until("the breaker", func() bool { return o.breaker(w) != nil })
		b := o.breaker(w)
		if b.Reason != "It answered 500." || b.Times != 1 || b.Until.Sub(b.Since).Round(time.Second) != 15*time.Second {
			t.Errorf("breaker %+v", b)
		}
		before := len(bad.all())
		o.ask("one more", "x")
		o.settled(other, desk.InvocationDone, 13)
		o.settled(w, desk.InvocationWaiting, 13)
		if n := len(bad.all()); n != before {
			t.Errorf("%d requests while it rested", n-before)
		}
		o.clock.forward(time.Minute)
		o.until("a longer rest", func() bool { b := o.breaker(w); return b != nil && b.Times == 2 })
		bad.answers(200)
		o.until("all that waited", func() bool { // one that was on its way before may have failed and prolonged the rest
			o.clock.forward(time.Second)
			return !slices.ContainsFunc(o.messages(w), func(m desk.Invocation) bool { return m.State != desk.InvocationDone })
		})
		if o.breaker(w) != nil {
			t.Errorf("breaker %+v", o.breaker(w))
		}
	})
}

func TestAReceiverThatAsksForTimeGetsIt(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		r := listen(t)
		r.answers(429, "Retry-After", "600")
		w := o.hook(r.URL, nil)
		o.call(w, `{}`)
		o.ask("one", "x")
		o.until("the breaker", func() bool { return o.breaker(w) != nil })
		if b := o.breaker(w); b.Reason != "It answered 429 and asked for time." || b.Until.Sub(o.clock.now()) < 9*time.Minute {
			t.Errorf("breaker %+v", b)
		}
		o.ask("two", "x")
		o.settled(w, desk.InvocationWaiting, 2)
		o.clock.forward(5 * time.Minute)
		if n := len(r.all()); n != 1 {
			t.Errorf("%d requests", n)
		}
		r.answers(200)
		o.clock.forward(6 * time.Minute)
		o.settled(w, desk.InvocationDone, 2)
	})
}

func TestReplayOfAllThatFailed(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		r := listen(t)
		r.answers(401)
		w := o.hook(r.URL, nil)
		o.call(w, `{"title":"{{ticket.title}}"}`)
		for n := range 5 {
			o.ask(fmt.Sprint(n), "x")
		}
		o.settled(w, desk.InvocationFailed, 5)
		r.answers(200)
		since, count := o.messages(w)[2].CreatedAt, 0
		o.write(func(ctx context.Context, tx *store.Tx) (err error) {
			count, err = o.hooks.ReplayFailed(ctx, tx, o.ada, w.ID, since)
			return err
		})
		o.settled(w, desk.InvocationDone, 3)
		if count != 3 {
			t.Errorf("%d messages are replayed", count)
		}
		for n, m := range o.messages(w) {
			if want := map[bool]desk.InvocationState{true: desk.InvocationFailed, false: desk.InvocationDone}[n < 2]; m.State != want {
				t.Errorf("message %d is %s, want %s", n, m.State, want)
			}
		}
	})
}

func TestMessagesAreKeptForAWeek(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		r := listen(t)
		w := o.hook(r.URL, nil)
		o.call(w, `{}`)
		o.ask("one", "x")
		o.settled(w, desk.InvocationDone, 1)
		old := o.messages(w)[0]
		prune := func(before time.Time) (n int64) {
			o.write(func(ctx context.Context, tx *store.Tx) (err error) {
				n, err = tx.PruneInvocations(ctx, before, 500)
				return err
			})
			return n
		}
		if n := prune(old.CreatedAt); n != 0 || len(o.messages(w)) != 1 {
			t.Errorf("%d were forgotten before their time", n)
		}
		if n := prune(old.CreatedAt.Add(time.Microsecond)); n != 1 || len(o.messages(w)) != 0 || len(o.attempts(old)) != 0 {
			t.Errorf("%d were forgotten, %d are left with %d attempts", n, len(o.messages(w)), len(o.attempts(old)))
		}
	})
}
