package peer

import (
	"net/http"

	"interdesk/sharing/wire"
)

// Verdict is what to do with an answer (nhd §13.2).
type Verdict string

// The verdicts. For a ticket message "the share" is what stops, for an agreement message the agreement changes its state.
const (
	Done               Verdict = "done"                // delivered
	Retry              Verdict = "retry"               // try again later, keep the order
	Permanent          Verdict = "permanent"           // this message will never be taken
	Unauthorized       Verdict = "unauthorized"        // 401, 403: credentials or terms; pause and tell an admin
	NotFound           Verdict = "not_found"           // the ticket is unknown there: offer to share again
	Unsupported        Verdict = "unsupported"         // 405: the peer has no such operation
	Gone               Verdict = "gone"                // 410: unshared or ended; stop
	ConfigurationError Verdict = "configuration_error" // the sharing URL is wrong, refused, or speaks another version
	SSLError           Verdict = "ssl_error"           // the certificate does not hold; agreement: tell an admin, ticket: retry as well
)

// Resource is the kind of a message.
type Resource string

// The two resources of the protocol (nhd §2), and one of our own.
const (
	Agreements Resource = "agreements"
	Tickets    Resource = "tickets"
	Digests    Resource = "digests" // between two Interdesks
)

// Dialect is how the partner wants to be spoken to.
type Dialect = wire.Dialect

// verdictOf judges the status of an answer by the table of nhd §13.2. Redirects that were followed never come here.
func verdictOf(resource Resource, method string, status int) Verdict {
	switch {
	case status >= 200 && status < 300:
		return Done
	case status >= 300 && status < 400, status == http.StatusPreconditionFailed:
		return ConfigurationError
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return Unauthorized
	case status == http.StatusNotFound, status == http.StatusGone:
		return absenceVerdict(resource, method, status)
	case status == http.StatusMethodNotAllowed:
		return Unsupported
	case status == http.StatusRequestTimeout, status == http.StatusTooEarly, status == http.StatusTooManyRequests, status >= 500:
		return Retry
	default:
		return Permanent
	}
}

func absenceVerdict(resource Resource, method string, status int) Verdict {
	switch {
	case resource == Tickets && method == http.MethodDelete:
		return Done // what should end has ended
	case status == http.StatusGone:
		return Gone
	case resource == Tickets && method != http.MethodPost:
		return NotFound
	default:
		return ConfigurationError // nothing need exist before a POST, and an agreement is known by both: the URL is wrong
	}
}
