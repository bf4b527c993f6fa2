package authentication

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"strings"

	"blitiri.com.ar/go/spf"
	"github.com/emersion/go-msgauth/authres"
	"github.com/emersion/go-msgauth/dkim"
	"github.com/emersion/go-msgauth/dmarc"
)

// maxSignatures bounds how many signatures of a message are verified.
const maxSignatures = 5

// policy is the DMARC record of a domain or of its organization; nil if there is none. An error means: ask later.
func (c *Checker) policy(ctx context.Context, domain string) (*dmarc.Record, error) {
	record, err := c.dmarcRecord(ctx, domain)
	if record != nil || err != nil {
		return record, err
	}
	org := organization(domain)
	if org == domain {
		return nil, nil
	}
	record, err = c.dmarcRecord(ctx, org)
	if record != nil && record.SubdomainPolicy != "" {
		record.Policy = record.SubdomainPolicy
	}
	return record, err
}

func (c *Checker) dmarcRecord(ctx context.Context, domain string) (*dmarc.Record, error) {
	record, err := dmarc.LookupWithOptions(domain, &dmarc.LookupOptions{LookupTXT: c.lookup(ctx)})
	if err == nil {
		return record, nil
	}
	if errors.Is(err, dmarc.ErrNoPolicy) || !dmarc.IsTempFail(err) {
		return nil, nil // RFC 7489 §6.6.3: a record that cannot be read is none
	}
	return nil, err
}

func (c *Checker) lookup(ctx context.Context) func(string) ([]string, error) {
	return func(name string) ([]string, error) {
		found, err := c.resolver.LookupTXT(ctx, name)
		if err != nil && ctx.Err() != nil {
			return nil, &net.DNSError{Err: "took too long", Name: name, IsTimeout: true, IsTemporary: true}
		}
		return found, err
	}
}

// dkim verifies the signatures of a message.
func (c *Checker) dkim(ctx context.Context, raw []byte, header textproto.MIMEHeader, policy *dmarc.Record, domain string) []Finding {
	if len(header["Dkim-Signature"]) == 0 {
		return []Finding{{Method: "dkim", Outcome: None, Reason: "It bears no DKIM signature."}}
	}
	verified, err := dkim.VerifyWithOptions(bytes.NewReader(raw), &dkim.VerifyOptions{LookupTXT: c.lookup(ctx), MaxVerifications: maxSignatures})
	if err != nil && !errors.Is(err, dkim.ErrTooManySignatures) {
		return []Finding{{Method: "dkim", Outcome: Fail, Reason: "Its DKIM signatures cannot be read."}}
	}
	strict := policy != nil && policy.DKIMAlignment == dmarc.AlignmentStrict
	var all []Finding
	for i, v := range verified[:min(len(verified), len(header["Dkim-Signature"]))] {
		f := Finding{Method: "dkim", Domain: strings.ToLower(v.Domain), Aligned: aligned(v.Domain, domain, strict)}
		f.Outcome, f.Reason = dkimOutcome(v, header["Dkim-Signature"][i])
		all = append(all, f)
	}
	return all
}

func dkimOutcome(v *dkim.Verification, signature string) (Outcome, string) {
	switch {
	case v.Err == nil && coversPart(signature):
		return Fail, fmt.Sprintf("The signature of %s covers only a part of the words.", v.Domain)
	case v.Err == nil:
		return Pass, fmt.Sprintf("It is signed by %s.", v.Domain)
	case dkim.IsTempFail(v.Err):
		return TempError, fmt.Sprintf("The key of %s cannot be fetched at the moment.", v.Domain)
	}
	return Fail, fmt.Sprintf("The signature of %s is not valid (%s).", v.Domain, strings.TrimPrefix(v.Err.Error(), "dkim: "))
}

// coversPart finds the tag l=, under which anybody may add words to what was signed (RFC 6376 §8.2).
func coversPart(signature string) bool {
	for tag := range strings.SplitSeq(signature, ";") {
		name, _, ok := strings.Cut(tag, "=")
		if ok && strings.TrimSpace(name) == "l" {
			return true
		}
	}
	return false
}

