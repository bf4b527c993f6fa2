package peer

import (
	"html"
	"io"
	"mime"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
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
	Doubtful   bool          // a 2xx that carried a web page, and could not be verified
	Err        error         // the cause when no answer came
	Body       []byte        // of the answer to a GET, at most 1 MiB
}

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

// isPage reports whether a success carries a web page, as a crashed Request Tracker answers (nhd §13.2). Rails says "nothing" with a
// single blank under text/html, so blanks are nothing.
func (r reply) isPage() bool {
	return r.status >= 200 && r.status < 300 && r.contentType == "text/html" && strings.TrimSpace(string(r.body)) != ""
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
	return cleanLine(words, secret)
}

func cleanLine(words, secret string) string {
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

// retryAfter reads both forms of Retry-After: seconds and a date.
func retryAfter(value string, now time.Time) time.Duration {
	value = strings.TrimSpace(value)
	wait := time.Duration(0)
	if seconds, err := strconv.ParseInt(value, 10, 64); err == nil {
		wait = time.Duration(min(seconds, int64(maxRetryAfter/time.Second))) * time.Second
	} else if at, err := http.ParseTime(value); err == nil {
		wait = at.Sub(now)
	}
	return min(max(wait, 0), maxRetryAfter)
}
