package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestSecondServer starts a second process on the file of a running one, by other paths and after somebody deleted the
// lock file. It ends and says who has the file; the first one goes on.
func TestSecondServer(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "acme.db")
	s := newServer(t, "acme", "sqlite:"+file).start()
	for name, link := range map[string]func(from, to string) error{
		"the same path":   nil,
		"a hard link":     os.Link,
		"a symbolic link": os.Symlink,
	} {
		other := file
		if link != nil {
			other = filepath.Join(t.TempDir(), "acme.db")
			if err := link(file, other); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Remove(file + ".lock"); err != nil {
			t.Fatal(err)
		}
		second := exec.Command(binary(t), "serve", "--listen", "127.0.0.1:0", "--database", "sqlite:"+other)
		second.Env = s.env()
		out, err := second.CombinedOutput()
		if err == nil || !strings.Contains(string(out), fmt.Sprintf("process %d", s.cmd.Process.Pid)) {
			t.Errorf("%s: a second server ended with %v and said %q; want who has the file", name, err, out)
		}
		s.call("POST", "/tickets", object{"ticket": object{"subject": name, "comment": object{"body": "Still here"}}}, nil)
		if err := os.WriteFile(file+".lock", nil, 0o600); err != nil { // the next round deletes it again
			t.Fatal(err)
		}
	}
}