// spf asks whether the client may send for the domain of the reverse path.
func (c *Checker) spf(ctx context.Context, e Envelope, policy *dmarc.Record, domain string) Finding {
	if e.Client.IsPrivate() || e.Client.IsLoopback() || e.Client.IsLinkLocalUnicast() {
		return Finding{Method: "spf", Outcome: None, Reason: "It came from our own network."}
	}
	sender := e.Sender
	if sender == "" {
		sender = "postmaster@" + e.Hello // RFC 7208 §2.4
	}
	from := strings.ToLower(sender[strings.LastIndexByte(sender, '@')+1:])
	strict := policy != nil && policy.SPFAlignment == dmarc.AlignmentStrict
	f := Finding{Method: "spf", Domain: from, Aligned: aligned(from, domain, strict)}
	found, _ := spf.CheckHostWithSender(net.IP(e.Client.Unmap().AsSlice()), e.Hello, sender, spf.WithContext(ctx), spf.WithResolver(c.resolver))
	f.Outcome, f.Reason = spfOutcome(found, from, e)
	return f
}

func spfOutcome(found spf.Result, from string, e Envelope) (Outcome, string) {
	switch found {
	case spf.Pass:
		return Pass, fmt.Sprintf("%s may send mail for %s.", e.Client, from)
	case spf.Fail, spf.SoftFail:
		return Fail, fmt.Sprintf("%s may not send mail for %s.", e.Client, from)
	case spf.TempError:
		return TempError, fmt.Sprintf("Who may send mail for %s cannot be asked at the moment.", from)
	case spf.PermError:
		return Fail, fmt.Sprintf("What %s says of who may send its mail cannot be read.", from)
	}
	return None, fmt.Sprintf("%s does not say who may send its mail.", from)
}

// ownServer reads what the operator's own mail server found: the topmost of its fields.
func (c *Checker) ownServer(header textproto.MIMEHeader, policy *dmarc.Record, domain string) []Finding {
	for _, field := range header["Authentication-Results"] {
		server, results, err := authres.Parse(field)
		if !c.isOwn(server) {
			continue
		}
		if err != nil {
			return nil
		}
		var all []Finding
		for _, r := range results {
			if f, ok := serverFinding(r, server, policy, domain); ok {
				all = append(all, f)
			}
		}
		return all
	}
	return nil
}

func (c *Checker) isOwn(server string) bool {
	for _, own := range c.servers {
		if own != "" && strings.EqualFold(own, server) {
			return true
		}
	}
	return false
}

func serverFinding(r authres.Result, server string, policy *dmarc.Record, domain string) (Finding, bool) {
	var value authres.ResultValue
	var of string
	strict := false
	switch r := r.(type) {
	case *authres.DKIMResult:
		value, of = r.Value, firstText(r.Domain, r.Identifier)
		strict = policy != nil && policy.DKIMAlignment == dmarc.AlignmentStrict
	case *authres.SPFResult:
		value, of = r.Value, r.From
		strict = policy != nil && policy.SPFAlignment == dmarc.AlignmentStrict
	case *authres.DMARCResult:
		value, of, strict = r.Value, r.From, true
	default:
		return Finding{}, false
	}
	of = strings.ToLower(of[strings.LastIndexByte(of, '@')+1:])
	f := Finding{Method: "authentication-results", Domain: of, Aligned: aligned(of, domain, strict)}
	switch value {
	case authres.ResultPass:
		f.Outcome, f.Reason = Pass, fmt.Sprintf("Our mail server %s found that it comes from %s.", server, of)
	case authres.ResultTempError:
		f.Outcome, f.Reason = TempError, fmt.Sprintf("Our mail server %s could not ask about %s.", server, of)
	case authres.ResultNone, authres.ResultNeutral:
		f.Outcome, f.Reason = None, fmt.Sprintf("Our mail server %s found nothing about %s.", server, of)
	default:
		f.Outcome, f.Reason = Fail, fmt.Sprintf("Our mail server %s found that it does not come from %s.", server, of)
	}
	return f, true
}

func firstText(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}
