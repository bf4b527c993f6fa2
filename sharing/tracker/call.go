package tracker

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"interdesk/outbound"
	"interdesk/sharing/peer"
)

// client makes calls to one tracker.
type client struct {
	http    *outbound.Client
	timeout time.Duration
	now     func() time.Time
	base    string // of the REST interface
	token   string
	header  http.Header
}

// fault is an answer that is none of success, as outbound understands it.
type fault struct {
	answer peer.Answer
	moved  string // where a redirect leads
}

// Error says what the tracker answered.
func (f *fault) Error() string { return f.answer.Sentence() }

// Bounds of what is read of an answer, and of how long a limit of theirs that names no time is waited out.
const (
	maxAnswer = 16 << 20
	limitWait = time.Minute
)

// call makes one request and reads its JSON into out, unless that is nil. Redirects are not followed: what was moved may lie
// where our words should not go.
func (c *client) call(ctx context.Context, method, path string, in, out any) (http.Header, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	req, err := c.request(ctx, method, path, in)
	if err != nil {
		return nil, err
	}
	res, err := c.http.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return nil, err
	}
	if res.StatusCode/100 != 2 {
		return nil, c.faultOf(res, body)
	}
	if out == nil && len(bytes.TrimSpace(body)) == 0 {
		return res.Header, nil
	}
	if out == nil {
		out = &json.RawMessage{}
	}
	if json.Unmarshal(body, out) != nil {
		return nil, &fault{answer: peer.Answer{Status: res.StatusCode, Doubtful: true, Text: peer.CleanLine(wordsOf(body), c.token)}}
	}
	return res.Header, nil
}

func (c *client) request(ctx context.Context, method, path string, in any) (*http.Request, error) {
	var body io.Reader
	if in != nil {
		raw, err := json.Marshal(in)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return nil, err
	}
	req.Header = c.header.Clone()
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return req, nil
}

// faultOf reads a refusal. That we ask too often is said by 429, and at GitHub also by 403 with one of three signs.
func (c *client) faultOf(res *http.Response, body []byte) *fault {
	f := &fault{answer: peer.Answer{Status: res.StatusCode, Text: peer.CleanLine(wordsOf(body), c.token),
		RetryAfter: peer.RetryAfter(res.Header.Get("Retry-After"), c.now())}}
	if outbound.IsRedirect(res.StatusCode) {
		f.moved = res.Header.Get("Location")
	}
	if res.StatusCode != http.StatusForbidden && res.StatusCode != http.StatusTooManyRequests {
		return f
	}
	spent := res.Header.Get("X-RateLimit-Remaining") == "0" || res.Header.Get("RateLimit-Remaining") == "0"
	secondary := strings.Contains(strings.ToLower(string(body)), "rate limit")
	if res.StatusCode == http.StatusForbidden && !spent && !secondary && f.answer.RetryAfter == 0 {
		return f
	}
	f.answer.Status = http.StatusTooManyRequests
	if f.answer.RetryAfter == 0 && spent {
		f.answer.RetryAfter = c.untilReset(res.Header)
	}
	if f.answer.RetryAfter == 0 {
		f.answer.RetryAfter = limitWait
	}
	return f
}

// untilReset is how long it takes until calls are allowed again, by the second that the tracker names.
func (c *client) untilReset(h http.Header) time.Duration {
	for _, name := range [...]string{"X-RateLimit-Reset", "RateLimit-Reset"} {
		if at, err := strconv.ParseInt(h.Get(name), 10, 64); err == nil {
			return min(max(time.Unix(at, 0).Sub(c.now())+time.Second, time.Second), 24*time.Hour)
		}
	}
	return 0
}

// wordsOf are the words of a refusal, out of the members in which trackers put them.
func wordsOf(body []byte) string {
	var said struct {
		Message json.RawMessage `json:"message"`
		Error   json.RawMessage `json:"error"`
		Errors  json.RawMessage `json:"errors"`
	}
	if json.Unmarshal(body, &said) != nil {
		return markup.ReplaceAllString(string(body), " ")
	}
	var words []string
	for _, raw := range [...]json.RawMessage{said.Message, said.Error, said.Errors} {
		var text string
		if json.Unmarshal(raw, &text) != nil {
			text = string(raw)
		}
		if text != "" && text != "null" {
			words = append(words, text)
		}
	}
	return strings.Join(words, " ")
}

var markup = regexp.MustCompile(`(?s)<[^>]*>`)

// hasNext tells whether a list has another page.
func hasNext(h http.Header) bool { return strings.Contains(h.Get("Link"), `rel="next"`) }

// asFault is the answer behind an error; nil: none came.
func asFault(err error) *fault {
	f, _ := errors.AsType[*fault](err)
	return f
}

// denies tells that the token may not do what was asked.
func denies(err error) bool {
	f := asFault(err)
	return f != nil && f.answer.Status == http.StatusForbidden
}

// isGone tells that what was asked for is not there: not at all, no more, or somewhere else.
func isGone(err error) bool {
	f := asFault(err)
	return f != nil && (f.moved != "" || f.answer.Status == http.StatusNotFound || f.answer.Status == http.StatusGone)
}

// refusal is a refusal of our own making.
func refusal(status int, format string, args ...any) *fault {
	return &fault{answer: peer.Answer{Status: status, Text: fmt.Sprintf(format, args...)}}
}
