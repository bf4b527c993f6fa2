package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// running is a server that the command line started.
type running struct {
	port string
	stop context.CancelFunc
	code chan int
	log  *safeBuffer
}

// safeBuffer is a log that is written and read at once.
type safeBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// start runs "serve" on a free port, which it reads off the log as an operator would, and stops it with the test.
func start(t *testing.T, flags ...string) *running {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	r := &running{stop: stop, code: make(chan int, 1), log: &safeBuffer{}}
	lines, write := io.Pipe()
	args := append([]string{"serve", "--listen", "127.0.0.1:0"}, flags...)
	args = append(args, "--blobs", t.TempDir(), "--log-format", "json", "--log-level", "info")
	go func() {
		r.code <- run(ctx, args, &terminal{out: io.Discard, err: io.MultiWriter(r.log, write)})
		write.Close()
	}()
	scanner := bufio.NewScanner(lines)
	for r.port == "" && scanner.Scan() {
		var line struct{ Msg, Addr string }
		if json.Unmarshal(scanner.Bytes(), &line) == nil && line.Msg == "listening" {
			_, r.port, _ = net.SplitHostPort(line.Addr)
		}
	}
	if r.port == "" {
		t.Fatalf("did not start: %s", r.log)
	}
	go func() { _, _ = io.Copy(io.Discard, lines) }()
	t.Cleanup(func() { r.end(t) })
	return r
}

// end is SIGTERM. A server that is stopped in good order ends with 0.
func (r *running) end(t *testing.T) {
	t.Helper()
	r.stop()
	if code := <-r.code; code != exitFine {
		t.Errorf("ended with %d: %s", code, r.log)
	}
	r.code <- exitFine
}

func (r *running) request(method, host, path string) *http.Request {
	req, _ := http.NewRequest(method, "http://127.0.0.1:"+r.port+path, nil)
	req.Host = net.JoinHostPort(host, r.port)
	return req
}

func (r *running) basic(subdomain, user, secret string) *http.Request {
	req := r.request("GET", subdomain+".localhost", "/api/v2/users/me.json")
	req.SetBasicAuth(user, secret)
	return req
}

func (r *running) do(t *testing.T, req *http.Request) (*http.Response, string) {
	t.Helper()
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

func TestServe(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, flags []string) {
		fine(t, append([]string{"account", "create", "acme", "--name", "Acme", "--admin", "ada@acme.test"}, flags...)...)
		s := start(t, append(flags, "--metrics-listen", "127.0.0.1:0")...)
		cases := map[string]struct {
			host, path string
			status     int
			says       string
		}{
			"alive":            {"127.0.0.1", "/healthz", 200, `"ok"`},
			"ready":            {"127.0.0.1", "/readyz", 200, `"ok"`},
			"no metrics":       {"127.0.0.1", "/metrics", 404, ""},
			"greeting":         {"acme.localhost", "/", 200, "The help desk of Acme."},
			"in capitals":      {"ACME.localhost", "/", 200, "The help desk of Acme."},
			"unknown desk":     {"nope.localhost", "/", 404, "There is no help desk at nope.localhost"},
			"bare domain":      {"localhost", "/", 404, "There is no help desk at localhost"},
			"unknown path":     {"acme.localhost", "/nope", 404, "There is no such page"},
			"api unknown path": {"acme.localhost", "/api/v2/nope.json", 404, "InvalidEndpoint"},
			"anonymous":        {"acme.localhost", "/api/v2/tickets.json", 401, "Couldn't authenticate you"},
			"partner":          {"acme.localhost", "/sharing/tickets/abcdef", 401, ""},
			"tracker":          {"acme.localhost", "/sharing/trackers/abcdef", 405, "Webhooks are posted here"},
			"no name":          {"acme.localhost", "/sharing/attachments/%00/x", 404, "InvalidEndpoint"},
			"no text":          {"acme.localhost", "/agent/%ff", 404, "InvalidEndpoint"},
			"no redirect":      {"acme.localhost", "//sharing//tickets/../x", 404, ""},
			"no profiles":      {"127.0.0.1", "/debug/pprof/", 404, ""},
		}
		for _, name := range sortedKeys(cases) {
			c := cases[name]
			res, body := s.do(t, s.request("GET", c.host, c.path))
			if res.StatusCode != c.status || !strings.Contains(body, c.says) {
				t.Errorf("%s: %d %s", name, res.StatusCode, body)
			}
		}
		apart := regexp.MustCompile(`"msg":"metrics","addr":"([^"]+)"`).FindStringSubmatch(s.log.String())
		ask, _ := http.NewRequest("GET", "http://"+apart[1]+"/metrics", nil)
		_, metrics := s.do(t, ask)
		for _, want := range []string{`interdesk_http_requests_total{route="/sharing/",status="4xx"}`, "interdesk_http_request_seconds_bucket", "go_sql_open_connections", "process_resident_memory_bytes"} {
			if !strings.Contains(metrics, want) {
				t.Errorf("metrics lack %s", want)
			}
		}
		s.end(t)
		if !strings.Contains(s.log.String(), `"msg":"stopped"`) {
			t.Errorf("log: %s", s.log)
		}
	})
}

