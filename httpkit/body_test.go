package httpkit_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"interdesk/httpkit"
)

func TestBody(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		body   string
		status int // 0: fine
		want   string
	}{
		"object":               {` {"a":1} `, 0, `{"a":1}`},
		"empty":                {"", 0, "{}"},
		"blank":                {" \n", 0, "{}"},
		"byte order":           {"\xef\xbb\xbf{}", 0, "{}"},
		"brackets in a string": {`{"a":"` + strings.Repeat("[", 100) + `\""}`, 0, `{"a":"` + strings.Repeat("[", 100) + `\""}`},
		"not JSON":             {`a=1`, 400, ""},
		"cut":                  {`{"a":`, 400, ""},
		"two values":           {`{} {}`, 400, ""},
		"deep":                 {strings.Repeat("[", 65) + strings.Repeat("]", 65), 400, ""},
		"deep enough":          {strings.Repeat("[", 64) + strings.Repeat("]", 64), 0, strings.Repeat("[", 64) + strings.Repeat("]", 64)},
		"too large":            {`"` + strings.Repeat("x", 200) + `"`, 413, ""},
	}
	for name, c := range cases {
		for _, chunked := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				r := httptest.NewRequest("POST", "/", strings.NewReader(c.body))
				if chunked {
					r.ContentLength = -1
				}
				text, err := httpkit.Body(httptest.NewRecorder(), r, 180)
				if got := statusOf(err); got != c.status {
					t.Fatalf("%v, want status %d", err, c.status)
				}
				if string(text) != c.want {
					t.Errorf("%q", text)
				}
			})
		}
	}
}

func TestReadJSON(t *testing.T) {
	t.Parallel()
	type ticket struct {
		Ticket struct {
			ID   int64
			Tags []string
		}
	}
	cases := map[string]struct {
		body string
		fine bool
		says string
	}{
		"known":      {`{"ticket":{"id":7,"tags":["a"]}}`, true, ""},
		"unknown":    {`{"ticket":{"id":7,"color":"red"}}`, true, ""},
		"wrong type": {`{"ticket":{"id":"seven"}}`, false, "ticket.id: string is the wrong type"},
		"whole body": {`[]`, false, "body: array is the wrong type"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var v ticket
			err := httpkit.ReadJSON(httptest.NewRecorder(), httptest.NewRequest("POST", "/", strings.NewReader(c.body)), &v)
			if (err == nil) != c.fine {
				t.Fatal(err)
			}
			if err != nil && !strings.EqualFold(err.Error(), c.says) {
				t.Errorf("%q, want %q", err, c.says)
			}
		})
	}
}

func statusOf(err error) int {
	if f, ok := errors.AsType[*httpkit.Failure](err); ok {
		return f.Status
	}
	if err != nil {
		return http.StatusInternalServerError
	}
	return 0
}

func FuzzBody(f *testing.F) {
	for _, s := range []string{`{}`, `{"a":[1,"\\"]}`, `[[[`, `"\`, "\xef\xbb\xbf"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text, err := httpkit.Body(httptest.NewRecorder(), httptest.NewRequest("POST", "/", strings.NewReader(s)), 0)
		if err != nil && statusOf(err) != 400 {
			t.Fatal(err)
		}
		if err == nil {
			var v any
			if err := httpkit.Decode(text, &v); err != nil {
				t.Fatalf("%q passed as JSON: %v", text, err)
			}
		}
	})
}
