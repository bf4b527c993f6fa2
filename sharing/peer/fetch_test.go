package peer

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"interdesk/outbound"
)

func fetch(c *Client, address string, max int64) (string, outbound.Fetched, error) {
	var b bytes.Buffer
	result, err := c.Fetch(context.Background(), address, max, &b)
	return b.String(), result, err
}

func TestFetch(t *testing.T) {
	t.Parallel()
	partner := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/moved" {
			redirectTo(302, "/att/foo.jpg?name=1")(w, r)
			return
		}
		w.Header().Set("Content-Type", "image/jpeg; x=y")
		w.Header().Set("Content-Disposition", `attachment; filename="../foo.jpg"`)
		_, _ = io.WriteString(w, "bytes")
	})
	for _, path := range []string{"/att/foo.jpg?token=1#x", "/moved"} {
		body, got, err := fetch(private(t), partner.URL+path, 5)
		if err != nil || body != "bytes" {
			t.Fatalf("%q, %v", body, err)
		}
		if diff := cmp.Diff(outbound.Fetched{ContentType: "image/jpeg", Filename: "foo.jpg", Size: 5}, got); diff != "" {
			t.Error(diff)
		}
	}
	for _, r := range partner.all() {
		if r.method != "GET" || r.header.Get("X-Ticket-Sharing-Token") != "" || r.header.Get("Cookie") != "" {
			t.Errorf("request = %+v", r)
		}
	}
}

func TestFetchWithoutNames(t *testing.T) {
	t.Parallel()
	partner := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Content-Type"] = []string{"x; y/z"}
		w.Header().Set("Content-Disposition", "inline")
	})
	_, got, err := fetch(private(t), partner.URL, 5)
	if err != nil || got != (outbound.Fetched{ContentType: "application/octet-stream"}) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestFetchFails(t *testing.T) {
	t.Parallel()
	thief := serve(t, always(200, "", "x"))
	endless := func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := io.WriteString(w, strings.Repeat("x", 4096)); err != nil {
				return
			}
		}
	}
	for _, test := range []struct {
		name    string
		answer  http.HandlerFunc
		verdict Verdict
		reason  string
	}{
		{"not there", always(404, "", ""), Permanent, "The partner answered 404."},
		{"needs a sign-in", always(403, "", ""), Permanent, "The partner answered 403."},
		{"expired", always(410, "", ""), Permanent, "The partner answered 410."},
		{"busy", always(503, "", ""), Retry, "The partner answered 503."},
		{"too large, and says so", always(200, "", strings.Repeat("x", 101)), Permanent, "The file is larger than 100 bytes."},
		{"endless", endless, Permanent, "The file is larger than 100 bytes."},
		{"redirects elsewhere", redirectTo(302, thief.URL), Permanent, "The partner redirects to an address that may not be followed."},
		{"never ends", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, Retry, "The partner did not answer in time."},
		{"breaks off", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "50")
			_, _ = io.WriteString(w, "x")
		}, Retry, "The connection to the partner failed: unexpected EOF"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			config := outbound.Config{AllowPrivate: true}
			if test.name == "never ends" {
				config.FetchTimeout = 50 * time.Millisecond
			}
			c := client(t, setup{Config: config})
			_, _, err := fetch(c, serve(t, test.answer).URL+"/a", 100)
			var failure *FetchError
			if !errors.As(err, &failure) || failure.Verdict != test.verdict || failure.Reason != test.reason {
				t.Errorf("error = %+v", err)
			}
		})
	}
}

func TestFetchRefusesAddresses(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "file:///etc/passwd", "gopher://x/1", "https://127.0.0.1/a", "https://10.0.0.1/a", "http://acme.example/a", "https://acme.example:25/a", "data:text/plain,x"} {
		_, _, err := fetch(client(t, setup{}), address, 100)
		var failure *FetchError
		if !errors.As(err, &failure) || failure.Verdict != Permanent || !outbound.IsBlocked(err) {
			t.Errorf("%q: %v", address, err)
		}
	}
}
