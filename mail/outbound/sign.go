package outbound

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"io"
	"strings"
	"time"

	"github.com/emersion/go-msgauth/dkim"

	"interdesk/desk"
	"interdesk/store"
)

// signedHeaders are those that a signature vouches for.
func signedHeaders() []string {
	return []string{"From", "Reply-To", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "MIME-Version",
		"Content-Type", "Auto-Submitted", "List-Unsubscribe", "List-Unsubscribe-Post"}
}

// sign puts the signature of the sender's domain before a source, where the domain has a key that the DNS knows. The source
// is read twice and never whole in memory.
func (s *Service) sign(ctx context.Context, account desk.AccountID, m *desk.Mail, source io.ReadSeeker) (io.Reader, int64, error) {
	_, domain, _ := strings.Cut(m.Sender, "@")
	key, selector, err := s.keyOf(ctx, account, domain)
	if err != nil || key == nil {
		return source, m.Size, err
	}
	signer, err := dkim.NewSigner(&dkim.SignOptions{Domain: domain, Selector: selector, Signer: key, HeaderKeys: signedHeaders(),
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed})
	if err != nil {
		return nil, 0, err
	}
	if _, err := io.Copy(signer, source); err != nil {
		_ = signer.Close()
		return nil, 0, err
	}
	if err := signer.Close(); err != nil {
		return nil, 0, err
	}
	if _, err := source.Seek(0, io.SeekStart); err != nil {
		return nil, 0, err
	}
	signature := signer.Signature()
	return io.MultiReader(strings.NewReader(signature), source), m.Size + int64(len(signature)), nil
}

// keyOf is a domain's key; nil when it has none, or nobody could check a signature by it.
func (s *Service) keyOf(ctx context.Context, account desk.AccountID, domain string) (crypto.Signer, string, error) {
	var k desk.DKIMKey
	err := s.store.Account(account).Look(ctx, func(tx *store.Tx) (err error) {
		k, err = tx.DKIMKey(ctx, domain)
		return err
	})
	if desk.KindOf(err) == desk.NotFound || err == nil && k.FoundAt.IsZero() {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", err
	}
	text, err := s.options.Secrets.Open(k.PrivateKey)
	if err != nil {
		return nil, "", err
	}
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, "", err
	}
	key, err := x509.ParsePKCS1PrivateKey(raw)
	return key, k.Selector, err
}

// keyBits is what all who check signatures can read, and nobody breaks.
const keyBits = 2048

// NewDKIMKey makes a key for a domain. It signs once the domain's DNS has the public one: see CheckDKIM.
func (s *Service) NewDKIMKey(domain string, now time.Time) (desk.DKIMKey, error) {
	key, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return desk.DKIMKey{}, err
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		return desk.DKIMKey{}, err
	}
	sealed, err := s.options.Secrets.Seal(base64.StdEncoding.EncodeToString(x509.MarshalPKCS1PrivateKey(key)))
	return desk.DKIMKey{Domain: strings.ToLower(domain), Selector: "interdesk" + now.UTC().Format("200601"), PrivateKey: sealed,
		PublicKey: base64.StdEncoding.EncodeToString(public), CreatedAt: now}, err
}

// Resolver looks TXT records up. *net.Resolver is one.
type Resolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
}

// CheckDKIM asks the DNS for a key's record and notes whether it is there. What it says is a sentence for the admin.
func CheckDKIM(ctx context.Context, dns Resolver, k *desk.DKIMKey, now time.Time) string {
	k.CheckedAt = now
	found, err := dns.LookupTXT(ctx, k.RecordName())
	if err != nil || len(found) == 0 {
		k.FoundAt = time.Time{}
		return "There is no TXT record at " + k.RecordName() + " yet."
	}
	for _, record := range found {
		if publicKeyIn(record) == k.PublicKey {
			if k.FoundAt.IsZero() {
				k.FoundAt = now
			}
			return ""
		}
	}
	k.FoundAt = time.Time{}
	return "The TXT record at " + k.RecordName() + " holds another key."
}

// publicKeyIn is the p= of a record; blanks in it mean nothing (RFC 6376 §3.6.1).
func publicKeyIn(record string) string {
	for tag := range strings.SplitSeq(record, ";") {
		name, value, _ := strings.Cut(tag, "=")
		if strings.TrimSpace(name) == "p" {
			return strings.Join(strings.Fields(value), "")
		}
	}
	return ""
}
