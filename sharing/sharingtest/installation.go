package sharingtest

import (
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"interdesk/blob"
	"interdesk/desk"
)

// installation is what the processes of one installation have in common.
type installation struct {
	server *httptest.Server
	files  *blob.Store

	mu        sync.Mutex
	processes []*World
	hosts     map[string]desk.AccountID
	renamed   map[string]string // subdomains of accounts whose host has another name
	offset    time.Duration     // of the clock
}

func newInstallation(t *testing.T) *installation {
	t.Helper()
	i := &installation{hosts: map[string]desk.AccountID{}, renamed: map[string]string{}}
	var err error
	i.files, err = blob.Open(filepath.Join(t.TempDir(), "files"), desk.MaxUpload)
	Check(t, err)
	i.server = httptest.NewServer(http.HandlerFunc(i.serveAny))
	t.Cleanup(func() { _ = i.files.Close() })
	return i
}

func (i *installation) join(w *World) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.processes = append(i.processes, w)
}

// serveAny hands a request to any process, as a load balancer does.
func (i *installation) serveAny(rw http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	n := len(i.processes)
	if n == 0 {
		i.mu.Unlock()
		http.NotFound(rw, r)
		return
	}
	w := i.processes[rand.IntN(n)]
	i.mu.Unlock()
	w.serve(rw, r)
}

// Now is the installation's clock: the real one, or ahead of it after Advance.
func (i *installation) Now() time.Time {
	i.mu.Lock()
	defer i.mu.Unlock()
	return time.Now().Add(i.offset)
}

// Advance lets time go by.
func (i *installation) Advance(d time.Duration) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.offset += d
}

func (i *installation) here(host string) (desk.AccountID, bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	id, ok := i.hosts[host]
	return id, ok
}

func (i *installation) addHost(host string, a desk.AccountID) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.hosts[host] = a
}
