// Command bench measures how fast Interdesk is, and how far that is from what the machine and the database allow.
//
//	go run ./bench -engine both -seconds 5
//
// It builds the real binary, opens a help desk in a fresh database, fills it (fill.go), and then talks to the running
// process over HTTP as eight clients would (load.go, desk_load.go). Each number of writes stands beside what a bare loop
// over database/sql reaches that writes the same rows into the same database a moment later (bare.go); rules are measured
// within this process (rules.go), sharing between two processes (share.go). The same program runs for SQLite and for
// PostgreSQL; both wait for the disk at each commit. README.md says what each number means and what it does not.
//
// Everything runs on this machine, in a temporary folder, on 127.0.0.1, and is stopped and removed at the end.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"interdesk/desk"
)

// wholeTime bounds a run, whatever goes wrong.
const wholeTime = 40 * time.Minute

// options are what a run is told.
type options struct {
	engines  []string
	span     time.Duration // of each measure
	only     []string      // names of measures; none: all
	json     string        // file for the results
	profile  string        // folder for CPU profiles of the servers
	patience time.Duration // longest wait for a quiet machine before a measure
	sizes
}

// sizes are how much of everything there is.
type sizes struct {
	clients  int
	tickets  int // at first, each with comments
	comments int // of a ticket
	more     int // tickets in the large list
	starts   int // of the process
	shares   int // tickets that are timed on their way to the partner
	idle     time.Duration
}

func fullSize() sizes {
	return sizes{clients: 8, tickets: 20_000, comments: 5, more: 100_000, starts: 10, shares: 300, idle: 10 * time.Second}
}

func quickSize() sizes {
	return sizes{clients: 8, tickets: 500, comments: 5, more: 2_000, starts: 3, shares: 30, idle: time.Second}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, wholeTime)
	defer cancel()
	if err := start(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "bench:", err)
		}
		os.Exit(1)
	}
}

func start(ctx context.Context, args []string, out, progress io.Writer) error {
	o, err := parse(args, progress)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "interdesk-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := &bench{options: o, dir: dir, progress: progress}
	err = b.run(ctx)
	return errors.Join(err, b.report.print(out), b.report.save(o.json))
}

func parse(args []string, help io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(help)
	engine := flags.String("engine", "both", "sqlite, postgres or both")
	seconds := flags.Float64("seconds", 5, "length of each measure")
	quick := flags.Bool("quick", false, "a second each over little data: shows that the bench works, not how fast the desk is")
	only := flags.String("only", "", "measure only these, parted by commas: "+strings.Join(names(), ", "))
	large := flags.Int("large", 0, "tickets of the large desk, other than usual")
	flags.StringVar(&o.json, "json", "", "also write the results to this file")
	flags.StringVar(&o.profile, "profile", "", "write a CPU profile of the server during each measure into this folder")
	flags.DurationVar(&o.patience, "patience", 10*time.Second, "longest wait, before each measure, for other programs to be quiet")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	o.sizes, o.span = fullSize(), time.Duration(*seconds*float64(time.Second))
	if *quick {
		o.sizes, o.span = quickSize(), time.Second
	}
	if *large > 0 {
		o.more = max(*large, o.tickets)
	}
	if o.engines = []string{*engine}; *engine == "both" {
		o.engines = []string{sqlite, postgres}
	}
	if !slices.Contains([]string{sqlite, postgres}, o.engines[0]) {
		return o, fmt.Errorf("-engine %s: write sqlite, postgres or both", *engine)
	}
	for name := range strings.SplitSeq(*only, ",") {
		if name != "" && !slices.Contains(names(), name) {
			return o, fmt.Errorf("-only %s: there are %s", name, strings.Join(names(), ", "))
		} else if name != "" {
			o.only = append(o.only, name)
		}
	}
	return o, nil
}

// wants tells whether a measure is to be taken.
func (o *options) wants(any ...string) bool {
	if len(o.only) == 0 {
		return true
	}
	return slices.ContainsFunc(any, func(name string) bool { return slices.Contains(o.only, name) })
}

// bench is one run.
type bench struct {
	options
	dir      string
	binary   string
	progress io.Writer
	report   report
	ids      []desk.TicketID // of the tickets that have comments
	filled   [2]time.Time    // when these were begun and done
}

func (b *bench) say(format string, args ...any) {
	fmt.Fprintf(b.progress, time.Now().Format("15:04:05 ")+format+"\n", args...)
}

// run takes all measures that are wanted. What was measured before an error is kept.
func (b *bench) run(ctx context.Context) error {
	b.report.machine = describeMachine()
	if b.wants(rules) {
		b.say("a thousand triggers")
		b.measureRules()
	}
	if !b.wants(createName, replyName, listName, getName, exportName, pagesName, searchName, startName, memoryName, shareName, sharedName, mailName, hooksName) {
		return nil
	}
	b.say("building the binary")
	var err error
	if b.binary, err = build(ctx, b.dir, b.profile != ""); err != nil {
		return err
	}
	for _, name := range b.engines {
		if err := b.runEngine(ctx, name); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func (b *bench) runEngine(ctx context.Context, name string) (err error) {
	dir := filepath.Join(b.dir, name)
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	e, err := openEngine(ctx, name, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.close()) }()
	b.say("%s: %s", name, e.version)
	if b.wants(createName, replyName, listName, getName, exportName, pagesName, searchName, startName, memoryName) {
		if err := b.measureDesk(ctx, e); err != nil {
			return err
		}
	}
	if b.wants(shareName, sharedName) {
		if err := b.measureSharing(ctx, e); err != nil {
			return err
		}
	}
	if b.wants(mailName) {
		if err := b.measureMail(ctx, e); err != nil {
			return err
		}
	}
	if b.wants(hooksName) {
		return b.measureWebhooks(ctx, e)
	}
	return nil
}
