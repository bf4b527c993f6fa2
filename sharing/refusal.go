package sharing

import (
	"net/http"

	"interdesk/desk"
)

// Refusal is the answer to a partner's message that is not taken. Only the codes of nhd §13.1 may stand in it: Zendesk's
// client stumbles over others.
type Refusal struct {
	Code   int
	Words  string            // one sentence, text/plain
	Header map[string]string // beside the usual ones
}

// Error gives the sentence.
func (r *Refusal) Error() string { return r.Words }

// Refuse makes a refusal.
func Refuse(code int, words string) error { return &Refusal{Code: code, Words: words} }

// NeedAdmin refuses whoever may not manage agreements.
func NeedAdmin(actor desk.Actor) error {
	if actor.System || actor.Role == desk.Admin && actor.Foreign == 0 {
		return nil
	}
	return desk.Errorf(desk.Forbidden, "Only admins manage sharing agreements")
}

// NeedAgent refuses whoever may not see how a ticket is shared.
func NeedAgent(actor desk.Actor) error {
	if actor.Staff() {
		return nil
	}
	return desk.Errorf(desk.Forbidden, "Only agents see how a ticket is shared")
}

// IgnoreMissing makes nothing of what is gone by now.
func IgnoreMissing(err error) error {
	if desk.KindOf(err) == desk.NotFound {
		return nil
	}
	return err
}

// Busy asks a partner to come back after so many seconds.
func Busy(words, seconds string) error {
	return &Refusal{Code: http.StatusServiceUnavailable, Words: words, Header: map[string]string{"Retry-After": seconds}}
}
