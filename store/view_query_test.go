package store_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"interdesk/calendar"
	"interdesk/condition"
	"interdesk/desk"
	"interdesk/schedule"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// kindsConfig has a custom field of every kind; conditions need no more of an account than this.
func kindsConfig() *desk.Config {
	auckland, err := time.LoadLocation("Pacific/Auckland")
	if err != nil {
		auckland = time.UTC
	}
	options := []desk.FieldOption{{Value: "lens"}, {Value: "image_sensor"}, {Value: "red"}}
	c := &desk.Config{
		Location: auckland, Brand: desk.Brand{ID: 51},
		Groups: []desk.Group{{ID: 31, Name: "Support"}, {ID: 32, Name: "Field"}},
		Forms:  []desk.TicketForm{{ID: 61}},
		Staff:  map[desk.UserID]desk.StaffMember{21: {ID: 21}, 22: {ID: 22}},
		Agreements: map[desk.AgreementID]desk.Agreement{
			9: {ID: 9, Inbound: true, Name: "Kongen"}, 10: {ID: 10, Name: "Kongen"}, 11: {ID: 11, Name: "Other"}},
		Fields: []desk.TicketField{
			{ID: 101, Type: desk.FieldText}, {ID: 102, Type: desk.FieldMultiselect, Options: options},
			{ID: 103, Type: desk.FieldInteger}, {ID: 104, Type: desk.FieldDecimal}, {ID: 105, Type: desk.FieldDate},
			{ID: 106, Type: desk.FieldCheckbox, Tag: "ticked"}, {ID: 107, Type: desk.FieldTagger, Options: options},
			{ID: 108, Type: desk.FieldLookup}, {ID: 109, Type: desk.FieldTextarea}, {ID: 110, Type: desk.FieldRegexp},
		},
	}
	return c.BuildIndexes()
}

// hoursConfig is kindsConfig with business hours: those of an office that is open at noon, of the night, and none at all.
func hoursConfig() *desk.Config {
	c := kindsConfig()
	night := []schedule.Interval{{Start: 0, End: 240}, {Start: schedule.DayMinutes, End: schedule.DayMinutes + 240}, {Start: 3 * schedule.DayMinutes, End: 4 * schedule.DayMinutes}}
	c.Schedules = []desk.Schedule{
		{ID: 71, TimeZone: "Europe/Berlin", Week: desk.WorkingWeek(), Holidays: []desk.Holiday{{First: calendar.Of(noon()) - 3, Last: calendar.Of(noon()) - 2}}},
		{ID: 72, TimeZone: "America/New_York", Week: night}, {ID: 73, TimeZone: "UTC"}}
	return c.BuildIndexes()
}

func anyOf[T any](t *rapid.T, values ...T) T { return rapid.SampledFrom(values).Draw(t, "value") }

func someOf[T any](t *rapid.T, values ...T) []T {
	var out []T
	for _, v := range values {
		if rapid.Bool().Draw(t, "in") {
			out = append(out, v)
		}
	}
	return out
}

// phrases are few, so that conditions meet them, and awkward, so that quoting and folding are tried.
func phrases() []string {
	return []string{"", "Lens", "lens", "LENS flare", "it's 100%", `back\slash "q"`, "Ünder_score", "ünder_score", "nonetheless", "none", "'; drop table tickets; --",
		"$1 and ?", "line\nbreak", "İ"}
}

func moments() []time.Duration {
	h := time.Hour
	return []time.Duration{0, -h, -2 * h, -2*h + time.Microsecond, -2*h - time.Microsecond, -3 * h, -24 * h, -25 * h, h, 2 * h, 2*h - 1000, 26 * h, -5000 * h}
}

func anyMoment(t *rapid.T) time.Time {
	if rapid.Bool().Draw(t, "unset") {
		return time.Time{}
	}
	return noon().Add(anyOf(t, moments()...))
}

