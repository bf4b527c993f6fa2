package httpkit_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"interdesk/desk"
	"interdesk/httpkit"
)

type throttled struct{}

func (throttled) Error() string             { return "Too many tries." }
func (throttled) RetryAfter() time.Duration { return 1500 * time.Millisecond }

func TestEveryErrorHasItsAnswer(t *testing.T) {
	t.Parallel()
	faults := desk.Faults{}
	faults.Add("name", "DuplicateValue", "Name: has already been taken")
	cases := map[string]struct {
		err    error
		status int
		body   string
		header map[string]string
	}{
		"missing":         {desk.Missing(), 404, `{"error":"RecordNotFound","description":"Not found"}`, nil},
		"wrapped":         {fmt.Errorf("load: %w", desk.Missing()), 404, `{"error":"RecordNotFound","description":"Not found"}`, nil},
		"no route":        {httpkit.NoEndpoint(), 404, `{"error":"InvalidEndpoint","description":"Not found"}`, nil},
		"faults":          {faults.Err(), 422, `{"error":"RecordInvalid","description":"Record validation errors","details":{"name":[{"description":"Name: has already been taken","error":"DuplicateValue"}]}}`, nil},
		"faultless":       {desk.Errorf(desk.Invalid, "This cannot be"), 422, `{"error":"RecordInvalid","description":"Record validation errors","details":{"base":[{"description":"This cannot be"}]}}`, nil},
		"conflict":        {desk.Errorf(desk.Conflict, "Outdated"), 409, `{"error":"UpdateConflict","description":"Outdated"}`, nil},
		"forbidden":       {desk.Errorf(desk.Forbidden, "Admins only"), 403, `{"error":"Forbidden","description":"Admins only"}`, nil},
		"unauthenticated": {desk.Errorf(desk.Unauthenticated, "no such token abc"), 401, `{"error":"Couldn't authenticate you"}`, map[string]string{"WWW-Authenticate": `Basic realm="Interdesk", charset="UTF-8"`}},
		"too large":       {desk.Errorf(desk.TooLarge, "The file is larger than 10 bytes."), 413, `{"error":"PayloadTooLarge","description":"The file is larger than 10 bytes."}`, nil},
		"bad page":        {httpkit.BadPage("page must be positive"), 400, `{"error":"InvalidPaginationParameter","description":"page must be positive"}`, nil},
		"too many values": {httpkit.TooMany("Parameter  cannot specify more than 100 values", 100), 400, `{"error":"TooManyValues","description":"Parameter  cannot specify more than 100 values","max_count":100}`, nil},
		"rate":            {httpkit.TooManyRequests(2 * time.Second), 429, "", map[string]string{"Retry-After": "2"}},
		"throttled":       {fmt.Errorf("sign in: %w", throttled{}), 429, `{"error":"TooManyRequests","description":"Too many tries."}`, map[string]string{"Retry-After": "2"}},
		"unavailable":     {desk.Errorf(desk.Unavailable, "Busy"), 503, "", map[string]string{"Retry-After": "5"}},
		"client gone":     {context.Canceled, 499, "", nil},
		"deadline":        {context.DeadlineExceeded, 503, "", nil},
		"internal":        {errors.New("pq: password of root is hunter2"), 500, "", nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := httpkit.Front(httpkit.Handler(func(http.ResponseWriter, *http.Request) error { return c.err }), quiet())
			w := serve(h, httptest.NewRequest("GET", "http://acme.localhost/", nil))
			if w.Code != c.status {
				t.Errorf("status %d, want %d", w.Code, c.status)
			}
			if c.body != "" && !sameJSON(t, w.Body.String(), c.body) {
				t.Errorf("body %s\nwant %s", w.Body, c.body)
			}
			for k, v := range c.header {
				if got := w.Header().Get(k); got != v {
					t.Errorf("%s: %q, want %q", k, got, v)
				}
			}
			if got := w.Header().Get("Content-Type"); got != "application/json; charset=utf-8" {
				t.Errorf("Content-Type %q", got)
			}
			if strings.Contains(w.Body.String(), "hunter2") {
				t.Error("inner words leaked")
			}
			if w.Code == 500 && !strings.Contains(w.Body.String(), w.Header().Get("X-Request-Id")) {
				t.Error("no request id in the answer")
			}
		})
	}
}

func TestTranslate(t *testing.T) {
	t.Parallel()
	busy := errors.New("the database is busy")
	o := quiet()
	o.Translate = func(err error) error {
		if errors.Is(err, busy) {
			return desk.Errorf(desk.Unavailable, "Try again")
		}
		return err
	}
	h := httpkit.Front(httpkit.Handler(func(http.ResponseWriter, *http.Request) error { return busy }), o)
	if w := serve(h, httptest.NewRequest("GET", "/", nil)); w.Code != 503 {
		t.Errorf("status %d", w.Code)
	}
}

func sameJSON(t *testing.T, a, b string) bool {
	t.Helper()
	var x, y any
	if err := json.Unmarshal([]byte(a), &x); err != nil {
		t.Errorf("%s: %v", a, err)
	}
	if err := json.Unmarshal([]byte(b), &y); err != nil {
		t.Errorf("%s: %v", b, err)
	}
	return cmp.Equal(x, y)
}

func serve(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}
