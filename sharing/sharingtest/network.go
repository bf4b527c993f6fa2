package sharingtest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"
)

// Weather is what happens to messages between desks: chances in percent, and the longest delay before a message is taken,
// before its answer is back, and before a repeated message comes again.
type Weather struct {
	Drop   int // the line breaks, the message is not taken
	Lose   int // the message is taken, its answer is lost
	Busy   int // answered 503, 500 or 429, not taken
	Repeat int // the message comes once more, later, also after newer ones
	Delay  time.Duration
}

// Network stands between desks. Its weather is good until Change.
type Network struct {
	mu      sync.Mutex
	random  *rand.Rand
	weather Weather
	repeats sync.WaitGroup
	passed  bytes.Buffer
}

// Passed is every byte that was said so far, both ways.
func (n *Network) Passed() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.passed.String()
}

func (n *Network) record(parts ...string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, part := range parts {
		n.passed.WriteString(part + "\n")
	}
}

// NewNetwork makes a network without faults.
func NewNetwork() *Network { return &Network{random: rand.New(rand.NewPCG(1, 1))} }

// Change draws what happens from now on.
func (n *Network) Change(seed uint64, w Weather) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.random, n.weather = rand.New(rand.NewPCG(seed, seed)), w
}

// Calm ends the faults, and waits until nothing more comes again.
func (n *Network) Calm() {
	n.Change(0, Weather{})
	n.repeats.Wait()
}

// passage is what one message meets.
type passage struct {
	drop, lose            bool
	busy                  int // status; 0: none
	before, after, repeat time.Duration
}

func (n *Network) draw() (p passage) {
	n.mu.Lock()
	defer n.mu.Unlock()
	chance := func(percent int) bool { return n.random.IntN(100) < percent }
	delay := func() time.Duration { return time.Duration(n.random.Int64N(int64(n.weather.Delay) + 1)) }
	w := n.weather
	p.drop, p.lose = chance(w.Drop), chance(w.Lose)
	if chance(w.Busy) {
		p.busy = []int{http.StatusServiceUnavailable, http.StatusInternalServerError, http.StatusTooManyRequests}[n.random.IntN(3)]
	}
	if chance(50) {
		p.before = delay()
	}
	if chance(50) {
		p.after = delay()
	}
	if chance(w.Repeat) {
		p.repeat = 1 + 2*delay()
		n.repeats.Add(1)
	}
	return p
}

// through has messages pass the network on their way to a desk.
func (n *Network) through(desk http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		take := func(ctx context.Context) *httptest.ResponseRecorder {
			again := r.Clone(ctx)
			again.Body = io.NopCloser(bytes.NewReader(body))
			got := httptest.NewRecorder()
			desk.ServeHTTP(got, again)
			n.record(r.URL.String(), string(body), fmt.Sprint(r.Header, got.Header()), got.Body.String())
			return got
		}
		p := n.draw()
		if p.repeat > 0 {
			late := context.WithoutCancel(r.Context())
			go func() {
				defer n.repeats.Done()
				time.Sleep(p.repeat)
				take(late)
			}()
		}
		p.pass(rw, func() *httptest.ResponseRecorder { return take(r.Context()) })
	})
}

func (p passage) pass(rw http.ResponseWriter, take func() *httptest.ResponseRecorder) {
	time.Sleep(p.before)
	switch {
	case p.drop:
		panic(http.ErrAbortHandler)
	case p.busy != 0:
		rw.Header().Set("Retry-After", "0")
		rw.WriteHeader(p.busy)
		return
	}
	got := take()
	time.Sleep(p.after)
	if p.lose {
		panic(http.ErrAbortHandler)
	}
	maps.Copy(rw.Header(), got.Header())
	rw.WriteHeader(got.Code)
	_, _ = rw.Write(got.Body.Bytes())
}
