package access_test

import (
	"context"
	"strings"
	"testing"

	"interdesk/access"
	"interdesk/desk"
)

func TestHash(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	h := access.NewHasher(weak, 1)
	hash, err := h.Hash(ctx, password)
	if err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Fatalf("%q, %v", hash, err)
	}
	again, _ := h.Hash(ctx, password)
	if again == hash {
		t.Error("no salt")
	}
	cases := map[string]struct {
		hash, password string
		ok, broken     bool
	}{
		"right":         {hash, password, true, false},
		"wrong":         {hash, password + " ", false, false},
		"empty":         {hash, "", false, false},
		"huge":          {hash, strings.Repeat("x", 1<<20), false, false},
		"no hash":       {"", password, false, false},
		"no hash, none": {"", "", false, false},
		"other kind":    {"$2a$10$abc", password, false, true},
		"no passes":     {"$argon2id$v=19$m=64,t=0,p=1$AAAA$AAAA", password, false, true},
		"cut":           {hash[:len(hash)-3], password, false, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ok, stale, err := h.Verify(ctx, c.hash, c.password, "here")
			if ok != c.ok || (err != nil) != c.broken || ok && stale {
				t.Errorf("%v, %v, %v", ok, stale, err)
			}
		})
	}
	stronger := weak
	stronger.MemoryKiB = 128
	if ok, stale, err := access.NewHasher(stronger, 1).Verify(ctx, hash, password, "here"); !ok || !stale || err != nil {
		t.Errorf("with new parameters: %v, %v, %v", ok, stale, err)
	}
}

func TestCheckPassword(t *testing.T) {
	t.Parallel()
	for p, fine := range map[string]bool{"1234567": false, "12345678": true, "pässwört": true, "bad\xff12345678": false,
		strings.Repeat("x", 1024): true, strings.Repeat("x", 1025): false, access.NewPassword(): true} {
		if err := access.CheckPassword(p); (err == nil) != fine || err != nil && desk.KindOf(err) != desk.Invalid {
			t.Errorf("%.20q: %v", p, err)
		}
	}
}
