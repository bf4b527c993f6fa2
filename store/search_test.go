package store_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"interdesk/desk"
	"interdesk/search"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// searchDesk has four tickets, of different people, with comments.
func searchDesk(t *testing.T, db *sqldb.DB) (*store.Store, store.Account, map[string]desk.UserID) {
	t.Helper()
	s, a, ada := openDesk(t, db)
	people := map[string]desk.UserID{"ada": ada.ID}
	write(t, a, func(tx *store.Tx) error {
		for _, u := range []desk.User{
			{Name: "Ana Silva", Email: "ana@example.com", Role: desk.EndUser, ExternalID: "x", Phone: "555 12", Tags: []string{"vip"}},
			{Name: "Bo Lund", Email: "bo@example.org", Role: desk.EndUser},
			{Name: "Cy", Email: "cy@example.com", Role: desk.Agent},
		} {
			if err := tx.InsertUser(t.Context(), &u); err != nil {
				return err
			}
			people[u.Email[:2]] = u.ID
		}
		return nil
	})
	at := noon()
	insertTickets(t, a,
		desk.Ticket{ID: 1, Status: desk.Open, Priority: desk.High, Subject: "Lens is foggy", Description: "Foggy since Monday", Requester: people["an"],
			Assignee: people["cy"], Group: 31, Tags: []string{"glass", "lens"}, Fields: map[desk.FieldID]desk.FieldValue{101: {"One line"}, 103: {"5"}},
			CreatedAt: at.Add(-time.Hour), UpdatedAt: at.Add(-time.Hour), Via: desk.Via{Channel: desk.ChannelMail}, Public: true, CommentCount: 1},
		desk.Ticket{ID: 2, Status: desk.Solved, Subject: "Dusty sensor", Description: "The sensor-board is dusty", Requester: people["bo"],
			Tags: []string{"lens_cap"}, Fields: map[desk.FieldID]desk.FieldValue{103: {"12"}, 105: {"2026-03-01"}}, EmailCCs: []desk.UserID{people["an"]},
			CreatedAt: at.AddDate(0, 0, -3), UpdatedAt: at.Add(-2 * time.Hour), SolvedAt: at.Add(-2 * time.Hour), Public: true, CommentCount: 1},
		desk.Ticket{ID: 3, Status: desk.New, Type: desk.Incident, Subject: "Invoice 4711", Description: "Wrong sum", Requester: people["bo"],
			ExternalID: "ext", CreatedAt: at.AddDate(0, -2, 0), UpdatedAt: at.Add(-3 * time.Hour), DueAt: at.Add(30 * time.Hour), HasAttachments: true, CommentCount: 1},
		desk.Ticket{ID: 4, Status: desk.New, Subject: "Deleted lens", Requester: people["an"], CreatedAt: at, UpdatedAt: at})
	insertComments(t, a, saidOn(1, 11, true, "Foggy since Monday"), saidOn(2, 12, true, "The sensor-board is dusty"), saidOn(3, 13, true, "Wrong sum"),
		saidOn(1, 14, false, "secret: refund it"), saidOn(2, 15, true, "Please clean the lens"), saidOn(4, 16, true, "lens"))
	write(t, a, func(tx *store.Tx) error { return tx.DeleteTicket(t.Context(), 4, 0, at) })
	if err := s.IndexWords(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s, a, people
}

func searchAs(ctx context.Context, a store.Account, viewer desk.Actor, query string) (found []desk.TicketID, err error) {
	s, err := search.Parse(query)
	if err != nil {
		return nil, err
	}
	err = a.Read(ctx, func(tx *store.Tx) error {
		q := store.SearchQuery{Search: s, Config: kindsConfig(), Viewer: viewer, At: noon()}
		got, err := tx.SearchTickets(ctx, q)
		if err != nil {
			return err
		}
		found = ids(got.Items)
		n, err := tx.CountSearchedTickets(ctx, q)
		if err == nil && n.N != len(found) {
			return fmt.Errorf("counted %d of %d", n.N, len(found))
		}
		return err
	})
	slices.Sort(found)
	return found, err
}

func TestSearchTickets(t *testing.T) {
	t.Parallel()
	cases := []struct {
		query string
		want  []desk.TicketID
	}{
		{"", []desk.TicketID{1, 2, 3}}, {"foggy", []desk.TicketID{1}}, {"FOGGY lens", []desk.TicketID{1}}, {"lens", []desk.TicketID{1, 2}},
		{`"lens is"`, []desk.TicketID{1}}, {`"is lens"`, nil}, {"fog", nil}, {"fog*", []desk.TicketID{1}}, {"lens -foggy", []desk.TicketID{2}},
		{"sensor-board", []desk.TicketID{2}}, {"secret", []desk.TicketID{1}}, {"4711", []desk.TicketID{3}}, {"3", []desk.TicketID{3}}, {"#3", []desk.TicketID{3}},
		{"silva", []desk.TicketID{1}}, {"!!!", nil}, {"wrong lens", nil},
		{"subject:lens", []desk.TicketID{1}}, {"comment:lens", []desk.TicketID{2}}, {"description:dusty", []desk.TicketID{2}}, {"-subject:lens", []desk.TicketID{2, 3}},
		{"status:open", []desk.TicketID{1}}, {"status:open status:new", []desk.TicketID{1, 3}}, {"status<solved", []desk.TicketID{1, 3}}, {"status>=solved", []desk.TicketID{2}},
		{"-status:open", []desk.TicketID{2, 3}}, {"priority>normal", []desk.TicketID{1}}, {"priority:none", []desk.TicketID{2, 3}},
		{"assignee:cy", []desk.TicketID{1}}, {"assignee:none", []desk.TicketID{2, 3}}, {"assignee:me", []desk.TicketID{1}}, {"requester:lund", []desk.TicketID{2, 3}},
		{"requester:bo@example.org", []desk.TicketID{2, 3}}, {`requester:"Bo Lund" status:new`, []desk.TicketID{3}}, {"requester:nobody", nil},
		{"commenter:me", []desk.TicketID{3}}, {"commenter:21 status:open", []desk.TicketID{1}}, {"commenter:bo", nil}, {"-commenter:cy", []desk.TicketID{1, 2}},
		{"cc:ana", []desk.TicketID{2}}, {"cc:none", []desk.TicketID{1, 3}}, {"group:31", []desk.TicketID{1}}, {"group:none", []desk.TicketID{2, 3}},
		{"tags:lens", []desk.TicketID{1}}, {"tags:lens*", []desk.TicketID{1, 2}}, {"tags:none", []desk.TicketID{3}}, {"tags:glass tags:lens_cap", []desk.TicketID{1, 2}},
		{"-tags:lens", []desk.TicketID{2, 3}}, {"via:mail", []desk.TicketID{1}}, {"ticket_type:incident", []desk.TicketID{3}},
		{"created>2days", []desk.TicketID{1}}, {"created:2days", []desk.TicketID{1}}, {"created<1month", []desk.TicketID{3}}, {"created:2026-02-28", []desk.TicketID{2}},
		{"created>2026-02-28 created<=2026-03-03", []desk.TicketID{1}}, {"updated>=90minutes", []desk.TicketID{1}}, {"solved>4hours", []desk.TicketID{2}},
		{"solved:none", []desk.TicketID{1, 3}}, {"due_date<2days", []desk.TicketID{3}}, {"due_date:1day", nil}, {"due_date:2days", []desk.TicketID{3}},
		{`custom_field_101:"one line"`, []desk.TicketID{1}}, {"custom_field_101:one*", []desk.TicketID{1}}, {"custom_field_101:one", nil},
		{"custom_field_103>5", []desk.TicketID{2}}, {"custom_field_103:*", []desk.TicketID{1, 2}}, {"custom_field_103:none", []desk.TicketID{3}},
		{"custom_field_105<=2026-03-01", []desk.TicketID{2}}, {"fieldvalue:12", []desk.TicketID{2}}, {"external_id:ext", []desk.TicketID{3}},
		{"id>1", []desk.TicketID{2, 3}}, {"has_attachment:true", []desk.TicketID{3}}, {"lens status<solved", []desk.TicketID{1}},
	}
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, a, people := searchDesk(t, db)
		said := saidOn(3, 17, false, "Checked")
		said.Author = people["cy"]
		insertComments(t, a, said)
		for _, c := range cases {
			got, err := searchAs(t.Context(), a, desk.Actor{ID: people["cy"], Role: desk.Agent}, c.query)
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("%q: %v, %v; want %v", c.query, got, err, c.want)
			}
		}
	})
}

