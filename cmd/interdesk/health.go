package main

import (
	"context"
	"net/http"
	"net/netip"
	"path"
	"sync"
	"time"

	"interdesk/httpkit"
)

// healthz says that the process lives. Whoever restarts processes asks it.
func (s *server) healthz(w http.ResponseWriter, r *http.Request) {
	_ = httpkit.JSON(w, r, http.StatusOK, map[string]string{"status": "ok"})
}

// readyTime bounds the look at the database.
const readyTime = 2 * time.Second

// readyz says whether requests should come here: the schema is this program's and jobs run (else the server would not be
// up), the database takes writes, and no signal to stop came.
func (s *server) readyz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyTime)
	defer cancel()
	status, state := http.StatusOK, "ok"
	if err := s.writable.check(ctx, s.store.Renew); err != nil {
		s.log.Error("the database takes no writes", "cause", err)
		status, state = http.StatusServiceUnavailable, "the database takes no writes"
	}
	if s.draining.Load() {
		status, state = http.StatusServiceUnavailable, "stopping"
	}
	w.Header().Set("Cache-Control", "no-store")
	_ = httpkit.JSON(w, r, status, map[string]string{"status": state})
}

// writable is what the last attempt to write said, which is asked anew once it is a second old: however many ask whether the
// server is ready, that costs one write a second.
type writable struct {
	mu  sync.Mutex
	at  time.Time
	err error
}

func (l *writable) check(ctx context.Context, write func(context.Context) error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if time.Since(l.at) > time.Second {
		l.err = write(ctx)
		l.at = time.Now()
	}
	return l.err
}

// onlyHere hides a page from everybody but programs of this machine that call directly. A proxy on this machine is told
// by the headers that it adds.
func onlyHere(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		from, err := netip.ParseAddrPort(r.RemoteAddr)
		direct := err == nil && from.Addr().Unmap().IsLoopback()
		for _, name := range [...]string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Via"} {
			direct = direct && r.Header.Get(name) == ""
		}
		if !direct {
			httpkit.WriteError(w, r, httpkit.NoEndpoint())
			return
		}
		next.ServeHTTP(w, r)
	})
}

// withoutRedirects keeps a mux from answering "//" and "/../" in a path by a redirect: partners' clients send their key along
// wherever a redirect leads (nhd §16 row 5).
func withoutRedirects(mux, rest http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p := r.URL.Path; p != path.Clean(p) {
			rest.ServeHTTP(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
}
