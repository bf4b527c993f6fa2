package authentication

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/emersion/go-msgauth/authres"
	"github.com/emersion/go-msgauth/dmarc"
)

// A forwarder that seals (RFC 8617) says in one set of three fields what it found when the mail came to it, and signs that
// along with the mail as it left. No library checks this; what follows does, as strictly as the RFC allows: one doubt and
// the chain proves nothing.

// maxSets is RFC 8617 §5.1.1.1's limit.
const maxSets = 50

// arcSet is what one forwarder added.
type arcSet struct {
	results, message, seal *arcField
}

// arcField is a field of a set with its tags.
type arcField struct {
	field
	tags map[string]string
}

var errARC = errors.New("the seals of forwarders are incomplete")

// arc is the word of forwarders that are trusted: what the first of them found, if all seals hold.
func (c *Checker) arc(ctx context.Context, raw []byte, policy *dmarc.Record, domain string) []Finding {
	if len(c.sealers) == 0 {
		return nil
	}
	fields, body := splitFields(raw)
	sets, err := arcSets(fields)
	if err != nil {
		return []Finding{{Method: "arc", Outcome: Fail, Reason: "The seals of forwarders cannot be read."}}
	}
	if len(sets) == 0 {
		return nil
	}
	for _, s := range sets {
		if !c.isSealer(s.seal.tags["d"]) || s.message.tags["d"] != s.seal.tags["d"] {
			return []Finding{{Method: "arc", Outcome: None, Reason: fmt.Sprintf("The forwarder %s is not one that is trusted.", s.seal.tags["d"])}}
		}
	}
	last := sets[len(sets)-1]
	if err := c.verifyChain(ctx, sets, fields, body); err != nil {
		return []Finding{{Method: "arc", Outcome: arcOutcome(err), Aligned: errors.Is(err, errLater), Reason: fmt.Sprintf("The seal of the forwarder %s does not hold.", last.seal.tags["d"])}}
	}
	return arcFindings(sets[0], policy, domain)
}

func arcOutcome(err error) Outcome {
	if errors.Is(err, errLater) {
		return TempError
	}
	return Fail
}

// isSealer says whether a domain, or one above it, is trusted.
func (c *Checker) isSealer(domain string) bool {
	domain = strings.ToLower(domain)
	for _, trusted := range c.sealers {
		if trusted != "" && (domain == trusted || strings.HasSuffix(domain, "."+trusted)) {
			return true
		}
	}
	return false
}

// arcFindings is what the first forwarder found, while the mail was still as it was sent.
func arcFindings(first arcSet, policy *dmarc.Record, domain string) []Finding {
	_, value, _ := strings.Cut(first.results.unfolded(), ";")
	_, results, err := authres.Parse(value)
	if err != nil {
		return []Finding{{Method: "arc", Outcome: None, Reason: "What the forwarder found cannot be read."}}
	}
	var all []Finding
	for _, r := range results {
		if f, ok := serverFinding(r, first.seal.tags["d"], policy, domain); ok {
			f.Method, f.Reason = "arc", strings.Replace(f.Reason, "Our mail server", "The trusted forwarder", 1)
			all = append(all, f)
		}
	}
	return all
}

// arcSets sorts the fields into sets, numbered without a gap, each field once (§5.2 steps 1 to 3).
func arcSets(fields []field) ([]arcSet, error) {
	byNumber := map[int]*arcSet{}
	for _, f := range fields {
		if !strings.HasPrefix(f.name, "arc-") {
			continue
		}
		a := &arcField{field: f, tags: parseTags(f.value())}
		number, err := strconv.Atoi(a.tags["i"])
		if err != nil || number < 1 || number > maxSets {
			return nil, errARC
		}
		if byNumber[number] == nil {
			byNumber[number] = &arcSet{}
		}
		if err := byNumber[number].add(a); err != nil {
			return nil, err
		}
	}
	sets := make([]arcSet, len(byNumber))
	for number, s := range byNumber {
		if number > len(sets) || s.results == nil || s.message == nil || s.seal == nil {
			return nil, errARC
		}
		sets[number-1] = *s
	}
	for i, s := range sets {
		if want := map[bool]string{true: "none", false: "pass"}[i == 0]; s.seal.tags["cv"] != want {
			return nil, errARC
		}
	}
	return sets, nil
}

