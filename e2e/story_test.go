package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestStories runs testdata/*.txtar on both engines. The commands of a story:
//
//	desk NAME                     an account in a database of its own, served by a process of its own
//	up | down | crash NAME       the process: start, SIGTERM, SIGKILL
//	link A B                      A invites B, B accepts: $A_B is A's outbound agreement, $B_A is B's inbound one
//	[!] api NAME METHOD PATH [FILE]   a call as admin; FILE holds JSON with $VARIABLES; the answer is stdout
//	[!] end-user NAME EMAIL METHOD PATH [FILE]   the same as an end user (password "customer-password")
//	keep VARIABLE path.in.answer  keeps a value of the last answer; numbers index lists
//	until NAME PATH PATTERN       asks again until the answer matches
//	never NAME PATH PATTERN       the answer does not match, now and a moment later
func TestStories(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, database func(testing.TB, string) string) {
		testscript.Run(t, testscript.Params{
			Dir: "testdata",
			Setup: func(env *testscript.Env) error {
				env.Values[worldKey{}] = &world{t: t, database: database, desks: map[string]*server{}}
				return nil
			},
			Cmds: map[string]func(*testscript.TestScript, bool, []string){
				"desk":  cmdDesk,
				"up":    process(func(s *server) error { s.start(); return nil }),
				"down":  process((*server).stop),
				"crash": process(func(s *server) error { s.kill(); return nil }),
				"link":  cmdLink, "api": cmdAPI, "end-user": cmdEndUser, "keep": cmdKeep, "until": cmdUntil, "never": cmdNever,
			},
		})
	})
}

type worldKey struct{}

type world struct {
	t        testing.TB
	database func(testing.TB, string) string
	desks    map[string]*server
	answer   []byte
}

func worldOf(ts *testscript.TestScript) *world { return ts.Value(worldKey{}).(*world) }

func (w *world) desk(ts *testscript.TestScript, name string) *server {
	s, ok := w.desks[name]
	if !ok {
		ts.Fatalf("no desk %q in this story", name)
	}
	return s
}

func cmdDesk(ts *testscript.TestScript, _ bool, args []string) {
	w := worldOf(ts)
	for _, name := range args {
		w.desks[name] = newServer(w.t, name, w.database(w.t, name)).start()
		ts.Setenv(strings.ToUpper(name)+"_URL", w.desks[name].url(""))
	}
}

func process(act func(*server) error) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, _ bool, args []string) { ts.Check(act(worldOf(ts).desk(ts, args[0]))) }
}

func cmdLink(ts *testscript.TestScript, _ bool, args []string) {
	w := worldOf(ts)
	a, b := w.desk(ts, args[0]), w.desk(ts, args[1])
	out, in, err := link(a, b)
	ts.Check(err)
	ts.Setenv(strings.ToUpper(a.name+"_"+b.name), strconv.FormatInt(out, 10))
	ts.Setenv(strings.ToUpper(b.name+"_"+a.name), strconv.FormatInt(in, 10))
}

// link makes an accepted agreement under which a shares with b; it gives a's and b's id of it.
func link(a, b *server) (outbound, inbound int64, err error) {
	var made struct {
		Agreement struct{ ID int64 } `json:"sharing_agreement"`
	}
	terms := object{"sharing_url": b.url("/sharing"), "name": b.name, "allows_public_comments": true, "sync_tags": true, "sync_custom_fields": true}
	if _, err := a.try("POST", "/sharing_agreements", object{"sharing_agreement": terms}, &made); err != nil {
		return 0, 0, err
	}
	err = b.wait("invitation", 20*time.Second, func() (err error) {
		inbound, err = agreementWith(b, "inbound", "pending")
		return err
	})
	if err != nil {
		return 0, 0, err
	}
	accept := object{"sharing_agreement": object{"status": "accepted"}}
	if _, err := b.try("PUT", fmt.Sprintf("/sharing_agreements/%d", inbound), accept, nil); err != nil {
		return 0, 0, err
	}
	err = a.wait("acceptance", 20*time.Second, func() error {
		_, err := agreementWith(a, "outbound", "accepted", made.Agreement.ID)
		return err
	})
	return made.Agreement.ID, inbound, err
}

func agreementWith(s *server, direction, status string, id ...int64) (int64, error) {
	var list struct {
		Agreements []struct {
			ID           int64
			Type, Status string
		} `json:"sharing_agreements"`
	}
	if _, err := s.try("GET", "/sharing_agreements", nil, &list); err != nil {
		return 0, err
	}
	for _, a := range list.Agreements {
		if a.Type == direction && a.Status == status && (len(id) == 0 || id[0] == a.ID) {
			return a.ID, nil
		}
	}
	return 0, fmt.Errorf("no %s agreement that is %s among %+v", direction, status, list.Agreements)
}

func cmdAPI(ts *testscript.TestScript, neg bool, args []string) {
	s := worldOf(ts).desk(ts, args[0])
	exchange(ts, neg, s, args[1:], func(r *http.Request) { r.SetBasicAuth(s.email+"/token", s.token) })
}

func cmdEndUser(ts *testscript.TestScript, neg bool, args []string) {
	s := worldOf(ts).desk(ts, args[0])
	exchange(ts, neg, s, args[2:], func(r *http.Request) { r.SetBasicAuth(args[1], "customer-password") })
}

func exchange(ts *testscript.TestScript, neg bool, s *server, args []string, sign func(*http.Request)) {
	var body []byte
	if len(args) > 2 {
		body = []byte(os.Expand(ts.ReadFile(args[2]), ts.Getenv))
	}
	req, err := http.NewRequest(args[0], s.url(args[1]), bytes.NewReader(body))
	ts.Check(err)
	req.Header.Set("Content-Type", "application/json")
	sign(req)
	res, err := client.Do(req)
	ts.Check(err)
	defer res.Body.Close()
	var raw bytes.Buffer
	_, err = raw.ReadFrom(res.Body)
	ts.Check(err)
	worldOf(ts).answer = raw.Bytes()
	fmt.Fprintf(ts.Stdout(), "%d\n%s\n", res.StatusCode, raw.Bytes())
	if (res.StatusCode >= 300) != neg {
		ts.Fatalf("%s %s answered %s: %s", args[0], args[1], res.Status, raw.Bytes())
	}
}

func cmdKeep(ts *testscript.TestScript, _ bool, args []string) {
	var at any
	ts.Check(json.Unmarshal(worldOf(ts).answer, &at))
	for _, step := range strings.Split(args[1], ".") {
		switch v := at.(type) {
		case object:
			at = v[step]
		case []any:
			i, err := strconv.Atoi(step)
			ts.Check(err)
			if i >= len(v) {
				ts.Fatalf("%s: the list has %d entries", args[1], len(v))
			}
			at = v[i]
		}
	}
	switch v := at.(type) {
	case string:
		ts.Setenv(args[0], v)
	case float64:
		ts.Setenv(args[0], strconv.FormatFloat(v, 'f', -1, 64))
	default:
		ts.Fatalf("%s is %v", args[1], at)
	}
}

func cmdUntil(ts *testscript.TestScript, _ bool, args []string) {
	w := worldOf(ts)
	s, pattern := w.desk(ts, args[0]), regexp.MustCompile(args[2])
	ts.Check(s.wait(args[1]+" matches "+args[2], 30*time.Second, func() error {
		raw, err := s.get(args[1])
		w.answer = raw
		if err == nil && !pattern.Match(raw) {
			err = fmt.Errorf("it says %s", raw)
		}
		return err
	}))
}

func cmdNever(ts *testscript.TestScript, _ bool, args []string) {
	s, pattern := worldOf(ts).desk(ts, args[0]), regexp.MustCompile(args[2])
	for range 10 {
		raw, err := s.get(args[1])
		ts.Check(err)
		if pattern.Match(raw) {
			ts.Fatalf("%s matches %s: %s", args[1], args[2], raw)
		}
		time.Sleep(30 * time.Millisecond)
	}
}

func (s *server) get(path string) ([]byte, error) {
	var raw json.RawMessage
	_, err := s.try("GET", strings.TrimPrefix(path, "/api/v2"), nil, &raw)
	return raw, err
}
