package store_test

import (
	"encoding/json"
	"testing"

	"interdesk/condition"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

func tagTrigger(title string) desk.Trigger {
	return desk.Trigger{Title: title, Active: true,
		Conditions: condition.Tree{All: condition.Conditions{{Field: "current_tags", Operator: condition.Includes,
			Value: condition.ValueOf("image_sensor")}}},
		Actions: []desk.Action{{Field: "current_tags", Value: json.RawMessage(`"seen"`)}}}
}

func triggerTitle(t desk.Trigger) string { return t.Title }

// bare removes the standard triggers and leaves one category, so that a test sees only its own.
func bare(t *testing.T, a store.Account) desk.CategoryID {
	t.Helper()
	var kept desk.CategoryID
	write(t, a, func(tx *store.Tx) error {
		all, err := tx.Triggers(t.Context())
		if err != nil {
			return err
		}
		for _, g := range all {
			if err := tx.DeleteTrigger(t.Context(), g.ID); err != nil {
				return err
			}
		}
		categories, err := tx.Categories(t.Context())
		if err != nil {
			return err
		}
		kept = categories[0].ID
		return tx.DeleteCategory(t.Context(), categories[1].ID)
	})
	return kept
}

// What an account begins with must be what its own catalog allows.
func TestStandardRulesAreValid(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, acme, _ := openDesk(t, db)
		cfg := configOf(t, acme)
		if len(cfg.Triggers) != 8 {
			t.Errorf("%d active triggers, want 8", len(cfg.Triggers))
		}
		read(t, acme, func(tx *store.Tx) error {
			triggers, err := tx.Triggers(t.Context())
			if err != nil {
				return err
			}
			for _, g := range triggers {
				if p := cfg.Catalog().Check(g.Conditions, condition.Trigger); len(p) > 0 {
					t.Errorf("trigger %q: %+v", g.Title, p)
				}
			}
			views, err := tx.Views(t.Context(), store.RuleFilter{})
			for _, v := range views {
				if p := cfg.Catalog().Check(v.Conditions, condition.View); len(p) > 0 {
					t.Errorf("view %q: %+v", v.Title, p)
				}
			}
			wantSame(t, "number of views", len(views), 8)
			return err
		})
	})
}

func TestTriggerRevisionsAndRuleSets(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, acme, ada := openDesk(t, db)
		ctx := t.Context()
		bare(t, acme)
		g, h := tagTrigger("G"), tagTrigger("H")
		write(t, acme, func(tx *store.Tx) error {
			if err := tx.InsertTrigger(ctx, &g, ada.ID); err != nil {
				return err
			}
			return tx.InsertTrigger(ctx, &h, ada.ID)
		})
		cfg := configOf(t, acme)
		wantSame(t, "triggers", cfg.Triggers, []desk.Trigger{g, h})
		first := cfg.RuleSet

		edited := g
		edited.Title, edited.Actions = "G again", []desk.Action{{Field: "status", Value: json.RawMessage(`"open"`)}}
		write(t, acme, func(tx *store.Tx) error { return tx.UpdateTrigger(ctx, &edited, ada.ID) })
		wantSame(t, "revision", edited.Revision, 2)
		cfg = configOf(t, acme)
		wantSame(t, "triggers after the edit", cfg.Triggers, []desk.Trigger{edited, h})
		second := cfg.RuleSet
		if second == first {
			t.Error("an edit did not make a new set of rules")
		}
		write(t, acme, func(tx *store.Tx) error { return tx.ReorderTriggers(ctx, []desk.TriggerID{g.ID}) })
		if got := configOf(t, acme).RuleSet; got != second {
			t.Errorf("set of rules %d after a change of nothing, want %d", got, second)
		}
		write(t, acme, func(tx *store.Tx) error { return tx.DeleteTrigger(ctx, g.ID) })

		read(t, acme, func(tx *store.Tx) error {
			refs, err := tx.RuleSet(ctx, first)
			wantSame(t, "first set", refs, []store.RuleRef{{Trigger: g.ID, Revision: 1}, {Trigger: h.ID, Revision: 1}})
			now, err2 := tx.RuleSet(ctx, configOf(t, acme).RuleSet)
			wantSame(t, "set after the delete", now, []store.RuleRef{{Trigger: h.ID, Revision: 1}})
			was, err3 := tx.RuleSetTriggers(ctx, second)
			wantSame(t, "titles of the second set", titles(was, triggerTitle), []string{"G again", "H"})
			kept, err4 := tx.TriggerRevisions(ctx, g.ID)
			if len(kept) != 2 || kept[0].Trigger.Title != "G again" || kept[1].Trigger.Title != "G" || kept[1].Author != ada.ID {
				t.Errorf("revisions %+v", kept)
			}
			one, err5 := tx.TriggerRevision(ctx, g.ID, 1)
			wantSame(t, "conditions of revision 1", one.Trigger.Conditions, g.Conditions)
			wantSame(t, "actions of revision 1", one.Trigger.Actions, g.Actions)
			for _, e := range []error{err, err2, err3, err4, err5} {
				if e != nil {
					return e
				}
			}
			return nil
		})
	})
}

