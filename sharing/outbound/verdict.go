package outbound

import (
	"net/http"

	"interdesk/sharing/peer"
	"interdesk/sharing/wire"
)

// verdict is what an answer about a ticket means (share-life §2).
type verdict int

const (
	again      verdict = iota // nothing is known of what became of it, or it is not the time: try again
	taken                     // the partner has it
	denied                    // it does not know us, or not this ticket: ask how the agreement stands
	absent                    // it has the ticket no more
	over                      // it wants no more of the ticket
	unfit                     // it cannot take this content
	untellable                // it has no such message
	never                     // it will not take the message
)

// verdictFor reads an answer by the table of share-life §2.
func verdictFor(method string, a *peer.Answer) verdict {
	isDelete := method == http.MethodDelete
	switch {
	case a.Status/100 == 2 && a.Doubtful:
		if isDelete && (a.Dialect == wire.DialectRT || a.Verdict == peer.Unsupported) {
			return untellable
		}
		return again
	case a.Status/100 == 2:
		return taken
	case isDelete && (a.Status == http.StatusNotFound || a.Status == http.StatusGone):
		return taken // what should end has ended
	case isDelete && (a.Status == http.StatusMethodNotAllowed || a.Status == http.StatusUnprocessableEntity):
		return untellable
	}
	switch a.Status {
	case 0, http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return again
	case http.StatusUnauthorized, http.StatusForbidden:
		return denied
	case http.StatusNotFound:
		switch {
		case method != http.MethodPut:
			return denied
		case a.IsPage: // of whatever stands before the help desk: it says nothing about the ticket
			return again
		}
		return absent
	case http.StatusGone:
		return over
	case http.StatusUnprocessableEntity:
		return unfit
	}
	if a.Status >= 500 {
		return again
	}
	return never
}
