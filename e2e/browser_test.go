package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"interdesk/web"
)

var tour = flag.String("tour", "", "folder in which the browser stories leave the screenshots of the README's tour")

// person is how somebody gets in.
type person struct {
	Email    string `json:"email"`
	Password string `json:"password"`
	Token    string `json:"token"`
}

// place is a desk as a browser story knows it.
type place struct {
	Subdomain string `json:"subdomain"`
	Name      string `json:"name"`
	URL       string `json:"url"`
	Admin     person `json:"admin"`
	Agent     person `json:"agent"`
	EndUser   person `json:"end_user"`
}

// TestBrowser has Chromium live through the stories of browser/*.mjs, each in a world of its own: the demo's two linked
// desks on one server, or two processes that know nothing of each other.
func TestBrowser(t *testing.T) {
	t.Parallel()
	chromium := browser(t)
	stories, err := filepath.Glob("browser/*.story.mjs")
	if err != nil || len(stories) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, file := range stories {
		name := strings.TrimSuffix(filepath.Base(file), ".story.mjs")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			turn <- struct{}{}
			defer func() { <-turn }()
			world := demoWorld
			switch {
			case name == "pair_mail":
				world = mailPairWorld
			case strings.HasPrefix(name, "pair_"):
				world = pairWorld
			}
			live(t, chromium, file, world(t))
		})
	}
}

// turn has few browsers run at once: each is busy by itself.
var turn = make(chan struct{}, 2)

// browser finds Chromium and what drives it. Where it is missing, CI fails; elsewhere the test says what to install.
func browser(t *testing.T) string {
	t.Helper()
	missing := t.Skipf
	if os.Getenv("CI") != "" {
		missing = t.Fatalf
	}
	for _, need := range []string{"../web/asset/node_modules/playwright-core", "../web/asset/dist/manifest.json"} {
		if _, err := os.Stat(need); err != nil {
			missing("the browser stories need the bundle and its packages: run make assets (make test does)")
		}
	}
	if _, err := exec.LookPath("node"); err != nil {
		missing("the browser stories need Node.js 20 or newer")
	}
	for _, name := range []string{os.Getenv("INTERDESK_CHROMIUM"), "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	missing("the browser stories need Chromium: install it (Debian: apt-get install chromium) or name it by INTERDESK_CHROMIUM")
	return ""
}

// live runs one story.
func live(t *testing.T, chromium, file string, w *scene) {
	t.Helper()
	about, err := json.Marshal(map[string]any{"acme": w.acme, "kongen": w.kongen, "control": w.control, "chromium": chromium,
		"artifacts": artifacts(t), "tour": *tour, "patterns": web.Patterns()})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", file)
	cmd.Env = append(os.Environ(), "INTERDESK_WORLD="+string(about))
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		t.Errorf("%v\n%s\nserver: %s", err, out.Bytes(), w.log())
	} else if out.Len() > 0 {
		t.Logf("%s", out.Bytes())
	}
}

// artifacts is where a story that fails leaves a picture.
func artifacts(t *testing.T) string {
	if dir := os.Getenv("INTERDESK_ARTIFACTS"); dir != "" {
		return dir
	}
	return t.TempDir()
}

// scene is what a story plays in.
type scene struct {
	acme, kongen place
	control      string // where a story asks for the kongen process to stop and start; "" in the demo
	log          func() string
}

// demoWorld is a fresh demo.
func demoWorld(t *testing.T) *scene {
	t.Helper()
	var log bytes.Buffer
	cmd := exec.Command(binary(t), "demo", "--listen", "127.0.0.1:0", "--data", t.TempDir(), "--json")
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	cmd.Stderr = &log
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	})
	var ready struct {
		Accounts []place `json:"accounts"`
	}
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &ready)
	}
	if err != nil || len(ready.Accounts) != 2 {
		t.Fatalf("the demo did not come up: %v\n%s", err, log.Bytes())
	}
	return &scene{acme: ready.Accounts[0], kongen: ready.Accounts[1], log: func() string { return "" }}
}

// pairWorld is two processes with a database each, and nothing in them but an admin.
func pairWorld(t *testing.T) *scene {
	t.Helper()
	sqlite := func(name string) string { return "sqlite:" + filepath.Join(t.TempDir(), name+".db") }
	return linkable(t, newServer(t, "acme", sqlite("acme")), newServer(t, "kongen", sqlite("kongen")))
}

// mailPairWorld is a pair whose desks are each other's mail servers, too.
func mailPairWorld(t *testing.T) *scene {
	t.Helper()
	sqlite := func(name string) string { return "sqlite:" + filepath.Join(t.TempDir(), name+".db") }
	acme, kongen := newServer(t, "acme", sqlite("acme")), newServer(t, "kongen", sqlite("kongen"))
	acme.smtp, kongen.smtp = freePort(t), freePort(t)
	for s, other := range map[*server]*server{acme: kongen, kongen: acme} {
		s.more = []string{fmt.Sprintf("INTERDESK_SMTP_RELAY=smtp://127.0.0.1:%d", other.smtp)}
	}
	return linkable(t, acme, kongen)
}

// linkable starts a pair.
func linkable(t *testing.T, acme, kongen *server) *scene {
	t.Helper()
	acme.start()
	kongen.start()
	wall := &wall{t: t}
	t.Cleanup(wall.fall)
	mux := http.NewServeMux()
	mux.HandleFunc("POST /kongen/{act}", func(w http.ResponseWriter, r *http.Request) {
		switch act := r.PathValue("act"); act {
		case "stop":
			kongen.kill()
		case "start":
			wall.fall()
			kongen.start()
		case "refuse":
			kongen.kill()
			wall.rise(kongen.port)
		default:
			http.Error(w, "no such act: "+act, http.StatusNotFound)
		}
	})
	control := httptest.NewServer(mux)
	t.Cleanup(control.Close)
	at := func(s *server) place {
		return place{Subdomain: s.name, Name: s.name, URL: s.url(""), Admin: person{s.email, s.password, s.token}}
	}
	return &scene{acme: at(acme), kongen: at(kongen), control: control.URL, log: func() string { return acme.tail() + "\n" + kongen.tail() }}
}

// wall is what may stand before a desk and turns every message down for good, such as a badly set proxy.
type wall struct {
	t      *testing.T
	server *http.Server
}

func (w *wall) rise(port int) {
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		w.t.Error(err)
		return
	}
	w.server = &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "Blocked by the proxy", http.StatusUnprocessableEntity)
	})}
	go func() { _ = w.server.Serve(l) }()
}

func (w *wall) fall() {
	if w.server != nil {
		_ = w.server.Close()
		w.server = nil
	}
}
