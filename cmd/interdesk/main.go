// Command interdesk is the whole program: a help desk that shares tickets with other help desks by rule.
//
// main.go reads the command line and turns errors into one line each. server.go puts the rooms together, serve.go runs
// them until a signal comes, routing.go leads each request to its account. The other commands (account, user, search, migrate)
// open the same database and end; an SQLite file has one user at a time, so they run while the server does not.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
	_ "time/tzdata" // a container may have none

	"github.com/alecthomas/kong"

	"interdesk/config"
	"interdesk/desk"
	"interdesk/store/sqldb"
)

// program is the command line.
type program struct {
	Config kong.ConfigFlag `placeholder:"FILE" help:"File with settings: a line name = value for each flag below, without the dashes."`

	Serve   serveCommand   `cmd:"" help:"Run the help desks of this installation."`
	Demo    demoCommand    `cmd:"" help:"Run two linked help desks with sample tickets, to try Interdesk."`
	Migrate migrateCommand `cmd:"" help:"Bring the database to the schema of this program. serve does the same at its start."`
	Account struct {
		Create accountCommand `cmd:"" help:"Open a help desk. Prints its address, and its admin's password and API token this one time."`
	} `cmd:"" help:"Help desks of this installation."`
	User struct {
		Create userCommand  `cmd:"" help:"Add a person to a help desk. Prints a password this one time."`
		Token  tokenCommand `cmd:"" help:"Make an API token for a person. Prints it this one time."`
	} `cmd:"" help:"People of a help desk."`
	Search struct {
		Rebuild rebuildCommand `cmd:"" help:"Make the index for searching anew."`
	} `cmd:"" help:"The index for searching."`
	Mail struct {
		Receive receiveCommand `cmd:"" help:"Take in one message from standard input, for the pipe of a mail server."`
	} `cmd:"" help:"Mail of this installation."`
	Settings configCommands `cmd:"" name:"config" help:"How a help desk is set up, as text."`
	Version  versionCommand `cmd:"" help:"Print the version of this program."`
}

// terminal is where commands write: what was asked for on out, everything else on err. What they are given comes by in.
type terminal struct {
	out, err io.Writer
	in       io.Reader
	attended bool // a person reads along on err
}

func main() {
	signal.Ignore(syscall.SIGPIPE) // who reads the log may go away
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	log := newLogWriter(os.Stderr)
	end := func(code int) {
		_ = log.Close()
		os.Exit(code)
	}
	context.AfterFunc(ctx, func() {
		stop() // the second signal finds the default again, and ends the process at once
		time.AfterFunc(lastTime, func() {
			fmt.Fprintln(log, "interdesk: not stopped in time, ended all the same")
			end(exitError)
		})
	})
	end(run(ctx, os.Args[1:], &terminal{out: os.Stdout, err: log, in: os.Stdin, attended: isTerminal(os.Stderr)}))
}

// The ways to end.
const (
	exitFine  = 0
	exitError = 1
	exitUsage = 2
)

func run(ctx context.Context, args []string, t *terminal) int {
	var p program
	parser, err := kong.New(&p,
		kong.Name("interdesk"),
		kong.Description("A help desk that shares tickets with other help desks by rule."),
		kong.DefaultEnvars("INTERDESK"),
		kong.Configuration(config.File),
		kong.Writers(t.out, t.err),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(t),
	)
	if err != nil {
		return printError(t, err, exitError)
	}
	chosen, err := parser.Parse(args)
	if err != nil {
		return printError(t, fmt.Errorf("%w (interdesk --help lists what there is)", err), exitUsage)
	}
	if err := chosen.Run(); err != nil {
		return printError(t, err, codeOf(err))
	}
	return exitFine
}

// printError says in one line what went wrong.
func printError(t *terminal, err error, code int) int {
	words := strings.Join(strings.Fields(explainError(err).Error()), " ") // some causes come in several lines
	_, _ = fmt.Fprintln(t.err, "interdesk:", words)
	return code
}

// explainError puts in words what an operator can do about a common mishap.
func explainError(err error) error {
	switch {
	case errors.Is(err, sqldb.ErrLocked):
		return fmt.Errorf("%w: an SQLite file serves one process at a time, stop the other one", err)
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("%w: stop the other program or choose another address with --listen", err)
	}
	if e, ok := errors.AsType[*desk.Error](err); ok && len(e.Details) > 0 {
		return faultsAsError(e)
	}
	return err
}

// faultsAsError leaves the field's names out: the sentences have them.
func faultsAsError(e *desk.Error) error {
	var all []string
	for _, field := range slices.Sorted(maps.Keys(e.Details)) {
		for _, d := range e.Details[field] {
			all = append(all, d.Message)
		}
	}
	return errors.New(strings.Join(all, "; "))
}
