package storetest

import (
	"context"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"interdesk/store/sqldb"
)

// growing are the tables that grow with what a desk does. A statement that walks all rows of an account there, or of the
// installation, costs more each day.
var growing = strings.Fields(`
	actors attachments attendances audit_logs audits automation_run_counts automation_runs automation_wakes comments correspondences
	deliveries idempotency_keys identities job_lanes jobs mail_threads mails name_words organizations remote_desks satisfaction_ratings search_due
	sessions share_comments share_episodes share_fetches share_files shares suspended_tickets ticket_metric_events
	ticket_merges ticket_people ticket_tags ticket_values tickets tracker_comments users webhook_attempts webhook_invocations`)

// meant are the beginnings of statements that walk all the same, each with the reason why they may.
var meant = map[string]string{
	"select kind, state, count(*), min(run_at) from jobs":       "the metrics count the queue",
	"select count(*) from jobs j where j.state in":              "the metrics count what is late",
	"select exists (select 1 from search_due)":                  "it ends at the first row",
	"select user_id, name, email, role":                         "whoever asks for everybody gets everybody",
	"select organization_id, name, external_id, domain_names":   "whoever asks for all gets all",
	"select count(*) from users where account_id = $1 and act":  "how many people there are is asked rarely",
	"select s.agreement_id, s.inbound, sum(":                    "a report, kept for a minute",
	"delete from ticket_values where account_id = $1 and field": "a field is deleted",
	"delete from jobs where account_id = $1 and kind = $2":      "a kind of work is called off",
	"select blob from attachments where blob in":                "files that nobody shows are looked for in the background",
	"update tickets set organization_id = 0":                    "an organization is deleted",
}

// planned are the statements that were looked at in this process.
var planned sync.Map

// watchPlans has the test fail when one of its statements walks a growing table of SQLite from end to end. A statement with
// a limit may: how much of an index it reads is the matter of other tests. Where SQLite chooses the wrong index because it
// would give the order for free, sqldb.Tx.IndexedBy names the right one.
func watchPlans(t testing.TB, opt *sqldb.Options) (check func(*sqldb.DB)) {
	var mu sync.Mutex
	var fresh []string
	told := opt.Observe
	opt.Observe = func(query string, args []any) {
		if _, known := planned.LoadOrStore(query, true); !known && !askedByATest() {
			mu.Lock()
			fresh = append(fresh, query)
			mu.Unlock()
		}
		if told != nil {
			told(query, args)
		}
	}
	return func(db *sqldb.DB) {
		mu.Lock()
		defer mu.Unlock()
		for _, query := range fresh {
			for _, walk := range walksOf(db, query) {
				t.Errorf("%s\n\twalks a table that grows: %s", strings.Join(strings.Fields(query), " "), walk)
			}
		}
	}
}

// askedByATest tells whether a test wrote the statement that runs now.
func askedByATest() bool {
	callers := make([]uintptr, 16)
	frames := runtime.CallersFrames(callers[:runtime.Callers(3, callers)])
	for {
		frame, more := frames.Next()
		if !strings.Contains(frame.File, "/store/sqldb/") {
			return strings.HasSuffix(frame.File, "_test.go")
		}
		if !more {
			return false
		}
	}
}

var (
	placeholder = regexp.MustCompile(`\$\d+`)
	limited     = regexp.MustCompile(`(?i)\blimit\b`)
	whole       = regexp.MustCompile(`(?i)\bwhere account_id = \$1\s*\)?\s*$`) // all of an account is what is meant
	step        = regexp.MustCompile(`^(SCAN|SEARCH) (\S+)(?: EXISTS)?(?: USING (?:COVERING )?(?:INDEX (\S+)|PRIMARY KEY))?(?: \((.*)\))?`)
)

// walksOf are the steps of SQLite's plan for a statement that walk a growing table. What cannot be planned, such as a statement
// about a table of the test's own, has none.
func walksOf(db *sqldb.DB, query string) []string {
	if limited.MatchString(query) || whole.MatchString(query) || isMeant(query) {
		return nil
	}
	rows, err := db.Pool().QueryContext(context.Background(), "explain query plan "+query, make([]any, highest(query))...)
	if err != nil {
		return nil
	}
	defer rows.Close()
	var steps []string
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if rows.Scan(&id, &parent, &unused, &detail) == nil {
			steps = append(steps, detail)
		}
	}
	return slices.DeleteFunc(steps, func(s string) bool { return !isWalk(db, query, s) })
}

func isMeant(query string) bool {
	query = strings.Join(strings.Fields(query), " ")
	for begin := range meant {
		if strings.HasPrefix(query, begin) {
			return true
		}
	}
	return false
}

// highest is how many arguments a statement has.
func highest(query string) int {
	seen := map[string]bool{}
	for _, p := range placeholder.FindAllString(query, -1) {
		seen[p] = true
	}
	return len(seen)
}

// isWalk: no index, or no more of one than the account. An index that has only some of the rows may be walked.
func isWalk(db *sqldb.DB, query, detail string) bool {
	m := step.FindStringSubmatch(detail)
	if m == nil || !slices.Contains(growing, tableOf(query, m[2])) || m[4] != "" && m[4] != "account_id=?" {
		return false
	}
	var partial bool
	err := db.Pool().QueryRowContext(context.Background(),
		`select sql like '% where %' from sqlite_master where name = $1 and sql is not null`, m[3]).Scan(&partial)
	return err != nil || !partial
}

// tableOf is the table that a name in a plan stands for.
func tableOf(query, name string) string {
	alias := regexp.MustCompile(`(?i)\b(\w+)\s+(?:as\s+)?` + regexp.QuoteMeta(name) + `\b`)
	for _, m := range alias.FindAllStringSubmatch(query, -1) {
		if slices.Contains(growing, m[1]) {
			return m[1]
		}
	}
	return name
}
