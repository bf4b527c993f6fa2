package main

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"time"

	"interdesk/configtext"
)

// The demo's story is told through the product's own doors: every field, rule and ticket below is an API call by one of
// the demo's people, so what a visitor finds is what they could have made themselves.

type object = map[string]any

// storyClient speaks to one desk as one person; the first failure silences the rest.
type storyClient struct {
	ctx   context.Context
	base  string // address that listens
	host  string
	who   signIn
	err   *error
	tries *http.Client
}

func (t storyClient) as(who signIn) storyClient {
	t.who = who
	return t
}

// call makes one call and gives the answer.
func (t storyClient) call(method, path string, body any) object {
	answer := object{}
	if *t.err != nil {
		return answer
	}
	raw, err := json.Marshal(body)
	if err == nil {
		err = t.send(method, path, raw, &answer)
	}
	if err != nil {
		*t.err = fmt.Errorf("%s %s at %s: %w", method, path, t.host, err)
	}
	return answer
}

func (t storyClient) send(method, path string, body []byte, answer *object) error {
	req, err := http.NewRequestWithContext(t.ctx, method, t.base+"/api/v2"+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Host = t.host
	req.SetBasicAuth(t.who.Email+"/token", t.who.Token)
	req.Header.Set("Content-Type", "application/json")
	res, err := t.tries.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode >= 300 {
		err = fmt.Errorf("%s: %s", res.Status, raw)
	}
	if err != nil || len(raw) == 0 {
		return err
	}
	return json.Unmarshal(raw, answer)
}

// create posts a record and gives its id.
func (t storyClient) create(path, noun string, record object) string {
	return idOf(t.call("POST", path, object{noun: record}), noun)
}

// waitFor asks a list until one of its entries satisfies a wish, and gives its id.
func (t storyClient) waitFor(path, list string, wish func(object) bool) string {
	for *t.err == nil {
		entries, _ := t.call("GET", path, nil)[list].([]any)
		for _, e := range entries {
			if entry, ok := e.(object); ok && wish(entry) {
				return text(entry["id"])
			}
		}
		select {
		case <-t.ctx.Done():
			*t.err = fmt.Errorf("%s at %s: %w", path, t.host, t.ctx.Err())
		case <-time.After(20 * time.Millisecond):
		}
	}
	return ""
}

func idOf(answer object, noun string) string {
	record, _ := answer[noun].(object)
	return text(record["id"])
}

func text(v any) string {
	if n, ok := v.(float64); ok {
		return fmt.Sprintf("%.0f", n)
	}
	s, _ := v.(string)
	return s
}

// tellStory sets up both desks and plays their first days. It does nothing when the desks have tickets already.
func tellStory(ctx context.Context, s *server, accounts []demoAccount) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	var failed error
	at := func(a demoAccount) storyClient {
		return storyClient{ctx: ctx, base: "http://127.0.0.1:" + s.port, host: s.Host(a.Subdomain) + ":" + s.port, who: a.Admin, err: &failed, tries: &http.Client{Timeout: 20 * time.Second}}
	}
	acme, kongen := at(accounts[0]), at(accounts[1])
	if old, _ := acme.call("GET", "/tickets?per_page=1", nil)["tickets"].([]any); len(old) > 0 || failed != nil {
		return failed
	}
	agreeBothWays(acme, kongen, "Kongen Image Sensors", accounts[1].Subdomain)
	agreeBothWays(kongen, acme, "Acme Cameras", accounts[0].Subdomain)
	setUp(acme, accounts[0].Subdomain)
	setUp(kongen, accounts[1].Subdomain)
	acme.call("PUT", "/account/settings", object{"settings": object{"satisfaction": object{"enabled": true}}})
	playStory(acme, kongen, findFields(acme), accounts)
	if err := receiveStoryMail(ctx, s, accounts[0], acme); err != nil {
		return err
	}
	return failed
}

// storyFields are the ids of a desk's own ticket fields.
type storyFields struct{ problem, serial string }

// findFields finds them by their titles.
func findFields(t storyClient) storyFields {
	named := func(title string) string {
		return t.waitFor("/ticket_fields", "ticket_fields", func(f object) bool { return f["title"] == title })
	}
	return storyFields{problem: named("Problem type"), serial: named("Serial number")}
}

// demoFolders are how the demo's desks are set up, as text, with the cases that try their rules.
//
//go:embed demo
var demoFolders embed.FS

// demoFolder is the folder of one desk.
func demoFolder(subdomain string) (configtext.Folder, error) {
	dir, err := fs.Sub(demoFolders, "demo/"+subdomain)
	if err != nil {
		return nil, err
	}
	return configtext.ReadFS(dir)
}

// setUp sets a desk up as its folder says.
func setUp(t storyClient, subdomain string) {
	folder, err := demoFolder(subdomain)
	if err != nil {
		*t.err = err
		return
	}
	files := object{}
	for name, raw := range folder {
		files[name] = string(raw)
	}
	t.call("POST", "/config/apply", object{"files": files})
}

// agreeBothWays makes the agreement by which one desk shares with another.
func agreeBothWays(from, to storyClient, name, subdomain string) {
	outbound := from.create("/sharing_agreements", "sharing_agreement", object{"remote_subdomain": subdomain, "name": name,
		"allows_public_comments": true, "sync_tags": true, "sync_custom_fields": true})
	inbound := to.waitFor("/sharing_agreements", "sharing_agreements", func(a object) bool { return a["type"] == "inbound" && a["status"] == "pending" })
	to.call("PUT", "/sharing_agreements/"+inbound, object{"sharing_agreement": object{"status": "accepted"}})
	from.waitFor("/sharing_agreements", "sharing_agreements", func(a object) bool { return text(a["id"]) == outbound && a["status"] == "accepted" })
}
