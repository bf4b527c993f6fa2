package peer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"interdesk/outbound"
	"interdesk/sharing/wire"
)

// Fetched tells what a fetched attachment called itself. All of it is untrusted; the name is cleaned.
type Fetched = outbound.Fetched

// FetchError says why an attachment could not be had. Its sentence is safe to show.
type FetchError struct {
	Verdict Verdict // Retry when a later try may succeed, else final
	Status  int     // of HTTP; 0 when no answer came
	Reason  string
	Cause   error
}

// Error returns the sentence.
func (e *FetchError) Error() string { return e.Reason }

// Unwrap returns the cause.
func (e *FetchError) Unwrap() error { return e.Cause }

// Fetch writes the bytes of an attachment to w: a plain GET without token (nhd §5.4, §10), at most max bytes. The error is a *FetchError;
// w may have got a part by then.
func (c *Client) Fetch(ctx context.Context, address string, max int64, w io.Writer) (Fetched, error) {
	got, err := c.http.Fetch(ctx, address, nil, max, w)
	if err != nil {
		return Fetched{}, fetchFailure(err)
	}
	if got.Filename != "" {
		got.Filename = wire.CleanFilename(got.Filename)
	}
	return got, nil
}

func fetchFailure(err error) error {
	var (
		answered *outbound.StatusError
		tooLarge *outbound.TooLargeError
	)
	switch {
	case errors.As(err, &answered):
		return statusFailure(answered.Status)
	case errors.As(err, &tooLarge):
		return &FetchError{Verdict: Permanent, Status: http.StatusOK, Reason: tooLarge.Error(), Cause: err}
	case outbound.IsBlocked(err):
		return &FetchError{Verdict: Permanent, Reason: describe(err, ""), Cause: err}
	}
	return &FetchError{Verdict: Retry, Reason: describe(err, ""), Cause: err}
}

func statusFailure(status int) error {
	failure := &FetchError{Verdict: Permanent, Status: status, Reason: fmt.Sprintf("The partner answered %d.", status)}
	switch verdictOf(Tickets, http.MethodGet, status) {
	case Retry:
		failure.Verdict = Retry
	case ConfigurationError:
		failure.Reason = "The partner redirects to an address that may not be followed."
	}
	return failure
}
