package outbound

import (
	"context"
	"sync"
	"time"

	"interdesk/desk"
)

// inFlight knows the messages whose answer is not stored yet.
//
// A partner may answer one and, moved by its rules, send a message of its own in the same breath. Held against the
// baseline from before our message, its word would look like an old one repeated, and be lost. So what comes in for a share
// waits until the answer is stored. It waits for a moment only: two desks may also write to each other at the same time.
type inFlight struct {
	mu   sync.Mutex
	open map[shareName]chan struct{}
}

// shareName names a share as messages do.
type shareName struct {
	agreement desk.AgreementID
	uuid      string
}

// answerPatience is how long an incoming message waits for the answer to an outgoing one.
const answerPatience = 250 * time.Millisecond

func (f *inFlight) begin(id shareName) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.open[id] = make(chan struct{})
}

func (f *inFlight) end(id shareName) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if done, ok := f.open[id]; ok {
		close(done)
		delete(f.open, id)
	}
}

func (f *inFlight) wait(ctx context.Context, id shareName) {
	f.mu.Lock()
	done, ok := f.open[id]
	f.mu.Unlock()
	if !ok {
		return
	}
	timer := time.NewTimer(answerPatience)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
	case <-ctx.Done():
	}
}