func TestTriggersRunInOrder(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, acme, _ := openDesk(t, db)
		ctx := t.Context()
		first := bare(t, acme)
		second := desk.TriggerCategory{Name: "Second"}
		a, b, c, d := tagTrigger("a"), tagTrigger("b"), tagTrigger("c"), tagTrigger("d")
		write(t, acme, func(tx *store.Tx) error {
			if err := tx.InsertCategory(ctx, &second); err != nil {
				return err
			}
			for _, g := range []*desk.Trigger{&a, &b, &c} {
				g.Category = first
				if err := tx.InsertTrigger(ctx, g, 0); err != nil {
					return err
				}
			}
			return tx.InsertTrigger(ctx, &d, 0)
		})
		order := func(what string, want ...string) {
			t.Helper()
			wantSame(t, what, titles(configOf(t, acme).Triggers, triggerTitle), want)
		}
		change := func(fn func(tx *store.Tx) error) {
			t.Helper()
			before := configOf(t, acme).RuleSet
			write(t, acme, fn)
			if configOf(t, acme).RuleSet == before {
				t.Error("the set of rules is the same")
			}
		}
		wantSame(t, "category of a trigger that named none", d.Category, second.ID)
		order("as inserted", "a", "b", "c", "d")
		change(func(tx *store.Tx) error { a.Position = 2; return tx.UpdateTrigger(ctx, &a, 0) })
		order("first moved to second", "b", "a", "c", "d")
		change(func(tx *store.Tx) error { return tx.ReorderTriggers(ctx, []desk.TriggerID{d.ID, c.ID, a.ID}) })
		order("reordered", "c", "a", "b", "d")
		change(func(tx *store.Tx) error { return tx.ReorderCategories(ctx, []desk.CategoryID{second.ID}) })
		order("categories reordered", "d", "c", "a", "b")
		change(func(tx *store.Tx) error { second.Position = 2; return tx.UpdateCategory(ctx, &second) })
		order("category moved", "c", "a", "b", "d")
		change(func(tx *store.Tx) error {
			moved, err := tx.Trigger(ctx, c.ID)
			if err != nil {
				return err
			}
			moved.Category = second.ID
			return tx.UpdateTrigger(ctx, &moved, 0)
		})
		order("to the other category", "a", "b", "d", "c")
		change(func(tx *store.Tx) error {
			idle, err := tx.Trigger(ctx, b.ID)
			if err != nil {
				return err
			}
			idle.Active = false
			return tx.UpdateTrigger(ctx, &idle, 0)
		})
		order("one switched off", "a", "d", "c")
		early := desk.TriggerCategory{Name: "Early", Position: 1}
		write(t, acme, func(tx *store.Tx) error {
			if err := tx.InsertCategory(ctx, &early); err != nil {
				return err
			}
			e := tagTrigger("e")
			e.Category = early.ID
			return tx.InsertTrigger(ctx, &e, 0)
		})
		order("a category in front", "e", "a", "d", "c")
	})
}

func TestMacrosAndViews(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, acme, ada := openDesk(t, db)
		ctx := t.Context()
		hand := desk.Macro{Title: "Share::Hand to Kongen", Active: true, Actions: tagTrigger("").Actions}
		mine := desk.Macro{Title: "100% mine", Restriction: desk.Restriction{Type: "User", IDs: []int64{int64(ada.ID)}}}
		view := desk.View{Title: "Shared with Kongen", Active: true, Conditions: tagTrigger("").Conditions,
			Output: desk.Output{Columns: []string{"nice_id", "description"}, SortBy: "updated", SortOrder: "desc"}}
		write(t, acme, func(tx *store.Tx) error {
			for _, err := range []error{tx.InsertMacro(ctx, &hand), tx.InsertMacro(ctx, &mine), tx.InsertView(ctx, &view)} {
				if err != nil {
					return err
				}
			}
			return tx.ReorderMacros(ctx, []desk.MacroID{mine.ID})
		})
		hand.Position, mine.Position = 2, 1
		active := true
		read(t, acme, func(tx *store.Tx) error {
			all, err := tx.Macros(ctx, store.RuleFilter{})
			wantSame(t, "macros", all, []desk.Macro{mine, hand})
			found, err2 := tx.Macros(ctx, store.RuleFilter{Title: "KONGEN", Active: &active})
			wantSame(t, "by title", found, []desk.Macro{hand})
			percent, err3 := tx.Macros(ctx, store.RuleFilter{Title: "%"})
			wantSame(t, "by sign", percent, []desk.Macro{mine})
			got, err4 := tx.View(ctx, view.ID)
			wantSame(t, "view", got, view)
			for _, e := range []error{err, err2, err3, err4} {
				if e != nil {
					return e
				}
			}
			return nil
		})
		write(t, acme, func(tx *store.Tx) error {
			view.Title = "Ours"
			if err := tx.UpdateView(ctx, &view); err != nil {
				return err
			}
			hand.Active = false
			if err := tx.UpdateMacro(ctx, &hand); err != nil {
				return err
			}
			return tx.ReorderViews(ctx, []desk.ViewID{view.ID})
		})
		read(t, acme, func(tx *store.Tx) error {
			views, err := tx.Views(ctx, store.RuleFilter{Active: &active})
			if err == nil && (views[0].Title != "Ours" || views[0].Position != 1) {
				t.Errorf("first view %+v", views[0])
			}
			return err
		})
	})
}
