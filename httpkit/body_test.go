package httpkit_test

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
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
		"enough items":         {`[1,2,3,4,5,6]`, 0, `[1,2,3,4,5,6]`},
		"too many items":       {`[1,2,3,4,5,6,7]`, 413, ""},
		"too many members":     {`{"a":[],"b":[],"c":{},"d":1,"e":2}`, 413, ""},
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
				text, err := httpkit.Body(httptest.NewRecorder(), r, httpkit.Limits{Bytes: 180, Values: 6})
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
			err := httpkit.Decode([]byte(c.body), &v)
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
		text, err := httpkit.Body(httptest.NewRecorder(), httptest.NewRequest("POST", "/", strings.NewReader(s)), httpkit.StaffBody)
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

func TestBodyDepth(t *testing.T) {
	t.Parallel()
	for depth, fits := range map[int]bool{httpkit.MaxDepth: true, httpkit.MaxDepth + 1: false} {
		r := httptest.NewRequest("POST", "/", strings.NewReader(strings.Repeat("[", depth)+strings.Repeat("]", depth)))
		if _, err := httpkit.Body(httptest.NewRecorder(), r, httpkit.StrangerBody); (err == nil) != fits {
			t.Errorf("%d levels: %v", depth, err)
		}
	}
}

// TestBodiesAtWork: what strangers have sent takes a bounded part of memory, and staff still get through.
func TestBodiesAtWork(t *testing.T) {
	t.Parallel()
	arrived, goOn := make(chan struct{}), make(chan struct{})
	server := httptest.NewServer(httpkit.Front(httpkit.Handler(func(w http.ResponseWriter, r *http.Request) error {
		limits := httpkit.StrangerBody
		if r.URL.Path == "/staff" {
			limits = httpkit.StaffBody
		}
		if _, err := httpkit.Body(w, r, limits); err != nil {
			return err
		}
		if r.URL.Path == "/wait" {
			arrived <- struct{}{}
			<-goOn
		}
		return httpkit.NoContent(w)
	}), httpkit.Options{Logger: slog.New(slog.DiscardHandler)}))
	t.Cleanup(server.Close)
	body := `"` + strings.Repeat("x", 1<<20-2) + `"`
	send := func(path string) (int, string) {
		res, err := http.Post(server.URL+path, "application/json", strings.NewReader(body))
		if err != nil {
			t.Error(err)
			return 0, ""
		}
		defer res.Body.Close()
		return res.StatusCode, res.Header.Get("Retry-After")
	}
	var waiting sync.WaitGroup
	for range httpkit.MaxStrangerBytes >> 20 {
		waiting.Go(func() {
			if status, _ := send("/wait"); status != 204 {
				t.Errorf("one that fits gets %d", status)
			}
		})
		<-arrived
	}
	if status, later := send("/stranger"); status != 503 || later == "" {
		t.Errorf("one too many gets %d, Retry-After %q", status, later)
	}
	if status, _ := send("/staff"); status != 204 {
		t.Errorf("staff get %d", status)
	}
	close(goOn)
	waiting.Wait()
	if status, _ := send("/stranger"); status != 204 {
		t.Errorf("afterwards it gets %d", status)
	}
}