// A request whose handler has begun when the signal comes is answered, and no new connection is taken.
func TestRequestsAtWorkAreAnswered(t *testing.T) {
	t.Parallel()
	database := "--database=sqlite:" + filepath.Join(t.TempDir(), "desk.db")
	fine(t, "account", "create", "acme", "--name", "Acme", "--admin", "ada@acme.test", database)
	s := start(t, database)
	conn, err := net.Dial("tcp", "127.0.0.1:"+s.port)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	body := `{"uuid":"abcdef"}`
	_, err = fmt.Fprintf(conn, "POST /sharing/agreements/abcdef HTTP/1.1\r\nHost: acme.localhost\r\nContent-Type: application/json\r\n"+
		"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n", len(body))
	if err != nil {
		t.Fatal(err)
	}
	answers := bufio.NewReader(conn)
	if line, err := answers.ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") { // the handler reads
		t.Fatalf("%q, %v", line, err)
	}
	_, _ = answers.ReadString('\n')
	s.stop()
	for refused := false; !refused; {
		late, err := net.Dial("tcp", "127.0.0.1:"+s.port)
		if refused = err != nil; !refused {
			late.Close()
		}
	}
	if _, err := io.WriteString(conn, body); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(answers, nil)
	if err != nil || res.StatusCode < 400 || res.StatusCode >= 500 {
		t.Errorf("%v, %v", res, err)
	}
	s.end(t)
}

func TestSecondStart(t *testing.T) {
	t.Parallel()
	database := "--database=sqlite:" + filepath.Join(t.TempDir(), "desk.db")
	s := start(t, database)
	other := "--database=sqlite:" + filepath.Join(t.TempDir(), "other.db")
	for says, args := range map[string][]string{
		"address already in use":       {"serve", "--listen", "127.0.0.1:" + s.port, other},
		"in use by another process":    {"serve", "--listen", "127.0.0.1:0", database},
		"serves one process at a time": {"account", "create", "x", "--name", "X", "--admin", "x@x.test", database},
	} {
		code, out, complaint := command(t, args...)
		if code != exitError || out != "" || strings.Count(complaint, "\n") != 1 || !strings.Contains(complaint, says) {
			t.Errorf("%v: %d %q %q", args, code, out, complaint)
		}
	}
}

func TestAnotherDomain(t *testing.T) {
	t.Parallel()
	database := "--database=sqlite:" + filepath.Join(t.TempDir(), "desk.db")
	fine(t, "account", "create", "acme", "--name", "Acme", "--admin", "ada@acme.test", database)
	s := start(t, database, "--domain", "desk.example.com", "--public-url", "https://desk.example.com", "--trusted-proxies", "127.0.0.1")
	for range 2 {
		req := s.request("GET", "x", "/")
		req.Host = "acme.desk.example.com"
		req.Header.Set("X-Forwarded-Proto", "https")
		if res, body := s.do(t, req); res.StatusCode != http.StatusOK || !strings.Contains(body, "The help desk of Acme.") || res.Header.Get("Strict-Transport-Security") == "" {
			t.Errorf("%d %s", res.StatusCode, body)
		}
	}
	if res, _ := s.do(t, s.request("GET", "acme.localhost", "/")); res.StatusCode != http.StatusOK {
		t.Errorf("the former name: %d", res.StatusCode)
	}
}

// checkOneClick makes sure that a link signs its person in, and a made-up one nobody.
func checkOneClick(t *testing.T, url, link string) {
	t.Helper()
	_, port := splitHost(strings.TrimPrefix(url, "http://"))
	s := &running{port: port}
	ask := func(path string) *http.Response {
		res, _ := s.do(t, s.request("GET", "acme.localhost", path))
		return res
	}
	path := strings.TrimPrefix(link, url)
	if res := ask(path); res.StatusCode != http.StatusSeeOther || len(res.Cookies()) != 1 || res.Header.Get("Location") != "/agent" {
		t.Errorf("%s: %s with the cookies %v", link, res.Status, res.Cookies())
	}
	if res := ask(path + "x"); res.StatusCode != http.StatusNotFound {
		t.Errorf("a made-up link: %s", res.Status)
	}
}

func TestDemo(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	var before string
	for range 2 { // the second start finds the data of the first
		ctx, stop := context.WithCancel(context.Background())
		lines, write := io.Pipe()
		code, complaint := make(chan int, 1), &safeBuffer{}
		go func() {
			code <- run(ctx, []string{"demo", "--listen", "127.0.0.1:0", "--data", folder, "--json", "--log-level", "error"}, &terminal{out: write, err: complaint})
			write.Close()
		}()
		var printed struct{ Accounts []demoAccount }
		if err := json.NewDecoder(lines).Decode(&printed); err != nil || len(printed.Accounts) != 2 {
			t.Fatalf("%+v, %v: %s", printed, err, complaint)
		}
		go func() { _, _ = io.Copy(io.Discard, lines) }()
		for _, a := range printed.Accounts {
			sameAsFolder(t, a)
			_, port := splitHost(strings.TrimPrefix(a.URL, "http://"))
			s := &running{port: port}
			for _, p := range []signIn{a.Admin, a.Agent, a.EndUser} {
				for name, r := range map[string]*http.Request{"password": s.basic(a.Subdomain, p.Email, p.Password), "token": s.basic(a.Subdomain, p.Email+"/token", p.Token)} {
					if res, body := s.do(t, r); res.StatusCode != http.StatusOK {
						t.Errorf("%s by %s: %d %s", p.Email, name, res.StatusCode, body)
					}
				}
			}
		}
		admin := printed.Accounts[0].Admin
		if before != "" && admin.Password+admin.Token != before {
			t.Error("who has signed in once must do so anew after a restart")
		}
		before = admin.Password + admin.Token
		checkOneClick(t, printed.Accounts[0].URL, admin.Link)
		stop()
		if c := <-code; c != exitFine {
			t.Errorf("ended with %d", c)
		}
	}
}
