package peer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"interdesk/sharing/wire"
)

// FetchResult tells what a fetched attachment called itself. All of it is untrusted but cleaned.
type FetchResult struct {
	ContentType string // media type without parameters; "application/octet-stream" when none was stated
	Filename    string // from Content-Disposition; empty when none was stated
	Size        int64  // bytes written
}

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
func (c *Client) Fetch(ctx context.Context, address string, max int64, w io.Writer) (FetchResult, error) {
	ctx, cancel := context.WithTimeout(ctx, c.config.FetchTimeout)
	defer cancel()
	u, err := c.checkAddressURL(address)
	if err != nil {
		return FetchResult{}, fetchFailure(err)
	}
	u.Fragment, u.RawFragment = "", ""
	header := http.Header{}
	header.Set("User-Agent", c.config.UserAgent)
	header.Set("Accept", "*/*")
	res, err := c.do(ctx, request{method: http.MethodGet, url: u, header: header})
	if err != nil {
		return FetchResult{}, fetchFailure(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return FetchResult{}, statusFailure(res.StatusCode)
	}
	return c.download(res, max, w)
}

func (c *Client) download(res *http.Response, max int64, w io.Writer) (FetchResult, error) {
	tooLarge := &FetchError{Verdict: Permanent, Status: res.StatusCode, Reason: fmt.Sprintf("The file is larger than %d bytes.", max)}
	if res.ContentLength > max {
		return FetchResult{}, tooLarge
	}
	size, err := io.Copy(w, io.LimitReader(res.Body, max+1))
	if err != nil {
		return FetchResult{}, fetchFailure(err)
	}
	if size > max {
		return FetchResult{}, tooLarge
	}
	return FetchResult{ContentType: cleanType(res.Header.Get("Content-Type")), Filename: dispositionName(res.Header), Size: size}, nil
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

func fetchFailure(err error) error {
	failure := &FetchError{Verdict: Retry, Reason: describe(err, ""), Cause: err}
	if IsBlocked(err) {
		failure.Verdict = Permanent
	}
	return failure
}

func cleanType(contentType string) string {
	media, _, err := mime.ParseMediaType(contentType)
	if err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter) || !strings.Contains(media, "/") || len(media) > 127 {
		return "application/octet-stream"
	}
	return media
}

func dispositionName(header http.Header) string {
	_, parameters, err := mime.ParseMediaType(header.Get("Content-Disposition"))
	if err != nil || parameters["filename"] == "" {
		return ""
	}
	return wire.CleanFilename(parameters["filename"])
}
