package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// probe is a file that joins the binary's main package when profiles are asked for. The binary that ships has no
// profiler in it.
//
//go:embed probe.txt
var probe string

// probeOverlay writes the file that tells the compiler about it.
func probeOverlay(ctx context.Context, dir string) (string, error) {
	main, err := exec.CommandContext(ctx, "go", "list", "-f", "{{.Dir}}", "interdesk/cmd/interdesk").Output()
	if err != nil {
		return "", fmt.Errorf("go list: %w", err)
	}
	source := filepath.Join(dir, "probe.go")
	raw, err := json.Marshal(object{"Replace": map[string]string{filepath.Join(strings.TrimSpace(string(main)), "probe.go"): source}})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(overlay, raw, 0o600); err != nil {
		return "", err
	}
	return overlay, os.WriteFile(source, []byte(probe), 0o600)
}

// watch profiles a server for the length of a measure, from after its warm-up on; the function waits for the end.
func (b *bench) watch(ctx context.Context, s *server, name string) (wait func() error) {
	if b.profile == "" {
		return func() error { return nil }
	}
	done := make(chan error, 1)
	go func() {
		time.Sleep(b.span / 5)
		done <- b.fetchProfile(ctx, s, strings.NewReplacer(" ", "_", ",", "").Replace(name))
	}()
	return func() error { return <-done }
}

func (b *bench) fetchProfile(ctx context.Context, s *server, name string) error {
	if err := os.MkdirAll(b.profile, 0o755); err != nil {
		return err
	}
	seconds := strconv.Itoa(max(1, int(b.span.Seconds())-1))
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://127.0.0.1:"+strconv.Itoa(s.probe)+"/debug/pprof/profile?seconds="+seconds, nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(b.profile, name+".pprof"), raw, 0o644)
}
