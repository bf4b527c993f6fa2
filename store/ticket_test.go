package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// noon is the present of these tests.
func noon() time.Time { return time.Date(2026, 3, 2, 12, 0, 0, 123_000, time.UTC) }

// fullTicket has something in every part.
func fullTicket(id desk.TicketID) desk.Ticket {
	at := noon()
	return desk.Ticket{ID: id, Version: 1, Subject: "Lens is foggy", Description: "It is foggy — inside.", Status: desk.Hold,
		Priority: desk.High, Type: desk.Task, Requester: 21, Submitter: 22, Assignee: 23, Group: 31, Organization: 41, Brand: 51, Form: 61,
		Problem: 7, ExternalID: "ext 'x'", Recipient: "help@acme.example", DueAt: at.Add(time.Hour), Tags: []string{"glass", "lens"},
		Fields:    map[desk.FieldID]desk.FieldValue{101: {"one line"}, 102: {"blue", "red"}},
		Followers: []desk.UserID{23, 24}, EmailCCs: []desk.UserID{25}, Public: true,
		Via:        desk.Via{Channel: desk.ChannelSharing, Agreement: 9, Partner: "Kongen"},
		FollowupOf: 3, CreatedAt: at, UpdatedAt: at.Add(1), StatusAt: at.Add(2 * time.Second), AssignedAt: at.Add(3 * time.Second),
		SolvedAt: at.Add(4 * time.Second), RequesterAt: at.Add(5 * time.Second), AssigneeAt: at.Add(6 * time.Second), CommentCount: 1,
		Reopens: 2, Replies: 3, AgentStations: 4, GroupStations: 5, HasAttachments: true}
}

func insertTickets(t *testing.T, a store.Account, tickets ...desk.Ticket) {
	t.Helper()
	write(t, a, func(tx *store.Tx) error {
		for i := range tickets {
			if err := tx.InsertTicket(t.Context(), &tickets[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

func readTicket(t *testing.T, a store.Account, id desk.TicketID) (out desk.Ticket) {
	t.Helper()
	read(t, a, func(tx *store.Tx) (err error) {
		out, err = tx.Ticket(t.Context(), id)
		return err
	})
	return out
}

func wantTicket(t *testing.T, got, want desk.Ticket) {
	t.Helper()
	// Times are stored in microseconds.
	near := cmpopts.EquateApproxTime(time.Microsecond)
	if diff := cmp.Diff(want, got, near, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("ticket (-want +got):\n%s", diff)
	}
}

func TestATicketComesBackAsItWasStored(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, a, _ := openDesk(t, db)
		full, bare := fullTicket(1), desk.Ticket{ID: 2, Version: 1, Status: desk.New, CreatedAt: noon(), UpdatedAt: noon()}
		insertTickets(t, a, full, bare)
		wantTicket(t, readTicket(t, a, 1), full)
		wantTicket(t, readTicket(t, a, 2), bare)
		read(t, a, func(tx *store.Tx) error {
			many, err := tx.Tickets(t.Context(), []desk.TicketID{2, 99, 1, 2})
			if err != nil || len(many) != 3 {
				t.Fatalf("Tickets: %d, %v", len(many), err)
			}
			wantTicket(t, many[0], bare)
			wantTicket(t, many[1], full)
			none, err := tx.Tickets(t.Context(), nil)
			if len(none) != 0 {
				t.Errorf("no ids gave %d tickets", len(none))
			}
			return err
		})
	})
}

func TestAccountsDoNotSeeEachOthersTickets(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s, a, _ := openDesk(t, db)
		b, _ := addDesk(t, s, "kongen")
		insertTickets(t, a, fullTicket(1))
		err := b.Read(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Ticket(t.Context(), 1)
			return err
		})
		if desk.KindOf(err) != desk.NotFound {
			t.Fatalf("error is %v", err)
		}
	})
}

func TestUpdateStoresWhatDiffers(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, a, _ := openDesk(t, db)
		before := fullTicket(1)
		insertTickets(t, a, before)
		cases := []struct {
			name string
			edit func(*desk.Ticket)
		}{
			{"status", func(x *desk.Ticket) { x.Status, x.StatusAt = desk.Solved, noon().Add(time.Minute) }},
			{"tags", func(x *desk.Ticket) { x.Tags = []string{"lens", "zoom"} }},
			{"no tags", func(x *desk.Ticket) { x.Tags = nil }},
			{"field swapped", func(x *desk.Ticket) { x.Fields = map[desk.FieldID]desk.FieldValue{102: {"green"}, 103: {"5"}} }},
			{"no fields", func(x *desk.Ticket) { x.Fields = nil }},
			{"people", func(x *desk.Ticket) { x.Followers, x.EmailCCs = []desk.UserID{26}, nil }},
			{"no people", func(x *desk.Ticket) { x.Followers = nil }},
			{"words", func(x *desk.Ticket) { x.Subject, x.Priority, x.Via = "Other", "", desk.Via{Channel: 5} }},
			{"nothing", func(*desk.Ticket) {}},
		}
		for _, c := range cases {
			after := before
			c.edit(&after)
			write(t, a, func(tx *store.Tx) error {
				was, err := tx.LockTicket(t.Context(), 1)
				if err != nil {
					return err
				}
				return tx.UpdateTicket(t.Context(), &was, &after)
			})
			if after.Version != before.Version+1 {
				t.Errorf("%s: version %d after %d", c.name, after.Version, before.Version)
			}
			wantTicket(t, readTicket(t, a, 1), after)
			before = after
		}
	})
}

