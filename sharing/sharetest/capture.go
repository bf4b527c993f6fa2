package sharetest

import (
	"bufio"
	"bytes"
	"embed"
	"net/http"
	"net/textproto"
	"strings"
	"testing"

	"interdesk/sharing/wire"
)

//go:embed testdata/*.http
var recordings embed.FS

// Recording is a request as a real implementation sent it (nhd-captures §3).
type Recording struct {
	Method string
	Path   string // below the sharing URL: "/agreements/…", "/tickets/…"
	Header http.Header
	Body   []byte
}

// Recorded returns a recording by name: gem-invitation, gem-accept, gem-share, gem-update, gem-unshare, rt-invitation, rt-rename, rt-accept,
// rt-deactivate-sender, rt-deactivate-receiver, node-share.
func Recorded(t testing.TB, name string) Recording {
	t.Helper()
	text, err := recordings.ReadFile("testdata/" + name + ".http")
	if err != nil {
		t.Fatal(err)
	}
	head, body, _ := bytes.Cut(text, []byte("\n\n"))
	first, rest, _ := strings.Cut(string(head), "\n")
	words := strings.Fields(first)
	header, err := textproto.NewReader(bufio.NewReader(strings.NewReader(rest + "\n\n"))).ReadMIMEHeader()
	if err != nil {
		t.Fatal(err)
	}
	for _, hop := range []string{"Host", "Content-Length", "Connection", "Te"} {
		header.Del(hop) // of that connection, not of the message
	}
	return Recording{Method: words[0], Path: strings.TrimPrefix(words[1], "/sharing"), Header: http.Header(header), Body: body}
}

// Replay sends a recording to a product's sharing URL, byte for byte but for the addresses: what the recording calls its own becomes the
// partner's, what it calls the other side's becomes the product's. An invitation makes the partner know the agreement.
func (p *Partner) Replay(to, name string) Response {
	p.t.Helper()
	recording := Recorded(p.t, name)
	recording.Body = p.readdress(to, recording.Body)
	if invitation, err := wire.DecodeAgreement(recording.Body); err == nil && recording.Method == http.MethodPost && invitation.AccessKey.IsSet() {
		p.mu.Lock()
		p.deals[invitation.UUID.Value] = &Agreement{Agreement: invitation, Side: wire.Sender, Peer: to}
		p.mu.Unlock()
	}
	return p.Raw(recording.Method, to+recording.Path, recording.Header, recording.Body)
}

func (p *Partner) readdress(to string, body []byte) []byte {
	return []byte(strings.NewReplacer(
		"http://127.0.0.1:18080/att", p.origin()+"/att",
		"http://127.0.0.1:18081/sharing", p.URL(),
		"http://127.0.0.1:18090/NoAuth/NHD/1.0", p.URL(),
		"http://127.0.0.1:18080/sharing", to,
		"http://127.0.0.1:18083/sharing", to,
	).Replace(string(body)))
}
