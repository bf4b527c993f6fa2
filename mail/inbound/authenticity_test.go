package inbound_test

import (
	"context"
	"net"
	"net/netip"
	"testing"

	"interdesk/mail/authentication"
	"interdesk/mail/inbound"
)

// zone is DNS as the tests have it.
type zone struct {
	txt  map[string]string
	down bool
	n    int
}

func (z *zone) LookupTXT(_ context.Context, name string) ([]string, error) {
	z.n++
	if z.down {
		return nil, &net.DNSError{Err: "no answer", Name: name, IsTimeout: true, IsTemporary: true}
	}
	if text, ok := z.txt[name]; ok {
		return []string{text}, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

func (z *zone) LookupMX(context.Context, string) ([]*net.MX, error)        { return nil, nil }
func (z *zone) LookupIPAddr(context.Context, string) ([]net.IPAddr, error) { return nil, nil }
func (z *zone) LookupAddr(context.Context, string) ([]string, error)       { return nil, nil }

func TestProver(t *testing.T) {
	t.Parallel()
	z := &zone{txt: map[string]string{"_dmarc.acme.test": "v=DMARC1; p=reject", "acme.test": "v=spf1 ip4:192.0.2.1 -all"}}
	p := inbound.NewProver(authentication.New(z, "mx.acme.test"))
	const plain = "From: agnes@acme.test\r\nSubject: x\r\n\r\nx\r\n"
	for name, try := range map[string]struct {
		client, source string
		want           inbound.Authenticity
	}{
		"from its server":         {"192.0.2.1", plain, inbound.Authenticity{Proven: true}},
		"from another":            {"192.0.2.2", plain, inbound.Authenticity{Forged: true}},
		"by our own server":       {"", "Authentication-Results: mx.acme.test; spf=pass smtp.mailfrom=acme.test\r\n" + plain, inbound.Authenticity{Proven: true}},
		"by somebody's own words": {"", "Authentication-Results: mx.evil.test; spf=pass smtp.mailfrom=acme.test\r\n" + plain, inbound.Authenticity{Forged: true}},
		"our machine is no proof": {"127.0.0.1", plain, inbound.Authenticity{Forged: true}},
		"a domain without policy": {"192.0.2.2", "From: mia@example.com\r\n\r\nx\r\n", inbound.Authenticity{}},
	} {
		e := inbound.Envelope{From: "agnes@acme.test", Hello: "mx.acme.test"}
		if try.client != "" {
			e.Client = netip.MustParseAddr(try.client)
		}
		got := p.Authenticate(t.Context(), e, []byte(try.source), false)
		got.Words = ""
		if got != try.want {
			t.Errorf("%s: %+v, want %+v", name, got, try.want)
		}
	}
	z.down = true
	if got := p.Authenticate(t.Context(), inbound.Envelope{}, []byte(plain), false); !got.Unsure {
		t.Errorf("without DNS: %+v", got)
	}
	asked := z.n
	if got := p.Authenticate(t.Context(), inbound.Envelope{}, []byte(plain), false); !got.Unsure || z.n != asked {
		t.Errorf("DNS is asked again at once: %+v", got)
	}
	if p.Authenticate(t.Context(), inbound.Envelope{}, []byte(plain), true); z.n == asked {
		t.Error("DNS is not asked for staff")
	}
}
