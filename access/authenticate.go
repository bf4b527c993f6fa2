package access

import (
	"context"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"interdesk/desk"
	"interdesk/store"
)

// Method is how somebody proved who they are.
type Method string

// The ways to prove it.
const (
	ByPassword Method = "password"
	ByToken    Method = "token"  // email/token:TOKEN
	ByBearer   Method = "bearer" // Authorization: Bearer TOKEN
)

// Identity is who asks.
type Identity struct {
	User   desk.User
	Method Method
	Token  desk.TokenID // 0 with a password
	By     desk.UserID  // the admin who acts for User; 0 when User asks in person
}

// credential is what a request claims.
type credential struct {
	method     Method
	email      string // "" with a bearer
	secret     string
	onBehalfOf string // X-On-Behalf-Of
	place      string // where it came from, as guesses are counted
}

func unauthenticated() error {
	return desk.Errorf(desk.Unauthenticated, "Couldn't authenticate you")
}

// HasCredentials tells whether a request claims to come from somebody. One that does not is anonymous; one that does,
// wrongly, is an error even where anonymous requests are welcome.
func HasCredentials(r *http.Request) bool { return r.Header.Get("Authorization") != "" }

// MethodOf is the way in which a request claims to prove who asks; "" when there is none that we know.
func MethodOf(r *http.Request) Method {
	if c, ok := readCredential(r); ok {
		return c.method
	}
	return ""
}

// Authenticate finds the user who makes a request. client is the address it came from (behind a proxy, not the proxy's).
// Errors: Unauthenticated for missing and wrong credentials and for suspended users, *ThrottledError after too many
// wrong passwords, Forbidden for a wrong X-On-Behalf-Of.
func (s *Service) Authenticate(ctx context.Context, account desk.AccountID, r *http.Request, client netip.Addr) (Identity, error) {
	c, ok := readCredential(r)
	if !ok {
		return Identity{}, unauthenticated()
	}
	c.place = placeOf(client)
	if c.method == ByPassword {
		// Before the memory is asked: it would tell a guesser without delay which password is right.
		if err := s.throttle.check(account, c.email, c.place); err != nil {
			return Identity{}, err
		}
	}
	known := s.cache.hash(account, string(c.method), c.email, c.secret, c.onBehalfOf)
	if id, ok := s.cache.identity(known); ok {
		return id, nil
	}
	seen := s.cache.generation()
	id, err := s.verify(ctx, account, c)
	if err != nil {
		return Identity{}, err
	}
	if c.onBehalfOf != "" {
		if id, err = s.actFor(ctx, account, id, c.onBehalfOf); err != nil {
			return Identity{}, err
		}
	}
	s.cache.keepIdentity(known, account, id, seen)
	return id, nil
}

// readCredential reads the credentials; ok is false when there are none that we know.
func readCredential(r *http.Request) (c credential, ok bool) {
	c.onBehalfOf = strings.ToLower(strings.TrimSpace(r.Header.Get("X-On-Behalf-Of")))
	if email, secret, basic := r.BasicAuth(); basic {
		c.method, c.secret = ByPassword, secret
		name, token := strings.CutSuffix(email, "/token")
		if token {
			c.method = ByToken
		}
		c.email = strings.ToLower(strings.TrimSpace(name))
		return c, c.email != "" && c.secret != ""
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	c.method, c.secret = ByBearer, strings.TrimSpace(token)
	return c, strings.EqualFold(scheme, "bearer") && c.secret != ""
}

func (s *Service) verify(ctx context.Context, account desk.AccountID, c credential) (Identity, error) {
	if c.method == ByPassword {
		return s.verifyPassword(ctx, account, c)
	}
	return s.verifyToken(ctx, account, c)
}

// verifyToken looks the token up by its hash: what a comparison could tell about time, the hash hides.
func (s *Service) verifyToken(ctx context.Context, account desk.AccountID, c credential) (id Identity, err error) {
	var t store.Token
	err = s.store.Account(account).Read(ctx, func(tx *store.Tx) error {
		t, id.User, err = tx.TokenByHash(ctx, hashToken(c.secret))
		return err
	})
	if err != nil {
		return Identity{}, concealMissing(err)
	}
	if !maySignIn(id.User) {
		return Identity{}, unauthenticated()
	}
	id.Method, id.Token = c.method, t.ID
	s.recordTokenUse(ctx, account, t)
	if c.method == ByToken && c.email != id.User.Email {
		if own, err := s.userOf(ctx, account, c.email); err == nil && own.ID == id.User.ID {
			return id, nil
		}
		// The clients' way to act for somebody: that person's address with the admin's token.
		if id, err = s.actFor(ctx, account, id, c.email); err != nil {
			return Identity{}, unauthenticated()
		}
	}
	return id, nil
}

// recordTokenUse writes down, once an hour, that a token is in use. A request does not fail for it.
func (s *Service) recordTokenUse(ctx context.Context, account desk.AccountID, t store.Token) {
	now := s.now()
	if now.Sub(t.LastUsedAt) < store.TokenUseEvery {
		return
	}
	err := s.store.Account(account).Write(ctx, func(tx *store.Tx) error { return tx.UseToken(ctx, t.ID, now) })
	if err != nil {
		s.log.Warn("use of a token not noted", "account", account, "token", t.ID, "cause", err)
	}
}

// tryTime bounds how long a password may wait for its turn to be compared.
const tryTime = 20 * time.Second

// verifyPassword judges a password. The same one tried by many at once counts as one try, and is compared once.
func (s *Service) verifyPassword(ctx context.Context, account desk.AccountID, c credential) (Identity, error) {
	key := s.cache.hash(account, "try", c.email, c.place, c.secret)
	id, err, _ := s.tries.Do(string(key[:]), func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tryTime)
		defer cancel()
		return s.tryPassword(ctx, account, c)
	})
	return id.(Identity), err
}

