package peer

import (
	"bytes"
	"encoding/json"
	"html"
	"io"
	"mime"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"interdesk/sharing/wire"
)

const (
	maxAnswer     = 1 << 20 // bytes read of any answer
	maxText       = 500     // characters kept of the partner's words
	maxRetryAfter = 24 * time.Hour
)

// Answer is the outcome of one message.
type Answer struct {
	Status     int           // of HTTP; 0 when no answer came
	Verdict    Verdict       // what to do now
	RetryAfter time.Duration // as the partner asked for, at most a day; 0 when it did not
	Text       string        // the partner's words or the reason of a failure, one bounded line, safe to show as text
	Dialect    Dialect       // the dialect that was used, or found out by the first contact
	Doubtful   bool          // a 2xx whose body cannot be a help desk's, and that could not be verified (share-life §5)
	Err        error         // the cause when no answer came
	Body       []byte        // of a success that was JSON, at most 1 MiB

	Trouble   Trouble      // why no answer came
	Unreached bool         // the partner has certainly not seen the message
	IsPage    bool         // a web page
	Own       bool         // it came from a help desk for certain: it is JSON, or bears a header of the protocol
	Interdesk bool         // from an Interdesk
	Receipt   wire.Receipt // what an Interdesk says of a message that it took
	RemoteID  string       // the ticket's number there, of a partner that tells it so
}

// Trouble is why no answer came, in one word.
type Trouble string

// The kinds of trouble.
const (
	NoTrouble   Trouble = ""
	Expired     Trouble = "expired"     // the partner's certificate
	Certificate Trouble = "certificate" // is not one to trust
	Timeout     Trouble = "timeout"
	Host        Trouble = "host"    // the name is not known
	Blocked     Trouble = "blocked" // an address that may not be asked
	Connection  Trouble = "connection"
)

// reply is an answer as it came over the network.
type reply struct {
	status      int
	header      http.Header
	body        []byte
	contentType string
}

func readReply(res *http.Response) (reply, error) {
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	media, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	return reply{status: res.StatusCode, header: res.Header, body: body, contentType: media}, err
}

// isDoubtful reports whether a success carries what no help desk answers: a web page, as a crashed Request Tracker does, or
// other words (share-life §5). Rails says "nothing" with a single blank under text/html, so blanks are nothing.
func (r reply) isDoubtful() bool {
	return r.status >= 200 && r.status < 300 && strings.TrimSpace(string(r.body)) != "" && !json.Valid(r.body)
}

// isOwn reports whether an answer is a help desk's for certain, and no page of a server before it.
func (r reply) isOwn() bool {
	return r.isInterdesk() || strings.EqualFold(strings.TrimSpace(r.header.Get("WWW-Authenticate")), wire.Challenge) ||
		r.contentType != "text/html" && len(bytes.TrimSpace(r.body)) > 0 && json.Valid(r.body)
}

func (r reply) isInterdesk() bool {
	_, is := wire.ParsePosition(r.header.Get(wire.HeaderInterdesk))
	return is
}

var (
	hidden = regexp.MustCompile(`(?is)<(script|style|head)\b.*?</(script|style|head)\s*>|<!--.*?-->`)
	tag    = regexp.MustCompile(`(?s)<[^>]*>`)
)

// text returns the partner's words as one bounded line without markup, control characters and the agreement's key.
func (r reply) text(secret string) string {
	words := string(r.body)
	if r.contentType == "text/html" {
		words = html.UnescapeString(tag.ReplaceAllString(hidden.ReplaceAllString(words, " "), " "))
	}
	return CleanLine(words, secret)
}

// CleanLine makes one bounded line of words of others, without control characters and without a secret of ours.
func CleanLine(words, secret string) string {
	words = strings.ToValidUTF8(words, "")
	if secret != "" {
		words = strings.ReplaceAll(words, secret, "***")
	}
	words = strings.Map(func(c rune) rune {
		switch {
		case unicode.IsSpace(c):
			return ' '
		case unicode.IsControl(c), unicode.Is(unicode.Cf, c):
			return -1
		default:
			return c
		}
	}, words)
	words = strings.Join(strings.Fields(words), " ")
	if runes := []rune(words); len(runes) > maxText {
		return string(runes[:maxText]) + "…"
	}
	return words
}

// RetryAfter reads both forms of Retry-After: seconds and a date.
func RetryAfter(value string, now time.Time) time.Duration {
	value = strings.TrimSpace(value)
	wait := time.Duration(0)
	if seconds, err := strconv.ParseInt(value, 10, 64); err == nil {
		wait = time.Duration(min(seconds, int64(maxRetryAfter/time.Second))) * time.Second
	} else if at, err := http.ParseTime(value); err == nil {
		wait = at.Sub(now)
	}
	return min(max(wait, 0), maxRetryAfter)
}
