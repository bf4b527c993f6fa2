package inbound

import (
	"context"
	"strings"
	"sync/atomic"
	"time"

	"interdesk/mail/authentication"
)

// Authenticity is what is known of whether a message comes from whom it names.
type Authenticity struct {
	Proven bool   // the domain of From vouches for it
	Forged bool   // the domain of From says that it sends no such mail
	Unsure bool   // DNS did not answer; it may later
	Words  string // what was found, for people
}

// How long DNS may take for one message, and how long it is left alone after it did not answer. Then only staff's mail is
// checked, which is worth waiting for.
const (
	dnsTime = 10 * time.Second
	dnsRest = 30 * time.Second
)

// Prover asks package authentication whether messages are genuine. The zero Prover is not usable.
type Prover struct {
	checker *authentication.Checker
	failed  atomic.Int64 // when DNS did not answer last, in nanoseconds
}

// NewProver makes one. servers are the names under which the operator's own mail servers write Authentication-Results.
func NewProver(dns authentication.Resolver, servers ...string) *Prover {
	return &Prover{checker: authentication.New(dns, servers...)}
}

// Authenticate looks at one message; urgent ones are looked at whether DNS has been answering or not.
func (p *Prover) Authenticate(ctx context.Context, e Envelope, source []byte, urgent bool) Authenticity {
	if !urgent && time.Since(time.Unix(0, p.failed.Load())) < dnsRest {
		return Authenticity{Unsure: true}
	}
	within, cancel := context.WithTimeout(ctx, dnsTime)
	defer cancel()
	known := authentication.Envelope{Hello: e.Hello, Sender: e.From}
	if !isLocal(e.Client) {
		known.Client = e.Client
	}
	r := p.checker.Check(within, source, known)
	if r.Outcome == authentication.TempError {
		p.failed.Store(time.Now().UnixNano())
	}
	return Authenticity{Proven: r.Proven(), Forged: r.Forged(), Unsure: r.Outcome == authentication.TempError, Words: strings.TrimSpace(r.Reason)}
}
