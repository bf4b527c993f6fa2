package report_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"interdesk/desk"
	"interdesk/report"
	"interdesk/setup"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// house is an account whose tickets a test writes.
type house struct {
	*store.Store
	store.Account
	ada desk.User
}

func open(t testing.TB, db *sqldb.DB, zone string) *house {
	t.Helper()
	s, err := store.Open(t.Context(), db)
	must(t, err)
	t.Cleanup(func() { must(t, s.Close(context.Background())) })
	a, ada, err := setup.CreateAccount(t.Context(), s, desk.Account{Subdomain: "acme", Name: "Acme", TimeZone: zone}, "acme.localhost",
		desk.User{Name: "Ada", Email: "ada@acme.example", Role: desk.Admin}, "hash")
	must(t, err)
	return &house{s, s.Account(a.ID), ada}
}

func (h *house) write(t testing.TB, fn func(ctx context.Context, tx *store.Tx) error) {
	t.Helper()
	must(t, h.Write(t.Context(), func(tx *store.Tx) error { return fn(t.Context(), tx) }))
}

func (h *house) ticket(t testing.TB, x desk.Ticket) {
	t.Helper()
	x.Version, x.Requester, x.Submitter, x.Public = 1, h.ada.ID, h.ada.ID, true
	h.write(t, func(ctx context.Context, tx *store.Tx) error { return tx.InsertTicket(ctx, &x) })
}

func (h *house) report(t testing.TB, s report.Span) *report.Report {
	t.Helper()
	var r *report.Report
	must(t, h.Read(t.Context(), func(tx *store.Tx) (err error) {
		r, err = report.Make(t.Context(), tx, s)
		return err
	}))
	return r
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func at(text string) time.Time {
	when, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return when.UTC()
}

func TestSpans(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, from, to string
		days           int
		fault          string
		zone           string // Europe/Oslo unless set
	}{
		{"midnight is skipped", "2026-03-27", "2026-03-30", 4, "", "Atlantic/Azores"},
		{"that day alone", "2026-03-29", "2026-03-29", 1, "", "Atlantic/Azores"},
		{"midnight comes twice", "2026-10-24", "2026-10-26", 3, "", "Atlantic/Azores"},
		{"one day", "2026-03-01", "2026-03-01", 1, "", ""},
		{"clocks go forward", "2026-03-28", "2026-03-30", 3, "", ""},
		{"clocks go back", "2026-10-24", "2026-10-26", 3, "", ""},
		{"leap year", "2028-02-28", "2028-03-01", 3, "", ""},
		{"longest there is", "0001-01-01", "9999-12-31", 0, "from", ""},
		{"longest", "2025-01-01", "2026-02-04", 400, "", ""},
		{"too long", "2025-01-01", "2026-02-05", 0, "from", ""},
		{"turned round", "2026-03-02", "2026-03-01", 0, "to", ""},
		{"no day", "yesterday", "2026-03-01", 0, "from", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if c.zone == "" {
				c.zone = "Europe/Oslo"
			}
			zone, err := time.LoadLocation(c.zone)
			must(t, err)
			s, err := report.Between(c.from, c.to, zone)
			if c.fault != "" {
				if desk.KindOf(err) != desk.Invalid {
					t.Fatalf("got %v, want a fault of %s", err, c.fault)
				}
				return
			}
			must(t, err)
			if s.Len() != c.days || s.First.String() != c.from || s.Last.String() != c.to {
				t.Errorf("got %+v", s)
			}
		})
	}
}

