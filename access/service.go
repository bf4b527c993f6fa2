package access

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/netip"
	"runtime"
	"time"

	"golang.org/x/sync/singleflight"

	"interdesk/desk"
	"interdesk/store"
)

// Options are what a Service needs from outside. Zero values are right for a server.
type Options struct {
	Clock  func() time.Time
	Logger *slog.Logger
	Argon  Argon
	// DeviceKey signs the marks of browsers that have signed in; without one, a restart forgets them.
	DeviceKey []byte
	// LinkKey signs the links in letters; without one, a restart ends them.
	LinkKey []byte
}

// Service finds out who asks, and keeps passwords and tokens.
type Service struct {
	store    *store.Store
	now      func() time.Time
	log      *slog.Logger
	hasher   *Hasher
	cache    *identityCache
	throttle *throttle
	tries    singleflight.Group
	devices  []byte // key of the marks of browsers
	links    *Links
}

// New makes the service over a store.
func New(s *store.Store, o Options) *Service {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Argon == (Argon{}) {
		o.Argon = DefaultArgon()
	}
	if o.DeviceKey == nil {
		o.DeviceKey = []byte(rand.Text())
	}
	if o.LinkKey == nil {
		o.LinkKey = []byte(rand.Text())
	}
	return &Service{store: s, now: o.Clock, log: o.Logger, hasher: NewHasher(o.Argon, runtime.GOMAXPROCS(0)),
		cache: newMemory(o.Clock), throttle: newThrottle(o.Clock), devices: o.DeviceKey, links: NewLinks(o.LinkKey)}
}

// Hash makes the hash of a password that is to be stored with a new user or account.
func (s *Service) Hash(ctx context.Context, password string) (string, error) {
	return s.hasher.Hash(ctx, password)
}

// SetPassword gives a user a new password; the old one stops to work at once, and all browsers are signed out.
func (s *Service) SetPassword(ctx context.Context, account desk.AccountID, user desk.UserID, password string) error {
	return s.setPassword(ctx, account, user, password, 0)
}

// ChangePassword is a user's own way, who proves to know the present one; the browser of the session stays signed in.
// Errors: Unauthenticated for a wrong present password, *ThrottledError after too many, Invalid for a bad new one.
func (s *Service) ChangePassword(ctx context.Context, account desk.AccountID, u desk.User, session int64, present, password string, client netip.Addr) error {
	place := placeOf(client)
	if err := s.throttle.check(account, u.Email, place); err != nil {
		return err
	}
	known, err := s.verifyPassword(ctx, account, credential{method: ByPassword, email: u.Email, secret: present, place: place})
	if err != nil {
		return err
	}
	if known.User.ID != u.ID {
		return unauthenticated()
	}
	return s.setPassword(ctx, account, u.ID, password, session)
}

func (s *Service) setPassword(ctx context.Context, account desk.AccountID, user desk.UserID, password string, but int64) error {
	hash, err := s.Hash(ctx, password)
	if err != nil {
		return err
	}
	err = s.store.Account(account).Write(ctx, func(tx *store.Tx) error {
		if err := tx.SetPasswordHash(ctx, user, hash); err != nil {
			return err
		}
		return tx.DeleteSessions(ctx, user, but)
	})
	if err == nil {
		s.Forget(account)
	}
	return err
}

// Forget has the next request of each caller of the account looked up anew. Whoever changes a user's role, address or
// state, or revokes a token, calls it after the commit.
func (s *Service) Forget(account desk.AccountID) { s.cache.forget(account) }

// ViewerIn is a user as the permission checks know them, with what their organization shares now.
func ViewerIn(ctx context.Context, tx *store.Tx, u desk.User) (Viewer, error) {
	if u.Role.Staff() || u.Organization == 0 {
		return ViewerOf(u, nil), nil
	}
	org, err := tx.Organization(ctx, u.Organization)
	if err != nil {
		return Viewer{}, err
	}
	return ViewerOf(u, &org), nil
}
