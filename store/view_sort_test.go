package store_test

import (
	"encoding/json"
	"slices"
	"testing"

	"interdesk/condition"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// sortColumns are all names of all columns, and some of none.
func sortColumns() []string {
	names := []string{"", "satisfaction_score", "locale_id", "999", "custom_fields_105", "'"}
	for _, c := range kindsConfig().Columns() {
		names = append(append(names, c.ID), c.Aliases...)
	}
	return names
}

// Whatever a view is grouped and sorted by, its pages make the whole, forward and backward.
func TestViewsPageByAnyColumn(t *testing.T) {
	t.Parallel()
	config := kindsConfig()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, a, _ := openDesk(t, db)
		all := variedTickets(11)
		for i := range all {
			all[i].Fields = map[desk.FieldID]desk.FieldValue{101: {[]string{"b", "a", "C"}[i%3]}}
			if i%2 == 0 {
				all[i].Fields[103], all[i].Fields[104] = desk.FieldValue{[]string{"7", "-7", "10"}[i%3]}, desk.FieldValue{"0.5"}
			}
		}
		insertTickets(t, a, all...)
		for i, group := range sortColumns() {
			sort := sortColumns()[(i+5)%len(sortColumns())]
			for _, o := range []desk.Output{{GroupBy: group, GroupOrder: "asc", SortBy: sort, SortOrder: "desc"},
				{GroupBy: group, GroupOrder: "desc", SortBy: sort, SortOrder: "desc"}, {SortBy: group, SortOrder: "asc"}} {
				page := func(p store.Page) (out store.Listed[desk.Ticket]) {
					read(t, a, func(tx *store.Tx) (err error) {
						out, err = tx.TicketsWhere(t.Context(), store.ViewQuery{Page: p, Config: config, At: noon(), Output: o,
							Tree: condition.Tree{All: condition.Conditions{{Field: "subject_includes_word", Operator: condition.Is}}}})
						return err
					})
					return out
				}
				whole := page(store.Page{})
				if len(whole.Items) != len(all) {
					t.Fatalf("%+v: %d tickets", o, len(whole.Items))
				}
				want := ids(whole.Items)
				wantSame(t, "forward", walk(t, 3, false, page, ""), want)
				wantSame(t, "backward", walk(t, 3, true, page, whole.After), want[:len(want)-1])
			}
		}
	})
}

func TestViewsSortPeopleByName(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, a, people := searchDesk(t, db)
		for order, want := range map[string][]desk.TicketID{"asc": {1, 2, 3}, "desc": {3, 2, 1}} {
			read(t, a, func(tx *store.Tx) error {
				got, err := tx.TicketsWhere(t.Context(), store.ViewQuery{Config: kindsConfig(), At: noon(), Viewer: desk.Actor{ID: people["cy"]},
					Output: desk.Output{SortBy: "requester", SortOrder: order},
					Tree:   condition.Tree{All: condition.Conditions{{Field: "NEW", Operator: condition.GreaterThan, Value: condition.ValueOf(-0)}}}})
				if !slices.Equal(ids(got.Items), want) {
					t.Errorf("%s: %v, want %v", order, ids(got.Items), want)
				}
				return err
			})
		}
	})
}

func TestATreeThatCannotBeEvaluatedIsInvalid(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, a, _ := openDesk(t, db)
		for _, c := range []condition.Condition{{Field: "colour", Operator: condition.Is}, {Field: "status", Operator: condition.Changed},
			{Field: "update_type", Operator: condition.Is, Value: condition.ValueOf("Create")}} {
			for _, tree := range []condition.Tree{{All: condition.Conditions{c}}, {Any: condition.Conditions{c}}} {
				err := a.Read(t.Context(), func(tx *store.Tx) error {
					_, err := tx.TicketsWhere(t.Context(), store.ViewQuery{Config: kindsConfig(), Tree: tree, At: noon()})
					return err
				})
				wantKind(t, err, desk.Invalid)
			}
		}
	})
}