// A ticket counts on the day that it was in the account's time zone; deleted ones nowhere, reopened ones not as solved.
func TestDays(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		h := open(t, db, "Asia/Kathmandu") // 5:45 ahead
		zone, err := time.LoadLocation("Asia/Kathmandu")
		must(t, err)
		h.ticket(t, desk.Ticket{ID: 1, Status: desk.Open, CreatedAt: at("2026-03-01T18:14:59Z")})
		h.ticket(t, desk.Ticket{ID: 2, Status: desk.Solved, CreatedAt: at("2026-03-01T18:15:00Z"), SolvedAt: at("2026-03-03T10:00:00Z")})
		h.ticket(t, desk.Ticket{ID: 3, Status: desk.Open, CreatedAt: at("2026-03-02T10:00:00Z"), SolvedAt: at("2026-03-03T10:00:00Z"), Reopens: 1})
		h.ticket(t, desk.Ticket{ID: 4, Status: desk.Closed, CreatedAt: at("2026-02-01T10:00:00Z"), SolvedAt: at("2026-03-03T18:14:59Z")})
		h.ticket(t, desk.Ticket{ID: 5, Status: desk.New, CreatedAt: at("2026-03-02T10:00:00Z")})
		h.write(t, func(ctx context.Context, tx *store.Tx) error {
			return tx.DeleteTicket(ctx, 5, 0, at("2026-03-02T11:00:00Z"))
		})

		s, err := report.Between("2026-03-01", "2026-03-03", zone)
		must(t, err)
		r := h.report(t, s)
		want := []report.Day{{At: s.First, Created: 1}, {At: s.First + 1, Created: 2}, {At: s.First + 2, Solved: 2}}
		if d := cmp.Diff(want, r.Days); d != "" {
			t.Errorf("days (-want +got):\n%s", d)
		}
		statuses := map[string]int{}
		for _, c := range r.Statuses {
			statuses[c.Name] = c.N
		}
		if d := cmp.Diff(map[string]int{"new": 0, "open": 2, "pending": 0, "hold": 0, "solved": 1, "closed": 1}, statuses); d != "" {
			t.Errorf("statuses (-want +got):\n%s", d)
		}
	})
}

// The day whose midnight the clocks skip has 23 hours and is there once.
func TestDayWithoutMidnight(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		h := open(t, db, "Atlantic/Azores")
		zone, err := time.LoadLocation("Atlantic/Azores")
		must(t, err)
		for i, made := range []string{"2026-03-27T00:59:59Z", "2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z", "2026-03-29T23:59:59Z", "2026-03-30T00:00:00Z"} {
			h.ticket(t, desk.Ticket{ID: desk.TicketID(i + 1), Status: desk.Open, CreatedAt: at(made)})
		}
		s, err := report.Between("2026-03-27", "2026-03-30", zone)
		must(t, err)
		want := []report.Day{{At: s.First}, {At: s.First + 1, Created: 1}, {At: s.First + 2, Created: 2}, {At: s.First + 3, Created: 1}}
		if d := cmp.Diff(want, h.report(t, s).Days); d != "" {
			t.Errorf("days (-want +got):\n%s", d)
		}
	})
}

func TestTraitsAndAnswers(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		h := open(t, db, "UTC")
		begun := at("2026-03-01T10:00:00Z")
		eve := desk.User{Name: "Eve", Email: "eve@customer.example", Role: desk.EndUser}
		h.write(t, func(ctx context.Context, tx *store.Tx) error { return tx.InsertUser(ctx, &eve) })
		say := func(ticket desk.TicketID, by desk.UserID, public bool, after time.Duration) {
			h.write(t, func(ctx context.Context, tx *store.Tx) error {
				return tx.InsertComment(ctx, &desk.Comment{ID: desk.CommentID(tx.NewID()), Ticket: ticket, Author: by, Body: "b", Public: public, CreatedAt: begun.Add(after)})
			})
		}
		for i, tags := range [][]string{{"lens", "urgent"}, {"lens"}, nil} {
			x := desk.Ticket{ID: desk.TicketID(i + 1), Status: desk.Open, Tags: tags, CreatedAt: begun}
			if i == 0 {
				x.Assignee, x.Status, x.SolvedAt = h.ada.ID, desk.Solved, begun
			}
			h.ticket(t, x)
		}
		say(1, eve.ID, true, time.Minute)
		say(1, h.ada.ID, false, 2*time.Minute)
		say(1, h.ada.ID, true, 10*time.Minute)
		say(1, h.ada.ID, true, 50*time.Minute)
		say(2, h.ada.ID, true, 30*time.Minute)

		r := h.report(t, report.LastDays(7, at("2026-03-02T00:00:00Z")))
		if d := cmp.Diff([]report.Counted{{Name: "lens", N: 2}, {Name: "urgent", N: 1}}, r.Tags); d != "" {
			t.Errorf("tags (-want +got):\n%s", d)
		}
		if d := cmp.Diff([]report.Worked{{Name: "", Created: 2}, {Name: "Ada", Created: 1, Solved: 1}}, r.Agents); d != "" {
			t.Errorf("agents (-want +got):\n%s", d)
		}
		if want := (report.Answers{Of: 2, Median: 20 * time.Minute}); r.Answers != want {
			t.Errorf("answers: got %v, want %v", r.Answers, want)
		}
	})
}

