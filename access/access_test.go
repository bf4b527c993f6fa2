package access_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync"
	"testing"
	"time"

	"interdesk/access"
	"interdesk/desk"
	"interdesk/setup"
	"interdesk/store"
	"interdesk/store/sqldb"
)

// weak hashes fast: the tests try many passwords.
var weak = access.Argon{MemoryKiB: 64, Passes: 1, Threads: 1, SaltBytes: 16, KeyBytes: 32}

const password = "correct horse battery"

// house is one account with an admin and an end user, and a clock that stands still.
type house struct {
	*access.Service
	store   *store.Store
	account desk.AccountID
	admin   desk.User
	ann     desk.User
	clock   *clock
}

type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func build(t *testing.T, db *sqldb.DB) *house {
	t.Helper()
	ctx := context.Background()
	s, err := store.Open(ctx, db)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close(ctx) })
	h := &house{store: s, clock: &clock{now: time.Now()}}
	h.Service = h.service(weak)
	hash, err := h.Hash(ctx, password)
	if err != nil {
		t.Fatal(err)
	}
	a, admin, err := setup.CreateAccount(ctx, s, desk.Account{Subdomain: "acme", Name: "Acme"}, "acme.localhost",
		desk.User{Name: "Ada", Email: "ada@acme.test", Role: desk.Admin}, hash)
	if err != nil {
		t.Fatal(err)
	}
	h.account, h.admin = a.ID, admin
	h.ann = desk.User{Name: "Ann", Email: "ann@example.test", Role: desk.EndUser}
	h.write(t, func(tx *store.Tx) error {
		if err := tx.InsertUser(ctx, &h.ann); err != nil {
			return err
		}
		return tx.SetPasswordHash(ctx, h.ann.ID, hash)
	})
	return h
}

func (h *house) service(a access.Argon) *access.Service {
	return access.New(h.store, access.Options{Clock: h.clock.Now, Argon: a, Logger: slog.New(slog.DiscardHandler)})
}

func (h *house) write(t *testing.T, fn func(tx *store.Tx) error) {
	t.Helper()
	if err := h.store.Account(h.account).Write(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func (h *house) token(t *testing.T, u desk.User) (string, store.Token) {
	t.Helper()
	plain, token, err := h.NewToken(context.Background(), h.account, u.ID, "test")
	if err != nil {
		t.Fatal(err)
	}
	return plain, token
}

func (h *house) try(r *http.Request) (access.Identity, error) {
	return h.Authenticate(context.Background(), h.account, r, h.place())
}

func basic(user, secret string) *http.Request {
	r := httptest.NewRequest("GET", "/", nil)
	r.SetBasicAuth(user, secret)
	return r
}

func header(pairs ...string) *http.Request {
	r := httptest.NewRequest("GET", "/", nil)
	for i := 0; i < len(pairs); i += 2 {
		r.Header.Set(pairs[i], pairs[i+1])
	}
	return r
}

func onBehalf(r *http.Request, email string) *http.Request {
	r.Header.Set("X-On-Behalf-Of", email)
	return r
}

func (h *house) place() netip.Addr     { return netip.MustParseAddr("192.0.2.1") }
func (h *house) elsewhere() netip.Addr { return netip.MustParseAddr("192.0.2.2") }
