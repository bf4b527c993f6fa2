package sharingtest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"interdesk/desk"
	"interdesk/sharing/sharetest"
	"interdesk/sharing/wire"
)

// Request sends a request of the caller's making to an account.
func (o *Office) Request(method, path, token, contentType, body string) (*http.Response, string) {
	o.t.Helper()
	req, err := http.NewRequestWithContext(o.t.Context(), method, strings.Replace(o.URL()+path, o.Account.Subdomain+".localhost", "127.0.0.1", 1), strings.NewReader(body))
	Check(o.t, err)
	req.Host = strings.TrimPrefix(o.BaseURL(o.Account.Subdomain), "http://")
	if token != "" {
		req.Header.Set(wire.HeaderToken, token)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	Check(o.t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	Check(o.t, err)
	return res, string(text)
}

// ExpectRequest sends a JSON message and checks the status of the answer, which must be one of nhd §13.1.
func (o *Office) ExpectRequest(status int, method, path, token, body string) string {
	o.t.Helper()
	res, text := o.Request(method, path, token, "application/json", body)
	if res.StatusCode != status {
		o.t.Fatalf("%s %s answered %d %q, want %d", method, path, res.StatusCode, text, status)
	}
	return text
}

// PartnerTicket is what a partner holds of a ticket.
func PartnerTicket(p *sharetest.Partner, uuid string) sharetest.Ticket {
	ticket, _ := p.Ticket(uuid)
	return ticket
}

// IDText writes an id.
func IDText[T ~int64](id T) string { return fmt.Sprint(int64(id)) }

// Value is an action's value.
func Value(v any) json.RawMessage {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return raw
}

// FullTerms let everything travel.
func FullTerms() desk.Terms {
	return desk.Terms{PublicComments: true, SyncTags: true, SyncFields: true}
}

// Uuids, keys and an address for messages of a test's own making.
const (
	UUIDA = "23538de2af57572219a037c98aa4623a6767a498"
	UUIDB = "cc538de2af57572219a037c98aa4623a6767a498"
	KeyA  = "08a479474fc0c3fabfa2b7906f0ce5e55ad2d78f"
	KeyB  = "e9e6f7965124fc4039ec091864544a6a8870e544"
	FarA  = "http://10.1.2.3:8080/sharing"
)

// Invitation is one as JSON; more are members to add.
func Invitation(uuid, key, sender string, more string) string {
	return fmt.Sprintf(`{"uuid":%q,"access_key":%q,"name":"Scripted","status":"pending","sender_url":%q,"receiver_url":"http://acme.localhost/sharing"%s}`,
		uuid, key, sender, more)
}
