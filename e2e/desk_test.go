package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// bin is the binary that all stories run, built once.
var bin = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "interdesk-e2e-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "interdesk")
	out, err := exec.Command("go", "build", "-o", path, "interdesk/cmd/interdesk").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return path, nil
})

func binary(t testing.TB) string {
	t.Helper()
	path, err := bin()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := bin(); err == nil {
		os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// server is one process of the binary with one account.
type server struct {
	t        testing.TB
	name     string // the account's subdomain
	database string
	port     int
	public   string   // origin of the domain as partners reach it; "": by the port
	files    string   // folder of attachments; "": one of its own
	smtp     int      // port at which it receives mail; 0: none
	more     []string // further settings, as variables
	token    string
	email    string
	password string
	cmd      *exec.Cmd
	log      *os.File
	exited   chan error
}

// engines are the databases that every story runs on.
func engines(t *testing.T, story func(t *testing.T, database func(t testing.TB, name string) string)) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		story(t, func(t testing.TB, name string) string { return "sqlite:" + filepath.Join(t.TempDir(), name+".db") })
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		story(t, func(t testing.TB, _ string) string { return storetest.URL(t, sqldb.Postgres) })
	})
}

// newServer makes an account in a fresh database; start runs the process.
func newServer(t testing.TB, name, database string) *server {
	t.Helper()
	s := &server{t: t, name: name, database: database, port: freePort(t)}
	out := s.run("account", "create", name, "--name", name, "--admin", "admin@"+name+".example", "--json")
	var account struct {
		Admin struct{ Email, Password, Token string }
	}
	if err := json.Unmarshal(out, &account); err != nil {
		t.Fatalf("account create printed %q: %v", out, err)
	}
	s.email, s.password, s.token = account.Admin.Email, account.Admin.Password, account.Admin.Token
	t.Cleanup(s.kill)
	return s
}

func (s *server) env() []string {
	env := append(os.Environ(), "INTERDESK_DATABASE="+s.database, "INTERDESK_LISTEN="+fmt.Sprintf("127.0.0.1:%d", s.port),
		"INTERDESK_DOMAIN=localhost", "INTERDESK_ALLOW_PRIVATE_PARTNERS=true", "INTERDESK_RATE_LIMIT=0",
		"INTERDESK_SECRET=a secret that is long enough for tests "+s.name, "INTERDESK_BLOBS="+filepath.Join(s.dir(), "blobs"))
	if s.public != "" {
		env = append(env, "INTERDESK_PUBLIC_URL="+s.public)
	}
	if s.smtp != 0 {
		env = append(env, fmt.Sprintf("INTERDESK_SMTP_LISTEN=127.0.0.1:%d", s.smtp))
	}
	return append(env, s.more...)
}

// dir is the server's own folder, the same at each start.
func (s *server) dir() string {
	if path, ok := strings.CutPrefix(s.database, "sqlite:"); ok && s.files == "" {
		s.files = filepath.Dir(path)
	}
	if s.files == "" {
		s.files = s.t.TempDir()
	}
	return s.files
}

func (s *server) run(args ...string) []byte {
	s.t.Helper()
	cmd := exec.Command(binary(s.t), args...)
	cmd.Env = s.env()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		s.t.Fatalf("interdesk %s: %v\n%s", strings.Join(args, " "), err, stderr.Bytes())
	}
	return out
}

func (s *server) start() *server {
	s.t.Helper()
	log, err := os.OpenFile(filepath.Join(s.t.TempDir(), s.name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		s.t.Fatal(err)
	}
	s.log = log
	s.cmd = exec.Command(binary(s.t), "serve")
	s.cmd.Env = s.env()
	s.cmd.Stdout, s.cmd.Stderr = log, log
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.exited = make(chan error, 1)
	go func(cmd *exec.Cmd, exited chan error) { exited <- cmd.Wait() }(s.cmd, s.exited)
	s.eventually("ready", 30*time.Second, func() error {
		res, err := client.Get(s.url("/readyz"))
		if err != nil {
			return err
		}
		defer res.Body.Close()
		if res.StatusCode != http.StatusOK {
			return fmt.Errorf("readyz says %s", res.Status)
		}
		return nil
	})
	return s
}

// kill ends the process as a power cut would.
func (s *server) kill() {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Kill()
	<-s.exited
	s.cmd = nil
	s.log.Close()
}

// stop asks the process to end and returns how that went.
func (s *server) stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case err := <-s.exited:
		s.cmd = nil
		return err
	case <-time.After(15 * time.Second):
		return errors.New("still running 15 s after SIGTERM")
	}
}

func (s *server) url(path string) string {
	return fmt.Sprintf("http://%s.localhost:%d%s", s.name, s.port, path)
}

// client reaches *.localhost without asking DNS (RFC 6761).
var client = &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{
	MaxIdleConnsPerHost: 64,
	DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		_, port, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		return (&net.Dialer{}).DialContext(ctx, network, net.JoinHostPort("127.0.0.1", port))
	},
}}

// try makes one API call as the admin; the answer's body is decoded into out when that is not nil.
func (s *server) try(method, path string, body, out any) (int, error) {
	var in io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			return 0, err
		}
		in = bytes.NewReader(raw)
	}
	req, err := http.NewRequest(method, s.url("/api/v2"+path), in)
	if err != nil {
		return 0, err
	}
	req.SetBasicAuth(s.email+"/token", s.token)
	req.Header.Set("Content-Type", "application/json")
	res, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, err
	}
	if res.StatusCode >= 300 {
		return res.StatusCode, fmt.Errorf("%s %s: %s %s", method, path, res.Status, raw)
	}
	if out != nil {
		return res.StatusCode, json.Unmarshal(raw, out)
	}
	return res.StatusCode, nil
}

// call is try that must succeed.
func (s *server) call(method, path string, body, out any) {
	s.t.Helper()
	if _, err := s.try(method, path, body, out); err != nil {
		s.t.Fatal(err)
	}
}

// eventually waits for something to come true and fails the test otherwise.
func (s *server) eventually(what string, limit time.Duration, holds func() error) {
	s.t.Helper()
	if err := s.wait(what, limit, holds); err != nil {
		s.t.Fatal(err)
	}
}

// wait waits for something to come true; its error is what that last said.
func (s *server) wait(what string, limit time.Duration, holds func() error) error {
	deadline := time.Now().Add(limit)
	for {
		err := holds()
		if err == nil {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s: %s did not happen within %s: %w\n%s", s.name, what, limit, err, s.tail())
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (s *server) tail() string {
	if s.log == nil {
		return ""
	}
	raw, _ := os.ReadFile(s.log.Name())
	lines := strings.Split(string(raw), "\n")
	return strings.Join(lines[max(0, len(lines)-30):], "\n")
}

// freePort finds a port below those that the system gives to outgoing connections, so that nobody takes it while a server that
// was killed is away.
func freePort(t testing.TB) int {
	t.Helper()
	for range 100 {
		port := 20000 + rand.IntN(12000)
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			_ = l.Close()
			return port
		}
	}
	t.Fatal("no free port between 20000 and 32000")
	return 0
}

type object = map[string]any
