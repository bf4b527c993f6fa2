package authentication

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"net"
	"net/netip"
	"strings"
	"testing"

	"github.com/emersion/go-msgauth/dkim"
)

// zone is DNS from a map of TXT records. What is "slow" in it does not answer.
type zone map[string]string

func (z zone) LookupTXT(_ context.Context, name string) ([]string, error) {
	text, ok := z[strings.ToLower(strings.TrimSuffix(name, "."))]
	switch {
	case !ok:
		return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
	case text == "slow":
		return nil, &net.DNSError{Err: "i/o timeout", Name: name, IsTimeout: true, IsTemporary: true}
	}
	return []string{text}, nil
}

func (z zone) LookupMX(_ context.Context, name string) ([]*net.MX, error) {
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

func (z zone) LookupIPAddr(_ context.Context, name string) ([]net.IPAddr, error) {
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

func (z zone) LookupAddr(_ context.Context, name string) ([]string, error) {
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

const plain = "From: Jane <jane@acme.example>\r\nTo: support@desk.example\r\nSubject: Printer\r\n\r\nIt is broken.\r\n"

var (
	rsaKey, _         = rsa.GenerateKey(rand.Reader, 2048)
	_, edKey, edError = ed25519.GenerateKey(rand.Reader)
)

func rsaRecord(t *testing.T) string {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(rsaKey.Public())
	if err != nil || edError != nil {
		t.Fatal(err, edError)
	}
	return "v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(der)
}

func edRecord() string {
	return "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(edKey.Public().(ed25519.PublicKey))
}

// sign signs a message as a domain does with its key s1, or with the Ed25519 key e1.
func sign(t *testing.T, raw, domain, selector string) string {
	t.Helper()
	options := &dkim.SignOptions{Domain: domain, Selector: selector, Signer: rsaKey, HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed}
	if selector == "e1" {
		options.Signer = edKey
	}
	var out bytes.Buffer
	if err := dkim.Sign(&out, strings.NewReader(raw), options); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestDomainOfFromIsProvenOrNot(t *testing.T) {
	t.Parallel()
	records := zone{
		"s1._domainkey.acme.example":      rsaRecord(t),
		"e1._domainkey.acme.example":      edRecord(),
		"s1._domainkey.mail.acme.example": rsaRecord(t),
		"s1._domainkey.other.example":     rsaRecord(t),
		"s1._domainkey.slow.example":      "slow",
		"_dmarc.acme.example":             "v=DMARC1; p=reject",
		"_dmarc.strict.example":           "v=DMARC1; p=quarantine; adkim=s; aspf=s",
		"s1._domainkey.a.strict.example":  rsaRecord(t),
		"_dmarc.slow.example":             "slow",
		"_dmarc.broken.example":           "v=DMARC1; what",
		"acme.example":                    "v=spf1 ip4:192.0.2.0/24 -all",
		"other.example":                   "v=spf1 ip4:192.0.2.0/24 -all",
		"s1._domainkey.nodmarc.example":   rsaRecord(t),
	}
	as := func(address string) string { return strings.Replace(plain, "jane@acme.example", address, 1) }
	good, bad := netip.MustParseAddr("192.0.2.7"), netip.MustParseAddr("203.0.113.9")
	results := func(server, words string) string { return "Authentication-Results: " + server + "; " + words + "\r\n" }
	for name, c := range map[string]struct {
		raw  string
		e    Envelope
		want Outcome
	}{
		"signed by the domain":             {sign(t, plain, "acme.example", "s1"), Envelope{}, Pass},
		"signed with Ed25519":              {sign(t, plain, "acme.example", "e1"), Envelope{}, Pass},
		"signed by a part of the domain":   {sign(t, plain, "mail.acme.example", "s1"), Envelope{}, Pass},
		"signed by another domain":         {sign(t, plain, "other.example", "s1"), Envelope{}, Fail},
		"signed by both":                   {sign(t, sign(t, plain, "acme.example", "s1"), "other.example", "s1"), Envelope{}, Pass},
		"changed on the way":               {strings.Replace(sign(t, plain, "acme.example", "s1"), "broken", "open", 1), Envelope{}, Fail},
		"subject changed on the way":       {strings.Replace(sign(t, plain, "acme.example", "s1"), "Subject: Printer", "Subject: Money", 1), Envelope{}, Fail},
		"a key that is not there":          {sign(t, plain, "acme.example", "s2"), Envelope{}, Fail},
		"not signed":                       {plain, Envelope{}, Fail},
		"no policy, signed":                {sign(t, as("jane@nodmarc.example"), "nodmarc.example", "s1"), Envelope{}, Pass},
		"no policy, not signed":            {as("jane@nodmarc.example"), Envelope{}, None},
		"a policy that cannot be read":     {as("jane@broken.example"), Envelope{}, None},
		"strict, signed by a part":         {sign(t, as("jane@strict.example"), "a.strict.example", "s1"), Envelope{}, Fail},
		"policy of the organization":       {as("jane@dept.acme.example"), Envelope{}, Fail},
		"DNS does not answer":              {sign(t, as("jane@slow.example"), "slow.example", "s1"), Envelope{}, TempError},
		"SPF allows":                       {plain, Envelope{Client: good, Sender: "jane@acme.example"}, Pass},
		"SPF forbids":                      {plain, Envelope{Client: bad, Sender: "jane@acme.example"}, Fail},
		"SPF allows another domain":        {plain, Envelope{Client: good, Sender: "jane@other.example"}, Fail},
		"SPF of a bounce":                  {plain, Envelope{Client: good, Hello: "acme.example"}, Pass},
		"from our own network":             {plain, Envelope{Client: netip.MustParseAddr("127.0.0.1"), Sender: "jane@acme.example"}, Fail},
		"two From fields":                  {"From: x@other.example\r\n" + sign(t, plain, "acme.example", "s1"), Envelope{}, Fail},
		"two authors":                      {as("jane@acme.example>, <eve@other.example"), Envelope{}, Fail},
		"a header that is broken":          {"this is no field\r\n" + sign(t, plain, "acme.example", "s1"), Envelope{}, Fail},
		"no From":                          {"Subject: x\r\n\r\nwords\r\n", Envelope{}, Fail},
		"our server found it":              {results("mx.desk.example", "dmarc=pass header.from=acme.example") + plain, Envelope{}, Pass},
		"our server, a signature":          {results("MX.desk.example", "dkim=pass header.d=mail.acme.example") + plain, Envelope{}, Pass},
		"our server, another's signature":  {results("mx.desk.example", "dkim=pass header.d=other.example") + plain, Envelope{}, Fail},
		"our server found it false":        {results("mx.desk.example", "dmarc=fail header.from=acme.example") + plain, Envelope{}, Fail},
		"another's server":                 {results("mx.evil.example", "dmarc=pass header.from=acme.example") + plain, Envelope{}, Fail},
		"below what our server says":       {results("mx.desk.example", "dmarc=fail header.from=acme.example") + results("mx.desk.example", "dmarc=pass header.from=acme.example") + plain, Envelope{}, Fail},
		"our server about another address": {results("mx.desk.example", "dmarc=pass header.from=other.example") + plain, Envelope{}, Fail},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := New(records, "mx.desk.example").Check(t.Context(), []byte(c.raw), c.e)
			if got.Outcome != c.want || got.Reason == "" || got.Proven() != (c.want == Pass) {
				t.Errorf("%+v, want %s", got, c.want)
			}
		})
	}
}

func TestDomainThatOnlyWatches(t *testing.T) {
	t.Parallel()
	for policy, forged := range map[string]bool{"none": false, "quarantine": true, "reject": true} {
		got := New(zone{"_dmarc.acme.example": "v=DMARC1; p=" + policy}).Check(t.Context(), []byte(plain), Envelope{})
		if got.Outcome != Fail || got.Policy != policy || got.Forged() != forged {
			t.Errorf("p=%s: forged %v, %+v", policy, got.Forged(), got)
		}
	}
}

func TestSignatureOfAPartIsNoProof(t *testing.T) {
	t.Parallel()
	for signature, want := range map[string]bool{
		"v=1; a=rsa-sha256; l=10; b=x":      true,
		"v=1; a=rsa-sha256;\r\n l = 10;b=x": true,
		"v=1; bh=l=10; d=l.example":         false,
	} {
		if got := coversPart(signature); got != want {
			t.Errorf("%q: %v", signature, got)
		}
	}
}

func TestTrustIsNotGivenWithoutAName(t *testing.T) {
	t.Parallel()
	raw := "Authentication-Results: ; dmarc=pass header.from=acme.example\r\n" + plain
	for _, c := range []*Checker{New(zone{}), New(zone{}, "")} {
		if got := c.Check(t.Context(), []byte(raw), Envelope{}); got.Outcome != None {
			t.Errorf("%+v", got)
		}
	}
}

func TestTooLongIsNotAnAnswer(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if got := New(&net.Resolver{}).Check(ctx, []byte(plain), Envelope{}); got.Outcome != TempError {
		t.Errorf("%+v", got)
	}
}
