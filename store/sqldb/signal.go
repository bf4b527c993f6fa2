package sqldb

import "sync"

// signals are doorbells inside one process: a commit rings, a listener looks what is new. A ring says nothing but
// "look", so many rings may become one.
type signals struct {
	mu        sync.Mutex
	listeners map[string]map[chan struct{}]bool
}

// Listen gives a channel that receives after each commit of this process that rang the name, until stop is called.
// Other processes are not heard: who must not miss their work also looks from time to time.
func (db *DB) Listen(name string) (rings <-chan struct{}, stop func()) {
	c := make(chan struct{}, 1)
	s := &db.signals
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listeners == nil {
		s.listeners = map[string]map[chan struct{}]bool{}
	}
	if s.listeners[name] == nil {
		s.listeners[name] = map[chan struct{}]bool{}
	}
	s.listeners[name][c] = true
	return c, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.listeners[name], c)
	}
}

// Notify wakes the listeners of the name once this transaction is committed.
func (tx *Tx) Notify(name string) {
	for _, other := range tx.notified {
		if other == name {
			return
		}
	}
	tx.notified = append(tx.notified, name)
}

func (s *signals) notify(names []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range names {
		for c := range s.listeners[name] {
			select {
			case c <- struct{}{}:
			default:
			}
		}
	}
}
