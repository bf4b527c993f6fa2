package access

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"interdesk/desk"
)

// LinkPurpose is what a link in a letter does.
type LinkPurpose string

// The links there are.
const (
	LinkPassword LinkPurpose = "password" // choose a new password
	LinkSignIn   LinkPurpose = "signin"   // sign in without one
	LinkVerify   LinkPurpose = "verify"   // this address is mine
	LinkInvite   LinkPurpose = "invite"   // choose a first password
	LinkUnfollow LinkPurpose = "unfollow" // hear no more of a ticket
	LinkRating   LinkPurpose = "rating"   // say how satisfied one is with a ticket
)

// Links signs links that lead from a letter to us and prove who got it. Nothing is stored: the signature covers the purpose,
// the account, the subject, the end, and a state that the link's use changes (the hash of the password that it replaces), so
// that a link works once. Following a link changes nothing by itself: a page asks, and only its button acts, or the
// programs that open all links of a mail would use them up.
type Links struct{ key []byte }

// NewLinks makes links that bear a key's signature.
func NewLinks(key []byte) *Links { return &Links{key} }

// Link is a link that was opened. Its signature is not proven before Holds.
type Link struct {
	Subject string
	Expires time.Time
	mac     string
	signed  func(state string) string
}

// Sign makes the part of a link that proves it. Subject has no dot; state is what the link's use changes.
func (l *Links) Sign(p LinkPurpose, account desk.AccountID, subject, state string, expires time.Time) string {
	end := strconv.FormatInt(expires.Unix(), 36)
	return subject + "." + end + "." + l.mac(p, account, subject, end, state)
}

func (l *Links) mac(p LinkPurpose, account desk.AccountID, subject, end, state string) string {
	h := hmac.New(sha256.New, l.key)
	fmt.Fprintf(h, "%s\x00%d\x00%s\x00%s\x00%s", p, account, subject, end, state)
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:20])
}

// Open takes a link apart. Who asks reads the state of its subject, and then whether the link Holds.
func (l *Links) Open(p LinkPurpose, account desk.AccountID, token string) (Link, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return Link{}, brokenLink()
	}
	end, err := strconv.ParseInt(parts[1], 36, 64)
	if err != nil {
		return Link{}, brokenLink()
	}
	return Link{Subject: parts[0], Expires: time.Unix(end, 0), mac: parts[2],
		signed: func(state string) string { return l.mac(p, account, parts[0], parts[1], state) }}, nil
}

// Holds is nil while the link may be used: it is ours, not over, and its state is still the one for which it was made.
func (l Link) Holds(state string, now time.Time) error {
	if !hmac.Equal([]byte(l.mac), []byte(l.signed(state))) || now.After(l.Expires) {
		return brokenLink()
	}
	return nil
}

func brokenLink() error {
	return desk.Errorf(desk.NotFound, "This link is over: it was used, it is too old, or a part of it is missing. Ask for a new one.")
}
