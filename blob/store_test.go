package blob_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"interdesk/blob"
	"interdesk/desk"
)

func open(t *testing.T, folder string, max int64) *blob.Store {
	t.Helper()
	s, err := blob.Open(folder, max)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func files(t *testing.T, folder string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(folder, path)
			names = append(names, rel)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

const helloSum = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"

func TestPutAndOpen(t *testing.T) {
	t.Parallel()
	ctx, folder := context.Background(), filepath.Join(t.TempDir(), "a", "b")
	s := open(t, folder, 0)
	for range 2 {
		sum, size, err := s.Put(ctx, strings.NewReader("hello"), 0)
		if err != nil || sum != helloSum || size != 5 {
			t.Fatalf("Put = %q, %d, %v", sum, size, err)
		}
	}
	f, err := s.Open(ctx, helloSum)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	text, _ := io.ReadAll(f)
	if string(text) != "hello" {
		t.Errorf("got %q", text)
	}
	if diff := cmp.Diff([]string{"2c/" + helloSum}, files(t, folder)); diff != "" {
		t.Error(diff)
	}
	if err := s.Remove(ctx, helloSum, time.Now().Add(-time.Hour)); err != nil {
		t.Error(err)
	}
	if f, err := s.Open(ctx, helloSum); err != nil {
		t.Errorf("Remove took what was put just now: %v", err)
	} else {
		f.Close()
	}
	soon := time.Now().Add(time.Hour)
	if err := s.Remove(ctx, helloSum, soon); err != nil {
		t.Error(err)
	}
	if err := s.Remove(ctx, helloSum, soon); err != nil {
		t.Errorf("second Remove = %v", err)
	}
	if _, err := s.Open(ctx, helloSum); desk.KindOf(err) != desk.NotFound {
		t.Errorf("Open after Remove = %v", err)
	}
}

func TestNothingStaysOfAFailure(t *testing.T) {
	t.Parallel()
	broken := errors.New("line cut")
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	cases := map[string]struct {
		ctx  context.Context
		from io.Reader
		kind desk.Kind
	}{
		"too large":    {context.Background(), bytes.NewReader(make([]byte, 11)), desk.TooLarge},
		"read fails":   {context.Background(), io.MultiReader(strings.NewReader("half"), iotest.ErrReader(broken)), desk.Internal},
		"nobody waits": {gone, strings.NewReader("hello"), desk.Internal},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			s := open(t, folder, 10)
			_, _, err := s.Put(c.ctx, c.from, 0)
			if err == nil || desk.KindOf(err) != c.kind {
				t.Errorf("Put = %v", err)
			}
			if left := files(t, folder); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

func TestTheBoundItselfIsAllowed(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir(), 10)
	if _, size, err := s.Put(context.Background(), bytes.NewReader(make([]byte, 10)), 100); err != nil || size != 10 {
		t.Errorf("Put = %d, %v", size, err)
	}
}

func TestACallersLimit(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir(), 10)
	if _, _, err := s.Put(context.Background(), strings.NewReader("hello"), 4); desk.KindOf(err) != desk.TooLarge {
		t.Errorf("Put = %v", err)
	}
}

func TestNamesThatAreNone(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir(), 0)
	for _, name := range []string{"", "..", "../../etc/passwd", helloSum[:63], strings.ToUpper(helloSum), helloSum + "/x"} {
		if _, err := s.Open(context.Background(), name); desk.KindOf(err) != desk.NotFound {
			t.Errorf("Open(%q) = %v", name, err)
		}
		if err := s.Remove(context.Background(), name, time.Now()); desk.KindOf(err) != desk.NotFound {
			t.Errorf("Remove(%q) = %v", name, err)
		}
	}
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	s := open(t, folder, 0)
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			if _, _, err := s.Put(context.Background(), strings.NewReader(strings.Repeat("x", i%4)), 0); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := len(files(t, folder)); n != 4 {
		t.Errorf("%d files", n)
	}
}

func TestAbandonedFilesGo(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, "incoming"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, age := range map[string]time.Duration{"old": 48 * time.Hour, "young": time.Hour} {
		path := filepath.Join(folder, "incoming", name)
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		then := time.Now().Add(-age)
		if err := os.Chtimes(path, then, then); err != nil {
			t.Fatal(err)
		}
	}
	open(t, folder, 0)
	if diff := cmp.Diff([]string{"incoming/young"}, files(t, folder)); diff != "" {
		t.Error(diff)
	}
}
