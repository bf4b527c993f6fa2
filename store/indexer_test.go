package store_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// More comments than one transaction indexes, of two accounts.
func TestAllWordsAreIndexed(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s, a, _ := openDesk(t, db)
		b, _ := addDesk(t, s, "kongen")
		const n = 450
		for i, account := range []store.Account{a, b} {
			insertTickets(t, account, desk.Ticket{ID: 1, Status: desk.New, Subject: "Many"}, desk.Ticket{ID: 2, Status: desk.New})
			var said []desk.Comment
			for k := range n {
				said = append(said, saidOn(1, desk.CommentID(1000*(i+1)+k), true, fmt.Sprintf("word%d of account%d", k, i)))
			}
			insertComments(t, account, said...)
		}
		if err := s.IndexWords(t.Context()); err != nil {
			t.Fatal(err)
		}
		agent := desk.Actor{ID: 1, Role: desk.Agent}
		for query, want := range map[string]int{"word0": 1, "word449": 1, "word450": 0, "account0": 1, "account1": 0, "subject:many": 1, "many word0": 1, "many word1": 1} {
			got, err := searchAs(t.Context(), a, agent, query)
			if err != nil || len(got) != want {
				t.Errorf("%q: %v, %v; want %d", query, got, err, want)
			}
		}
	})
}

func TestKeepWords(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s, a, _ := openDesk(t, db)
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			s.RunSearchIndexer(ctx, slog.New(slog.DiscardHandler))
		}()
		insertTickets(t, a, desk.Ticket{ID: 1, Status: desk.New})
		insertComments(t, a, saidOn(1, 11, true, "foggy"))
		for {
			got, err := searchAs(t.Context(), a, desk.Actor{ID: 1, Role: desk.Agent}, "foggy")
			if err != nil {
				t.Fatal(err)
			}
			if len(got) == 1 {
				break
			}
			time.Sleep(10 * time.Millisecond) // the test's own time limit ends this
		}
		stop()
		<-done
	})
}
