package access_test

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"interdesk/access"
	"interdesk/desk"
	"interdesk/setup"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

func TestAuthenticate(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		h := build(t, db)
		adas, _ := h.token(t, h.admin)
		anns, _ := h.token(t, h.ann)
		const nobody = desk.Unauthenticated
		cases := map[string]struct {
			request *http.Request
			user    desk.UserID // 0: refused
			method  access.Method
			by      desk.UserID
			kind    desk.Kind
		}{
			"password":                {basic("ann@example.test", password), h.ann.ID, access.ByPassword, 0, 0},
			"in any case":             {basic(" Ann@Example.test", password), h.ann.ID, access.ByPassword, 0, 0},
			"token":                   {basic("ann@example.test/token", anns), h.ann.ID, access.ByToken, 0, 0},
			"bearer":                  {header("Authorization", "bearer "+anns), h.ann.ID, access.ByBearer, 0, 0},
			"on behalf":               {onBehalf(basic("ada@acme.test/token", adas), "ann@example.test"), h.ann.ID, access.ByToken, h.admin.ID, 0},
			"on own behalf":           {onBehalf(basic("ann@example.test/token", adas), "x@example.test"), 0, "", 0, desk.Forbidden},
			"admin's token":           {basic("ann@example.test/token", adas), h.ann.ID, access.ByToken, h.admin.ID, 0},
			"wrong password":          {basic("ann@example.test", password+"!"), 0, "", 0, nobody},
			"unknown address":         {basic("eve@example.test", password), 0, "", 0, nobody},
			"no password":             {basic("ann@example.test", ""), 0, "", 0, nobody},
			"password as token":       {basic("ann@example.test/token", password), 0, "", 0, nobody},
			"token as password":       {basic("ann@example.test", anns), 0, "", 0, nobody},
			"another's token":         {basic("ada@acme.test/token", anns), 0, "", 0, nobody},
			"token for nobody":        {basic("eve@example.test/token", adas), 0, "", 0, nobody},
			"wrong bearer":            {header("Authorization", "Bearer x"+anns), 0, "", 0, nobody},
			"empty bearer":            {header("Authorization", "Bearer "), 0, "", 0, nobody},
			"unknown scheme":          {header("Authorization", "Digest "+anns), 0, "", 0, nobody},
			"nothing":                 {header(), 0, "", 0, nobody},
			"end user on behalf":      {onBehalf(basic("ann@example.test/token", anns), "ada@acme.test"), 0, "", 0, desk.Forbidden},
			"on behalf of a stranger": {onBehalf(basic("ada@acme.test/token", adas), "eve@example.test"), 0, "", 0, desk.Forbidden},
			"only on behalf":          {header("X-On-Behalf-Of", "ann@example.test"), 0, "", 0, nobody},
		}
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				for range 2 { // the second comes from memory
					id, err := h.try(c.request)
					if c.user == 0 {
						if err == nil || desk.KindOf(err) != c.kind {
							t.Fatalf("%v, %v", id, err)
						}
						continue
					}
					if err != nil || id.User.ID != c.user || id.Method != c.method || id.By != c.by {
						t.Fatalf("%+v, %v", id, err)
					}
				}
			})
		}
	})
}

func TestAccountsAreApart(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		h, ctx := build(t, db), context.Background()
		token, _ := h.token(t, h.ann)
		other, _, err := setup.CreateAccount(ctx, h.store, desk.Account{Subdomain: "other", Name: "Other"}, "other.localhost",
			desk.User{Name: "Olga", Email: "olga@other.test", Role: desk.Admin}, "")
		if err != nil {
			t.Fatal(err)
		}
		for name, r := range map[string]*http.Request{"password": basic("ann@example.test", password), "token": basic("ann@example.test/token", token)} {
			if _, err := h.try(r); err != nil {
				t.Errorf("%s at home: %v", name, err)
			}
			if id, err := h.Authenticate(ctx, other.ID, r, h.place()); desk.KindOf(err) != desk.Unauthenticated {
				t.Errorf("%s elsewhere: %v, %v", name, id, err)
			}
		}
	})
}

