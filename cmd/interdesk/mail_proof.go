package main

import (
	"context"
	"net"
	"time"

	"interdesk/mail/authentication"
	mailin "interdesk/mail/inbound"
)

// proofTime is how long DNS may take to tell whether a mail comes from whom it names.
const proofTime = 20 * time.Second

// authenticate asks DNS and the operator's own mail servers whether a mail comes from the domain that its From names. What
// cannot be told in time is not proven, and not forged either.
func (s *server) authenticate() func(context.Context, mailin.Envelope, []byte) mailin.Authenticity {
	checker := authentication.New(net.DefaultResolver, s.AuthservID...)
	return func(ctx context.Context, e mailin.Envelope, source []byte) mailin.Authenticity {
		ctx, cancel := context.WithTimeout(ctx, proofTime)
		defer cancel()
		found := checker.Check(ctx, source, authentication.Envelope{Client: e.Client, Hello: e.Hello, Sender: e.From})
		return mailin.Authenticity{Proven: found.Proven(), Forged: found.Forged(), Words: found.Reason}
	}
}
