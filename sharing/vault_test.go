package sharing_test

import (
	"strings"
	"testing"

	"interdesk/sharing"
	"interdesk/sharing/sharingtest"
)

func TestVault(t *testing.T) {
	t.Parallel()
	if _, err := sharing.NewVault([]byte("short")); err == nil {
		t.Fatal("took a short secret")
	}
	v, err := sharing.NewVault([]byte("a master secret for tests only"))
	sharingtest.Check(t, err)
	sealed, err := v.Seal(sharingtest.KeyA)
	sharingtest.Check(t, err)
	again, err := v.Seal(sharingtest.KeyA)
	sharingtest.Check(t, err)
	if sealed == again || strings.Contains(sealed, sharingtest.KeyA) {
		t.Fatal("sealing shows what is sealed")
	}
	if plain, err := v.Open(sealed); plain != sharingtest.KeyA || err != nil {
		t.Fatal(plain, err)
	}
	other, err := sharing.NewVault([]byte("another master secret for tests"))
	sharingtest.Check(t, err)
	for _, bad := range []string{sealed[:len(sealed)-4], strings.Replace(sealed, "v1", "v2", 1), ""} {
		if _, err := v.Open(bad); err == nil {
			t.Errorf("opened %q", bad)
		}
	}
	if _, err := other.Open(sealed); err == nil {
		t.Error("opened with another secret")
	}
}
