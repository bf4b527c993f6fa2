package main

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"interdesk/httpkit"
	"interdesk/job"
	"interdesk/store"
	"interdesk/store/sqldb"
)

// metrics are what an operator watches.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	took     *prometheus.HistogramVec
}

func newMetrics(db *sqldb.DB, words *store.Store, log *slog.Logger) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "interdesk_http_requests_total", Help: "Requests answered, by route and class of status."}, []string{"route", "status"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "interdesk_http_request_seconds", Help: "Time to answer, by room.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10}}, []string{"room"}),
	}
	m.registry.MustRegister(m.requests, m.took, collectors.NewGoCollector(), collectors.NewDBStatsCollector(db.Pool(), db.Dialect().String()),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), newQueueCollector(db, log),
		newSearchCollector(words, log))
	return m
}

// observe counts one request. The route is a pattern, so that the number of series stays small.
func (m *metrics) observe(info *httpkit.Info, _ string, status int, took time.Duration) {
	route := info.Route
	if route == "" {
		route = "none"
	}
	m.requests.WithLabelValues(route, strconv.Itoa(status/100)+"xx").Inc()
	m.took.WithLabelValues(routeLabel(route)).Observe(took.Seconds())
}

// routeLabel is the first part of a route's path: api, attachments, sharing.
func routeLabel(route string) string {
	_, path, ok := strings.Cut(route, "/")
	if !ok {
		return "none"
	}
	first, _, _ := strings.Cut(path, "/")
	if first == "" {
		return "root"
	}
	return first
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError})
}

// queueCollector reads the state of the jobs and of the messages to partners from the database whenever somebody looks.
type queueCollector struct {
	db         *sqldb.DB
	log        *slog.Logger
	jobs       *prometheus.Desc
	oldest     *prometheus.Desc
	deliveries *prometheus.Desc
}

func newQueueCollector(db *sqldb.DB, log *slog.Logger) *queueCollector {
	return &queueCollector{
		db: db, log: log,
		jobs:       prometheus.NewDesc("interdesk_jobs", "Jobs in the queue, by kind and state.", []string{"kind", "state"}, nil),
		oldest:     prometheus.NewDesc("interdesk_job_overdue_seconds", "How long the job that waits longest has been due.", []string{"kind"}, nil),
		deliveries: prometheus.NewDesc("interdesk_deliveries", "Messages to partners that have not arrived, by state.", []string{"state"}, nil),
	}
}

// Describe names what Collect gives.
func (q *queueCollector) Describe(out chan<- *prometheus.Desc) {
	out <- q.jobs
	out <- q.oldest
	out <- q.deliveries
}

// lookTime bounds the look at the queue: a slow database must not hold up the rest of the metrics.
const lookTime = 3 * time.Second

// Collect looks.
func (q *queueCollector) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), lookTime)
	defer cancel()
	var counts []job.Count
	var unsent map[string]int64
	err := q.db.Read(ctx, func(tx *sqldb.Tx) (err error) {
		if counts, err = job.Counts(ctx, tx); err != nil {
			return err
		}
		unsent, err = unsentDeliveries(ctx, tx)
		return err
	})
	if err != nil {
		q.log.Warn("queue not counted", "cause", err)
		return
	}
	q.report(out, counts, unsent)
}

func (q *queueCollector) report(out chan<- prometheus.Metric, counts []job.Count, unsent map[string]int64) {
	late := map[string]float64{}
	for _, c := range counts {
		out <- prometheus.MustNewConstMetric(q.jobs, prometheus.GaugeValue, float64(c.Jobs), c.Kind, c.State)
		if c.State == "available" {
			late[c.Kind] = max(late[c.Kind], time.Since(c.Oldest).Seconds(), 0)
		}
	}
	for kind, seconds := range late {
		out <- prometheus.MustNewConstMetric(q.oldest, prometheus.GaugeValue, seconds, kind)
	}
	for state, n := range unsent {
		out <- prometheus.MustNewConstMetric(q.deliveries, prometheus.GaugeValue, float64(n), state)
	}
}

// unsentDeliveries counts per agreement, so that each count is a walk over an index.
func unsentDeliveries(ctx context.Context, tx *sqldb.Tx) (map[string]int64, error) {
	rows, err := tx.Query(ctx, `
		select d.state, count(*)
		from agreements a
		join deliveries d on d.account_id = a.account_id and d.agreement_id = a.agreement_id
		where d.state in ('waiting', 'failing', 'dead')
		group by d.state`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]int64{}
	for rows.Next() {
		var state string
		var n int64
		if err := rows.Scan(&state, &n); err != nil {
			return nil, err
		}
		out[state] = n
	}
	return out, rows.Err()
}
