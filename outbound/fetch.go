package outbound

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
)

// Fetched tells what a fetched file called itself. All of it is the other side's word.
type Fetched struct {
	ContentType string // media type without parameters; "application/octet-stream" when none was stated
	Filename    string // from Content-Disposition, uncleaned; empty when none was stated
	Size        int64  // bytes written
}

// StatusError says that the answer to a Fetch was none of success.
type StatusError struct{ Status int }

// Error names the status.
func (e *StatusError) Error() string { return fmt.Sprintf("The server answered %d.", e.Status) }

// TooLargeError says that a file has more bytes than were wanted.
type TooLargeError struct{ Max int64 }

// Error names the bound.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("The file is larger than %d bytes.", e.Max)
}

// Fetch writes the bytes of a file to w, at most max of them, by a GET with these headers beside our own. It fails with a
// *BlockedError, a *StatusError, a *TooLargeError, or what befell the connection; w may have got a part by then.
func (c *Client) Fetch(ctx context.Context, address string, header http.Header, max int64, w io.Writer) (Fetched, error) {
	ctx, cancel := context.WithTimeout(ctx, c.config.FetchTimeout)
	defer cancel()
	u, err := c.CheckURL(address)
	if err != nil {
		return Fetched{}, err
	}
	u.Fragment, u.RawFragment = "", ""
	if header = header.Clone(); header == nil {
		header = http.Header{}
	}
	if header.Get("Accept") == "" {
		header.Set("Accept", "*/*")
	}
	res, err := c.Do(ctx, Request{Method: http.MethodGet, URL: u, Header: header})
	if err != nil {
		return Fetched{}, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return Fetched{}, &StatusError{res.StatusCode}
	}
	return save(res, max, w)
}

func save(res *http.Response, max int64, w io.Writer) (Fetched, error) {
	if res.ContentLength > max {
		return Fetched{}, &TooLargeError{max}
	}
	size, err := io.Copy(w, io.LimitReader(res.Body, max+1))
	if err != nil {
		return Fetched{}, err
	}
	if size > max {
		return Fetched{}, &TooLargeError{max}
	}
	return Fetched{ContentType: mediaType(res.Header.Get("Content-Type")), Filename: statedName(res.Header), Size: size}, nil
}

func mediaType(contentType string) string {
	media, _, err := mime.ParseMediaType(contentType)
	if err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter) || !strings.Contains(media, "/") || len(media) > 127 {
		return "application/octet-stream"
	}
	return media
}

func statedName(header http.Header) string {
	_, parameters, err := mime.ParseMediaType(header.Get("Content-Disposition"))
	if err != nil {
		return ""
	}
	return parameters["filename"]
}