func (s *Service) tryPassword(ctx context.Context, account desk.AccountID, c credential) (Identity, error) {
	user, hash, err := s.passwordOf(ctx, account, c.email)
	if err != nil {
		return Identity{}, err
	}
	pair := s.cache.hash(account, "hash", hash, c.secret)
	if !s.cache.knowsPassword(pair) {
		if err := s.throttle.begin(account, c.email, c.place); err != nil {
			return Identity{}, err
		}
		right, stale, err := s.hasher.Verify(ctx, hash, c.secret, c.place)
		if err != nil {
			s.throttle.forgive(account, c.email, c.place, false)
			return Identity{}, err
		}
		if !right {
			return Identity{}, unauthenticated()
		}
		s.recordSignIn(ctx, account, user.ID, hash, c.secret, stale)
		s.cache.keepPassword(pair)
	}
	s.throttle.forgive(account, c.email, c.place, true)
	if !maySignIn(user) {
		return Identity{}, unauthenticated()
	}
	return Identity{User: user, Method: ByPassword}, nil
}

// passwordOf gives no user and no hash for an address that nobody has; the comparison then takes its time all the same.
func (s *Service) passwordOf(ctx context.Context, account desk.AccountID, email string) (u desk.User, hash string, err error) {
	err = s.store.Account(account).Read(ctx, func(tx *store.Tx) error {
		if u, err = tx.UserByLogin(ctx, email); err != nil {
			return err
		}
		hash, err = tx.PasswordHash(ctx, u.ID)
		return err
	})
	if desk.KindOf(err) == desk.NotFound {
		return desk.User{}, "", nil
	}
	return u, hash, err
}

// recordSignIn writes down when the user came, and makes a hash with old parameters anew. A request does not fail for it.
func (s *Service) recordSignIn(ctx context.Context, account desk.AccountID, user desk.UserID, hash, password string, stale bool) {
	var better string
	if stale {
		better, _ = s.hasher.Hash(ctx, password) // "": the password is older than today's rules, and its hash stays
	}
	now := s.now()
	err := s.store.Account(account).Write(ctx, func(tx *store.Tx) error {
		if err := tx.SetLastLogin(ctx, user, now); err != nil || better == "" {
			return err
		}
		stored, err := tx.PasswordHash(ctx, user)
		if err != nil || stored != hash {
			return err // changed meanwhile: the new password stays
		}
		return tx.SetPasswordHash(ctx, user, better)
	})
	if err != nil {
		s.log.Warn("sign-in not noted", "account", account, "user", user, "cause", err)
	}
}

// actFor has an admin act for somebody else of the account.
func (s *Service) actFor(ctx context.Context, account desk.AccountID, admin Identity, email string) (Identity, error) {
	if admin.By != 0 || !CanAdmin(admin.User.Role) {
		return Identity{}, desk.Errorf(desk.Forbidden, "Only admins may act on behalf of others.")
	}
	if email == admin.User.Email {
		return admin, nil
	}
	u, err := s.userOf(ctx, account, email)
	if desk.KindOf(err) == desk.NotFound || err == nil && !maySignIn(u) {
		return Identity{}, desk.Errorf(desk.Forbidden, "X-On-Behalf-Of: nobody with this address can sign in.")
	}
	if err != nil {
		return Identity{}, err
	}
	return Identity{User: u, Method: admin.Method, Token: admin.Token, By: admin.User.ID}, nil
}

// userOf finds whose address it is, proved or the primary one.
func (s *Service) userOf(ctx context.Context, account desk.AccountID, email string) (u desk.User, err error) {
	err = s.store.Account(account).Read(ctx, func(tx *store.Tx) (err error) {
		u, err = tx.UserByLogin(ctx, email)
		return err
	})
	return u, err
}

// maySignIn leaves out the deleted, the suspended and the people of partners.
func maySignIn(u desk.User) bool { return u.ID != 0 && u.Active && !u.Suspended && u.Foreign == 0 }

// concealMissing makes "no such token" look like every other failure.
func concealMissing(err error) error {
	if desk.KindOf(err) == desk.NotFound {
		return unauthenticated()
	}
	return err
}
