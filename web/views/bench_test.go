package views_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"interdesk/api/apitest"
	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/web/webtest"
)

// The desk of the benchmark: a tenth of its tickets are not yet solved.
const (
	benchTickets   = 20_000
	benchCustomers = 2_000
	benchBatch     = 500
)

// BenchmarkList: what the page of each of the standard views costs the server, without the network. p50-µs is the median.
func BenchmarkList(b *testing.B) {
	d := webtest.Start(b, storetest.New(b, sqldb.SQLite)).Desk(b, "acme")
	fill(b, d)
	get := signedIn(b, d)
	var views []desk.View
	err := d.Store.Account(d.Account.ID).Read(b.Context(), func(tx *store.Tx) (err error) {
		views, err = tx.Views(b.Context(), store.RuleFilter{})
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	for _, v := range views {
		if !v.Active {
			continue
		}
		b.Run(strings.ReplaceAll(v.Title, " ", "-"), func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				begun := time.Now()
				body := get(fmt.Sprintf("/agent/views/%d", v.ID))
				took = append(took, time.Since(begun))
				if !strings.Contains(body, `id="q-list"`) {
					b.Fatal(body)
				}
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
		})
	}
}

// signedIn gives a way to ask for pages as the desk's agent.
func signedIn(b *testing.B, d *apitest.Desk) func(path string) string {
	site := httpkit.Front(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		httpkit.About(r).Account = d.Account.ID
		d.Pages.ServeHTTP(w, r)
	}), httpkit.Options{Logger: slog.New(slog.DiscardHandler), Trusted: []netip.Prefix{}})
	if err := d.Access.SetPassword(b.Context(), d.Account.ID, d.Agent.User.ID, d.Password); err != nil {
		b.Fatal(err)
	}
	form := url.Values{"email": {d.Agent.User.Email}, "password": {d.Password}}
	r := httptest.NewRequest(http.MethodPost, "http://"+d.Host("acme")+"/signin", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	site.ServeHTTP(w, r)
	cookies := w.Result().Cookies()
	if len(cookies) == 0 {
		b.Fatalf("not signed in: %d %s", w.Code, w.Body)
	}
	return func(path string) string {
		r := httptest.NewRequest(http.MethodGet, "http://"+d.Host("acme")+path, nil)
		r.AddCookie(cookies[0])
		w := httptest.NewRecorder()
		site.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			b.Fatalf("%s: %d", path, w.Code)
		}
		return w.Body.String()
	}
}

func fill(b *testing.B, d *apitest.Desk) {
	var people []desk.UserID
	write := func(fn func(ctx context.Context, tx *store.Tx) error) {
		if err := d.Write(b, fn); err != nil {
			b.Fatal(err)
		}
	}
	write(func(ctx context.Context, tx *store.Tx) error {
		for i := range benchCustomers {
			u := desk.User{Name: fmt.Sprintf("Customer %d", i), Email: fmt.Sprintf("c%d@shop.example", i), Role: desk.EndUser, Active: true}
			if err := tx.InsertUser(ctx, &u); err != nil {
				return err
			}
			people = append(people, u.ID)
		}
		return nil
	})
	for first := 1; first <= benchTickets; first += benchBatch {
		write(func(ctx context.Context, tx *store.Tx) error {
			for id := first; id < first+benchBatch; id++ {
				if err := fillTicket(ctx, tx, d, id, people[id%len(people)]); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

func fillTicket(ctx context.Context, tx *store.Tx, d *apitest.Desk, id int, customer desk.UserID) error {
	cfg, err := tx.Config(ctx)
	if err != nil {
		return err
	}
	at := time.Now().Add(time.Duration(id-benchTickets) * time.Minute)
	assignee := []desk.UserID{0, d.Agent.User.ID, d.Admin.User.ID}[id%3]
	t := desk.Ticket{ID: desk.TicketID(id), Version: 1, Subject: fmt.Sprintf("The camera %d makes stripes in the dark", id),
		Description: strings.Repeat("Since this morning all pictures have stripes. ", 8), Status: desk.Statuses[min(id%40, 5)],
		Priority: desk.Priorities[id%5], Requester: customer, Submitter: customer, Assignee: assignee, Group: cfg.Groups[0].ID, Brand: cfg.Brand.ID,
		Tags: []string{"image_sensor", fmt.Sprintf("t%d", id%50)}, Public: true, Via: desk.Via{Channel: desk.ChannelAPI},
		CreatedAt: at, UpdatedAt: at, StatusAt: at, RequesterAt: at, CommentCount: 2}
	if t.Status == desk.Solved {
		t.SolvedAt = at
	}
	if err := tx.InsertTicket(ctx, &t); err != nil {
		return err
	}
	for n := range 2 {
		c := desk.Comment{ID: desk.CommentID(10*id + n), Ticket: t.ID, Author: customer, Body: t.Description, Public: true, Via: t.Via, CreatedAt: at}
		if err := tx.InsertComment(ctx, &c); err != nil {
			return err
		}
	}
	return nil
}
