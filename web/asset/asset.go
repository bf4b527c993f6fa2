// Package asset is what browsers load beside the pages: scripts, styles and icons.
//
// The sources lie in src; packages of others come from package-lock.json. bundle (make assets) puts them together into
// dist by esbuild, under names that hold a hash of what is in them, so that browsers keep them for ever. dist is built,
// never committed. Without it the server works all the same: pages come without styles and scripts and say what to run.
package asset

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

//go:embed all:dist
var built embed.FS

// Prefix is the path below which Set answers.
const Prefix = "/assets/"

// Manifest is the file in which the bundler tells the names it gave: "app.js" → "app-4KQ2.js".
const Manifest = "manifest.json"

// Set is the bundle, ready to be served.
type Set struct {
	names map[string]string // as pages call it → file
	files map[string]file
}

type file struct {
	plain, packed []byte
	kind          string
}

// Open reads the bundle that was built into the program; without one the Set is empty.
func Open() (*Set, error) {
	dist, err := fs.Sub(built, "dist")
	if err != nil {
		return nil, err
	}
	return Read(dist)
}

// Read reads a bundle from a folder.
func Read(dist fs.FS) (*Set, error) {
	s := &Set{names: map[string]string{}, files: map[string]file{}}
	raw, err := fs.ReadFile(dist, Manifest)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err == nil {
		err = json.Unmarshal(raw, &s.names)
	}
	if err != nil {
		return nil, fmt.Errorf("browser files: %w", err)
	}
	return s, fs.WalkDir(dist, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || name == Manifest || strings.HasPrefix(d.Name(), ".") {
			return err
		}
		plain, err := fs.ReadFile(dist, name)
		if err != nil {
			return err
		}
		s.files[name] = file{plain: plain, packed: pack(plain), kind: mime.TypeByExtension(path.Ext(name))}
		return nil
	})
}

func pack(plain []byte) []byte {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	_, _ = z.Write(plain) // a buffer takes everything
	_ = z.Close()
	return b.Bytes()
}

// Built tells whether there is a bundle.
func (s *Set) Built() bool { return len(s.names) > 0 }

// URL is where a file of the bundle lies, such as "app.js"; "" when it was not built.
func (s *Set) URL(name string) string {
	if s.names[name] == "" {
		return ""
	}
	return Prefix + s.names[name]
}

// Weight is how many bytes a file is on its way to a browser.
func (s *Set) Weight(name string) int { return len(s.files[s.names[name]].packed) }

// ServeHTTP answers below Prefix. Names hold a hash, so what was loaded once is good for ever.
func (s *Set) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f, ok := s.files[strings.TrimPrefix(r.URL.Path, Prefix)]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.kind)
	// A worker obeys the policy that it came with, not that of the page: ours asks its own desk for live updates.
	h.Set("Content-Security-Policy", "default-src 'none'; connect-src 'self'; frame-ancestors 'none'")
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	// A worker has the policy of its own file: it loads its parts and asks for live updates.
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'")
	h.Add("Vary", "Accept-Encoding")
	content := f.plain
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		content = f.packed
	}
	h.Set("Content-Length", strconv.Itoa(len(content)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(content) // the browser may have gone: there is nobody to tell
	}
}
