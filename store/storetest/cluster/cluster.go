package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// startLimit bounds the time from the start of a server to its first answer, on a machine under load.
const startLimit = 2 * time.Minute

// Options of a cluster.
type Options struct {
	Durable bool   // wait for the disk as a real server does; for benchmarks and crash tests
	Pooled  bool   // besides, reached through PgBouncer in its transaction mode
	Source  string // "installed" or "npm" forces where the programs come from; "" takes what is there
}

// Cluster is a running server.
type Cluster struct {
	URL       string // of its database postgres, as a superuser
	PooledURL string // the same through the pooler; "" without one
	Version   string // what the program says about itself

	supervisor *exec.Cmd
	leash      io.Closer
	pooler     *exec.Cmd
	poolLeash  io.Closer
}

// supervise runs the server until the pipe on standard input is closed, and then cleans up. The names are $1: the
// folder, $2…: the server and its arguments.
const supervise = `dir=$1; shift
"$@" >"$dir/log" 2>&1 </dev/null &
server=$!
trap '' INT TERM HUP
cat >/dev/null
kill -INT $server
wait $server
rm -rf "$dir"
`

// Start makes a new cluster and waits until it answers.
func Start(ctx context.Context, opt Options) (*Cluster, error) {
	programs, err := find(ctx, opt.Source)
	if err != nil {
		return nil, err
	}
	user, err := serverUser()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "interdesk-pg-")
	if err != nil {
		return nil, err
	}
	if err := user.own(dir); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := initialise(ctx, programs, user, dir); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	c, err := launch(programs, user, dir, opt.Durable)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	err = answers(ctx, c.URL)
	if err == nil && opt.Pooled {
		err = c.pool(ctx, user, dir)
	}
	if err != nil {
		text, _ := os.ReadFile(filepath.Join(dir, "log"))
		return nil, errors.Join(fmt.Errorf("%w\n%s", err, text), c.Stop())
	}
	return c, nil
}

// initialise makes the folder of the data: UTF-8, and the C locale, which sorts as SQLite does.
func initialise(ctx context.Context, p programs, user account, dir string) error {
	cmd := exec.CommandContext(ctx, filepath.Join(p.dir, "initdb"), "--pgdata", filepath.Join(dir, "data"),
		"--username", "postgres", "--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	user.run(cmd)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	return nil
}

func launch(p programs, user account, dir string, durable bool) (*Cluster, error) {
	args := []string{
		"-c", supervise, "sh", dir,
		filepath.Join(p.dir, "postgres"), "-D", filepath.Join(dir, "data"), "-k", dir,
		"-c", "listen_addresses=", "-c", "max_connections=300", "-c", "shared_buffers=128MB",
	}
	if !durable {
		args = append(args, "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")
	}
	cmd := exec.Command("/bin/sh", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	user.run(cmd)
	leash, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	address := url.URL{Scheme: "postgres", User: url.User("postgres"), Path: "/postgres", RawQuery: url.Values{"host": {dir}}.Encode()}
	return &Cluster{URL: address.String(), Version: p.version, supervisor: cmd, leash: leash}, nil
}

// Stop ends the server and removes its folder.
func (c *Cluster) Stop() error {
	if c.pooler != nil {
		_ = c.poolLeash.Close()
		_ = c.pooler.Wait() // it ends as it was told to, whatever status it calls that
	}
	return errors.Join(c.leash.Close(), c.supervisor.Wait())
}

// Summary is one line for a log.
func (c *Cluster) Summary() string { return strings.TrimSpace(c.Version) + " at " + c.URL }
