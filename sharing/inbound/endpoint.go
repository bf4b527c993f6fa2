package inbound

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/peer"
	"interdesk/sharing/wire"
)

// request is one message as it came.
type request struct {
	http     *http.Request // nil: it was fetched from the partner
	method   string
	account  desk.AccountID
	uuid     string // of the path, normalised
	body     []byte
	at       time.Time
	position wire.Position // among the messages of the share
	numbered bool          // it came from another Interdesk, which tells the position
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
	if !known || !ok || (resource != string(peer.Agreements) && resource != string(peer.Tickets) && resource != string(peer.Digests)) {
		return answer{}, sharing.Refuse(http.StatusNotFound, "Nothing is here.")
	}
	in := request{http: r, method: r.Method, account: account, at: s.core.Now()}
	in.position, in.numbered = wire.ParsePosition(r.Header.Get(wire.HeaderInterdesk))
	if !allowed(r.Method) {
		return answer{}, unsupported("POST, PUT, GET, DELETE")
	}
	// nhd §3: Zendesk never sends the version, so a missing one is served.
	if !wire.AcceptsVersion(r.Header.Values(wire.HeaderVersion)) {
		return answer{}, sharing.Refuse(http.StatusPreconditionFailed, "Only version 1 of the protocol is spoken here.")
	}
	if in.uuid, ok = wire.NormaliseUUID(uuid); !ok {
		return answer{}, sharing.Refuse(http.StatusUnprocessableEntity, "The uuid in the path must be 6 to 64 letters, digits, hyphens or underscores.")
	}
	switch peer.Resource(resource) {
	case peer.Agreements:
		return s.agreementMessage(r.Context(), in)
	case peer.Digests:
		return s.digestMessage(r.Context(), in)
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

// read takes the body of a POST or PUT, of so many bytes at most. A DELETE's is never looked at (nhd §3).
func (in *request) read(limit int64) error {
	if !wire.AcceptsMediaType(in.http.Header.Get("Content-Type")) {
		return sharing.Refuse(http.StatusUnprocessableEntity, "The message must be JSON with the content type application/json.")
	}
	body, err := io.ReadAll(io.LimitReader(in.http.Body, limit+1))
	if err != nil {
		return sharing.Refuse(http.StatusRequestTimeout, "The message did not arrive whole.")
	}
	if int64(len(body)) > limit {
		return sharing.Refuse(http.StatusUnprocessableEntity, fmt.Sprintf("The message is larger than %d bytes", limit))
	}
	in.body = body
	return nil
}

// dialect is the one that the message is written in; unknown where it has no body (nhd §15).
func (in *request) dialect() desk.Dialect {
	if len(in.body) == 0 {
		return desk.DialectUnknown
	}
	return desk.Dialect(wire.DialectOf(in.http.Header.Get("Content-Type")))
}
