package httpkit

import (
	"errors"
	"io"
	"net/http"
	"os"
	"time"
)

// The pace of a connection. A request may take as long as it needs while its bytes move: a body that stands still for
// stallTime, or is slower than minPace altogether, is given up, so that nobody holds a connection for nothing; an answer
// of which nobody takes a part within stallTime, too.
const (
	stallTime = 30 * time.Second
	graceTime = 2 * time.Minute
	minPace   = 8 << 10 // bytes a second, after graceTime
)

// pacedBody is a body that must keep coming.
type pacedBody struct {
	io.ReadCloser
	to    *http.ResponseController
	begun time.Time
	bytes int64
}

func paced(w http.ResponseWriter, body io.ReadCloser) io.ReadCloser {
	if body == nil || body == http.NoBody {
		return body
	}
	return &pacedBody{ReadCloser: body, to: http.NewResponseController(w), begun: time.Now()}
}

func (b *pacedBody) Read(p []byte) (int, error) {
	until := time.Now().Add(stallTime)
	if slowest := b.begun.Add(graceTime + time.Duration(b.bytes/minPace)*time.Second); slowest.Before(until) {
		until = slowest
	}
	_ = b.to.SetReadDeadline(until)
	n, err := b.ReadCloser.Read(p)
	b.bytes += int64(n)
	if err == io.EOF { // the server now listens whether the client is still there, as long as the handler takes
		_ = b.to.SetReadDeadline(time.Time{})
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = &Failure{Status: http.StatusRequestTimeout, Code: "RequestTimeout", Message: "The request did not arrive: its bytes came too slowly.", Err: err}
	}
	return n, err
}