func TestEndUsersSearchTheirOwn(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s, a, people := searchDesk(t, db)
		ana := desk.Actor{ID: people["an"], Role: desk.EndUser}
		for query, want := range map[string][]desk.TicketID{"": {1, 2}, "foggy": {1}, "lens": {1, 2}, "sum": nil, "secret": nil, "comment:refund": nil, "silva": nil,
			"status:solved": {2}, "-secret": {1, 2}, "3": nil} {
			got, err := searchAs(t.Context(), a, ana, query)
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("%q: %v, %v; want %v", query, got, err, want)
			}
		}
		for _, query := range []string{"tags:lens", "assignee:none", "requester:bo", "fieldvalue:12", "commenter:cy"} {
			_, err := searchAs(t.Context(), a, ana, query)
			wantKind(t, err, desk.Invalid)
		}
		write(t, a, func(tx *store.Tx) error { return tx.HideComment(t.Context(), 2, 15) })
		got, err := searchAs(t.Context(), a, ana, "lens")
		if err != nil || !slices.Equal(got, []desk.TicketID{1}) {
			t.Errorf("after hiding the comment: %v, %v", got, err)
		}
		err = a.Read(t.Context(), func(tx *store.Tx) error {
			_, err := tx.SearchUsers(t.Context(), store.SearchQuery{Config: kindsConfig(), Viewer: ana, At: noon()})
			return err
		})
		wantKind(t, err, desk.Forbidden)
		other, _ := addDesk(t, s, "kongen")
		got, err = searchAs(t.Context(), other, desk.Actor{ID: 1, Role: desk.Agent}, "lens")
		if err != nil || len(got) != 0 {
			t.Errorf("another account finds %v, %v", got, err)
		}
	})
}

