package httpkit

import (
	"errors"
	"io"

	"golang.org/x/sync/semaphore"
)

// MaxStaffBytes and MaxStrangerBytes bound the bodies of all requests at work together, of staff and of all others: whoever
// holds the one pool full leaves the other alone.
const (
	MaxStaffBytes    = 256 << 20
	MaxStrangerBytes = 32 << 20
)

// errCrowded means that the bodies of other requests take all the memory that bodies may have.
var errCrowded = errors.New("too many bytes of bodies are at work")

// bodies counts the bytes of bodies at work.
type bodies struct{ staff, others *semaphore.Weighted }

func newBodies() *bodies {
	return &bodies{staff: semaphore.NewWeighted(MaxStaffBytes), others: semaphore.NewWeighted(MaxStrangerBytes)}
}

// heldBody is the body of one request: what was read of it counts until the request is answered.
type heldBody struct {
	io.Reader
	pool *semaphore.Weighted
	held int64
}

// holding counts what is read from a body. A request that did not come through Front is not counted.
func (i *Info) holding(body io.Reader, limits Limits) io.Reader {
	if i.bodies == nil {
		return body
	}
	h := &heldBody{Reader: body, pool: i.bodies.others}
	if limits.Bytes > StrangerBody.Bytes {
		h.pool = i.bodies.staff
	}
	i.held = append(i.held, h)
	return h
}

func (h *heldBody) Read(p []byte) (int, error) {
	n, err := h.Reader.Read(p)
	if !h.pool.TryAcquire(int64(n)) {
		return 0, errCrowded
	}
	h.held += int64(n)
	return n, err
}

// release gives back what a request's bodies held.
func (i *Info) release() {
	for _, h := range i.held {
		h.pool.Release(h.held)
	}
}