func anyFields(t *rapid.T) map[desk.FieldID]desk.FieldValue {
	long := string(slices.Repeat([]byte("ä long value "), 20))
	out := map[desk.FieldID]desk.FieldValue{}
	put := func(id desk.FieldID, v ...string) {
		if rapid.Bool().Draw(t, "set") && len(v) > 0 && v[0] != "" {
			out[id] = v
		}
	}
	put(101, anyOf(t, append(phrases(), long, long+"x")...))
	put(102, slices.Sorted(slices.Values(someOf(t, "lens", "image_sensor", "red")))...)
	put(103, anyOf(t, "0", "5", "-3", "9223372036854775807"))
	put(104, anyOf(t, "0", "5", "0.29", "-1.5", "0.0000019", "999999999999999"))
	put(105, anyOf(t, "2026-03-01", "2026-03-02", "2026-03-03", "2024-02-29", "2026-02-20"))
	put(106, anyOf(t, "true", "false"))
	put(107, anyOf(t, "lens", "red", "gone"))
	put(108, anyOf(t, "5", "21"))
	put(109, anyOf(t, phrases()...))
	put(110, anyOf(t, phrases()...))
	return out
}

func anyLevel(t *rapid.T) *desk.ServiceLevel {
	if rapid.Bool().Draw(t, "promised nothing") {
		return nil
	}
	s := &desk.ServiceLevel{Policy: 1}
	for _, m := range someOf(t, desk.FirstReplyTime, desk.AgentWorkTime, desk.TotalResolutionTime) {
		p := desk.Promise{Metric: m, Instance: 1, Stage: anyOf(t, desk.StageActive, desk.StagePaused, desk.StageAchieved), Breached: rapid.Bool().Draw(t, "breached")}
		if at := anyMoment(t); !at.IsZero() {
			p.BreachAt = at.UnixMicro()
		}
		s.Promises = append(s.Promises, p)
	}
	return s
}

func anyTicket(t *rapid.T, id desk.TicketID) desk.Ticket {
	x := desk.Ticket{ID: id, Version: 1, Subject: anyOf(t, phrases()...), Description: anyOf(t, phrases()...),
		Status: anyOf(t, desk.Statuses[:]...), Priority: anyOf(t, desk.Priorities[:]...), Type: anyOf(t, desk.TicketTypes[:]...),
		Requester: anyOf[desk.UserID](t, 0, 21, 22, 5), Submitter: 21, Assignee: anyOf[desk.UserID](t, 0, 21, 22, 5),
		Group: anyOf[desk.GroupID](t, 0, 31, 32), Organization: anyOf[desk.OrganizationID](t, 0, 41, 42), Brand: 51,
		Form: anyOf[desk.FormID](t, 0, 61), Schedule: anyOf[desk.ScheduleID](t, 0, 71, 72, 73, 79), Recipient: anyOf(t, phrases()...),
		Tags:   slices.Sorted(slices.Values(someOf(t, "lens", "image_sensor", "vip", "ünder"))),
		Fields: anyFields(t), Public: rapid.Bool().Draw(t, "public"), Via: desk.Via{Channel: anyOf(t, desk.ChannelWeb, desk.ChannelMail, desk.ChannelSharing)},
		CreatedAt: anyMoment(t), UpdatedAt: anyMoment(t), StatusAt: anyMoment(t), AssignedAt: anyMoment(t), RequesterAt: anyMoment(t),
		AssigneeAt: anyMoment(t), DueAt: anyMoment(t), Level: anyLevel(t)}
	if score := anyOf(t, desk.Scores[:]...); score != desk.Unoffered {
		x.Rating = desk.Rating{ID: desk.RatingID(id), Score: score, Reason: anyOf[desk.ReasonCode](t, 0, 5, 1000)}
	}
	for _, a := range someOf[desk.AgreementID](t, 9, 10, 11) {
		x.Shares = append(x.Shares, desk.ShareRef{Share: desk.ShareID(int64(id)*100 + int64(a)), Agreement: a, Inbound: a == 9,
			State: anyOf(t, desk.ShareSending, desk.ShareLive, desk.ShareEnding, desk.ShareEnded, desk.ShareRefused, desk.ShareFailed)})
	}
	return x
}

