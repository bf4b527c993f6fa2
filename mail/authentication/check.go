package authentication

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/textproto"
	"strings"

	"golang.org/x/net/publicsuffix"

	"interdesk/mail/message"
)

// Resolver is what is asked of DNS; *net.Resolver is one.
type Resolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
	LookupMX(ctx context.Context, name string) ([]*net.MX, error)
	LookupIPAddr(ctx context.Context, host string) ([]net.IPAddr, error)
	LookupAddr(ctx context.Context, address string) ([]string, error)
}

// Outcome is a finding in one word.
type Outcome string

// The outcomes.
const (
	Pass      Outcome = "pass"      // proven
	Fail      Outcome = "fail"      // the domain says that its mail can be proven, and this is not
	None      Outcome = "none"      // nothing is known, for or against
	TempError Outcome = "temperror" // DNS did not answer; it may later
)

// Envelope is what the door knows of a mail that came over the network.
type Envelope struct {
	Client netip.Addr // the zero address where there was none: SPF is not asked then
	Hello  string
	Sender string // the reverse path; "" of bounces
}

// Finding is what one method says.
type Finding struct {
	Method  string // dkim, spf, authentication-results, arc
	Outcome Outcome
	Domain  string // which it speaks for
	Aligned bool   // that is the domain of From, or of the same organization
	Reason  string // a sentence
}

// Result is whether the domain of From is proven, with everything that was found.
type Result struct {
	Outcome  Outcome
	Domain   string // of From
	Policy   string // what the domain asks for: none, quarantine, reject; "" without a DMARC record
	Reason   string // a sentence for people
	Findings []Finding
}

// Proven says whether the address in From may count as its owner's.
func (r Result) Proven() bool { return r.Outcome == Pass }

// Forged says whether the mail is not what it says: its domain asks that such mail be put aside, or it names no one author.
// A domain that only watches (p=none) asks for nothing.
func (r Result) Forged() bool { return r.Outcome == Fail && r.Policy != "none" }

// Checker proves mails.
type Checker struct {
	resolver Resolver
	servers  []string // our own mail servers' names in Authentication-Results
	sealers  []string // domains of forwarders whose seals are believed
}

// New makes a checker. servers are the authserv-ids of the operator's own mail servers; without any, no mail's
// Authentication-Results are believed.
func New(resolver Resolver, servers ...string) *Checker {
	c := &Checker{resolver: resolver}
	for _, s := range servers {
		c.servers = append(c.servers, strings.ToLower(strings.TrimSpace(s)))
	}
	return c
}

// Trusting is the checker that also believes what these forwarders' domains seal (ARC).
func (c *Checker) Trusting(sealers ...string) *Checker {
	trusting := *c
	for _, s := range sealers {
		trusting.sealers = append(trusting.sealers, strings.ToLower(strings.Trim(s, " .")))
	}
	return &trusting
}

// Check looks at a whole message. The context bounds how long DNS may take.
func (c *Checker) Check(ctx context.Context, raw []byte, e Envelope) Result {
	header, err := readHeader(raw)
	if err != nil {
		return Result{Outcome: Fail, Reason: "The header of the mail is broken, so that it says different things to different readers."}
	}
	domain, reason := fromDomain(header)
	if domain == "" {
		return Result{Outcome: Fail, Reason: reason}
	}
	r := Result{Domain: domain}
	policy, policyErr := c.policy(ctx, domain)
	if policy != nil {
		r.Policy = string(policy.Policy)
	}
	r.Findings = append(r.Findings, c.ownServer(header, policy, domain)...)
	r.Findings = append(r.Findings, c.dkim(ctx, raw, header, policy, domain)...)
	r.Findings = append(r.Findings, c.arc(ctx, raw, policy, domain)...)
	if e.Client.IsValid() {
		r.Findings = append(r.Findings, c.spf(ctx, e, policy, domain))
	}
	r.conclude(policy != nil, policyErr)
	return r
}

// conclude weighs the findings: one that is aligned and passed is enough.
func (r *Result) conclude(hasPolicy bool, policyErr error) {
	waiting := policyErr != nil
	for _, f := range r.Findings {
		if f.Aligned && f.Outcome == Pass {
			r.Outcome, r.Reason = Pass, f.Reason
			return
		}
		waiting = waiting || f.Aligned && f.Outcome == TempError
	}
	switch {
	case waiting:
		r.Outcome = TempError
		r.Reason = fmt.Sprintf("Whether the mail comes from %s cannot be told at the moment: DNS does not answer.", r.Domain)
	case hasPolicy:
		r.Outcome = Fail
		r.Reason = fmt.Sprintf("The mail does not come from %s: that domain signs its mail, and nothing here proves it.", r.Domain)
	default:
		r.Outcome = None
		r.Reason = fmt.Sprintf("Nothing proves that the mail comes from %s.", r.Domain)
	}
	for _, f := range r.Findings {
		if f.Outcome != Pass || !f.Aligned {
			r.Reason += " " + f.Reason
		}
	}
}

// maxHeader is how much of a message is taken for its header.
const maxHeader = message.MaxHeader

// readHeader is strict: where readers differ on what a header says, it must not prove anything.
func readHeader(raw []byte) (textproto.MIMEHeader, error) {
	raw = raw[:min(len(raw), maxHeader)]
	header, err := textproto.NewReader(bufio.NewReader(bytes.NewReader(raw))).ReadMIMEHeader()
	if errors.Is(err, io.EOF) {
		return header, nil // a message without a body
	}
	return header, err
}

// fromDomain is the one domain of From. A mail with several fields or authors cannot be proven: each program shows another
// of them (RFC 7489 §6.6.1).
func fromDomain(header textproto.MIMEHeader) (domain, reason string) {
	fields := header["From"]
	if len(fields) != 1 {
		return "", fmt.Sprintf("The mail has %d From fields instead of one.", len(fields))
	}
	authors := message.ParseAddresses(fields[0])
	if len(authors) != 1 {
		return "", fmt.Sprintf("The mail names %d authors instead of one.", len(authors))
	}
	return authors[0].Domain(), ""
}

// organization is the domain that somebody registered (RFC 7489 §3.2).
func organization(domain string) string {
	org, err := publicsuffix.EffectiveTLDPlusOne(domain)
	if err != nil {
		return domain
	}
	return org
}

// aligned compares a proven domain with that of From.
func aligned(proven, from string, strict bool) bool {
	proven, from = strings.ToLower(strings.TrimSuffix(proven, ".")), strings.ToLower(from)
	if proven == from {
		return proven != ""
	}
	return !strict && proven != "" && organization(proven) == organization(from)
}
