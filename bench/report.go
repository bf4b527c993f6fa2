package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"text/tabwriter"
	"time"
)

// The names of the measures, as -only takes them.
const (
	createName = "create"
	replyName  = "reply"
	listName   = "list"
	getName    = "get"
	pagesName  = "pages"
	searchName = "search"
	rules      = "rules"
	shareName  = "share"
	sharedName = "shared"
	startName  = "start"
	memoryName = "memory"
	mailName   = "mail"
	hooksName  = "webhooks"
	exportName = "export"
)

func names() []string {
	return []string{rules, startName, memoryName, listName, getName, exportName, pagesName, searchName, replyName, createName, shareName, sharedName, mailName, hooksName}
}

// result is one line of the report.
type result struct {
	Measure string    `json:"measure"`
	Engine  string    `json:"engine"`
	Value   float64   `json:"value"`
	Unit    string    `json:"unit"`
	Spread  *spread   `json:"spread,omitempty"`           // of the time that one took
	Cost    float64   `json:"server_cpu_us,omitempty"`    // processor time of the server for one, in µs
	Others  float64   `json:"others_cpu_share,omitempty"` // of the machine, by other processes; with PostgreSQL its own
	Bare    []bareRun `json:"bare,omitempty"`
	Aim     string    `json:"aim,omitempty"`
	Met     *bool     `json:"met,omitempty"`
	Note    string    `json:"note,omitempty"`
}

// spread is how the times of single operations lie, in milliseconds.
type spread struct {
	P50 float64 `json:"p50_ms"`
	P95 float64 `json:"p95_ms"`
	P99 float64 `json:"p99_ms"`
}

// bareRun is the engine's own limit for the same rows.
type bareRun struct {
	How   string  `json:"how"`
	Rate  float64 `json:"rate"`
	Ratio float64 `json:"ratio"` // of the desk's rate to this one
}

// report gathers the results.
type report struct {
	machine string
	results []result
}

func (r *report) add(one result) { r.results = append(r.results, one) }

// atLeast sets an aim from below, atMost one from above.
func (r result) atLeast(aim float64) result { return r.aim("≥", aim, r.Value >= aim) }

func (r result) atMost(aim float64) result { return r.aim("≤", aim, r.Value <= aim) }

func (r result) aim(sign string, aim float64, met bool) result {
	r.Aim, r.Met = sign+" "+number(aim), &met
	return r
}

// compare sets the bare runs beside the desk's own rate.
func (r result) compare(runs []bareRun) result {
	for _, run := range runs {
		if run.Rate > 0 {
			run.Ratio = r.Value / run.Rate
			r.Bare = append(r.Bare, run)
		}
	}
	return r
}

// print writes a table for people.
func (r *report) print(to io.Writer) error {
	if len(r.results) == 0 {
		return nil
	}
	fmt.Fprintf(to, "\n%s\n\n", r.machine)
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "measure\tengine\treached\t\taim\t\tp50\tp95\tp99 ms\tserver cpu\tothers\tbare loop (ratio)\t")
	for _, x := range r.results {
		var bare []string
		for _, run := range x.Bare {
			bare = append(bare, fmt.Sprintf("%s %s/s (%.2f)", run.How, number(run.Rate), run.Ratio))
		}
		times := "\t\t"
		if x.Spread != nil {
			times = fmt.Sprintf("%.2f\t%.2f\t%.2f", x.Spread.P50, x.Spread.P95, x.Spread.P99)
		}
		cost := "\t"
		if x.Cost > 0 {
			cost = fmt.Sprintf("%.0f µs\t%.0f %%", x.Cost, 100*x.Others)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", x.Measure, x.Engine, number(x.Value), x.Unit, x.Aim, verdict(x.Met),
			times, cost, strings.Join(bare, ", "), x.Note)
	}
	return table.Flush()
}

func verdict(met *bool) string {
	switch {
	case met == nil:
		return ""
	case *met:
		return "yes"
	}
	return "no"
}

// number writes whole thousands and small fractions alike readably.
func number(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

// save writes the results as JSON; no path, no file.
func (r *report) save(path string) error {
	if path == "" {
		return nil
	}
	raw, err := json.MarshalIndent(map[string]any{"machine": r.machine, "at": time.Now().UTC().Format(time.RFC3339), "results": r.results}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(raw, '\n'), 0o644)
}

// describeMachine says what the numbers hang on.
func describeMachine() string {
	name := "unknown processor"
	info, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.SplitSeq(string(info), "\n") {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == "model name" {
			name = strings.TrimSpace(value)
			break
		}
	}
	busy, _ := os.ReadFile("/proc/loadavg")
	load, _, _ := strings.Cut(string(busy), " ")
	return fmt.Sprintf("%d × %s, %s/%s, %s, load before the run %s; clients, server and database share the processors",
		runtime.NumCPU(), name, runtime.GOOS, runtime.GOARCH, runtime.Version(), load)
}
