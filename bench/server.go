package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// server is one help desk: a database and, while it runs, a process of the binary.
type server struct {
	binary   string
	name     string // the account's subdomain
	database string
	dir      string
	port     int
	probe    int // port of the profiler; 0 without
	smtp     int // port at which it receives mail; 0: none
	email    string
	token    string
	password string
	cookie   string // of a browser that is signed in; "" before
	client   client

	cmd    *exec.Cmd
	log    *os.File
	exited chan error
}

// build compiles the binary into a folder.
func build(ctx context.Context, dir string, profiled bool) (string, error) {
	path := filepath.Join(dir, "interdesk")
	args := []string{"build", "-o", path}
	if profiled {
		overlay, err := probeOverlay(ctx, dir)
		if err != nil {
			return "", err
		}
		args = append(args, "-overlay", overlay)
	}
	out, err := exec.CommandContext(ctx, "go", append(args, "interdesk/cmd/interdesk")...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return path, nil
}

// newServer opens an account in a fresh database.
func (b *bench) newServer(ctx context.Context, e *engine, name string) (*server, error) {
	s := &server{binary: b.binary, name: name, dir: filepath.Join(e.dir, name)}
	if err := os.Mkdir(s.dir, 0o755); err != nil {
		return nil, err
	}
	var err error
	if s.database, err = e.database(ctx, name); err != nil {
		return nil, err
	}
	if s.port, err = freePort(); err != nil {
		return nil, err
	}
	if b.profile != "" {
		if s.probe, err = freePort(); err != nil {
			return nil, err
		}
	}
	return s, s.openAccount(ctx)
}

func (s *server) openAccount(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, s.binary, "account", "create", s.name, "--name", s.name, "--admin", "admin@"+s.name+".example", "--json")
	cmd.Env = s.environment()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("account create: %w\n%s", err, stderr.Bytes())
	}
	var account struct {
		Admin struct{ Email, Password, Token string }
	}
	if err := json.Unmarshal(out, &account); err != nil {
		return fmt.Errorf("account create printed %q: %w", out, err)
	}
	s.email, s.token, s.password = account.Admin.Email, account.Admin.Token, account.Admin.Password
	return nil
}

func (s *server) environment() []string {
	env := os.Environ()
	if s.smtp != 0 {
		env = append(env, fmt.Sprintf("INTERDESK_SMTP_LISTEN=127.0.0.1:%d", s.smtp))
	}
	return append(env, "INTERDESK_DATABASE="+s.database, "INTERDESK_LISTEN="+s.address(), "INTERDESK_DOMAIN=localhost",
		"INTERDESK_ALLOW_PRIVATE_PARTNERS=true", "INTERDESK_RATE_LIMIT=0", "INTERDESK_PARTNER_RATE=0", "INTERDESK_LOG_FORMAT=json",
		"INTERDESK_SECRET=a secret that is long enough for a bench "+s.name, "INTERDESK_BLOBS="+filepath.Join(s.dir, "files"),
		"INTERDESK_BENCH_PROBE=127.0.0.1:"+strconv.Itoa(s.probe))
}

func (s *server) address() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }

// start runs the process and returns how long it took until it was ready.
func (s *server) start(ctx context.Context) (time.Duration, error) {
	var err error
	if s.log, err = os.OpenFile(filepath.Join(s.dir, "log"), os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o600); err != nil {
		return 0, err
	}
	s.cmd = exec.Command(s.binary, "serve")
	s.cmd.Env, s.cmd.Stdout, s.cmd.Stderr = s.environment(), s.log, s.log
	begun := time.Now()
	if err := s.cmd.Start(); err != nil {
		return 0, errors.Join(err, s.log.Close())
	}
	s.exited = make(chan error, 1)
	go func(cmd *exec.Cmd, exited chan error) { exited <- cmd.Wait() }(s.cmd, s.exited)
	for {
		if s.ready(ctx) {
			return time.Since(begun), nil
		}
		select {
		case err := <-s.exited:
			s.exited <- err
			return 0, fmt.Errorf("%s ended at its start: %w\n%s", s.name, err, s.tail())
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(500 * time.Microsecond):
		}
		if time.Since(begun) > time.Minute {
			return 0, fmt.Errorf("%s is not ready after a minute\n%s", s.name, s.tail())
		}
	}
}

func (s *server) ready(ctx context.Context) bool {
	return s.send(ctx, http.MethodGet, "/readyz", nil, func(*http.Response) error { return nil }) == nil
}

// stop ends the process politely, and then otherwise. Without one it does nothing.
func (s *server) stop() error {
	if s == nil || s.cmd == nil {
		return nil
	}
	s.client.close()
	_ = s.cmd.Process.Signal(os.Interrupt)
	var err error
	select {
	case err = <-s.exited:
	case <-time.After(15 * time.Second):
		err = errors.Join(errors.New("still running 15 s after the signal"), s.cmd.Process.Kill(), <-s.exited)
	}
	s.cmd = nil
	return errors.Join(err, s.log.Close())
}

// resident is how much memory the process holds, in MiB; ok is false where the system does not tell.
func (s *server) resident() (mib float64, ok bool) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0, false
	}
	for line := range strings.SplitSeq(string(raw), "\n") {
		if rest, found := strings.CutPrefix(line, "VmRSS:"); found {
			kib, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 64)
			return kib / 1024, err == nil
		}
	}
	return 0, false
}

func (s *server) tail() string {
	raw, _ := os.ReadFile(s.log.Name())
	lines := strings.Split(strings.TrimSpace(string(raw)), "\n")
	return strings.Join(lines[max(0, len(lines)-20):], "\n")
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