func TestWhoIsGoneIsRefused(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := context.Background()
		cases := map[string]func(h *house, tx *store.Tx) error{
			"suspended": func(h *house, tx *store.Tx) error {
				u := h.ann
				u.Suspended = true
				return tx.UpdateUser(ctx, &u)
			},
			"deleted": func(h *house, tx *store.Tx) error { return tx.DeleteUser(ctx, h.ann.ID) },
		}
		h := build(t, db)
		token, _ := h.token(t, h.ann)
		requests := map[string]*http.Request{"password": basic("ann@example.test", password), "token": basic("ann@example.test/token", token)}
		for _, name := range []string{"suspended", "deleted"} {
			h.write(t, func(tx *store.Tx) error { return cases[name](h, tx) })
			h.Forget(h.account)
			for how, r := range requests {
				if _, err := h.try(r); desk.KindOf(err) != desk.Unauthenticated {
					t.Errorf("%s by %s: %v", name, how, err)
				}
			}
		}
	})
}

func TestRevocation(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		h, ctx := build(t, db), context.Background()
		plain, token := h.token(t, h.ann)
		byToken, byPassword := basic("ann@example.test/token", plain), basic("ann@example.test", password)
		other := h.service(weak) // another process
		for _, r := range []*http.Request{byToken, byPassword} {
			if _, err := h.try(r); err != nil {
				t.Fatal(err)
			}
			if _, err := other.Authenticate(ctx, h.account, r, h.place()); err != nil {
				t.Fatal(err)
			}
		}
		if err := h.RevokeToken(ctx, h.account, token.ID); err != nil {
			t.Fatal(err)
		}
		if err := h.SetPassword(ctx, h.account, h.ann.ID, "another password"); err != nil {
			t.Fatal(err)
		}
		for name, r := range map[string]*http.Request{"token": byToken, "password": byPassword} {
			if _, err := h.try(r); desk.KindOf(err) != desk.Unauthenticated {
				t.Errorf("%s still works here: %v", name, err)
			}
		}
		h.clock.pass(6 * time.Second)
		for name, r := range map[string]*http.Request{"token": byToken, "password": byPassword} {
			if _, err := other.Authenticate(ctx, h.account, r, h.place()); desk.KindOf(err) != desk.Unauthenticated {
				t.Errorf("%s still works elsewhere after five seconds: %v", name, err)
			}
		}
		if _, err := h.try(basic("ann@example.test", "another password")); err != nil {
			t.Errorf("new password: %v", err)
		}
	})
}

func TestGuessing(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		h := build(t, db)
		for i := range 5 {
			if _, err := h.try(basic("ann@example.test", "wrong")); desk.KindOf(err) != desk.Unauthenticated {
				t.Fatalf("try %d: %v", i, err)
			}
		}
		for _, wait := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second} {
			_, err := h.try(basic("ann@example.test", password))
			late, ok := errors.AsType[*access.ThrottledError](err)
			if !ok || late.Wait != wait {
				t.Fatalf("want a wait of %s, got %v", wait, err)
			}
			if _, err := h.Authenticate(context.Background(), h.account, basic("ann@example.test", password), h.elsewhere()); err != nil {
				t.Fatalf("her own place is shut too: %v", err)
			}
			h.clock.pass(wait)
			if _, err := h.try(basic("ann@example.test", "wrong")); desk.KindOf(err) != desk.Unauthenticated {
				t.Fatal(err)
			}
		}
		h.clock.pass(16 * time.Minute)
		if _, err := h.try(basic("ann@example.test", password)); err != nil {
			t.Errorf("after the longest wait: %v", err)
		}
	})
}

func TestSprayingIsBounded(t *testing.T) {
	t.Parallel()
	h := build(t, storetest.New(t, sqldb.SQLite))
	for i := range 50 {
		address := string(rune('a'+i%26)) + string(rune('a'+i/26)) + "@example.test"
		if _, err := h.try(basic(address, "wrong")); desk.KindOf(err) != desk.Unauthenticated {
			t.Fatalf("try %d: %v", i, err)
		}
	}
	if _, err := h.try(basic("zz@example.test", "wrong")); err == nil || desk.KindOf(err) == desk.Unauthenticated {
		t.Errorf("the fifty-first address: %v", err)
	}
}

