package tracker

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"interdesk/desk"
	"interdesk/store"
)

// HookPath is the path, on an account's host, below which trackers call: the agreement's uuid follows.
const HookPath = "/sharing/trackers/"

// maxHook is how many bytes a webhook may have: an issue and a comment of the greatest length, as trackers describe them.
const maxHook = 4 << 20

// Hook is what an admin sets at a tracker so that news come at once.
type Hook struct{ URL, Secret string }

// HookOf is the webhook of an agreement.
func (s *Service) HookOf(account desk.AccountID, a *desk.Agreement) Hook {
	return Hook{URL: a.LocalURL + strings.TrimPrefix(HookPath, "/sharing") + a.UUID, Secret: s.hookSecret(account, a.ID)}
}

func (s *Service) hookSecret(account desk.AccountID, a desk.AgreementID) string {
	return s.core.MintUUID("tracker webhook", account, int64(a))
}

// ServeHook takes a webhook of an account. It believes nothing in it but which issue is meant, and has that looked at.
func (s *Service) ServeHook(w http.ResponseWriter, r *http.Request, account desk.AccountID) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "Webhooks are posted here.", http.StatusMethodNotAllowed)
		return
	}
	code, words := s.takeHook(w, r, account)
	http.Error(w, words, code)
}

func (s *Service) takeHook(w http.ResponseWriter, r *http.Request, account desk.AccountID) (code int, words string) {
	a, err := s.hooked(r, account)
	if err != nil && desk.KindOf(err) != desk.NotFound {
		return s.hookFailed(r, err)
	}
	if err != nil {
		return wrongSecret() // no word about which agreements there are, and nothing is read for strangers
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxHook))
	if err != nil {
		return http.StatusRequestEntityTooLarge, "The message is larger than 4 MiB, or did not arrive whole."
	}
	number, ok := s.software(a.Tracker, "").event(r.Header, body, s.hookSecret(account, a.ID))
	if !ok {
		return wrongSecret()
	}
	shared := false
	if a.InForce() && number != "" {
		if shared, err = s.lookSoon(r, account, a.ID, number); err != nil {
			return s.hookFailed(r, err)
		}
	}
	if !shared {
		return http.StatusOK, "Nothing to do."
	}
	return http.StatusAccepted, "The issue will be looked at."
}

func wrongSecret() (code int, words string) {
	return http.StatusForbidden, "The secret is not the one that was set up."
}

func (s *Service) hookFailed(r *http.Request, err error) (code int, words string) {
	s.core.Log().ErrorContext(r.Context(), "a tracker's webhook failed", "cause", err)
	return http.StatusServiceUnavailable, "This help desk is busy."
}

// hooked is the tracker's agreement that the path names.
func (s *Service) hooked(r *http.Request, account desk.AccountID) (a desk.Agreement, err error) {
	err = s.store.Account(account).Read(r.Context(), func(tx *store.Tx) error {
		a, err = tx.AgreementByUUID(r.Context(), strings.TrimPrefix(r.URL.Path, HookPath))
		if err == nil && !a.IsTracker() {
			err = desk.Missing()
		}
		return err
	})
	return a, err
}

// lookSoon has an issue looked at, if a ticket is shared as it.
func (s *Service) lookSoon(r *http.Request, account desk.AccountID, a desk.AgreementID, number string) (shared bool, err error) {
	err = s.store.Account(account).Write(r.Context(), func(tx *store.Tx) error {
		shares, err := tx.SharesByRemoteID(r.Context(), a, number)
		if shared = len(shares) > 0; err != nil || !shared {
			return err
		}
		return enqueueLook(r.Context(), tx, a, number)
	})
	return shared, err
}

// signed checks the HMAC-SHA-256 of a body.
func signed(body []byte, secret, signature string) bool {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	got, err := hex.DecodeString(signature)
	return err == nil && hmac.Equal(mac.Sum(nil), got)
}

func sameSecret(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// numberIn reads a number at a path of members; "": it is not there.
func numberIn(body []byte, path ...string) string {
	for _, name := range path {
		var members map[string]json.RawMessage
		if json.Unmarshal(body, &members) != nil {
			return ""
		}
		body = members[name]
	}
	var n json.Number
	if len(body) == 0 || json.Unmarshal(body, &n) != nil {
		return ""
	}
	return n.String()
}
