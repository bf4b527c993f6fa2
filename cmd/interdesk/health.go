package main

import (
	"context"
	"errors"
	"net/http"
	"path"
	"sync"
	"time"

	"interdesk/httpkit"
	"interdesk/store/migration"
)

// healthz says that the process lives. Whoever restarts processes asks it.
func (s *server) healthz(w http.ResponseWriter, r *http.Request) {
	_ = httpkit.JSON(w, r, http.StatusOK, map[string]string{"status": "ok"})
}

// readyTime bounds the look at the database.
const readyTime = 2 * time.Second

// readyz says whether requests should come here: the schema is this program's and jobs run (else the server would not be
// up), database and folder of attachments take writes, the schema is still this program's, and no signal to stop came.
func (s *server) readyz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyTime)
	defer cancel()
	status, state := http.StatusOK, "ok"
	if err := s.fitness.check(ctx, s.fit); err != nil {
		s.log.Error("not ready", "cause", err)
		status, state = http.StatusServiceUnavailable, err.Error()
	}
	if s.draining.Load() {
		status, state = http.StatusServiceUnavailable, "stopping"
	}
	w.Header().Set("Cache-Control", "no-store")
	_ = httpkit.JSON(w, r, status, map[string]string{"status": state})
}

// fit tells what keeps the server from its work, in words that name nothing of the machine.
func (s *server) fit(ctx context.Context) error {
	if err := s.store.Renew(ctx); err != nil {
		s.log.Error("a write failed", "cause", err)
		return errors.New("the database takes no writes")
	}
	if err := migration.Check(ctx, s.db); err != nil {
		s.log.Error("the schema is not this program's", "cause", err)
		return errors.New("the database has another schema")
	}
	if err := s.files.Check(); err != nil {
		s.log.Error("a file cannot be written", "cause", err)
		return errors.New("the folder of attachments takes no files")
	}
	return nil
}

// fitness is what the last look said, which is repeated once it is a second old: however many ask whether the server is
// ready, that costs one look a second.
type fitness struct {
	mu  sync.Mutex
	at  time.Time
	err error
}

func (f *fitness) check(ctx context.Context, look func(context.Context) error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if time.Since(f.at) > time.Second {
		f.err = look(ctx)
		f.at = time.Now()
	}
	return f.err
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
