package outbound

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"unicode"

	"github.com/emersion/go-smtp"

	guard "interdesk/outbound"
)

// Refusal is why a letter was not taken. Its sentence is for staff and holds no secret.
type Refusal struct {
	Permanent   bool // another attempt is useless
	Unreachable bool // it is about the relay, not this letter: others need not try for a while
	BadAddress  bool // nobody is there
	Message     string
	err         error
}

// Error says what happened.
func (r *Refusal) Error() string { return r.Message }

func (r *Refusal) Unwrap() error { return r.err }

// stage is how far an attempt had come when it failed: of what is said about whom.
type stage int

const (
	connecting stage = iota // to the relay, and signing in there
	addressing              // one letter
)

// refusalOf reads what a relay said. What it says of itself may change; what it says of a letter for good is for good.
func refusalOf(at stage, err error) error {
	if err == nil {
		return nil
	}
	var said *smtp.SMTPError
	switch {
	case errors.As(err, &said):
		text := fmt.Sprintf("the relay said %d %s", said.Code, printable(said.Message))
		permanent := at == addressing && aboutTheLetter(said.Code)
		return &Refusal{Permanent: permanent, Unreachable: !permanent && (at == connecting || said.Code >= 500 || said.Code == 421), Message: text, err: err,
			BadAddress: permanent && said.EnhancedCode[0] == 5 && said.EnhancedCode[1] == 1}
	case guard.IsBlocked(err):
		return &Refusal{Unreachable: true, Message: "the relay's address is not allowed: " + err.Error(), err: err}
	case errors.Is(err, context.DeadlineExceeded) || isTimeout(err):
		return &Refusal{Unreachable: true, Message: "the relay did not answer in time", err: err}
	}
	return &Refusal{Unreachable: true, Message: "the relay cannot be reached: " + printable(err.Error()), err: err}
}

// aboutTheLetter tells a refusal of this letter from one of our commands (500 to 504) or of us (530, 535, 538), which a relay
// may take back once it is set up rightly.
func aboutTheLetter(code int) bool {
	return code > 504 && code != 530 && code != 535 && code != 538
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

// maxSaid is how much of a relay's words is kept.
const maxSaid = 400

// printable makes one short line of what a relay may say.
func printable(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, strings.ToValidUTF8(s, "?"))
	s = oneLine(s)
	if len(s) > maxSaid {
		s = strings.ToValidUTF8(s[:maxSaid], "") + "…"
	}
	return s
}