// Agreements in both directions with one desk are one partner; what is ended or solved waits for nobody.
func TestPartners(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		h := open(t, db, "UTC")
		begun := at("2026-03-01T10:00:00Z")
		agree := func(inbound bool) desk.AgreementID {
			a := desk.Agreement{UUID: fmt.Sprint("uuid-", inbound), Inbound: inbound, Name: "Kongen", RemoteURL: "https://kongen.example/sharing", Status: desk.AgreementAccepted}
			h.write(t, func(ctx context.Context, tx *store.Tx) error {
				a.ID = desk.AgreementID(tx.NewID())
				return tx.InsertAgreement(ctx, &a, "sealed")
			})
			return a.ID
		}
		out, in := agree(false), agree(true)
		share := func(id desk.TicketID, under desk.AgreementID, status desk.Status, state desk.ShareState, sent, seen time.Duration) desk.ShareID {
			x := desk.Ticket{ID: id, Status: status, CreatedAt: begun}
			h.ticket(t, x)
			s := desk.Share{Agreement: under, Ticket: id, UUID: fmt.Sprint("share-", id), Inbound: under == in, State: state, CreatedAt: begun, UpdatedAt: begun,
				LastSentAt: begun.Add(sent), LastSeenAt: begun.Add(seen)}
			h.write(t, func(ctx context.Context, tx *store.Tx) error {
				s.ID = desk.ShareID(tx.NewID())
				return tx.InsertShare(ctx, &s)
			})
			return s.ID
		}
		share(1, out, desk.Open, desk.ShareLive, 2*time.Hour, time.Hour)
		answered := share(2, out, desk.Open, desk.ShareLive, time.Hour, 2*time.Hour)
		share(3, out, desk.Solved, desk.ShareLive, 2*time.Hour, time.Hour)
		share(4, in, desk.Open, desk.ShareEnded, 2*time.Hour, time.Hour)
		h.write(t, func(ctx context.Context, tx *store.Tx) error {
			c := desk.Comment{ID: desk.CommentID(tx.NewID()), Ticket: 2, Author: h.ada.ID, Body: "b", Public: true, CreatedAt: begun.Add(90 * time.Minute)}
			if err := tx.InsertComment(ctx, &c); err != nil {
				return err
			}
			return tx.AddShareComment(ctx, answered, "comment-1", c.ID, true, 0)
		})

		r := h.report(t, report.LastDays(7, at("2026-03-02T00:00:00Z")))
		want := []report.Partner{{Name: "Kongen", Out: 3, In: 1, Live: 3, Waiting: 1, Answers: report.Answers{Of: 1, Median: 90 * time.Minute}}}
		if d := cmp.Diff(want, r.Partners, cmpopts.EquateEmpty()); d != "" {
			t.Errorf("partners (-want +got):\n%s", d)
		}
		if r.Waiting() != 1 {
			t.Errorf("waiting: %d", r.Waiting())
		}
	})
}

// A report is told again for a while, each account its own.
func TestReporter(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		h := open(t, db, "UTC")
		now := at("2026-03-02T10:00:00Z")
		r := report.NewReporter(h.Store, func() time.Time { return now })
		count := func() int {
			made, err := r.Report(t.Context(), h.ID(), report.LastDays(7, now))
			must(t, err)
			return made.Created()
		}
		if n := count(); n != 0 {
			t.Fatalf("an empty desk made %d tickets", n)
		}
		h.ticket(t, desk.Ticket{ID: 1, Status: desk.New, CreatedAt: now})
		if n := count(); n != 0 {
			t.Errorf("at once: %d", n)
		}
		now = now.Add(2 * time.Minute)
		if n := count(); n != 1 {
			t.Errorf("later: %d", n)
		}
	})
}
