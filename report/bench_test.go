package report_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"interdesk/desk"
	"interdesk/report"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// BenchmarkReport makes the report of 90 days in which all tickets of a desk were made.
func BenchmarkReport(b *testing.B) {
	const tickets, batch = 20_000, 1_000
	for _, d := range []sqldb.Dialect{sqldb.SQLite, sqldb.Postgres} {
		b.Run(d.String(), func(b *testing.B) {
			h := open(b, storetest.New(b, d), "Europe/Oslo")
			now := at("2026-03-31T12:00:00Z")
			body := strings.Repeat("The camera shows stripes. ", 20)
			for first := 1; first <= tickets; first += batch {
				h.write(b, func(ctx context.Context, tx *store.Tx) error {
					for id := first; id < first+batch; id++ {
						made := now.Add(-time.Duration(id) * (89 * 24 * time.Hour / tickets))
						t := desk.Ticket{ID: desk.TicketID(id), Version: 1, Subject: "Stripes", Description: body, Status: desk.Statuses[id%6], Requester: h.ada.ID,
							Group: desk.GroupID(id % 5), Tags: []string{"camera", fmt.Sprint("t", id%40)}, Public: true, CreatedAt: made, UpdatedAt: made, SolvedAt: made.Add(time.Hour)}
						if err := tx.InsertTicket(ctx, &t); err != nil {
							return err
						}
						for n := range 2 {
							c := desk.Comment{ID: desk.CommentID(2*id + n), Ticket: t.ID, Author: h.ada.ID, Body: body, Public: true, CreatedAt: made.Add(time.Duration(n) * time.Hour)}
							if err := tx.InsertComment(ctx, &c); err != nil {
								return err
							}
						}
					}
					return nil
				})
			}
			span := report.LastDays(90, now)
			b.ResetTimer()
			for b.Loop() {
				if r := h.report(b, span); r.Created() != tickets {
					b.Fatalf("%d of %d", r.Created(), tickets)
				}
			}
		})
	}
}
