package inbound

import (
	"context"
	"errors"
	"net/http"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/wire"
	"interdesk/store/sqldb"
)

// answer is what a partner gets.
type answer struct {
	code   int
	words  string // one sentence, text/plain
	body   []byte // JSON, instead of words
	header map[string]string
}

// unsupported is a 405, which must say what is supported.
func unsupported(allow string) error {
	return &sharing.Refusal{Code: http.StatusMethodNotAllowed, Words: "This method is not supported here.", Header: map[string]string{"Allow": allow}}
}

// refused turns an error into an answer and keeps what is not for strangers' eyes.
func (s *Service) refused(ctx context.Context, err error) answer {
	var r *sharing.Refusal
	var malformed *wire.Error
	switch {
	case errors.As(err, &r):
		return refusal(r)
	case errors.As(err, &malformed):
		return answer{code: http.StatusUnprocessableEntity, words: malformed.Error()}
	case sqldb.Unavailable(err), ctx.Err() != nil:
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
	s.core.Log().ErrorContext(ctx, "a partner's message failed", "cause", err)
	return answer{code: http.StatusInternalServerError, words: "This help desk could not process the message."}
}

func refusal(r *sharing.Refusal) answer {
	return answer{code: r.Code, words: r.Words, header: r.Header}
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