func TestWordsFollowTheSubject(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s, a, people := searchDesk(t, db)
		before := readTicket(t, a, 1)
		after := before
		after.Subject = "Lens is clear"
		write(t, a, func(tx *store.Tx) error { return tx.UpdateTicket(t.Context(), &before, &after) })
		if err := s.IndexWords(t.Context()); err != nil {
			t.Fatal(err)
		}
		for query, want := range map[string][]desk.TicketID{"subject:clear": {1}, "subject:foggy": nil, "comment:foggy": {1}} {
			got, err := searchAs(t.Context(), a, desk.Actor{ID: people["cy"], Role: desk.Agent}, query)
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("%q: %v, %v; want %v", query, got, err, want)
			}
		}
	})
}

func TestSearchUsers(t *testing.T) {
	t.Parallel()
	cases := map[string][]string{"ana": {"Ana Silva"}, "silva": {"Ana Silva"}, "lva": nil, "type:user": {"Ada", "Ana Silva", "Bo Lund", "Cy"},
		"email:bo@example.org": {"Bo Lund"}, "bo@ex": {"Bo Lund"}, "role:end-user": {"Ana Silva", "Bo Lund"}, "role:admin role:agent": {"Ada", "Cy"},
		"-role:end-user": {"Ada", "Cy"}, "name:a*": {"Ada", "Ana Silva"}, "external_id:x": {"Ana Silva"}, "phone:555": {"Ana Silva"}, "type:user tags:vip": {"Ana Silva"},
		"type:user organization:none ana": {"Ana Silva"}, "is_suspended:true": nil, "email:none": nil, "type:user created>2020-01-01 cy": {"Cy"}}
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, a, people := searchDesk(t, db)
		for query, want := range cases {
			s, err := search.Parse(query)
			if err != nil {
				t.Fatal(err)
			}
			read(t, a, func(tx *store.Tx) error {
				q := store.SearchQuery{Search: s, Config: kindsConfig(), Viewer: desk.Actor{ID: people["cy"], Role: desk.Agent}, At: noon()}
				found, err := tx.SearchUsers(t.Context(), q)
				got := titles(found.Items, func(u desk.User) string { return u.Name })
				slices.Sort(got)
				wantSame(t, query, got, want)
				if err != nil {
					return err
				}
				n, err := tx.CountSearchedUsers(t.Context(), q)
				wantSame(t, query+" counted", n.N, len(want))
				return err
			})
		}
	})
}

