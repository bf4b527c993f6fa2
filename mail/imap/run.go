package imap

import (
	"context"
	"time"

	"interdesk/desk"
	"interdesk/store"
)

// watcher is the reading of one mailbox under one state of its settings.
type watcher struct {
	settings int64
	cancel   context.CancelFunc
	done     chan struct{}
}

// Run reads the mailboxes of all accounts until the context ends, and returns when none is read any more.
func (s *Service) Run(ctx context.Context) {
	watchers := map[store.MailboxRef]watcher{}
	tick := time.NewTicker(s.options.Scan)
	defer tick.Stop()
	if err := s.store.ReleaseMailboxes(ctx); err != nil && ctx.Err() == nil {
		s.options.Logger.Warn("mailboxes that a former process read are read after a while", "err", err)
	}
	for ctx.Err() == nil {
		s.scan(ctx, watchers)
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
	for _, w := range watchers {
		w.cancel()
		<-w.done
	}
}

// scan begins to read what is new or was changed, and ends what is gone.
func (s *Service) scan(ctx context.Context, watchers map[store.MailboxRef]watcher) {
	all, err := s.store.EnabledMailboxes(ctx)
	if err != nil {
		if ctx.Err() == nil {
			s.options.Logger.Error("mailboxes cannot be listed", "err", err)
		}
		return
	}
	wanted := map[store.MailboxRef]int64{}
	for _, ref := range all {
		wanted[store.MailboxRef{Account: ref.Account, ID: ref.ID}] = ref.UpdatedAt
	}
	for key, w := range watchers {
		if settings, ok := wanted[key]; !ok || settings != w.settings {
			w.cancel()
			<-w.done
			delete(watchers, key)
		}
	}
	for key, settings := range wanted {
		if _, ok := watchers[key]; ok {
			continue
		}
		watching, cancel := context.WithCancel(ctx)
		w := watcher{settings: settings, cancel: cancel, done: make(chan struct{})}
		watchers[key] = w
		go func() {
			defer close(w.done)
			s.watch(watching, key)
		}()
	}
}

// watch reads a mailbox again and again, whatever happens.
func (s *Service) watch(ctx context.Context, key store.MailboxRef) {
	failures := 0
	for ctx.Err() == nil {
		wait := s.options.Scan
		switch held, err := s.visit(ctx, key, &failures); {
		case err != nil && ctx.Err() == nil:
			failures++
			wait = s.noteFailure(ctx, key, err, failures)
		case held:
			wait = 0
		}
		sleep(ctx, wait)
	}
	s.release(key)
}

func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// visit connects and reads until the connection ends. held is false where another process reads the mailbox.
func (s *Service) visit(ctx context.Context, key store.MailboxRef, failures *int) (held bool, err error) {
	box, held, err := s.lease(ctx, key)
	if err != nil || !held {
		return held, err
	}
	c, err := s.connect(ctx, key.Account, &box)
	if err != nil {
		return true, err
	}
	defer c.close()
	r := reading{s, c, key.Account, &box}
	for ctx.Err() == nil {
		if err := r.drain(ctx); err != nil {
			return true, err
		}
		*failures = 0
		if err := c.wait(ctx, s.options.Poll, s.options.Idle); err != nil {
			return true, err
		}
	}
	return true, nil
}

func (s *Service) lease(ctx context.Context, key store.MailboxRef) (box desk.Mailbox, held bool, err error) {
	err = s.store.Account(key.Account).Write(ctx, func(tx *store.Tx) (err error) {
		held, err = tx.LeaseMailbox(ctx, key.ID, s.options.Owner, time.Now().Add(leaseTime))
		if err != nil || !held {
			return err
		}
		if box, err = tx.Mailbox(ctx, key.ID); !box.FailedSince.IsZero() {
			box.Reason = "" // of the failure; what else is said there stays
		}
		return err
	})
	return box, held, err
}

// release gives the mailbox up when this process ends.
func (s *Service) release(key store.MailboxRef) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	err := s.store.Account(key.Account).Write(ctx, func(tx *store.Tx) error {
		return tx.ReleaseMailbox(ctx, key.ID, s.options.Owner)
	})
	if err != nil {
		s.options.Logger.Warn("a mailbox was not given up; another process reads it after a while", "mailbox", key.ID, "err", err)
	}
}

// noteFailure keeps why a mailbox cannot be read, and tells how long to wait.
func (s *Service) noteFailure(ctx context.Context, key store.MailboxRef, failure error, failures int) time.Duration {
	reason := reasonOf(failure)
	err := s.store.Account(key.Account).Write(ctx, func(tx *store.Tx) error {
		return tx.FailMailbox(ctx, key.ID, s.options.Owner, reason)
	})
	s.options.Logger.Warn("a mailbox cannot be read", "account", key.Account, "mailbox", key.ID, "reason", reason, "times", failures, "stored", err == nil)
	if isRefusal(failure) {
		failures += 3 // servers lock out those who try often
	}
	return min(lastWait, s.options.FirstWait<<min(failures-1, 10))
}
