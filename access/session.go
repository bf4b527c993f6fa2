package access

import (
	"context"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"interdesk/desk"
	"interdesk/store"
)

// SessionLife is how long a browser stays signed in without being used.
const SessionLife = 14 * 24 * time.Hour

// Login is what somebody typed who wants to sign in with a browser.
type Login struct {
	Email    string
	Password string
	Client   netip.Addr // where it came from; behind a proxy, not the proxy's
	Agent    string     // what the browser says it is
	Device   string     // the mark that the browser got when somebody signed in there; "": none
}

// SignIn begins a session. secret is for the browser's cookie and stored nowhere. Errors: Unauthenticated when address and
// password do not fit or the user may not sign in, *ThrottledError after too many wrong passwords.
func (s *Service) SignIn(ctx context.Context, account desk.AccountID, l Login) (secret string, u desk.User, err error) {
	c := credential{method: ByPassword, email: strings.ToLower(strings.TrimSpace(l.Email)), secret: l.Password, place: placeOf(l.Client)}
	if s.knowsDevice(account, c.email, l.Device) {
		c.place = l.Device // neither locked out by its neighbours' guesses nor free to guess itself
	}
	if err := s.throttle.check(account, c.email, c.place); err != nil {
		return "", u, err
	}
	id, err := s.verifyPassword(ctx, account, c)
	if err != nil {
		return "", u, err
	}
	secret, session := s.newSession(l)
	err = s.store.Account(account).Write(ctx, func(tx *store.Tx) error { return s.storeSession(ctx, tx, id.User, &session, secret) })
	return secret, id.User, err
}

// The cookies of browsers: who is signed in, and that somebody has signed in with this one before.
const (
	SessionCookie = "interdesk"
	DeviceCookie  = "interdesk-device"
)

// CookieName is a cookie's full name. Over https its prefix has browsers keep it to this host and path.
func CookieName(name string, secure bool) string {
	if secure {
		return "__Host-" + name
	}
	return name
}

// SessionSecret reads the session's secret from the browser's cookie, "" when there is none.
func SessionSecret(r *http.Request, secure bool) string {
	cookie, err := r.Cookie(CookieName(SessionCookie, secure))
	if err != nil {
		return ""
	}
	return cookie.Value
}

// Session finds who is signed in by the secret of a browser's cookie. An ended or unknown one is Unauthenticated.
func (s *Service) Session(ctx context.Context, account desk.AccountID, secret string) (session store.Session, u desk.User, err error) {
	err = s.store.Account(account).Read(ctx, func(tx *store.Tx) error {
		session, u, err = tx.SessionByHash(ctx, hashToken(secret))
		return err
	})
	if err != nil {
		return session, u, concealMissing(err)
	}
	now := s.now()
	if !maySignIn(u) || now.Sub(session.SeenAt) > SessionLife {
		return session, desk.User{}, unauthenticated()
	}
	if now.Sub(session.SeenAt) >= store.SessionSeenEvery {
		err := s.store.Account(account).Write(ctx, func(tx *store.Tx) error { return tx.MarkSessionSeen(ctx, session.ID, now) })
		if err != nil {
			s.log.Warn("use of a session not noted", "account", account, "session", session.ID, "cause", err)
		}
	}
	return session, u, nil
}

// SignOut ends one session of a user.
func (s *Service) SignOut(ctx context.Context, account desk.AccountID, user desk.UserID, session int64) error {
	return s.store.Account(account).Write(ctx, func(tx *store.Tx) error { return tx.DeleteSession(ctx, user, session) })
}

// SignOutElsewhere ends all sessions of a user but one; 0 spares none.
func (s *Service) SignOutElsewhere(ctx context.Context, account desk.AccountID, user desk.UserID, but int64) error {
	return s.store.Account(account).Write(ctx, func(tx *store.Tx) error { return tx.DeleteSessions(ctx, user, but) })
}

// Alive tells whether a session that was good is so still: not ended, and its user may sign in. Unauthenticated otherwise.
func (s *Service) Alive(ctx context.Context, account desk.AccountID, session store.Session) error {
	return s.store.Account(account).Read(ctx, func(tx *store.Tx) error {
		all, err := tx.Sessions(ctx, session.User)
		if err != nil {
			return err
		}
		u, err := tx.User(ctx, session.User)
		if err != nil {
			return concealMissing(err)
		}
		if !maySignIn(u) || !slices.ContainsFunc(all, func(one store.Session) bool { return one.ID == session.ID }) {
			return unauthenticated()
		}
		return nil
	})
}
