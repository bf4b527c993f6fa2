package sharetest

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"interdesk/outbound"
	"interdesk/sharing/peer"
	"interdesk/sharing/wire"
)

// product stands in for a product under test: the real client, and a token.
type product struct {
	t     *testing.T
	peer  *peer.Client
	base  string
	token wire.Token
}

func newProduct(t *testing.T, p *Partner) product {
	t.Helper()
	out := outbound.New(outbound.Config{AllowPrivate: true})
	t.Cleanup(out.Close)
	return product{t, peer.New(out, peer.Options{}), p.URL(), wire.Token{Agreement: strings.Repeat("ab", 20), Key: "key-of-the-product"}}
}

func (p product) send(method string, resource peer.Resource, uuid, body string, dialect wire.Dialect) peer.Answer {
	p.t.Helper()
	message := peer.Message{Base: p.base, Token: p.token, Method: method, Resource: resource, UUID: uuid, Dialect: dialect}
	if body != "" {
		message.Body = []byte(body)
	}
	return p.peer.Send(context.Background(), message)
}

func (p product) invitation() string {
	return fmt.Sprintf(`{"uuid":%q,"access_key":%q,"name":"Acme","status":"pending","sender_url":"http://acme.localhost/sharing","receiver_url":%q}`,
		p.token.Agreement, p.token.Key, p.base)
}

const ticketUUID = "ed46838bfb41461e4f3b16ba471162c8e2764260"

func share(comments ...string) string {
	return `{"uuid":"` + ticketUUID + `","subject":"Printer","requested_at":"2026-01-02 03:04:05 +0000","status":"open","requester":{"uuid":"person-1","name":"Joe"},"comments":[` + strings.Join(comments, ",") + `]}`
}

func comment(uuid, body string) string {
	return fmt.Sprintf(`{"uuid":%q,"author":{"uuid":"person-1","name":"Joe"},"body":%q,"authored_at":"2026-01-02 03:04:05 +0000","public":true}`, uuid, body)
}

// linked returns a product with an agreement that the partner has accepted in its own books.
func linked(t *testing.T, p *Partner, dialect wire.Dialect) product {
	t.Helper()
	us := newProduct(t, p)
	if got := us.send("POST", peer.Agreements, us.token.Agreement, us.invitation(), dialect); got.Verdict != peer.Done {
		t.Fatalf("invitation: %+v", got)
	}
	p.mu.Lock()
	p.deals[us.token.Agreement].Status = wire.Some(wire.StatusAccepted)
	p.mu.Unlock()
	return us
}

func TestZendeskServes(t *testing.T) {
	t.Parallel()
	p := NewPartner(t, Options{})
	us := linked(t, p, wire.DialectUnknown)
	for _, step := range []struct {
		method, body string
		want         int
	}{
		{"PUT", `{"status":"open"}`, 404},
		{"POST", share(comment("comment-1", "one")), 201},
		{"POST", share(comment("comment-1", "one")), 200},
		{"PUT", `{"subject":null,"status":"pending","comments":[` + comment("comment-2", "two") + `]}`, 200},
		{"PUT", `{"comments":[` + comment("comment-2", "again") + `]}`, 200},
		{"PUT", `{broken`, 422},
		{"GET", "", 405},
		{"DELETE", "", 200},
		{"PUT", `{"status":"open"}`, 410},
		{"DELETE", "", 200},
		{"POST", share(comment("comment-1", "one")), 201},
	} {
		if got := us.send(step.method, peer.Tickets, ticketUUID, step.body, wire.DialectDefault); got.Status != step.want {
			t.Errorf("%s %s: %+v", step.method, step.body, got)
		}
	}
	p.WaitForReceived(ticketUUID, "one", "two")
	ticket, _ := p.Ticket(ticketUUID)
	if ticket.Subject.Value != "Printer" || ticket.Repeats != 3 || strings.Join(ticket.Statuses, " ") != "open open pending open" || ticket.Unshared {
		t.Errorf("ticket = %+v", ticket)
	}
	if len(p.Tickets()) != 1 || len(p.Agreements()) != 1 {
		t.Error("one ticket, one agreement")
	}
}