func TestSearchOrganizationsAndGroups(t *testing.T) {
	t.Parallel()
	cases := map[string][]string{"type:organization": {"Acme", "Photo Works"}, "type:organization photo": {"Photo Works"},
		"type:organization name:works": {"Photo Works"}, "type:organization tags:vip": {"Acme"}, "type:organization tags:none": {"Photo Works"},
		"type:organization external_id:p": {"Photo Works"}, "type:organization notes:late": {"Acme"}, "type:organization -acme": {"Photo Works"},
		"type:organization created>2020-01-01 sort:asc": {"Acme", "Photo Works"},
		"type:group name:len*":                          {"Lens"}, "type:group -name:support": {"Lens"}, "type:group nothing": nil}
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, a, people := searchDesk(t, db)
		write(t, a, func(tx *store.Tx) error {
			for _, o := range []desk.Organization{{Name: "Acme", Tags: []string{"vip"}, Notes: "Pays late"}, {Name: "Photo Works", ExternalID: "p"}} {
				if err := tx.InsertOrganization(t.Context(), &o); err != nil {
					return err
				}
			}
			return tx.InsertGroup(t.Context(), &desk.Group{Name: "Lens"})
		})
		for query, want := range cases {
			s, err := search.Parse(query)
			if err != nil {
				t.Fatal(err)
			}
			read(t, a, func(tx *store.Tx) error {
				q := store.SearchQuery{Search: s, Config: kindsConfig(), Viewer: desk.Actor{ID: people["cy"], Role: desk.Agent}, At: noon()}
				got, n, err := teams(t.Context(), tx, q)
				wantSame(t, query, got, want)
				wantSame(t, query+" counted", n, len(want))
				return err
			})
		}
		for query, what := range map[string]string{"type:organization status:open": "an organization", "type:group tags:vip": "a group"} {
			if _, err := search.Parse(query); err == nil || !strings.Contains(err.Error(), what) {
				t.Errorf("%s: %v", query, err)
			}
		}
	})
}

// teams are the names of what a search finds, and how many it counts.
func teams(ctx context.Context, tx *store.Tx, q store.SearchQuery) (names []string, n int, err error) {
	var counted store.Count
	if q.Search.Type == "group" {
		found, err := tx.SearchGroups(ctx, q)
		if err != nil {
			return nil, 0, err
		}
		names = titles(found.Items, func(g desk.Group) string { return g.Name })
		counted, err = tx.CountSearchedGroups(ctx, q)
		return names, counted.N, err
	}
	found, err := tx.SearchOrganizations(ctx, q)
	if err != nil {
		return nil, 0, err
	}
	names = titles(found.Items, func(o desk.Organization) string { return o.Name })
	slices.Sort(names)
	counted, err = tx.CountSearchedOrganizations(ctx, q)
	return names, counted.N, err
}

