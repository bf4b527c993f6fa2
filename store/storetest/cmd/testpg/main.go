// Command testpg runs a command beside a throw-away PostgreSQL:
//
//	go run ./store/storetest/cmd/testpg -- go test ./...
//
// The command finds the server's URL in INTERDESK_TEST_POSTGRES, with -pooled also one through a pooler in
// INTERDESK_TEST_POSTGRES_POOLED, which tests then use for their own databases. When that is set already, the command just runs. The
// server ends with the command, whatever becomes of it, and testpg ends with the command's status.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"interdesk/store/storetest/cluster"
)

const variable = "INTERDESK_TEST_POSTGRES"

func main() {
	durable := flag.Bool("durable", false, "wait for the disk at each commit, as a real server does")
	pooled := flag.Bool("pooled", false, "have tests reach their databases through PgBouncer in its transaction mode")
	source := flag.String("source", os.Getenv(variable+"_SOURCE"), "where PostgreSQL comes from: installed or npm; default: what is there")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: testpg [-durable] [-pooled] [-source installed|npm] -- COMMAND [ARGUMENT…]")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() == 0 {
		flag.Usage()
		os.Exit(2)
	}
	status, err := run(flag.Args(), cluster.Options{Durable: *durable, Pooled: *pooled, Source: *source})
	if err != nil {
		fmt.Fprintln(os.Stderr, "testpg:", err)
	}
	os.Exit(status)
}

// run gives the status to end with.
func run(command []string, opt cluster.Options) (status int, err error) {
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	environment := os.Environ()
	if os.Getenv(variable) == "" {
		c, err := cluster.Start(ctx, opt)
		if err != nil {
			return 1, err
		}
		defer func() { err = errors.Join(err, c.Stop()) }()
		environment = append(environment, variable+"="+c.URL, variable+"_POOLED="+c.PooledURL)
		fmt.Fprintln(os.Stderr, "testpg:", c.Summary())
	}
	return follow(command, environment, signals)
}

// follow runs the command and passes signals on to it.
func follow(command, environment []string, signals <-chan os.Signal) (int, error) {
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr, cmd.Env = os.Stdin, os.Stdout, os.Stderr, environment
	if err := cmd.Start(); err != nil {
		return 1, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case s := <-signals:
			_ = cmd.Process.Signal(s)
		case err := <-ended:
			if exit, ok := errors.AsType[*exec.ExitError](err); ok {
				return max(exit.ExitCode(), 1), nil
			}
			return 0, err
		}
	}
}
