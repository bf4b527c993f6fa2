package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"github.com/KimMachineGun/automemlimit/memlimit"

	"interdesk/config"
	"interdesk/desk"
	"interdesk/store"
)

type serveCommand struct {
	config.Address
	config.Database
	config.Server
	config.MailDoors
	config.MailRelay
	config.Log
}

// Help is what serve --help says at its beginning.
func (c *serveCommand) Help() string {
	return "A database that was restored from a backup, moved or copied to another place or domain sends nothing to any partner until an " +
		"admin of each help desk says on the page Partners, or by the API, whether it is the real one. A copy for trials stays silent."
}

// Run serves until a signal comes.
func (c *serveCommand) Run(ctx context.Context, t *terminal) error {
	return serve(ctx, settings{Database: c.Database, Address: c.Address, Server: c.Server, MailDoors: c.MailDoors, MailRelay: c.MailRelay}, newLog(t, c.Log), nil)
}

// How long a stop may take: requests at work get drainTime, jobs at work jobTime, and after lastTime, which main keeps, the
// process ends however things stand. What was answered is on disk by then; what was not, nobody was promised.
const (
	drainTime = 8 * time.Second
	jobTime   = 6 * time.Second
	lastTime  = 9500 * time.Millisecond
)

// The bounds of one connection; how bodies and answers must move, package httpkit says.
const (
	headerTime = 10 * time.Second
	idleTime   = 2 * time.Minute
	maxHeader  = 64 << 10
)

// garbage is how much may gather before it is collected, in percent of what is in use. A server keeps a few megabytes, and
// each request makes some of garbage: at Go's usual 100 it would collect hundreds of times a second, a quarter of all work.
const garbage = 400

// memoryShare is how much of the memory of the container or machine the process means to stay within.
const memoryShare = 0.9

// serve runs a server until ctx ends. started, which may be nil, is called once it answers.
func serve(ctx context.Context, c settings, log *slog.Logger, started func(context.Context, *server) error) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbage)
	}
	// Near the limit garbage is collected sooner than that. GOMEMLIMIT, where the operator sets it, goes first.
	if _, err := memlimit.Set(memlimit.WithProvider(memlimit.ApplyFallback(memlimit.FromCgroup, memlimit.FromSystem)), memlimit.WithRatio(memoryShare)); err != nil {
		log.Warn("the machine's memory is unknown; set GOMEMLIMIT", "cause", err)
	}
	listener, err := listen(ctx, c.Listen)
	if err != nil {
		return err
	}
	defer listener.Close()
	s, err := newServer(ctx, c, listener.Addr(), log)
	if err != nil {
		return err
	}
	err = s.run(ctx, listener, started)
	return errors.Join(err, s.close(ctx))
}

func listen(ctx context.Context, address string) (net.Listener, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", address, errors.Unwrap(err))
	}
	return listener, nil
}

// run starts all that runs by itself, and stops it when ctx ends or one of it fails.
func (s *server) run(ctx context.Context, listener net.Listener, started func(context.Context, *server) error) error {
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	if err := s.noticeRestore(ctx); err != nil {
		return err
	}
	if err := s.finishEnds(ctx); err != nil {
		return err
	}
	if err := s.runner.Start(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	var loops sync.WaitGroup
	loops.Go(func() { s.renewNode(ctx, fail) })
	loops.Go(func() { s.store.RunSearchIndexer(ctx, s.log) })
	loops.Go(func() { s.mailing.boxes.Run(ctx) })
	fronts, err := s.open(ctx, listener, fail)
	var doors []mailDoor
	if err == nil {
		doors, err = s.openMailDoors(ctx, fail)
	}
	if err == nil {
		s.log.Info("listening", "addr", listener.Addr().String(), "url", s.AccountURL("ACCOUNT", s.port), "version", version())
		if started != nil {
			err = started(ctx, s)
		}
	}
	if err != nil {
		fail(err)
	}
	<-ctx.Done()
	s.stop(ctx, fronts, doors)
	loops.Wait()
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return cause
	}
	return nil
}

// open begins to answer on the main address and, where there is one, on that for metrics.
func (s *server) open(ctx context.Context, listener net.Listener, fail context.CancelCauseFunc) ([]*http.Server, error) {
	fronts := []*http.Server{s.front(ctx, listener, s.handler(), fail)}
	if s.MetricsListen == "" {
		return fronts, nil
	}
	separate, err := listen(ctx, s.MetricsListen)
	if err != nil {
		return fronts, err
	}
	s.log.Info("metrics", "addr", separate.Addr().String())
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", s.metrics.handler())
	return append(fronts, s.front(ctx, separate, mux, fail)), nil
}

func (s *server) front(ctx context.Context, listener net.Listener, h http.Handler, fail context.CancelCauseFunc) *http.Server {
	plain := context.WithoutCancel(ctx) // a request at work outlives the signal
	front := &http.Server{
		Handler: h, ReadHeaderTimeout: headerTime, IdleTimeout: idleTime,
		MaxHeaderBytes: maxHeader, BaseContext: func(net.Listener) context.Context { return plain },
		ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	go func() {
		if err := front.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			fail(fmt.Errorf("serve: %w", err))
		}
	}()
	return front
}

// stop ends everything in good order.
func (s *server) stop(ctx context.Context, fronts []*http.Server, doors []mailDoor) {
	s.draining.Store(true)
	s.log.Info("stopping")
	s.site.Close()
	plain := context.WithoutCancel(ctx)
	var parts sync.WaitGroup
	for _, front := range fronts {
		parts.Go(func() { s.drain(plain, front) })
	}
	parts.Go(func() { s.closeMailDoors(plain, doors) })
	parts.Go(func() { s.finishJobs(plain) })
	parts.Wait()
	s.log.Info("stopped")
}

// finishJobs lets the jobs at work end. Those that take too long are cut off, and are done again by whoever runs next.
func (s *server) finishJobs(ctx context.Context) {
	within, cancel := context.WithTimeout(ctx, jobTime)
	defer cancel()
	if err := s.runner.Stop(within); err != nil {
		s.log.Warn("jobs cut off", "cause", err)
	}
}

// drain lets the requests at work end, and cuts off those that take too long.
func (s *server) drain(ctx context.Context, front *http.Server) {
	within, cancel := context.WithTimeout(ctx, drainTime)
	defer cancel()
	if err := front.Shutdown(within); err != nil {
		s.log.Warn("requests cut off", "cause", err)
		_ = front.Close()
	}
}

// renewNode keeps the node number, by which this process mints ids. When it is lost, another process mints the same ones.
func (s *server) renewNode(ctx context.Context, fail context.CancelCauseFunc) {
	tick := time.NewTicker(store.RenewEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		err := s.store.Renew(ctx)
		var lost *desk.Error
		if errors.As(err, &lost) && lost.Kind == desk.Internal {
			fail(err)
			return
		}
		if err != nil && ctx.Err() == nil {
			s.log.Warn("node number not renewed", "cause", err)
		}
		if err := (marker{s.database, s.db.Path()}).advance(ctx); err != nil && ctx.Err() == nil {
			s.log.Warn("the database's mark was not changed", "cause", err)
		}
	}
}
