package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"interdesk/configtext"
)

// remoteDesk is a help desk anywhere, by its API.
type remoteDesk struct {
	base, email, token string
	host               string // that is asked for, where it is not base's
}

// remoteTime bounds one call; maxAnswer is how much of an answer is read.
const (
	remoteTime = 5 * time.Minute
	maxAnswer  = 64 << 20
)

func (d *remoteDesk) export(ctx context.Context) (configtext.Folder, error) {
	var answer struct {
		Files map[string]string `json:"files"`
	}
	if _, err := d.call(ctx, http.MethodGet, "/api/v2/config", nil, &answer); err != nil {
		return nil, err
	}
	out := configtext.Folder{}
	for name, text := range answer.Files {
		out[name] = []byte(text)
	}
	return out, nil
}

func (d *remoteDesk) apply(ctx context.Context, f configtext.Folder, o configtext.Options) (configtext.Plan, error) {
	files := map[string]string{}
	for name, raw := range f {
		files[name] = string(raw)
	}
	path := "/api/v2/config/apply"
	if o.DryRun {
		path = "/api/v2/config/diff"
	}
	var answer struct {
		Plan configtext.Plan `json:"plan"`
		Lock string          `json:"lock"`
	}
	status, err := d.call(ctx, http.MethodPost, path, map[string]any{"files": files, "prune": o.Prune, "secrets": o.Secrets}, &answer)
	if status == http.StatusUnprocessableEntity && len(answer.Plan.Problems) > 0 {
		err = nil // the plan says it better
	}
	answer.Plan.Lock = []byte(answer.Lock)
	return answer.Plan, err
}

// dialHere dials names below localhost on this machine, as browsers do whatever the resolver says (RFC 6761, section 6.3).
func dialHere(ctx context.Context, network, address string) (net.Conn, error) {
	var d net.Dialer
	if name, port, err := net.SplitHostPort(address); err == nil && strings.HasSuffix(name, ".localhost") {
		address = net.JoinHostPort("localhost", port)
	}
	return d.DialContext(ctx, network, address)
}

// call makes one call. An answer that is no success is an error, with its body in answer all the same.
func (d *remoteDesk) call(ctx context.Context, method, path string, body, answer any) (status int, err error) {
	ctx, cancel := context.WithTimeout(ctx, remoteTime)
	defer cancel()
	if d.email == "" || d.token == "" {
		return 0, errors.New("--as and --token say whose API token is used; set INTERDESK_AS and INTERDESK_TOKEN")
	}
	var raw []byte
	if body != nil {
		if raw, err = json.Marshal(body); err != nil {
			return 0, err
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, d.base+path, bytes.NewReader(raw))
	if err != nil {
		return 0, err
	}
	req.Host = d.host
	req.SetBasicAuth(d.email+"/token", d.token)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Interdesk/"+version())
	res, err := (&http.Client{Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, DialContext: dialHere}}).Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err == nil {
		err = json.Unmarshal(text, answer)
	}
	if res.StatusCode >= http.StatusBadRequest {
		err = fmt.Errorf("%s answered %s: %s", d.base, res.Status, text[:min(len(text), 500)])
	}
	return res.StatusCode, err
}
