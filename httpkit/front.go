package httpkit

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"interdesk/desk"
)

// Options are what Front needs.
type Options struct {
	Logger  *slog.Logger
	Trusted []netip.Prefix // proxies whose X-Forwarded-… headers are believed
	HTTPS   bool           // clients come by https, whatever the proxy says
	// Translate turns errors of rooms that this package does not know (a busy database, say) into desk.Errors; nil
	// leaves them as they are.
	Translate func(error) error
	// Observe is told of each answered request; nil: nobody is.
	Observe func(info *Info, method string, status int, took time.Duration)
}

// Front is the outermost handler; the package comment says what it does.
func Front(next http.Handler, o Options) http.Handler {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	return &front{next: next, o: o, origin: http.NewCrossOriginProtection(), bodies: newBodies()}
}

type front struct {
	next   http.Handler
	o      Options
	origin *http.CrossOriginProtection
	bodies *bodies
	warned sync.Once // of a proxy that is not trusted
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	begun := time.Now()
	info := newInfo(r, f.o.Trusted)
	info.translate, info.bodies = f.o.Translate, f.bodies
	if f.o.HTTPS {
		info.Scheme = "https"
	}
	f.warnOfProxy(r)
	r = withInfo(r, info)
	rec := &recorder{ResponseWriter: w}
	setSecurityHeaders(rec.Header(), info)
	defer f.finish(rec, r, info, begun)
	if !validHost(info.Host) {
		WriteError(rec, r, BadRequest("InvalidHost", "The Host header is not a host name."))
		return
	}
	// A browser that remembers a Basic sign-in would send it along with another site's form.
	if err := f.origin.Check(r); err != nil {
		WriteError(rec, r, desk.Errorf(desk.Forbidden, "A page of another site may not change anything here: %w", err))
		return
	}
	if !utf8.ValidString(r.URL.Path) || strings.ContainsRune(r.URL.Path, 0) { // nothing is called so
		WriteError(rec, r, NoEndpoint())
		return
	}
	r.Body = paced(w, r.Body)
	f.next.ServeHTTP(rec, r)
}

// warnOfProxy tells the operator, once, that a proxy's words about clients are not believed: all of its clients would count
// as one.
func (f *front) warnOfProxy(r *http.Request) {
	if r.Header.Get("X-Forwarded-For") == "" || containsAddr(f.o.Trusted, remoteAddr(r)) {
		return
	}
	f.warned.Do(func() {
		f.o.Logger.Warn("a proxy that is not trusted names clients; if it is yours, add it to --trusted-proxies", "proxy", remoteAddr(r).String())
	})
}

// finish runs after the handler, also when that panicked.
func (f *front) finish(rec *recorder, r *http.Request, info *Info, begun time.Time) {
	defer info.release()
	if v := recover(); v != nil {
		if v == http.ErrAbortHandler {
			panic(v)
		}
		f.o.Logger.Error("panic", "request", info.ID, "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
		if rec.status != 0 {
			panic(http.ErrAbortHandler) // half an answer is out: only a cut connection tells the client
		}
		WriteError(rec, r, fmt.Errorf("panic: %v", v))
	}
	if rec.status == 0 {
		rec.status = http.StatusOK
	}
	took := time.Since(begun)
	f.log(rec, r, info, took)
	if f.o.Observe != nil {
		f.o.Observe(info, r.Method, rec.status, took)
	}
}

func (f *front) log(rec *recorder, r *http.Request, info *Info, took time.Duration) {
	level := slog.LevelInfo
	switch {
	case rec.status == http.StatusServiceUnavailable: // "come back later", which strangers can bring about at will
		level = slog.LevelWarn
	case rec.status >= 500:
		level = slog.LevelError
	}
	if !f.o.Logger.Enabled(r.Context(), level) {
		return
	}
	attrs := []slog.Attr{
		slog.String("method", r.Method),
		slog.String("path", redactPath(r.URL.Path)),
		slog.Int("status", rec.status),
		slog.Float64("ms", float64(took.Microseconds())/1000),
		slog.Int64("bytes", rec.bytes),
		slog.Int64("account", int64(info.Account)),
		slog.Int64("user", int64(info.User)),
		slog.String("client", info.Client.String()),
		slog.String("request", info.ID),
	}
	if rec.cut {
		attrs = append(attrs, slog.Bool("cut", true))
	}
	if info.Cause != nil {
		attrs = append(attrs, slog.String("cause", info.Cause.Error()))
	}
	f.o.Logger.LogAttrs(r.Context(), level, "request", attrs...)
}

// setSecurityHeaders sets what every answer carries. Pages and downloads replace the content policy by one of their own.
func setSecurityHeaders(h http.Header, info *Info) {
	h.Set("X-Request-Id", info.ID)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	if info.Scheme == "https" {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
	cut    bool // the client did not take all of it
}

func (rec *recorder) WriteHeader(status int) {
	if rec.status == 0 && status >= 200 {
		rec.status = status
	}
	rec.ResponseWriter.WriteHeader(status)
}

func (rec *recorder) Write(p []byte) (int, error) {
	if rec.status == 0 {
		rec.status = http.StatusOK
	}
	_ = http.NewResponseController(rec.ResponseWriter).SetWriteDeadline(time.Now().Add(stallTime))
	n, err := rec.ResponseWriter.Write(p)
	rec.bytes += int64(n)
	rec.cut = rec.cut || err != nil
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (rec *recorder) Unwrap() http.ResponseWriter { return rec.ResponseWriter }
