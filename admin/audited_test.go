package admin_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	writes = regexp.MustCompile(`\ba\.tx\.((?:Insert|Update|Delete|Reorder|Set|Make|Merge|Verify)[A-Za-z]*)\(`)
	before = regexp.MustCompile(`(?m)^func \(tx audited\) ([A-Z][A-Za-z]*)\(`)
)

// notAudited are the writes of people's own affairs and of customers, of which the audit log does not tell, and what is told elsewhere.
const notAudited = ` DeleteSessions InsertIdentity UpdateIdentity DeleteIdentity MakePrimary InsertOrganization UpdateOrganization DeleteOrganization
	MergeUser MakeDefaultMembership VerifySupportAddress DeleteToken `

// TestEveryChangeIsAudited: whatever else admins can change one day goes through the audit log too, or is named here.
func TestEveryChangeIsAudited(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	written, audited := map[string]bool{}, map[string]bool{}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range writes.FindAllSubmatch(raw, -1) {
			written[string(m[1])] = true
		}
		for _, m := range before.FindAllSubmatch(raw, -1) {
			audited[string(m[1])] = true
		}
	}
	if len(written) < 40 {
		t.Fatalf("only %d writes found", len(written))
	}
	for name := range written {
		if !audited[name] && !strings.Contains(strings.Join(strings.Fields(notAudited), " ")+" ", name+" ") {
			t.Errorf("store.Tx.%s is called and no method of audited stands before it", name)
		}
	}
}
