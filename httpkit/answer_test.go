package httpkit_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"interdesk/httpkit"
)

func TestValidator(t *testing.T) {
	t.Parallel()
	h := httpkit.Handler(func(w http.ResponseWriter, r *http.Request) error {
		return httpkit.JSON(w, r, http.StatusOK, map[string]string{"a": "<b>"})
	})
	first := serve(h, httptest.NewRequest("GET", "/", nil))
	tag := first.Header().Get("ETag")
	if tag == "" || first.Body.String() != `{"a":"<b>"}` || first.Header().Get("Cache-Control") != "max-age=0, private, must-revalidate" {
		t.Fatalf("%v %s", first.Header(), first.Body)
	}
	cases := map[string]struct {
		method, ifNone string
		status         int
	}{
		"same":        {"GET", tag, 304},
		"strong form": {"GET", strings.TrimPrefix(tag, "W/"), 304},
		"in a list":   {"GET", `"x", ` + tag, 304},
		"any":         {"GET", "*", 304},
		"other":       {"GET", `W/"x"`, 200},
		"a write":     {"POST", tag, 200},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(c.method, "/", nil)
			r.Header.Set("If-None-Match", c.ifNone)
			w := serve(h, r)
			if w.Code != c.status || (w.Code == 304) != (w.Body.Len() == 0) {
				t.Errorf("%d %q", w.Code, w.Body)
			}
			if c.method == "POST" && w.Header().Get("ETag") != "" {
				t.Error("validator on a write")
			}
		})
	}
}

func TestCompression(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("abc ", 1000)
	cases := map[string]struct {
		text, accept string
		packed       bool
	}{
		"long":    {long, "gzip, deflate", true},
		"short":   {"x", "gzip", false},
		"refused": {long, "gzip;q=0, deflate", false},
		"unasked": {long, "", false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest("GET", "/", nil)
			r.Header.Set("Accept-Encoding", c.accept)
			w := serve(httpkit.Handler(func(w http.ResponseWriter, r *http.Request) error {
				return httpkit.JSON(w, r, http.StatusOK, c.text)
			}), r)
			if got := w.Header().Get("Content-Encoding") == "gzip"; got != c.packed {
				t.Fatalf("packed %v", got)
			}
			var body io.Reader = w.Body
			if c.packed {
				z, err := gzip.NewReader(body)
				if err != nil {
					t.Fatal(err)
				}
				body = z
			}
			text, err := io.ReadAll(body)
			if err != nil || string(text) != `"`+c.text+`"` {
				t.Errorf("%v %.40s", err, text)
			}
		})
	}
}

func TestUnwritable(t *testing.T) {
	t.Parallel()
	h := httpkit.Front(httpkit.Handler(func(w http.ResponseWriter, r *http.Request) error {
		return httpkit.JSON(w, r, http.StatusOK, func() {})
	}), quiet())
	if w := serve(h, httptest.NewRequest("GET", "/", nil)); w.Code != 500 {
		t.Errorf("status %d", w.Code)
	}
}

func BenchmarkJSON(b *testing.B) {
	text := []byte(`{"ticket":"` + strings.Repeat("x", 2000) + `"}`)
	h := httpkit.Front(httpkit.Handler(func(w http.ResponseWriter, r *http.Request) error {
		return httpkit.WriteEncodedJSON(w, r, http.StatusOK, text)
	}), quiet())
	r := httptest.NewRequest("GET", "http://acme.localhost/", nil)
	b.ReportAllocs()
	for b.Loop() {
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
}
