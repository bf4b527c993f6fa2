package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"github.com/prometheus/client_golang/prometheus"

	"interdesk/config"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/wordindex"
)

type rebuildCommand struct {
	config.Database
	config.Log
}

// Help is what search rebuild --help says at its beginning.
func (c *rebuildCommand) Help() string {
	return "The index is begun anew. Beside a server that runs it only says so, and the server does the work while it serves; without one, the command does it."
}

// Run begins the index anew and, when no server does, fills it.
func (c *rebuildCommand) Run(ctx context.Context, t *terminal) error {
	d, err := openDatabase(ctx, c.Database, newLog(t, c.Log))
	if errors.Is(err, sqldb.ErrLocked) {
		return c.leaveToServer(t)
	}
	if err != nil {
		return err
	}
	if err = d.store.RebuildSearchIndex(ctx); err == nil {
		err = d.store.IndexWords(ctx)
	}
	if err == nil {
		_, err = fmt.Fprintln(t.out, "All tickets are indexed for searching.")
	}
	return errors.Join(err, d.close(ctx))
}

// leaveToServer takes away the file of the index: the server that has the database open notices, and makes another.
func (c *rebuildCommand) leaveToServer(t *terminal) error {
	if err := os.Remove(wordindex.Path(c.SQLitePath())); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("take away the index of words: %w", err)
	}
	_, err := fmt.Fprintln(t.out, "The running server makes the index for searching anew. /metrics tells how far it is.")
	return err
}

// searchCollector tells how far the index of words is, whenever somebody looks.
type searchCollector struct {
	store         *store.Store
	log           *slog.Logger
	due, building *prometheus.Desc
}

func newSearchCollector(s *store.Store, log *slog.Logger) *searchCollector {
	return &searchCollector{store: s, log: log,
		due:      prometheus.NewDesc("interdesk_search_due", "Changes that are not indexed for searching yet, up to 10,000.", nil, nil),
		building: prometheus.NewDesc("interdesk_search_building", "Help desks whose older tickets are still being indexed for searching.", nil, nil)}
}

// Describe names what Collect gives.
func (c *searchCollector) Describe(out chan<- *prometheus.Desc) {
	out <- c.due
	out <- c.building
}

// Collect looks.
func (c *searchCollector) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), lookTime)
	defer cancel()
	state, err := c.store.SearchIndexState(ctx)
	if err != nil {
		c.log.Warn("the index of words was not looked at", "cause", err)
		return
	}
	out <- prometheus.MustNewConstMetric(c.due, prometheus.GaugeValue, float64(state.Due))
	out <- prometheus.MustNewConstMetric(c.building, prometheus.GaugeValue, float64(state.Accounts))
}