func TestDoors(t *testing.T) {
	t.Parallel()
	p := NewPartner(t, Options{Style: Node})
	us := linked(t, p, wire.DialectDefault)
	wrong := us
	wrong.token.Key = "another"
	if got := wrong.send("PUT", peer.Tickets, ticketUUID, `{}`, wire.DialectDefault); got.Status != 403 {
		t.Errorf("wrong key: %+v", got)
	}
	for want, header := range map[int]http.Header{401: {}, 412: {"X-Ticket-Sharing-Version": {"2"}}} {
		if got := p.Raw("PUT", p.URL()+"/tickets/"+ticketUUID, header, nil); got.Status != want {
			t.Errorf("%v: %+v", header, got)
		}
	}
	if got := p.Raw("GET", p.origin()+"/elsewhere", nil, nil); got.Status != 404 {
		t.Errorf("elsewhere: %+v", got)
	}
	got := us.send("GET", peer.Agreements, us.token.Agreement, "", wire.DialectDefault)
	if got.Status != 200 || strings.Contains(string(got.Body), us.token.Key) {
		t.Errorf("read: %s", got.Body)
	}
}

// What Request Tracker was seen to answer (nhd-captures §3.8).
func TestRTServes(t *testing.T) {
	t.Parallel()
	p := NewPartner(t, Options{Style: RT})
	us := newProduct(t, p)
	if got := us.send("POST", peer.Agreements, us.token.Agreement, us.invitation(), wire.DialectDefault); got.Status != 422 || got.Text != "UUIDs in the URI and body don't match" {
		t.Errorf("application/json: %+v", got)
	}
	if got := us.send("POST", peer.Agreements, us.token.Agreement, us.invitation(), wire.DialectUnknown); got.Status != 201 || got.Dialect != wire.DialectRT {
		t.Errorf("probe: %+v", got)
	}
	headers := func(contentType, token, version string) http.Header {
		h := http.Header{"Content-Type": {contentType}}
		if token != "" {
			h.Set(wire.HeaderToken, token)
		}
		if version != "" {
			h.Set(wire.HeaderVersion, version)
		}
		return h
	}
	token := us.token.String()
	agreement, ticket := "/agreements/"+us.token.Agreement, "/tickets/"+ticketUUID
	for _, step := range []struct {
		name, method, path string
		header             http.Header
		body               string
		status             int
		answer             string
	}{
		{"no version", "GET", agreement, headers(rtMediaType, token, ""), "", 412, ""},
		{"no token", "GET", agreement, headers(rtMediaType, "", "1"), "", 401, ""},
		{"no uuid", "GET", "/tickets/abcdef", headers(rtMediaType, token, "1"), "", 422, "Value in the URI isn't a UUID"},
		{"a token without uuid", "GET", ticket, headers(rtMediaType, "abc:def", "1"), "", 422, "Value in the token isn't a UUID"},
		{"wrong key", "GET", agreement, headers(rtMediaType, token+"x", "1"), "", 403, ""},
		{"repeat", "POST", agreement, headers(rtMediaType, token, "1"), us.invitation(), 422, "Couldn't create an agreement: record already exists"},
		{"before it is accepted", "POST", ticket, headers(rtMediaType, token, "1"), share(), 403, "Agreement is inactive"},
		{"deactivated by the other", "PUT", agreement, headers(rtMediaType, token, "1"), `{"status":"inactive","deactivated_by":"receiver"}`, 422, "Not allowed to change this value"},
		{"receiver_url by the sender", "PUT", agreement, headers(rtMediaType, token, "1"), `{"receiver_url":"http://x.example"}`, 422, "Not allowed to change this value"},
		{"a media type it does not read", "PUT", agreement, headers("application/json", token, "1"), `{"status":"inactive","deactivated_by":"sender"}`, 200, ""},
		{"the sender accepts: the hole", "PUT", agreement, headers(rtMediaType, token, "1"), `{"status":"accepted"}`, 200, ""},
		{"a ticket as JSON", "POST", ticket, headers("application/json", token, "1"), share(), 422, "UUIDs in the URI and body don't match"},
		{"unknown ticket", "GET", ticket, headers(rtMediaType, token, "1"), "", 404, ""},
		{"share", "POST", ticket, headers(rtMediaType, token, "1"), share(comment("comment-1", "lost")), 201, ""},
		{"share again", "POST", ticket, headers(rtMediaType, token, "1"), share(), 422, "Couldn't create an agreement: record already exists"},
		{"an update as JSON", "PUT", ticket, headers("application/json", token, "1"), `{"status":"pending"}`, 200, ""},
		{"solved", "PUT", ticket, headers(rtMediaType, token, "1"), `{"status":"solved"}`, 422, "Wrong status"},
		{"read", "GET", ticket, headers(rtMediaType, token, "1"), "", 200, `{"uuid":"` + ticketUUID + `","subject":"Printer","requested_at":"2026-01-02 03:04:05 +0000","status":"open","requester":{"uuid":"person-1","name":"Joe"}}`},
		{"null subject", "PUT", ticket, headers(rtMediaType, token, "1"), `{"subject":null}`, 200, ""},
		{"broken JSON", "PUT", ticket, headers(rtMediaType, token, "1"), `{`, 200, crashPage},
		{"unshare", "DELETE", ticket, headers("application/json", token, "1"), "", 405, ""},
	} {
		got := p.Raw(step.method, p.URL()+step.path, step.header, []byte(step.body))
		if got.Status != step.status || got.Body != step.answer {
			t.Errorf("%s: %+v", step.name, got)
		}
	}
	if ticket, _ := p.Ticket(ticketUUID); len(ticket.Received) != 0 || ticket.Subject.Value != "0" || ticket.Status.Value != "open" {
		t.Errorf("ticket = %+v", ticket)
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	p := NewPartner(t, Options{RefuseRepeats: true, RefuseUnknown: true, Reads: true, Host: "z.localhost"})
	us := linked(t, p, wire.DialectDefault)
	if !strings.HasPrefix(p.URL(), "http://z.localhost:") {
		t.Error(p.URL())
	}
	for _, step := range []struct {
		method, body string
		want         int
	}{
		{"POST", share(), 201}, {"POST", share(), 422}, {"PUT", `{"priority":"high"}`, 422}, {"GET", "", 200},
	} {
		if got := us.send(step.method, peer.Tickets, ticketUUID, step.body, wire.DialectDefault); got.Status != step.want {
			t.Errorf("%s: %+v", step.method, got)
		}
	}
	rt := NewPartner(t, Options{Style: RT, SolvedKnown: true})
	us = linked(t, rt, wire.DialectRT)
	us.send("POST", peer.Tickets, ticketUUID, share(), wire.DialectRT)
	if got := us.send("PUT", peer.Tickets, ticketUUID, `{"status":"solved"}`, wire.DialectRT); got.Status != 200 {
		t.Errorf("solved: %+v", got)
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	p := NewPartner(t, Options{Reads: true})
	us := linked(t, p, wire.DialectDefault)
	us.send("POST", peer.Tickets, ticketUUID, share(), wire.DialectDefault)
	update := func(n int) peer.Answer {
		body := `{"comments":[` + comment(fmt.Sprintf("comment-%d", n), fmt.Sprint(n)) + `]}`
		return us.send("PUT", peer.Tickets, ticketUUID, body, wire.DialectDefault)
	}
	p.FailNext(2, Failure{Code: 503, RetryAfter: "7", Body: "busy"})
	p.FailNext(1, Failure{Drop: true})
	p.FailNext(1, Failure{LoseAnswer: true})
	p.FailNext(1, Failure{Page: true, Match: Is("PUT", "/tickets/")})
	p.FailNext(1, Failure{Delay: time.Millisecond})
	for i, want := range []peer.Answer{
		{Status: 503, Verdict: peer.Retry, RetryAfter: 7 * time.Second, Text: "busy"},
		{Status: 503, Verdict: peer.Retry, RetryAfter: 7 * time.Second, Text: "busy"},
		{Status: 0, Verdict: peer.Retry},
		{Status: 0, Verdict: peer.Retry},
		{Status: 200, Verdict: peer.Retry, Doubtful: true},
		{Status: 200, Verdict: peer.Done},
		{Status: 200, Verdict: peer.Done},
	} {
		got := update(i)
		if got.Status != want.Status || got.Verdict != want.Verdict || got.RetryAfter != want.RetryAfter || got.Doubtful != want.Doubtful || want.Text != "" && got.Text != want.Text {
			t.Errorf("%d: %+v", i, got)
		}
	}
	p.WaitForReceived(ticketUUID, "3", "5", "6")
	p.FailNext(-1, Failure{Code: 500})
	update(7)
	if got := update(8); got.Status != 500 {
		t.Errorf("still broken: %+v", got)
	}
	p.Heal()
	if got := update(9); got.Verdict != peer.Done {
		t.Errorf("healed: %+v", got)
	}
	if got := p.Count(func(r Request) bool { return r.Status == 500 }); got != 2 {
		t.Errorf("%d requests were answered 500", got)
	}
	p.Forget()
	if len(p.Requests()) != 0 {
		t.Error("not forgotten")
	}
}

func TestDownAndUp(t *testing.T) {
	t.Parallel()
	p := NewPartner(t, Options{})
	us := linked(t, p, wire.DialectDefault)
	url := p.URL()
	p.Close()
	if got := us.send("POST", peer.Tickets, ticketUUID, share(), wire.DialectDefault); got.Verdict != peer.Retry {
		t.Errorf("down: %+v", got)
	}
	p.Restart()
	if got := us.send("POST", peer.Tickets, ticketUUID, share(), wire.DialectDefault); got.Status != 201 || p.URL() != url {
		t.Errorf("up: %+v", got)
	}
}

func TestTLS(t *testing.T) {
	t.Parallel()
	p := NewPartner(t, Options{TLS: true})
	us := newProduct(t, p)
	if got := us.send("POST", peer.Agreements, us.token.Agreement, us.invitation(), wire.DialectDefault); got.Verdict != peer.SSLError {
		t.Errorf("untrusted: %+v", got)
	}
	out := outbound.New(outbound.Config{AllowPrivate: true, RootCAs: p.CertPool()})
	t.Cleanup(out.Close)
	us.peer = peer.New(out, peer.Options{})
	if got := us.send("POST", peer.Agreements, us.token.Agreement, us.invitation(), wire.DialectDefault); got.Verdict != peer.Done {
		t.Errorf("trusted: %+v", got)
	}
}

func TestFiles(t *testing.T) {
	t.Parallel()
	p := NewPartner(t, Options{})
	file := p.AddFile("bild æ.png", "image/png", []byte("bytes"))
	p.FailNext(1, Failure{Code: 500, Match: Is("GET", "/att/")})
	for _, want := range []int{500, 200} {
		if got := p.Raw("GET", file.URL, nil, nil); got.Status != want {
			t.Errorf("%+v", got)
		}
	}
	if p.Fetched(file) != 1 || p.Fetched(wire.Attachment{}) != 0 {
		t.Errorf("fetched %d times", p.Fetched(file))
	}
}

// Two partners talk to one another: what one says as client, the other takes as server. Request Tracker reads no media type but its own, so it
// only understands itself.
func TestPartnersTalk(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]Style{{Zendesk, Node}, {Node, Zendesk}, {Zendesk, Zendesk}, {RT, RT}, {Node, Node}} {
		t.Run(string(pair[0]+" to "+pair[1]), func(t *testing.T) {
			t.Parallel()
			a, b := NewPartner(t, Options{Style: pair[0], Name: "A"}), NewPartner(t, Options{Style: pair[1], Name: "B"})
			agreement, got := a.Invite(b.URL(), Terms{SyncTags: true})
			status(t, got, 201)
			status(t, b.Accept(agreement), 200)
			if deal, _ := a.Agreement(agreement); deal.Status.Value != wire.StatusAccepted || deal.Side != wire.Sender {
				t.Errorf("agreement = %+v", deal)
			}
			uuid, got := a.ShareTicket(agreement, a.NewTicket("Søk 😀", "Hello"))
			status(t, got, 201)
			status(t, a.Reply(uuid, "from A", true), 200)
			status(t, b.Reply(uuid, "from B", false), 200)
			status(t, b.SetStatus(uuid, "pending"), 200)
			if pair[1] != RT {
				b.WaitForReceived(uuid, "Hello", "from A")
				a.WaitForReceived(uuid, "from B")
			}
			if ticket, _ := a.Ticket(uuid); ticket.Status.Value != "pending" || ticket.Subject.Value != "Søk 😀" || !ticket.Outbound {
				t.Errorf("ticket = %+v", ticket)
			}
			if pair[1] != RT {
				status(t, a.Unshare(uuid), 200)
			}
			status(t, a.Deactivate(agreement), 200)
			if deal, _ := b.Agreement(agreement); deal.Status.Value != wire.StatusInactive {
				t.Errorf("agreement = %+v", deal)
			}
		})
	}
}

func status(t *testing.T, got Response, want int) {
	t.Helper()
	if got.Status != want {
		t.Errorf("answer = %+v, want %d", got, want)
	}
}

func TestDecline(t *testing.T) {
	t.Parallel()
	a, b := NewPartner(t, Options{Style: Node}), NewPartner(t, Options{Style: Node})
	agreement, _ := a.Invite(b.URL(), Terms{})
	status(t, b.Decline(agreement), 200)
	status(t, b.GetAgreement(agreement), 200)
	if deal, _ := a.Agreement(agreement); deal.Status.Value != wire.StatusDeclined {
		t.Errorf("agreement = %+v", deal)
	}
}

// The messages of the styles are the recorded ones, byte for byte.
func TestStylesWriteAsRecorded(t *testing.T) {
	t.Parallel()
	zendesk, node, rt := &Partner{options: Options{Style: Zendesk}}, &Partner{options: Options{Style: Node}}, &Partner{options: Options{Style: RT}}
	invitation, err := wire.DecodeAgreement(Recorded(t, "gem-invitation").Body)
	fatal(t, err)
	same(t, "gem-invitation", Recorded(t, "gem-invitation").Body, zendesk.encodeAgreement(invitation, invitation))
	invitation.Status = wire.Some("accepted")
	same(t, "gem-accept", Recorded(t, "gem-accept").Body, zendesk.encodeAgreement(invitation, wire.Agreement{Status: invitation.Status}))
	same(t, "rt-accept", Recorded(t, "rt-accept").Body, rt.encodeAgreement(invitation, wire.Agreement{Status: invitation.Status}))

	ticket, err := wire.DecodeTicket(Recorded(t, "gem-share").Body)
	fatal(t, err)
	recorded := strings.Replace(string(Recorded(t, "gem-share").Body), "14:13:54 -0800", "22:13:54 +0000", 1)
	same(t, "gem-share", []byte(recorded), zendesk.encodeTicket(ticket, ticket))
	change := wire.Ticket{UUID: ticket.UUID, Status: wire.Some("pending")}
	same(t, "gem-update", Recorded(t, "gem-update").Body, zendesk.encodeTicket(ticket, change))

	ticket, err = wire.DecodeTicket(Recorded(t, "node-share").Body)
	fatal(t, err)
	if got := string(node.encodeTicket(ticket, wire.Ticket{})); !strings.Contains(got, `"requested_at":"2014-01-01"`) || !strings.Contains(got, `"authored_at":"2014-01-01"`) {
		t.Error(got)
	}
}

func same(t *testing.T, name string, want, got []byte) {
	t.Helper()
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s: %s", name, diff)
	}
}

