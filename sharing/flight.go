package sharing

import (
	"context"
	"sync"
	"time"

	"interdesk/desk"
)

// flights knows the messages whose answer is not stored yet.
//
// A partner may answer one and, moved by its rules, send a message of its own in the same breath. Held against the
// baseline from before our message, its word would look like an old one repeated, and be lost. So what comes in for a share
// waits until the answer is stored. It waits for a moment only: two desks may also write to each other at the same time.
type flights struct {
	mu   sync.Mutex
	open map[flight]chan struct{}
}

// flight names a share as messages do.
type flight struct {
	agreement desk.AgreementID
	uuid      string
}

// landing is how long an incoming message waits for the answer to an outgoing one.
const landing = 250 * time.Millisecond

func (f *flights) begin(id flight) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.open[id] = make(chan struct{})
}

func (f *flights) end(id flight) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if done, ok := f.open[id]; ok {
		close(done)
		delete(f.open, id)
	}
}

func (f *flights) wait(ctx context.Context, id flight) {
	f.mu.Lock()
	done, ok := f.open[id]
	f.mu.Unlock()
	if !ok {
		return
	}
	timer := time.NewTimer(landing)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
	case <-ctx.Done():
	}
}
