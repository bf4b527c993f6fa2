package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"interdesk/condition"
	"interdesk/desk"
	"interdesk/search"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// How big the desk of these benchmarks is.
const (
	benchTickets  = 20_000
	benchComments = 2
	benchBatch    = 500
)

func benchWords(r *rand.Rand, n int) string {
	var b strings.Builder
	for range n {
		fmt.Fprintf(&b, "w%x ", int(r.ExpFloat64()*300))
	}
	return b.String()
}

func benchTicket(r *rand.Rand, id int) desk.Ticket {
	at := noon().Add(time.Duration(id) * time.Second)
	return desk.Ticket{ID: desk.TicketID(id), Version: 1, Subject: benchWords(r, 6), Description: benchWords(r, 40), Status: desk.Statuses[min(id%40, 5)],
		Priority: desk.Priorities[id%5], Requester: desk.UserID(1000 + id%2000), Submitter: desk.UserID(1000 + id%2000), Assignee: desk.UserID(10 + id%10),
		Group: desk.GroupID(30 + id%4), Organization: desk.OrganizationID(id % 100), Brand: 1, Form: 1,
		Tags: []string{"image_sensor", fmt.Sprintf("t%d", id%50)}, Fields: map[desk.FieldID]desk.FieldValue{107: {"image_sensor"}}, Public: true,
		Via: desk.Via{Channel: desk.ChannelAPI}, CreatedAt: at, UpdatedAt: at, StatusAt: at, RequesterAt: at, CommentCount: 1}
}

func benchComment(r *rand.Rand, ticket desk.TicketID, id int) desk.Comment {
	return desk.Comment{ID: desk.CommentID(id), Ticket: ticket, Author: 1000, Body: benchWords(r, 40), Public: true, Via: desk.Via{Channel: desk.ChannelAPI}, CreatedAt: noon()}
}

