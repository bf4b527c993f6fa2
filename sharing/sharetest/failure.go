package sharetest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"time"
)

// Failure is what goes wrong with requests. The fields combine: a delay, then one of the others.
type Failure struct {
	Match       func(Request) bool // which requests; nil: every message, but no attachment
	Delay       time.Duration      // before anything else
	Drop        bool               // closes the line after reading, the message is not taken
	LoseAnswer  bool               // takes the message, then closes the line
	Late        time.Duration      // takes the message, then waits before it answers
	Code        int                // answers this status, the message is not taken
	Page        bool               // answers 200 with an HTML error page, the message is not taken (nhd-captures §3.8)
	Location    string             // header of the answer
	RetryAfter  string             // header of the answer
	Header      map[string]string  // further ones
	ContentType string             // of Body; text/plain when empty
	Body        string

	left int // how often more; negative: until Heal
}

const crashPage = `<!DOCTYPE html><html><head><title>RT Error</title></head><body><p>An internal RT error has occurred. Your administrator can find more details in RT's log files.</p></body></html>`

// FailNext lets the next n matching requests fail; n < 0 means all until Heal. Failures queue up.
func (p *Partner) FailNext(n int, failure Failure) {
	p.mu.Lock()
	defer p.mu.Unlock()
	failure.left = n
	p.failures = append(p.failures, &failure)
}

// Heal ends all failures.
func (p *Partner) Heal() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.failures = nil
}

// failureFor takes the first failure that matches.
func (p *Partner) failureFor(request Request, attachment bool) *Failure {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, failure := range p.failures {
		if failure.left == 0 || failure.Match == nil && attachment || failure.Match != nil && !failure.Match(request) {
			continue
		}
		failure.left--
		return failure
	}
	return nil
}

// play performs a failure. handle takes the message as if all were well. It returns the status answered, 0 for a dropped line.
func (f *Failure) play(w http.ResponseWriter, r *http.Request, handle http.HandlerFunc) int {
	if f.Delay > 0 {
		select {
		case <-time.After(f.Delay):
		case <-r.Context().Done():
			return 0
		}
	}
	switch {
	case f.Drop:
		return hangUp(w)
	case f.LoseAnswer:
		handle(httptest.NewRecorder(), r)
		return hangUp(w)
	case f.Late > 0:
		taken := httptest.NewRecorder()
		handle(taken, r)
		time.Sleep(f.Late)
		f.answer(w, taken.Code, taken.Header().Get("Content-Type"), taken.Body.String())
		return taken.Code
	case f.Page:
		f.answer(w, http.StatusOK, "text/html; charset=utf-8", crashPage)
		return http.StatusOK
	case f.Code != 0:
		f.answer(w, f.Code, f.ContentType, f.Body)
		return f.Code
	default:
		status := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		handle(status, r)
		return status.status
	}
}

func (f *Failure) answer(w http.ResponseWriter, code int, contentType, body string) {
	if contentType == "" {
		contentType = "text/plain; charset=utf-8"
	}
	w.Header().Set("Content-Type", contentType)
	if f.RetryAfter != "" {
		w.Header().Set("Retry-After", f.RetryAfter)
	}
	if f.Location != "" {
		w.Header().Set("Location", f.Location)
	}
	for name, value := range f.Header {
		w.Header().Set(name, value)
	}
	w.WriteHeader(code)
	_, _ = io.WriteString(w, body)
}

func hangUp(w http.ResponseWriter) int {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		_ = conn.Close()
	}
	return 0
}

// statusWriter remembers the status.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}
