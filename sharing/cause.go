package sharing

import (
	"strings"

	"interdesk/desk"
)

// Cause is in one word why a message did not get through, for places where the partner's sentence has no room.
type Cause string

const (
	CauseNone        Cause = ""
	CauseExpired     Cause = "expired"     // the partner's certificate
	CauseCertificate Cause = "certificate" // is not one to trust
	CauseTime        Cause = "time"        // no answer in time
	CauseHost        Cause = "host"        // the name is not known
	CauseConnection  Cause = "connection"
	CauseAccess      Cause = "access" // 401, 403: the partner does not know us, or not any more
	CauseBusy        Cause = "busy"   // 503, 429
	CauseFault       Cause = "fault"  // another 5xx
	CauseRefused     Cause = "refused"
)

// CauseOf reads a message's last answer.
func CauseOf(d *desk.Delivery) Cause {
	switch {
	case d.Code == 401 || d.Code == 403:
		return CauseAccess
	case d.Code == 503 || d.Code == 429:
		return CauseBusy
	case d.Code >= 500:
		return CauseFault
	case d.Code >= 300:
		return CauseRefused
	case d.Answer == "" || d.Code >= 200:
		return CauseNone
	}
	// No answer at all: the words are those that package peer found for it.
	for _, c := range []struct {
		words string
		cause Cause
	}{
		{"certificate has expired", CauseExpired},
		{"certificate does not hold", CauseCertificate},
		{"did not answer in time", CauseTime},
		{"host name was not found", CauseHost},
	} {
		if strings.Contains(d.Answer, c.words) {
			return c.cause
		}
	}
	return CauseConnection
}