// benchDesk fills an account.
func benchDesk(b *testing.B, d sqldb.Dialect, tickets int) (*store.Store, store.Account) {
	b.Helper()
	ctx := context.Background()
	s, err := store.Open(ctx, storetest.New(b, d))
	if err != nil {
		b.Fatal(err)
	}
	a := s.Account(1)
	r := rand.New(rand.NewPCG(1, 2))
	for first := 1; first <= tickets; first += benchBatch {
		err := a.Write(ctx, func(tx *store.Tx) error {
			for id := first; id < first+benchBatch; id++ {
				t := benchTicket(r, id)
				if err := tx.InsertTicket(ctx, &t); err != nil {
					return err
				}
				for n := range benchComments {
					c := benchComment(r, t.ID, 10*id+n)
					if err := tx.InsertComment(ctx, &c); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	if err := s.IndexWords(ctx); err != nil {
		b.Fatal(err)
	}
	if d == sqldb.Postgres {
		if _, err := s.DB().Pool().ExecContext(ctx, "vacuum analyze"); err != nil {
			b.Fatal(err)
		}
	}
	return s, a
}

func eachEngine(b *testing.B, fn func(b *testing.B, d sqldb.Dialect)) {
	for _, d := range []sqldb.Dialect{sqldb.SQLite, sqldb.Postgres} {
		b.Run(d.String(), func(b *testing.B) { fn(b, d) })
	}
}

// BenchmarkInsert: what one more row costs within a transaction.
func BenchmarkInsert(b *testing.B) {
	parts := map[string]func(ctx context.Context, tx *store.Tx, r *rand.Rand, i int) error{
		"ticket": func(ctx context.Context, tx *store.Tx, r *rand.Rand, i int) error {
			t := benchTicket(r, 1_000_000+i)
			return tx.InsertTicket(ctx, &t)
		},
		"comment": func(ctx context.Context, tx *store.Tx, r *rand.Rand, i int) error {
			c := benchComment(r, desk.TicketID(i), 1_000_000_000+i)
			return tx.InsertComment(ctx, &c)
		},
		"audit": func(ctx context.Context, tx *store.Tx, _ *rand.Rand, i int) error {
			return tx.InsertAudit(ctx, &desk.Audit{ID: desk.AuditID(i + 1), Ticket: desk.TicketID(i), Events: benchEvents(), Trace: make([]byte, 60)})
		},
		"firings of three triggers": func(ctx context.Context, tx *store.Tx, _ *rand.Rand, i int) error {
			return tx.CountFirings(ctx, desk.TicketID(i+1), time.Unix(int64(i), 0), []store.Firing{{Trigger: 1}, {Trigger: 2}, {Trigger: 3}})
		},
	}
	eachEngine(b, func(b *testing.B, d sqldb.Dialect) {
		_, a := benchDesk(b, d, benchTickets)
		for name, part := range parts {
			next := 0
			b.Run(name, func(b *testing.B) {
				r := rand.New(rand.NewPCG(1, 2))
				err := a.Write(context.Background(), func(tx *store.Tx) error {
					for b.Loop() {
						next++
						if err := part(context.Background(), tx, r, next); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					b.Fatal(err)
				}
			})
		}
	})
}

func benchEvents() []desk.Event {
	events := []desk.Event{{ID: 1, Type: desk.EventComment, Comment: 5}}
	for _, field := range []string{"subject", "requester_id", "priority", "type", "status", "brand_id", "ticket_form_id", "tags"} {
		events = append(events, desk.Event{ID: 12345678901, Type: desk.EventCreate, Field: field, Value: "some value"})
	}
	return events
}

// BenchmarkUpdate: a reply's change of its ticket, with the reading before it.
func BenchmarkUpdate(b *testing.B) {
	eachEngine(b, func(b *testing.B, d sqldb.Dialect) {
		_, a := benchDesk(b, d, benchTickets)
		ctx := context.Background()
		err := a.Write(ctx, func(tx *store.Tx) error {
			for i := 0; b.Loop(); i++ {
				before, err := tx.LockTicket(ctx, desk.TicketID(1+i%benchTickets))
				if err != nil {
					return err
				}
				after := before
				after.UpdatedAt, after.AssigneeAt, after.Replies, after.CommentCount = noon().Add(time.Duration(i)*time.Millisecond), noon(), i, i
				if err := tx.UpdateTicket(ctx, &before, &after); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	})
}

// BenchmarkRead: one ticket, its comments, lists, views, counts and searches of a desk.
func BenchmarkRead(b *testing.B) {
	config := kindsConfig()
	tree := condition.Tree{All: condition.Conditions{{Field: "status", Operator: condition.LessThan, Value: condition.ValueOf("solved")},
		{Field: "current_tags", Operator: condition.Includes, Value: condition.ValueOf("t3 t7")}}}
	view := store.ViewQuery{Page: store.Page{Limit: 30}, Config: config, Tree: tree, At: noon(), Output: desk.Output{GroupBy: "status", SortBy: "nice_id", SortOrder: "desc"}}
	asked := func(query string) func(context.Context, *store.Tx) error {
		s, err := search.Parse(query)
		if err != nil {
			b.Fatal(err)
		}
		q := store.SearchQuery{Page: store.Page{Limit: 30}, Search: s, Config: config, Viewer: desk.Actor{ID: 1, Role: desk.Agent}, At: noon()}
		return func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.SearchTickets(ctx, q)
			return err
		}
	}
	list := func(q store.TicketQuery) func(context.Context, *store.Tx) error {
		q.Limit = 30
		return func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.TicketList(ctx, q)
			return err
		}
	}
	cases := []struct {
		name string
		ask  func(context.Context, *store.Tx) error
	}{
		{"ticket", func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Ticket(ctx, benchTickets/2)
			return err
		}},
		{"comments", func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Comments(ctx, benchTickets/2, store.CommentFilter{}, store.Page{Limit: 100})
			return err
		}},
		{"list-newest", list(store.TicketQuery{Desc: true})}, {"list-updated", list(store.TicketQuery{Sort: store.SortUpdated, Desc: true})},
		{"list-priority", list(store.TicketQuery{Sort: store.SortPriority, Desc: true})}, {"list-status", list(store.TicketQuery{Sort: store.SortStatus})},
		{"list-requester", list(store.TicketQuery{Requester: 1500, Sort: store.SortUpdated})},
		{"list-open-by-update", list(store.TicketQuery{Statuses: []desk.Status{desk.New, desk.Open}, Sort: store.SortUpdated, Desc: true})},
		{"view", func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.TicketsWhere(ctx, view)
			return err
		}},
		{"count-view", func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.CountWhere(ctx, view)
			return err
		}},
		{"count-all", func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.TicketCount(ctx, store.TicketQuery{})
			return err
		}},
		{"tags", func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Tags(ctx, store.Page{Limit: 100})
			return err
		}},
		{"search-rare", asked("w7d0")}, {"search-common", asked("w1")}, {"search-status", asked("w5 status<solved order_by:created_at")},
	}
	eachEngine(b, func(b *testing.B, d sqldb.Dialect) {
		for _, n := range []int{benchTickets, 5 * benchTickets} {
			_, a := benchDesk(b, d, n)
			for _, c := range cases {
				b.Run(fmt.Sprintf("%s-of-%d", c.name, n), func(b *testing.B) {
					for b.Loop() {
						if err := a.Read(context.Background(), func(tx *store.Tx) error { return c.ask(context.Background(), tx) }); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		}
	})
}

// BenchmarkIndexWords: what it costs to make one comment findable.
func BenchmarkIndexWords(b *testing.B) {
	s, a := benchDesk(b, sqldb.SQLite, benchTickets)
	ctx := context.Background()
	r := rand.New(rand.NewPCG(3, 4))
	id := 2_000_000_000
	for b.Loop() {
		b.StopTimer()
		err := a.Write(ctx, func(tx *store.Tx) error {
			for range benchBatch {
				id++
				c := benchComment(r, desk.TicketID(id), id)
				if err := tx.InsertComment(ctx, &c); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		if err := s.IndexWords(ctx); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/benchBatch, "µs/comment")
}
