// Package asset is what browsers load beside the pages: scripts, styles and icons.
//
// The sources lie in src; packages of others come from package-lock.json. bundle (make assets) puts them together into
// dist by esbuild, under names that hold a hash of what is in them, so that browsers keep them for ever. dist is built,
// never committed. Without it the server works all the same: pages come without styles and scripts and say what to run.
package asset

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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

// Packed is what a file's name ends in that is compressed: beside "app-4KQ2.js" lies "app-4KQ2.js.gz".
const Packed = ".gz"

// Set is the bundle, ready to be served. The files stay where the program's own bytes are: nothing is copied or compressed
// when it starts.
type Set struct {
	dist  fs.FS
	names map[string]string // as pages call it → file
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
	s := &Set{dist: dist, names: map[string]string{}}
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
	return s, nil
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

// ServeHTTP answers below Prefix. Names hold a hash, so what was loaded once is good for ever.
func (s *Set) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, Prefix)
	kind := mime.TypeByExtension(path.Ext(name))
	if kind == "" || name == Manifest || !fs.ValidPath(name) {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		name += Packed
	}
	f, info, err := s.open(name)
	if err != nil {
		h.Del("Content-Encoding")
		http.NotFound(w, r)
		return
	}
	defer f.Close()
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	// A worker has the policy of its own file: it loads its parts and asks for live updates.
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'")
	h.Add("Vary", "Accept-Encoding")
	h.Set("Content-Length", strconv.FormatInt(info.Size(), 10))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = io.Copy(w, f) // the browser may have gone: there is nobody to tell
	}
}

func (s *Set) open(name string) (fs.File, fs.FileInfo, error) {
	if s.dist == nil {
		return nil, nil, fs.ErrNotExist
	}
	f, err := s.dist.Open(name)
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		err = fs.ErrNotExist
	}
	if err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	return f, info, nil
}