func (s *arcSet) add(f *arcField) error {
	place := map[string]**arcField{"arc-authentication-results": &s.results, "arc-message-signature": &s.message, "arc-seal": &s.seal}[f.name]
	if place == nil || *place != nil {
		return errARC
	}
	*place = f
	return nil
}

// verifyChain checks the newest signature of the message and every seal (§5.2 steps 4 to 6).
func (c *Checker) verifyChain(ctx context.Context, sets []arcSet, fields []field, body []byte) error {
	if err := c.verifyMessage(ctx, sets[len(sets)-1].message, fields, body); err != nil {
		return err
	}
	for i := range sets {
		var data strings.Builder
		for _, s := range sets[:i+1] {
			data.WriteString(s.results.relaxed() + s.message.relaxed())
			if s.seal != sets[i].seal {
				data.WriteString(s.seal.relaxed())
			}
		}
		data.WriteString(strings.TrimSuffix(sets[i].seal.withoutSignature().relaxed(), "\r\n"))
		if sets[i].seal.tags["h"] != "" {
			return errARC // §4.1.3: a seal has no h
		}
		if err := c.verifySignature(ctx, sets[i].seal.tags, data.String()); err != nil {
			return err
		}
	}
	return nil
}

// verifyMessage checks an ARC-Message-Signature, which is as one of DKIM but for its name (§4.1.2).
func (c *Checker) verifyMessage(ctx context.Context, f *arcField, fields []field, body []byte) error {
	headerForm, bodyForm, _ := strings.Cut(f.tags["c"], "/")
	names := strings.Split(strings.ToLower(f.tags["h"]), ":")
	if _, partly := f.tags["l"]; partly || !covers(names, "from") || covers(names, "arc-seal") {
		return errARC
	}
	sum := sha256.Sum256(canonicalBody(body, bodyForm))
	if base64.StdEncoding.EncodeToString(sum[:]) != f.tags["bh"] {
		return errors.New("the words were changed")
	}
	var data strings.Builder
	left := map[string][]field{}
	for _, g := range fields {
		left[g.name] = append(left[g.name], g)
	}
	for _, name := range names {
		if same := left[name]; len(same) > 0 {
			data.WriteString(same[len(same)-1].canonical(headerForm))
			left[name] = same[:len(same)-1]
		}
	}
	data.WriteString(strings.TrimSuffix(f.withoutSignature().canonical(headerForm), "\r\n"))
	return c.verifySignature(ctx, f.tags, data.String())
}

func covers(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}

var errLater = errors.New("DNS does not answer")

// minKeyBits is what RFC 8301 asks of RSA keys.
const minKeyBits = 1024

func (c *Checker) verifySignature(ctx context.Context, tags map[string]string, data string) error {
	signature, err := base64.StdEncoding.DecodeString(tags["b"])
	if err != nil || tags["d"] == "" || tags["s"] == "" {
		return errARC
	}
	key, err := c.publicKey(ctx, tags["s"]+"._domainkey."+tags["d"])
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(data))
	switch key := key.(type) {
	case *rsa.PublicKey:
		if tags["a"] != "rsa-sha256" || key.N.BitLen() < minKeyBits {
			return errARC
		}
		return rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], signature)
	case ed25519.PublicKey:
		if tags["a"] == "ed25519-sha256" && ed25519.Verify(key, sum[:], signature) {
			return nil
		}
	}
	return errors.New("the signature is wrong")
}

// publicKey reads a DKIM key record (RFC 6376 §3.6.1, RFC 8463).
func (c *Checker) publicKey(ctx context.Context, name string) (crypto.PublicKey, error) {
	texts, err := c.lookup(ctx)(name)
	if temporary, ok := errors.AsType[interface {
		error
		Temporary() bool
	}](err); ok && temporary.Temporary() {
		return nil, errLater
	}
	if err != nil || len(texts) != 1 {
		return nil, errARC
	}
	tags := parseTags(texts[0])
	raw, err := base64.StdEncoding.DecodeString(tags["p"])
	switch {
	case err != nil || len(raw) == 0 || tags["v"] != "" && tags["v"] != "DKIM1":
		return nil, errARC
	case tags["k"] == "ed25519" && len(raw) == ed25519.PublicKeySize:
		return ed25519.PublicKey(raw), nil
	}
	if key, err := x509.ParsePKIXPublicKey(raw); err == nil {
		return key, nil
	}
	return x509.ParsePKCS1PublicKey(raw)
}
