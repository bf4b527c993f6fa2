package sharing

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"interdesk/desk"
	"interdesk/sharing/peer"
	"interdesk/sharing/wire"
	"interdesk/store/sqldb"
)

// answer is what a partner gets. Only the codes of nhd §13.1 may stand in it: Zendesk's client stumbles over others.
type answer struct {
	code   int
	words  string // one sentence, text/plain
	body   []byte // JSON, instead of words
	header map[string]string
}

// refusal is an answer that is an error.
type refusal struct{ answer }

func (r *refusal) Error() string { return r.words }

func refuse(code int, words string) error { return &refusal{answer{code: code, words: words}} }

// unsupported is a 405, which must say what is supported.
func unsupported(allow string) error {
	return &refusal{answer{code: http.StatusMethodNotAllowed, words: "This method is not supported here.", header: map[string]string{"Allow": allow}}}
}

// request is one message as it came.
type request struct {
	http    *http.Request
	account desk.AccountID
	uuid    string // of the path, normalised
	body    []byte
	at      time.Time
}

// Handler serves the paths below /sharing/ of an account, which the request's context names by WithAccount.
//
// It has no mux: that would redirect unclean paths, and a redirect of this protocol carries the key along (nhd §16 row 5).
func (s *Service) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rest, ok := strings.CutPrefix(r.URL.Path, "/sharing/")
		if file, isFile := strings.CutPrefix(rest, "attachments/"); ok && isFile {
			s.serveFile(w, r, file)
			return
		}
		a, err := s.route(r, rest)
		if err != nil {
			a = s.refused(r.Context(), err)
			// A partner who is cut off while it still sends sees a broken line, not the answer, and comes back with the same.
			_, _ = io.CopyN(io.Discard, r.Body, wire.MaxBody)
		}
		a.write(w)
	})
}

func (s *Service) route(r *http.Request, path string) (answer, error) {
	account, known := accountOf(r.Context())
	resource, uuid, ok := strings.Cut(path, "/")
	if !known || !ok || (resource != string(peer.Agreements) && resource != string(peer.Tickets)) {
		return answer{}, refuse(http.StatusNotFound, "Nothing is here.")
	}
	in := request{http: r, account: account, at: s.now()}
	if !allowed(r.Method) {
		return answer{}, unsupported("POST, PUT, GET, DELETE")
	}
	// nhd §3: Zendesk never sends the version, so a missing one is served.
	if !wire.AcceptsVersion(r.Header.Values(wire.HeaderVersion)) {
		return answer{}, refuse(http.StatusPreconditionFailed, "Only version 1 of the protocol is spoken here.")
	}
	if in.uuid, ok = wire.NormaliseUUID(uuid); !ok {
		return answer{}, refuse(http.StatusUnprocessableEntity, "The uuid in the path must be 6 to 64 letters, digits, hyphens or underscores.")
	}
	if resource == string(peer.Agreements) {
		return s.agreementMessage(r.Context(), in)
	}
	return s.ticketMessage(r.Context(), in)
}

func allowed(method string) bool {
	switch method {
	case http.MethodPost, http.MethodPut, http.MethodGet, http.MethodDelete:
		return true
	}
	return false
}

// read takes the body of a POST or PUT. A DELETE's is never looked at (nhd §3).
func (in *request) read() error {
	if !wire.AcceptsMediaType(in.http.Header.Get("Content-Type")) {
		return refuse(http.StatusUnprocessableEntity, "The message must be JSON with the content type application/json.")
	}
	body, err := io.ReadAll(io.LimitReader(in.http.Body, wire.MaxBody+1))
	if err != nil {
		return refuse(http.StatusRequestTimeout, "The message did not arrive whole.")
	}
	in.body = body
	return nil
}

// refused turns an error into an answer and keeps what is not for strangers' eyes.
func (s *Service) refused(ctx context.Context, err error) answer {
	var r *refusal
	var malformed *wire.Error
	switch {
	case errors.As(err, &r):
		return r.answer
	case errors.As(err, &malformed):
		return answer{code: http.StatusUnprocessableEntity, words: malformed.Error()}
	case errors.Is(err, sqldb.ErrBusy), errors.Is(err, sqldb.ErrRetry), errors.Is(err, sqldb.ErrClosed), ctx.Err() != nil:
		return busy("This help desk is busy.", "5")
	}
	var e *desk.Error
	if errors.As(err, &e) {
		switch e.Kind {
		case desk.Invalid, desk.TooLarge:
			return answer{code: http.StatusUnprocessableEntity, words: (&desk.Error{Message: e.Message, Details: e.Details}).Error()}
		case desk.NotFound:
			return answer{code: http.StatusNotFound, words: "This ticket is unknown here."}
		case desk.Forbidden:
			return answer{code: http.StatusForbidden, words: e.Message}
		case desk.Conflict, desk.Unavailable:
			return busy("This help desk is busy.", "2")
		}
	}
	s.log.ErrorContext(ctx, "a partner's message failed", "cause", err)
	return answer{code: http.StatusInternalServerError, words: "This help desk could not process the message."}
}

func busy(words, seconds string) answer {
	return answer{code: http.StatusServiceUnavailable, words: words, header: map[string]string{"Retry-After": seconds}}
}

func (a answer) write(w http.ResponseWriter) {
	h := w.Header()
	for name, value := range a.header {
		h.Set(name, value)
	}
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	body := a.body
	switch {
	case body != nil:
		h.Set("Content-Type", "application/json; charset=utf-8")
	case a.code >= 400:
		h.Set("Content-Type", "text/plain; charset=utf-8")
		body = []byte(a.words)
	}
	w.WriteHeader(a.code)
	_, _ = w.Write(body)
}