// FuzzFilter: whatever tree somebody sends, it is refused in words or runs as SQL; no text of it becomes SQL.
func FuzzFilter(f *testing.F) {
	for _, seed := range []string{`{"all":[{"field":"status","operator":"less_than","value":"solved"}],"any":[]}`,
		`{"all":[{"field":"current_tags","operator":"includes","value":"a b"},{"field":"custom_fields_101","operator":"is","value":"'; --"}]}`,
		`{"any":[{"field":"subject_includes_word","operator":"includes","value":["%","\\","\"","$1","?"]}]}`,
		`{"all":[{"field":"updated_at","operator":"less_than","value":"24.5"},{"field":"until_due_date","operator":"is","value":876000}]}`,
		`{"all":[{"field":"custom_fields_105","operator":"within_previous_n_days","value":36500},{"field":"sent_to","operator":"is_not","value":"x"}]}`,
		`{"all":[{"field":"group_id","operator":"is","value":"current_groups"},{"field":"custom_fields_104","operator":"less_than","value":"-9223372036854.775808"}]}`,
		`{"all":[{"field":"custom_fields_103","operator":"greater_than","value":9223372036854775807},{"field":"via_id","operator":"includes","value":"0 4"}]}`} {
		f.Add([]byte(seed))
	}
	a, config := bareDesk(f), kindsConfig()
	f.Fuzz(func(t *testing.T, raw []byte) {
		var tree condition.Tree
		if json.Unmarshal(raw, &tree) != nil || tree.Len() > 50 {
			return
		}
		_, compiled := condition.Compile(tree, config.Catalog(), condition.View)
		err := a.Read(t.Context(), func(tx *store.Tx) error {
			_, err := tx.TicketsWhere(t.Context(), store.ViewQuery{Config: config, Tree: tree, At: noon(), Viewer: desk.Actor{ID: 21}})
			return err
		})
		if (err == nil) != (compiled == nil) || err != nil && desk.KindOf(err) != desk.Invalid {
			t.Fatalf("%s: memory says %v, SQL %v", raw, compiled, err)
		}
	})
}

func TestTags(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s, a, _ := openDesk(t, db)
		b, _ := addDesk(t, s, "kongen")
		tags := [][]string{{"lens", "lens_cap", "vip"}, {"lens", "ünder"}, {"lens", "a"}, nil, {"le"}}
		for i, list := range tags {
			slices.Sort(list)
			insertTickets(t, a, desk.Ticket{ID: desk.TicketID(i + 1), Status: desk.New, Tags: list})
		}
		insertTickets(t, b, desk.Ticket{ID: 1, Status: desk.New, Tags: []string{"lenses"}})
		read(t, a, func(tx *store.Tx) error {
			all, err := tx.Tags(t.Context(), store.Page{})
			if err != nil {
				return err
			}
			want := []store.TagCount{{Tag: "a", Count: 1}, {Tag: "le", Count: 1}, {Tag: "lens", Count: 3}, {Tag: "lens_cap", Count: 1},
				{Tag: "vip", Count: 1}, {Tag: "ünder", Count: 1}}
			sorted := slices.SortedFunc(slices.Values(all.Items), func(x, y store.TagCount) int {
				if x.Tag < y.Tag {
					return -1
				}
				return 1
			})
			wantSame(t, "tags", sorted, want)
			first, err := tx.Tags(t.Context(), store.Page{Limit: 2})
			wantSame(t, "first tags", first.Items, all.Items[:2])
			if err != nil || !first.More {
				t.Errorf("more %v, %v", first.More, err)
			}
			next, err := tx.Tags(t.Context(), store.Page{Limit: 2, After: first.After})
			wantSame(t, "next tags", next.Items, all.Items[2:4])
			if err != nil {
				return err
			}
			back, err := tx.Tags(t.Context(), store.Page{Limit: 2, Before: next.After})
			wantSame(t, "tags before", back.Items, all.Items[1:3])
			if err != nil {
				return err
			}
			some, err := tx.Tags(t.Context(), store.Page{Limit: 2, Offset: 4})
			wantSame(t, "last tags", some.Items, all.Items[4:])
			if err != nil {
				return err
			}
			like, err := tx.TagsLike(t.Context(), "LE", 2)
			wantSame(t, "tags like le", like, []string{"le", "lens"})
			none, _ := tx.TagsLike(t.Context(), " ", 2)
			wantSame(t, "tags like nothing", len(none), 0)
			return err
		})
	})
}
