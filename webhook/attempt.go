package webhook

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"interdesk/desk"
	"interdesk/outbound"
)

// next is what an attempt means for those after it.
type next struct {
	final bool          // another would fare no better
	wait  time.Duration // that the receiver asked to be left alone
}

// attempt sends a message once and tells what came of it.
func (s *Service) attempt(ctx context.Context, account desk.AccountID, w *desk.Webhook, i *desk.Invocation) (a desk.InvocationAttempt, n next) {
	begun := s.options.Clock()
	a = desk.InvocationAttempt{Invocation: i.ID, Webhook: w.ID, Method: w.Method, URL: w.Endpoint, CreatedAt: begun.UTC()}
	x, err := s.secretsOf(w)
	var at *url.URL
	if err == nil {
		at, err = s.options.Client.CheckURL(w.Endpoint)
	}
	if err != nil {
		a.Status, a.Reason = desk.HookFailure, s.sentence(err)
		return a, next{final: true}
	}
	r := requestOf(w, i, x, account, at, begun)
	a.URL, a.Request = r.shownURL, r.shown
	ctx, cancel := context.WithTimeout(ctx, s.options.Timeout)
	defer cancel()
	res, err := s.options.Client.Do(ctx, r.Request)
	if err != nil {
		a.Took = s.options.Clock().Sub(begun)
		a.Status, a.Reason = trouble(err), s.sentence(err)
		return a, next{final: outbound.IsBlocked(err)}
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(io.LimitReader(res.Body, desk.MaxHookAnswer)) // what it had to say by then will do
	a.Took = s.options.Clock().Sub(begun)
	a.Code, a.Answer = res.StatusCode, shownHeader(res.Header, w, x)
	a.Body = cut(x.hide(w, cleanText(string(text))), desk.KeptHookAnswer)
	a.Status, a.Reason = meaning(res)
	return a, next{final: !mayPass(res.StatusCode), wait: retryAfter(res, s.options.Clock())}
}

// trouble is the word for why no answer came.
func trouble(err error) string {
	var network net.Error
	if errors.Is(err, context.DeadlineExceeded) || errors.As(err, &network) && network.Timeout() {
		return desk.HookTimeout
	}
	return desk.HookFailure
}

// sentence says why no answer came, without the address, in which there may be a key.
func (s *Service) sentence(err error) string {
	var lookup *net.DNSError
	var call *net.OpError
	switch {
	case outbound.IsBlocked(err):
		return err.Error()
	case trouble(err) == desk.HookTimeout:
		return fmt.Sprintf("It did not answer within %v.", s.options.Timeout)
	case outbound.IsTLS(err):
		return "Its certificate cannot be trusted."
	case errors.As(err, &lookup):
		return "Its host name is not known."
	case errors.As(err, &call) && call.Op == "dial":
		return "It cannot be reached."
	case errors.As(err, &call), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "It broke the connection off."
	}
	return "What it answered is no HTTP."
}

// meaning is what an answer says, as a word and, where it is none of success, as a sentence.
func meaning(res *http.Response) (status, reason string) {
	code := res.StatusCode
	switch {
	case code >= 200 && code < 300:
		return desk.HookSuccess, ""
	case outbound.IsRedirect(code):
		return desk.HookFailure, "It leads elsewhere, which is not followed: put the new address into the webhook."
	case code == http.StatusTooManyRequests:
		status = desk.HookThrottled
	case code >= 400 && code < 500:
		status = desk.HookClientError
	case code >= 500:
		status = desk.HookServerError
	default:
		status = desk.HookFailure
	}
	return status, fmt.Sprintf("It answered %d.", code)
}

// mayPass tells whether another attempt may do better than one that was answered with a code.
func mayPass(code int) bool {
	switch code {
	case http.StatusRequestTimeout, http.StatusConflict, http.StatusTooEarly, http.StatusTooManyRequests:
		return true
	}
	return code >= 500
}

// longestWait is as long as a receiver may ask to be left alone.
const longestWait = 6 * time.Hour

// retryAfter is how long a receiver that says it has too much to do wants to be left alone: in seconds, or until a time.
func retryAfter(res *http.Response, now time.Time) time.Duration {
	if res.StatusCode != http.StatusTooManyRequests && res.StatusCode != http.StatusServiceUnavailable {
		return 0
	}
	value := strings.TrimSpace(res.Header.Get("Retry-After"))
	wait := time.Duration(0)
	if seconds, err := strconv.ParseInt(value, 10, 64); err == nil {
		wait = time.Duration(min(seconds, int64(longestWait/time.Second))) * time.Second
	} else if at, err := http.ParseTime(value); err == nil {
		wait = at.Sub(now)
	}
	return min(max(wait, 0), longestWait)
}

// Bounds of what is kept of an answer's headers.
const (
	maxHeaders = 40
	maxHeader  = 300
)

func shownHeader(h http.Header, w *desk.Webhook, x secrets) map[string]string {
	out := map[string]string{}
	for name := range h {
		if len(out) < maxHeaders && name != "Set-Cookie" {
			out[cut(cleanText(name), maxHeader)] = cut(x.hide(w, cleanText(h.Get(name))), maxHeader)
		}
	}
	return out
}

// cleanText is what others sent as text that can be stored.
func cleanText(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "") + "…"
}