func TestAnUpdateOfAnOldVersionIsTriedAgain(t *testing.T) {
	errSeen := errors.New("seen")
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, a, _ := openDesk(t, db)
		before := fullTicket(1)
		insertTickets(t, a, before)
		after := before
		after.Subject = "first"
		write(t, a, func(tx *store.Tx) error { return tx.UpdateTicket(t.Context(), &before, &after) })
		tries := 0
		err := a.Write(t.Context(), func(tx *store.Tx) error {
			tries++
			if tries > 1 {
				return errSeen
			}
			late := before
			late.Subject = "second"
			return tx.UpdateTicket(t.Context(), &before, &late)
		})
		if !errors.Is(err, errSeen) {
			t.Fatalf("%d tries, error %v", tries, err)
		}
		wantTicket(t, readTicket(t, a, 1), after)
	})
}

func TestADeletedTicketIsNowhere(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, a, _ := openDesk(t, db)
		insertTickets(t, a, fullTicket(1), fullTicket(2))
		write(t, a, func(tx *store.Tx) error { return tx.DeleteTicket(t.Context(), 1, 0, noon()) })
		read(t, a, func(tx *store.Tx) error {
			if _, err := tx.Ticket(t.Context(), 1); desk.KindOf(err) != desk.NotFound {
				t.Errorf("Ticket: %v", err)
			}
			many, err := tx.Tickets(t.Context(), []desk.TicketID{1, 2})
			if err != nil || len(many) != 1 || many[0].ID != 2 {
				t.Errorf("Tickets: %v, %v", ids(many), err)
			}
			list, err := tx.TicketList(t.Context(), store.TicketQuery{})
			if err != nil || len(list.Items) != 1 {
				t.Errorf("TicketList: %v, %v", ids(list.Items), err)
			}
			tags, err := tx.Tags(t.Context(), store.Page{})
			if diff := cmp.Diff([]store.TagCount{{Tag: "glass", Count: 1}, {Tag: "lens", Count: 1}}, tags.Items); diff != "" || err != nil {
				t.Errorf("Tags: %v\n%s", err, diff)
			}
			return nil
		})
		err := a.Write(t.Context(), func(tx *store.Tx) error { return tx.DeleteTicket(t.Context(), 1, 0, noon()) })
		if desk.KindOf(err) != desk.NotFound {
			t.Errorf("second delete: %v", err)
		}
	})
}

func TestTheSharesOfATicketAreReadWithIt(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, a, _ := openDesk(t, db)
		insertTickets(t, a, fullTicket(1), fullTicket(2))
		want := []desk.ShareRef{{Share: 501, Agreement: 9, Inbound: true, State: desk.ShareEnded, Barred: true},
			{Share: 502, Agreement: 10, State: desk.ShareLive, RemoteID: "RT 17 #4"}, {Share: 503, Agreement: 11, State: desk.ShareEnding},
			{Share: 504, Agreement: 12, State: desk.ShareFailed, Barred: true, BarredRules: []desk.TriggerID{7, 8}}}
		write(t, a, func(tx *store.Tx) error {
			for _, r := range want {
				s := desk.Share{ID: r.Share, Agreement: r.Agreement, Ticket: 2, UUID: "u" + string(rune('0'+r.Agreement%10)), Inbound: r.Inbound,
					State: r.State, StateBy: desk.ByPartner, BarredRules: r.BarredRules, RemoteID: r.RemoteID}
				if !r.Barred {
					s.StateBy = desk.ByRule
				}
				if err := tx.InsertShare(t.Context(), &s); err != nil {
					return err
				}
			}
			return nil
		})
		if diff := cmp.Diff(want, readTicket(t, a, 2).Shares); diff != "" {
			t.Errorf("shares (-want +got):\n%s", diff)
		}
		if got := readTicket(t, a, 1).Shares; len(got) != 0 {
			t.Errorf("the other ticket has %v", got)
		}
	})
}

func TestOpenIncidents(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, a, _ := openDesk(t, db)
		var all []desk.Ticket
		for i, s := range desk.Statuses {
			x := desk.Ticket{ID: desk.TicketID(10 + i), Status: s, Type: desk.Incident, Problem: 7}
			all = append(all, x)
		}
		insertTickets(t, a, append(all, desk.Ticket{ID: 30, Status: desk.Open, Problem: 8})...)
		read(t, a, func(tx *store.Tx) error {
			got, err := tx.OpenIncidents(t.Context(), 7)
			if diff := cmp.Diff([]desk.TicketID{10, 11, 12, 13}, got); diff != "" || err != nil {
				t.Errorf("%v\n%s", err, diff)
			}
			return nil
		})
	})
}

func ids(tickets []desk.Ticket) []desk.TicketID {
	out := make([]desk.TicketID, len(tickets))
	for i := range tickets {
		out[i] = tickets[i].ID
	}
	return out
}