func anyOperand(t *rapid.T) any {
	return anyOf[any](t, nil, "", "new", "open", "closed", "offered", "good", "bad_with_comment", true, "1000", "solved", "low", "urgent", "task", "lens", "LENS", "image_sensor red", "gone", "vip",
		"ünder", "Ü", 21, "22", 5, "31 32", "current_user", "current_groups", "requester_id", "assignee_id", "41", "71", "72", "73", 0, "0", "9", "10", "11",
		"31", 4, "public", "private", "2", "1", "24", "25", 3, "0.29", "-1.5", "-3", "9223372036854775807", "999999999999999", "2026-03-02", "2024-02-29",
		"true", false, "none", "it's 100%", "%", "_", `\`, `"q"`, "'; drop table tickets; --", "$1", "?", "break", "i", []string{"lens", "100%"}, "20")
}

// anyTree makes a tree that can be evaluated.
func anyTree(t *rapid.T, c *condition.Catalog, place condition.Place) condition.Tree {
	var offered []condition.Field
	for _, f := range c.Fields() {
		if f.In.Has(place) {
			offered = append(offered, f)
		}
	}
	one := func() condition.Condition {
		for {
			f := anyOf(t, offered...)
			x := condition.Condition{Field: f.Name, Operator: anyOf(t, f.Operators...), Value: condition.ValueOf(anyOperand(t))}
			if _, err := c.Plan(x, place); err == nil {
				return x
			}
		}
	}
	var tree condition.Tree
	for range rapid.IntRange(0, 3).Draw(t, "all") {
		tree.All = append(tree.All, one())
	}
	for range rapid.IntRange(0, 3).Draw(t, "any") {
		tree.Any = append(tree.Any, one())
	}
	return tree
}

func viewerOf(t *rapid.T) desk.Actor {
	return anyOf(t, desk.Actor{}, desk.Actor{ID: 21, Role: desk.Agent, Groups: []desk.GroupID{31}}, desk.Actor{ID: 5, Groups: []desk.GroupID{0, 32}})
}

func matching(t *rapid.T, config *desk.Config, tickets []desk.Ticket, q store.ViewQuery, place condition.Place) []desk.TicketID {
	m, err := condition.Compile(q.Tree, config.Catalog(), place)
	if err != nil {
		t.Fatal(err)
	}
	out := []desk.TicketID{}
	var f condition.Facts
	for i := range tickets {
		config.TicketFacts(&f, &tickets[i], q.Viewer, q.At)
		if ok, _ := m.Match(&f); ok {
			out = append(out, tickets[i].ID)
		}
	}
	return out
}

// replaceTickets makes these the only tickets of the account.
func replaceTickets(ctx context.Context, a store.Account, tickets []desk.Ticket) error {
	return a.Write(ctx, func(tx *store.Tx) error {
		for _, table := range []string{"tickets", "ticket_tags", "ticket_values", "shares", "satisfaction_ratings"} {
			if _, err := tx.Exec(ctx, `delete from `+table+` where account_id = $1`, tx.Account()); err != nil {
				return err
			}
		}
		for i := range tickets {
			if err := tx.InsertTicket(ctx, &tickets[i]); err != nil {
				return err
			}
			for _, r := range tickets[i].Shares {
				s := desk.Share{ID: r.Share, Agreement: r.Agreement, Ticket: tickets[i].ID, UUID: fmt.Sprint(r.Share), Inbound: r.Inbound, State: r.State}
				if err := tx.InsertShare(ctx, &s); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// The heart of views: the same tree gives the same tickets in memory and in SQL, on either engine.
func TestMemoryAndSQLAgree(t *testing.T) {
	t.Parallel()
	configs := []*desk.Config{kindsConfig(), hoursConfig()}
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, a, _ := openDesk(t, db)
		ctx := t.Context()
		rapid.Check(t, func(t *rapid.T) {
			config := anyOf(t, configs...)
			var tickets []desk.Ticket
			for id := range 6 {
				tickets = append(tickets, anyTicket(t, desk.TicketID(id+1)))
			}
			if err := replaceTickets(ctx, a, tickets); err != nil {
				t.Fatal(err)
			}
			for range 12 {
				place := anyOf(t, condition.View, condition.Automation)
				q := store.ViewQuery{Config: config, Tree: anyTree(t, config.Catalog(), place), Place: place, Viewer: viewerOf(t),
					At: noon(), Output: desk.Output{SortOrder: "asc"}}
				want := matching(t, config, tickets, q, place)
				err := a.Read(ctx, func(tx *store.Tx) error {
					got, err := tx.TicketsWhere(ctx, q)
					if err != nil {
						return err
					}
					if !slices.Equal(ids(got.Items), want) {
						t.Fatalf("%+v as %+v: SQL finds %v, memory %v", q.Tree, q.Viewer, ids(got.Items), want)
					}
					n, err := tx.CountWhere(ctx, q)
					if n.N != len(want) || n.Capped {
						t.Fatalf("%+v: counted %+v of %d", q.Tree, n, len(want))
					}
					return err
				})
				if err != nil {
					t.Fatalf("%+v: %v", q.Tree, err)
				}
			}
		})
	})
}