func fatal(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestReplay(t *testing.T) {
	t.Parallel()
	p, z := NewPartner(t, Options{}), NewPartner(t, Options{Style: Node, Name: "product"})
	status(t, p.Replay(z.URL(), "gem-invitation"), 201)
	status(t, z.Accept("23538de2af57572219a037c98aa4623a6767a498"), 200)
	status(t, p.Replay(z.URL(), "gem-accept"), 200)
	status(t, p.Replay(z.URL(), "gem-share"), 201)
	status(t, p.Replay(z.URL(), "gem-update"), 200)
	status(t, p.Replay(z.URL(), "gem-unshare"), 200)
	ticket, _ := z.Ticket(ticketUUID)
	if ticket.Status.Value != "pending" || ticket.Subject.Value != "Søk — trial 😀" || !ticket.Unshared {
		t.Errorf("ticket = %+v", ticket)
	}
	share := z.Requests()[2]
	if share.Header.Get("User-Agent") != "Faraday v1.1.0" || share.Header.Get(wire.HeaderVersion) != "" || share.Header.Get(wire.HeaderToken) == "" {
		t.Errorf("headers = %v", share.Header)
	}
	rt := NewPartner(t, Options{Style: RT, Name: "RT"})
	for name, want := range map[string]int{"rt-invitation": 201} {
		status(t, p.Replay(rt.URL(), name), want)
	}
	for _, name := range []string{"rt-rename", "rt-accept", "rt-deactivate-sender"} {
		status(t, p.Replay(rt.URL(), name), 200)
	}
	status(t, p.Replay(rt.URL(), "rt-deactivate-receiver"), 422)
	node := Recorded(t, "node-share")
	if node.Header.Get("X-Ticket-Sharing-Version") != "1" || node.Path != "/tickets/24813ffa2788c2c17c1f2c190f62528ca50eca52" {
		t.Errorf("recording = %+v", node)
	}
}
