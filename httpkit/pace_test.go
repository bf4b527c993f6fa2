package httpkit_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"interdesk/httpkit"
)

// A server has no time limit for a whole request: Front looks that its bytes move. One whose body never comes ends with
// the deadline that Front set, which this test does not wait for.
func TestABodyMayTakeItsTime(t *testing.T) {
	t.Parallel()
	front := httptest.NewUnstartedServer(httpkit.Front(httpkit.Handler(func(w http.ResponseWriter, r *http.Request) error {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return err
		}
		_, err = w.Write(body)
		return err
	}), httpkit.Options{}))
	front.Config.ReadTimeout = 20 * time.Millisecond // Front's own deadline goes before it
	front.Start()
	defer front.Close()
	read, write := io.Pipe()
	go func() {
		for range 5 {
			_, _ = write.Write([]byte("x"))
			time.Sleep(20 * time.Millisecond)
		}
		_ = write.Close()
	}()
	res, err := http.Post(front.URL, "text/plain", read)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if body, _ := io.ReadAll(res.Body); string(body) != strings.Repeat("x", 5) {
		t.Errorf("got %d %q", res.StatusCode, body)
	}
}
