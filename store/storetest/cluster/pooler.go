package cluster

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"
)

// poolerSettings have each transaction go to any session, few sessions for each database, and none kept for long.
const poolerSettings = `[databases]
* = host=%[1]s user=postgres

[pgbouncer]
listen_addr =
listen_backlog = 1000
unix_socket_dir = %[2]s
auth_type = any
pool_mode = transaction
default_pool_size = 5
max_client_conn = 1000
server_idle_timeout = 5
`

// pool starts PgBouncer in its transaction mode before the server, and waits until it answers. Debian's package pgbouncer has it.
func (c *Cluster) pool(ctx context.Context, user account, dir string) error {
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		return fmt.Errorf("%w (Debian: apt install pgbouncer)", err)
	}
	pool := filepath.Join(dir, "pool")
	settings := filepath.Join(pool, "pgbouncer.ini")
	err = errors.Join(os.Mkdir(pool, 0o755), os.WriteFile(settings, fmt.Appendf(nil, poolerSettings, dir, pool), 0o644), user.own(pool))
	if err != nil {
		return err
	}
	cmd := exec.Command("/bin/sh", "-c", supervise, "sh", pool, program, "-q", settings)
	cmd.Dir = pool
	user.run(cmd)
	if c.poolLeash, err = cmd.StdinPipe(); err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	c.pooler = cmd
	address := url.URL{Scheme: "postgres", User: url.User("postgres"), Path: "/postgres", RawQuery: url.Values{"host": {pool}, "port": {"6432"}}.Encode()}
	c.PooledURL = address.String()
	return answers(ctx, c.PooledURL)
}

// answers waits until a server does.
func answers(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, url)
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL did not start: %w", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}