// askAll puts a query to everything, as an agent and as an end user. Only Invalid and Forbidden are answers.
func askAll(ctx context.Context, a store.Account, query string) error {
	s, err := search.Parse(query)
	if err != nil {
		return nil //nolint:nilerr // FuzzParseSearch looks at these
	}
	for _, viewer := range []desk.Actor{{ID: 21, Role: desk.Agent}, {ID: 22, Role: desk.EndUser}} {
		err := a.Read(ctx, func(tx *store.Tx) error {
			q := store.SearchQuery{Search: s, Config: kindsConfig(), Viewer: viewer, At: noon(), Page: store.Page{Limit: 3}}
			if _, err := tx.SearchTickets(ctx, q); !refused(err) {
				return err
			}
			if _, err := tx.CountSearchedTickets(ctx, q); !refused(err) {
				return err
			}
			if _, err := tx.SearchOrganizations(ctx, q); !refused(err) {
				return err
			}
			if _, err := tx.SearchGroups(ctx, q); !refused(err) {
				return err
			}
			_, err := tx.SearchUsers(ctx, q)
			if !refused(err) {
				return err
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("%q as %s: %w", query, viewer.Role, err)
		}
	}
	return nil
}

func refused(err error) bool {
	return err == nil || desk.KindOf(err) == desk.Invalid || desk.KindOf(err) == desk.Forbidden
}

func TestNoSearchBreaksTheSQL(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, a, _ := searchDesk(t, db)
		for _, q := range searchSeeds() {
			if err := askAll(t.Context(), a, q); err != nil {
				t.Error(err)
			}
		}
	})
}

func FuzzSearch(f *testing.F) {
	for _, q := range searchSeeds() {
		f.Add(q)
	}
	a := bareDesk(f)
	f.Fuzz(func(t *testing.T, query string) {
		if err := askAll(context.Background(), a, query); err != nil {
			t.Fatal(err)
		}
	})
}

// bareDesk is an account without anything, not even itself: enough to ask for tickets.
func bareDesk(t testing.TB) store.Account {
	t.Helper()
	s, err := store.Open(t.Context(), storetest.New(t, sqldb.SQLite))
	if err != nil {
		t.Fatal(err)
	}
	return s.Account(1)
}

func searchSeeds() []string {
	return []string{"", "foggy lens", `"foggy lens"`, "fog*", "-dusty", "type:ticket status<solved", "priority>=high priority<urgent", "priority:none",
		"assignee:me", "assignee:none", "requester:ana", "requester:ana@example.com", "submitter:21", "cc:me", "cc:none", "group:Supp*", "group:none",
		"organization:acme", "tags:lens tags:glass", "tags:le*", "tags:none", "-tags:lens", "subject:foggy", `subject:"lens is"`, "description:foggy",
		"comment:secret", "via:mail", "via:31", "brand:none", "form:1", "created>2026-01-01", "created:today", "updated<4hours", "updated:2days",
		"solved:none", "due_date<3days", "due_date:tomorrow", "custom_field_101:one*", "custom_field_103>4", "custom_field_105>=2026-01-01",
		"custom_field_107:none", "custom_field_107:*", "fieldvalue:lens", "external_id:ext", "id:1", "#1", "1", "has_attachment:true",
		"type:user ana", "type:user email:ana@example.com", "role:agent", "role:end_user", "name:an*", "type:user created>1weeks", "phone:555",
		"type:user tags:vip", "is_suspended:false", "type:user organization:none", "type:user external_id:x", "email:none", "notes:x", "%", "_", `\`, `it's`,
		`'); drop table tickets; --`, `" OR 1=1`, "* ^ NEAR(", "AND OR NOT", "ünder", "!!!", "created>999999years", "created<9999-12-31T23:59:59Z",
		"order_by:created_at sort:asc foggy", "$1 ?", `tags:"a b"`, "id>5", "ticket_type:problem", "-status:open", "-subject:foggy", "{title}:foggy", "'#1'"}
}
