package wire

import (
	"mime"
	"strings"
)

// The protocol's own headers (nhd §3).
const (
	HeaderVersion = "X-Ticket-Sharing-Version"
	HeaderToken   = "X-Ticket-Sharing-Token"
	Version       = "1"
	// Challenge is the value of WWW-Authenticate in a 401.
	Challenge = "X-Ticket-Sharing"
)

// AcceptsVersion reports whether a request's version header is one to serve: missing, since Zendesk's client never sends it, or "1" (nhd §3).
func AcceptsVersion(values []string) bool {
	for _, value := range values {
		if strings.TrimSpace(value) != Version {
			return false
		}
	}
	return true
}

// AcceptsMediaType reports whether a body of this Content-Type is read as JSON (nhd §3). Parameters are ignored. The form type is
// what Zendesk's client sent before its version 0.6.2, with JSON in it.
func AcceptsMediaType(contentType string) bool {
	switch media := mediaType(contentType); media {
	case "", "application/json", "text/x-json", "text/json", "application/jsonrequest", "application/x-www-form-urlencoded":
		return true
	default:
		return strings.HasSuffix(media, "+json")
	}
}

func mediaType(contentType string) string {
	media, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		media, _, _ = strings.Cut(contentType, ";")
	}
	return strings.ToLower(strings.TrimSpace(media))
}

// Dialect is the way a peer wants to be spoken to (nhd §15). It is kept per agreement.
type Dialect string

// The dialects. The empty one is not known yet: the first contact finds out.
const (
	DialectUnknown Dialect = ""
	DialectDefault Dialect = "default" // Zendesk, Node, Interdesk
	DialectRT      Dialect = "rt"      // Request Tracker
)

// DialectOf mirrors the media type of a peer's message (nhd §15).
func DialectOf(contentType string) Dialect {
	if mediaType(contentType) == "text/x-json" {
		return DialectRT
	}
	return DialectDefault
}

// ContentType is what to send in this dialect: Request Tracker reads no body under another type (nhd §15).
func (d Dialect) ContentType() string {
	if d == DialectRT {
		return `text/x-json; charset="UTF-8"`
	}
	return "application/json"
}
