package admin_test

import (
	"context"
	"testing"

	"interdesk/admin"
	"interdesk/condition"
	"interdesk/desk"
	"interdesk/store"
)

// TestOldRules: a rule that names what is gone can be switched off, moved and described, but not given a meaning or
// switched on again.
func TestOldRules(t *testing.T) {
	each(t, func(t *testing.T, f *firm) {
		gone := is(when("group_id", "is", "1"+f.camera.Name))
		trigger := desk.Trigger{Title: "Old", Active: true, Conditions: is(when("status", "is", "new")), Actions: []desk.Action{set("priority", "high")}}
		view := desk.View{Title: "Old", Active: true, Conditions: is(when("status", "is", "new"))}
		f.must(f.ada, func(ctx context.Context, actor *admin.Actor) error {
			if err := actor.CreateView(ctx, &view); err != nil {
				return err
			}
			return actor.CreateTrigger(ctx, &trigger)
		})
		f.spoil(trigger.ID, view.ID, gone)
		type edit struct {
			name    string
			trigger func(*desk.Trigger)
			view    func(*desk.View)
			refused bool
		}
		for _, e := range []edit{
			{"describe", func(t *desk.Trigger) { t.Description = "d" }, func(v *desk.View) { v.Description = "d" }, false},
			{"say the same", func(t *desk.Trigger) { t.Conditions = clone(t.Conditions) }, func(v *desk.View) { v.Conditions = clone(v.Conditions) }, false},
			{"rename", func(t *desk.Trigger) { t.Title = "New" }, func(v *desk.View) { v.Title = "New" }, false},
			{"name nothing", func(t *desk.Trigger) { t.Title = " " }, func(v *desk.View) { v.Title = " " }, true},
			{"edit in place", func(t *desk.Trigger) { t.Conditions.All[0].Operator = "is_not" }, func(v *desk.View) { v.Conditions.All[0].Operator = "is_not" }, true},
			{"off", func(t *desk.Trigger) { t.Active = false }, func(v *desk.View) { v.Active = false }, false},
			{"on", func(t *desk.Trigger) { t.Active = true }, func(v *desk.View) { v.Active = true }, true},
		} {
			errs := map[string]error{
				"trigger": f.as(f.ada, func(ctx context.Context, actor *admin.Actor) error {
					return ignore(actor.ChangeTrigger(ctx, trigger.ID, func(t *desk.Trigger) error { e.trigger(t); return nil }))
				}),
				"view": f.as(f.ada, func(ctx context.Context, actor *admin.Actor) error {
					return ignore(actor.ChangeView(ctx, view.ID, func(v *desk.View) error { e.view(v); return nil }))
				}),
			}
			for what, err := range errs {
				if (err != nil) != e.refused || err != nil && desk.KindOf(err) != desk.Invalid {
					t.Errorf("%s %s: %v", e.name, what, err)
				}
			}
		}
	})
}

// spoil gives rules conditions that nothing checks.
func (f *firm) spoil(trigger desk.TriggerID, view desk.ViewID, gone condition.Tree) {
	f.write(func(ctx context.Context, tx *store.Tx) error {
		t, err := tx.Trigger(ctx, trigger)
		if err != nil {
			return err
		}
		t.Conditions = gone
		if err := tx.UpdateTrigger(ctx, &t, f.ada.ID); err != nil {
			return err
		}
		v, err := tx.View(ctx, view)
		if err != nil {
			return err
		}
		v.Conditions = gone
		return tx.UpdateView(ctx, &v)
	})
}

func clone(t condition.Tree) condition.Tree {
	return condition.Tree{All: append([]condition.Condition{}, t.All...), Any: append([]condition.Condition{}, t.Any...)}
}

func TestOptions(t *testing.T) {
	each(t, func(t *testing.T, f *firm) {
		field := desk.TicketField{Type: desk.FieldTagger, Title: "Part", Active: true, Options: []desk.FieldOption{{Name: "Lens", Value: "lens"}, {Name: "Sensor", Value: "sensor", Default: true}}}
		mount := desk.FieldOption{Name: "Mount", Value: "mount", Position: 1, Default: true}
		f.must(f.ada, func(ctx context.Context, actor *admin.Actor) error {
			if err := actor.CreateField(ctx, &field); err != nil {
				return err
			}
			if err := actor.CreateOption(ctx, field.ID, &mount); err != nil {
				return err
			}
			_, err := actor.ChangeOption(ctx, field.ID, field.Options[0].ID, func(o *desk.FieldOption) error { o.Position = 99; return nil })
			return err
		})
		var got []string
		f.must(f.ada, func(ctx context.Context, actor *admin.Actor) error {
			now, err := actor.Field(ctx, field.ID)
			for _, option := range now.Options {
				got = append(got, option.Value)
				if option.Default != (option.Value == "mount") {
					t.Errorf("default: %+v", option)
				}
			}
			return err
		})
		if len(got) != 3 || got[0] != "mount" || got[1] != "sensor" || got[2] != "lens" {
			t.Errorf("order %v", got)
		}
		err := f.as(f.ada, func(ctx context.Context, actor *admin.Actor) error {
			return ignore(actor.ChangeField(ctx, field.ID, func(f *desk.TicketField) error { f.Type = desk.FieldText; return nil }))
		})
		if desk.KindOf(err) != desk.Invalid {
			t.Errorf("type: %v", err)
		}
	})
}
