package outbound

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/url"
)

// serveLocal hands a request to a handler of this installation, in a goroutine of its own so that the time limit holds, and returns what it
// answered. The handler sees what a server would have shown it.
func serveLocal(handler http.Handler, out *http.Request) (*http.Response, error) {
	// A context of its own: what the caller's context carries, a transaction perhaps, must not reach another account's handler.
	ctx, cancel := context.WithCancel(context.Background())
	stop := context.AfterFunc(out.Context(), cancel)
	w := &localWriter{header: http.Header{}}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer stop()
		defer cancel()
		defer func() {
			if crash := recover(); crash != nil {
				*w = localWriter{header: http.Header{}, status: http.StatusInternalServerError}
			}
		}()
		handler.ServeHTTP(w, incoming(ctx, out))
	}()
	select {
	case <-done:
		return w.response(out), nil
	case <-out.Context().Done():
		return nil, out.Context().Err()
	}
}

// incoming turns an outgoing request into what a server would have read.
func incoming(ctx context.Context, out *http.Request) *http.Request {
	in := out.Clone(ctx)
	in.Host = out.URL.Host
	in.RequestURI = out.URL.RequestURI()
	in.URL = &url.URL{Path: out.URL.Path, RawPath: out.URL.RawPath, RawQuery: out.URL.RawQuery}
	in.RemoteAddr = "127.0.0.1:0"
	if out.URL.Scheme == "https" {
		in.TLS = &tls.ConnectionState{}
	}
	if in.Body == nil {
		in.Body = http.NoBody
	}
	return in
}

const maxLocalAnswer = 256 << 20

var errLocalAnswer = errors.New("the local answer is too large")

// localWriter keeps an answer in memory. Only the handler's goroutine touches it until that has ended.
type localWriter struct {
	header http.Header
	sent   http.Header
	status int
	body   bytes.Buffer
}

func (w *localWriter) Header() http.Header { return w.header }

func (w *localWriter) WriteHeader(status int) {
	if w.status == 0 && status >= 200 {
		w.status, w.sent = status, w.header.Clone()
	}
}

func (w *localWriter) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	if w.body.Len()+len(p) > maxLocalAnswer {
		return 0, errLocalAnswer
	}
	if w.body.Len() == 0 && w.sent.Get("Content-Type") == "" {
		w.sent.Set("Content-Type", http.DetectContentType(p))
	}
	return w.body.Write(p)
}

// Flush makes the writer an http.Flusher; there is nobody to hurry for.
func (w *localWriter) Flush() {}

func (w *localWriter) response(req *http.Request) *http.Response {
	w.WriteHeader(http.StatusOK)
	return &http.Response{
		StatusCode: w.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.sent, Body: io.NopCloser(&w.body), ContentLength: int64(w.body.Len()), Request: req,
	}
}
