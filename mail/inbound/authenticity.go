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

// How long DNS may take for one message: longer for staff's, which is worth waiting for. After it did not answer, other mail
// goes without, and one message in dnsRest tries whether it answers again.
const (
	staffTime = 10 * time.Second
	dnsTime   = 3 * time.Second
	dnsRest   = 30 * time.Second
)

// Prover asks package authentication whether messages are genuine. The zero Prover is not usable.
type Prover struct {
	checker *authentication.Checker
	silent  atomic.Int64 // when DNS was last asked in vain, in nanoseconds; 0: it answers
}

// NewProver makes one.
func NewProver(checker *authentication.Checker) *Prover { return &Prover{checker: checker} }

// Authenticate looks at one message; those that name staff are looked at whether DNS has been answering or not.
func (p *Prover) Authenticate(ctx context.Context, e Envelope, source []byte, byStaff bool) Authenticity {
	limit := staffTime
	if !byStaff {
		limit = dnsTime
		if !p.mayAsk(time.Now().UnixNano()) {
			return Authenticity{Unsure: true}
		}
	}
	within, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	known := authentication.Envelope{Hello: e.Hello, Sender: e.From}
	if !isLocal(e.Client) {
		known.Client = e.Client
	}
	r := p.checker.Check(within, source, known)
	unsure := r.Outcome == authentication.TempError
	if unsure {
		p.silent.Store(time.Now().UnixNano())
	} else {
		p.silent.Store(0)
	}
	return Authenticity{Proven: r.Proven(), Forged: r.Forged(), Unsure: unsure, Words: strings.TrimSpace(r.Reason)}
}

// mayAsk tells whether to ask DNS; while it is silent only one message does, when the rest is over.
func (p *Prover) mayAsk(now int64) bool {
	since := p.silent.Load()
	return since == 0 || now-since >= int64(dnsRest) && p.silent.CompareAndSwap(since, now)
}
