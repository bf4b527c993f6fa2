// Package blob keeps the bytes of attachments in a folder, each content once, under its SHA-256.
//
// A content is written to a passing file, synced and renamed, and never changed afterwards; so a name that the database
// holds always leads to whole bytes, and the same file sent twice takes the space of one. Which attachment shows which
// content, and who may read it, is the database's business.
package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"interdesk/desk"
)

// Store is one folder of contents, fanned out over 256 folders by the first two digits of their names.
type Store struct {
	root *os.Root
	max  int64
	use  sync.RWMutex // written by Remove alone: a content is not removed while Put finds it there
}

// Open readies a folder, which is made when it is missing. max bounds one content in bytes; 0 means desk.MaxUpload.
func Open(folder string, max int64) (*Store, error) {
	if max <= 0 {
		max = desk.MaxUpload
	}
	for _, sub := range [...]string{"", "incoming"} {
		if err := os.MkdirAll(filepath.Join(folder, sub), 0o700); err != nil {
			return nil, fmt.Errorf("attachments: %w", err)
		}
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, fmt.Errorf("attachments: %w", err)
	}
	s := &Store{root: root, max: max}
	s.clean()
	return s, nil
}

// abandonedAfter is when a passing file belongs to nobody any more: its process was killed.
const abandonedAfter = 24 * time.Hour

// clean removes abandoned files. What it cannot remove stays for the next start.
func (s *Store) clean() {
	files, err := fs.ReadDir(s.root.FS(), "incoming")
	if err != nil {
		return
	}
	for _, f := range files {
		if info, err := f.Info(); err == nil && time.Since(info.ModTime()) > abandonedAfter {
			_ = s.root.Remove(filepath.Join("incoming", f.Name()))
		}
	}
}

// Check makes sure that a file can be written.
func (s *Store) Check() error {
	name := filepath.Join("incoming", randomName())
	if err := s.root.WriteFile(name, []byte{0}, 0o600); err != nil {
		return errors.Join(err, s.root.Remove(name))
	}
	return s.root.Remove(name)
}

// Close gives the folder's handle back.
func (s *Store) Close() error { return s.root.Close() }

// Put keeps what from gives, until its end, and returns its name and size. The bytes are on disk when it returns. More
// than limit (0: the store's bound, which holds in any case) is a desk.TooLarge error, and nothing is kept.
func (s *Store) Put(ctx context.Context, from io.Reader, limit int64) (sum string, size int64, err error) {
	if limit <= 0 || limit > s.max {
		limit = s.max
	}
	passing := filepath.Join("incoming", randomName())
	f, err := s.root.OpenFile(passing, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", 0, err
	}
	defer func() {
		_ = f.Close()
		if err != nil {
			_ = s.root.Remove(passing)
		}
	}()
	sum, size, err = receive(ctx, f, from, limit)
	if err != nil {
		return "", 0, err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return "", 0, err
	}
	return sum, size, s.publish(passing, sum)
}

// receive copies and hashes.
func receive(ctx context.Context, to io.Writer, from io.Reader, limit int64) (string, int64, error) {
	hash := sha256.New()
	size, err := io.Copy(io.MultiWriter(to, hash), io.LimitReader(interruptible{ctx, from}, limit+1))
	if err != nil {
		return "", 0, err
	}
	if size > limit {
		return "", 0, desk.Errorf(desk.TooLarge, "The file is larger than %d bytes.", limit)
	}
	return hex.EncodeToString(hash.Sum(nil)), size, nil
}

// publish gives a whole file its name. Where the name is taken the content is there already, but perhaps not yet for good:
// the folders are synced all the same.
func (s *Store) publish(passing, sum string) error {
	name := pathOf(sum)
	folder := filepath.Dir(name)
	if err := s.root.Mkdir(folder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err := s.rename(passing, name); err != nil {
		return err
	}
	return errors.Join(s.sync(folder), s.sync("."))
}

func (s *Store) rename(passing, name string) error {
	s.use.RLock()
	defer s.use.RUnlock()
	now := time.Now()
	if err := s.root.Chtimes(name, now, now); err == nil { // it is there, and somebody wants it again: see Remove
		return s.root.Remove(passing)
	}
	return s.root.Rename(passing, name)
}

// sync makes a folder's entries durable.
func (s *Store) sync(folder string) error {
	d, err := s.root.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Open reads a content; desk.NotFound when there is none. The caller closes it.
func (s *Store) Open(_ context.Context, sum string) (io.ReadSeekCloser, error) {
	if !validSum(sum) {
		return nil, desk.Missing()
	}
	f, err := s.root.Open(pathOf(sum))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, desk.Missing()
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

// Remove forgets a content that no attachment shows any more, unless it was put since before: the attachment that will
// show it may not be stored yet. One that is not there is no error.
func (s *Store) Remove(_ context.Context, sum string, before time.Time) error {
	if !validSum(sum) {
		return desk.Missing()
	}
	s.use.Lock()
	defer s.use.Unlock()
	info, err := s.root.Stat(pathOf(sum))
	if err == nil && info.ModTime().Before(before) {
		err = s.root.Remove(pathOf(sum))
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