func TestStaleHashIsMadeAnew(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		h, ctx := build(t, db), context.Background()
		hash := func() (stored string) {
			h.write(t, func(tx *store.Tx) (err error) {
				stored, err = tx.PasswordHash(ctx, h.ann.ID)
				return err
			})
			return stored
		}
		before := hash()
		stronger := weak
		stronger.Passes = 2
		s := h.service(stronger)
		for range 2 {
			if _, err := s.Authenticate(ctx, h.account, basic("ann@example.test", password), h.place()); err != nil {
				t.Fatal(err)
			}
			h.clock.pass(10 * time.Second)
		}
		if hash() == before {
			t.Error("the hash kept its old parameters")
		}
	})
}

func TestUseIsNoted(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		h, ctx := build(t, db), context.Background()
		plain, _ := h.token(t, h.ann)
		if _, err := h.try(basic("ann@example.test/token", plain)); err != nil {
			t.Fatal(err)
		}
		if _, err := h.try(basic("ann@example.test", password)); err != nil {
			t.Fatal(err)
		}
		h.write(t, func(tx *store.Tx) error {
			tokens, err := tx.Tokens(ctx, h.ann.ID)
			if err != nil {
				return err
			}
			u, err := tx.User(ctx, h.ann.ID)
			if len(tokens) != 1 || tokens[0].LastUsedAt.IsZero() || u.LastLoginAt.IsZero() {
				t.Errorf("%+v, login %v", tokens, u.LastLoginAt)
			}
			return err
		})
	})
}

// TestGuessesAtOnce: guesses that come all at once are counted like those that come one by one.
func TestGuessesAtOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		h := build(t, db)
		var judged, refused atomic.Int64
		var all sync.WaitGroup
		for n := range 100 {
			all.Go(func() {
				_, err := h.try(basic("ann@example.test", "wrong "+strconv.Itoa(n)))
				if _, throttled := errors.AsType[*access.ThrottledError](err); throttled {
					refused.Add(1)
				} else if desk.KindOf(err) == desk.Unauthenticated {
					judged.Add(1)
				}
			})
		}
		all.Wait()
		if judged.Load() > 6 || judged.Load()+refused.Load() != 100 {
			t.Errorf("%d guesses were judged, %d refused; want 6 at most, and 100 together", judged.Load(), refused.Load())
		}
	})
}

// TestRightPasswordAtOnce: a client that opens many connections with the right password is let in on each.
func TestRightPasswordAtOnce(t *testing.T) {
	t.Parallel()
	h := build(t, storetest.New(t, sqldb.SQLite))
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() {
			if _, err := h.try(basic("ann@example.test", password)); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

// TestKnownBrowser: who has signed in with a browser before gets in with the right password, whatever others at the same
// address have tried; and may not guess there without end either.
func TestKnownBrowser(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		h, ctx := build(t, db), context.Background()
		signIn := func(password, device string) error {
			_, _, err := h.SignIn(ctx, h.account, access.Login{Email: "ann@example.test", Password: password, Client: h.place(), Device: device})
			return err
		}
		for range 6 {
			_ = signIn("wrong", "")
		}
		mark := h.NewDevice(h.account, "ann@example.test")
		for device, in := range map[string]bool{"": false, mark + "x": false, h.NewDevice(h.account, "eve@example.test"): false, h.NewDevice(h.account+1, "ann@example.test"): false, mark: true} {
			if err := signIn(password, device); (err == nil) != in {
				t.Errorf("with the mark %q: %v", device, err)
			}
		}
		for range 6 {
			_ = signIn("wrong", mark)
		}
		if _, throttled := errors.AsType[*access.ThrottledError](signIn(password, mark)); !throttled {
			t.Error("a known browser may guess without end")
		}
	})
}
