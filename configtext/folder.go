package configtext

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"interdesk/desk"
)

// Check refuses a folder that is too large, or has files which no folder can have.
func (f Folder) Check() error {
	size := 0
	for name, raw := range f {
		if size += len(raw); !fs.ValidPath(name) || strings.ContainsRune(name, 0) {
			return desk.InvalidField("files", "InvalidValue", fmt.Sprintf("Files: %q is no name of a file in a folder; write it such as triggers/hand-over.yaml", name))
		}
	}
	if len(f) >= MaxFiles || size > MaxFolder {
		return desk.Errorf(desk.TooLarge, "a folder has %d files at most, and %d MiB", MaxFiles, MaxFolder>>20)
	}
	return nil
}

// ReadFolder reads a folder from disk: what is YAML in it, and the lock. Hidden folders are left out. One that is not there is empty.
func ReadFolder(dir string) (Folder, error) {
	if _, err := os.Stat(dir); os.IsNotExist(err) {
		return Folder{}, nil
	}
	return ReadFS(os.DirFS(dir))
}

// ReadFS is ReadFolder of a file system.
func ReadFS(from fs.FS) (Folder, error) {
	f := Folder{}
	err := fs.WalkDir(from, ".", func(name string, d fs.DirEntry, err error) error {
		switch hidden := strings.HasPrefix(d.Name(), ".") && name != "."; {
		case err != nil:
			return err
		case d.IsDir() && hidden:
			return fs.SkipDir
		case d.IsDir() || name != lockFile && (hidden || !strings.HasSuffix(name, ".yaml") && !strings.HasSuffix(name, ".yml")):
			return nil
		case len(f) >= MaxFiles:
			return f.Check()
		}
		f[name], err = fs.ReadFile(from, name)
		return err
	})
	if err != nil {
		return nil, err
	}
	return f, f.Check()
}

// WriteFolder writes the files of a folder that differ from what lies on disk, and removes some.
func WriteFolder(dir string, f Folder, removed []string) (written int, err error) {
	for name, raw := range f {
		if !filepath.IsLocal(filepath.FromSlash(name)) {
			return written, fmt.Errorf("%q lies outside the folder", name)
		}
		path := filepath.Join(dir, filepath.FromSlash(name))
		if before, err := os.ReadFile(path); err == nil && bytes.Equal(before, raw) {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return written, err
		}
		if err := os.WriteFile(path, raw, 0o644); err != nil {
			return written, err
		}
		written++
	}
	for _, name := range removed {
		if err := os.Remove(filepath.Join(dir, filepath.FromSlash(name))); err != nil && !os.IsNotExist(err) {
			return written, err
		}
	}
	return written, nil
}

// LockFile is where a folder keeps its lock.
func LockFile(dir string) string { return filepath.Join(dir, lockFile) }
