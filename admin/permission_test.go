package admin_test

import (
	"context"
	"testing"

	"interdesk/admin"
	"interdesk/desk"
)

// TestWhoMayChange has everybody try everything: what is not allowed is Forbidden, whatever the door.
func TestWhoMayChange(t *testing.T) {
	each(t, func(t *testing.T, f *firm) {
		noChange := func(*desk.User) error { return nil }
		all := map[string]struct {
			work  func(ctx context.Context, actor *admin.Actor) error
			agent bool // agents may, too
		}{
			"trigger": {work: func(ctx context.Context, actor *admin.Actor) error {
				return actor.CreateTrigger(ctx, &desk.Trigger{Title: "T", Active: true, Conditions: is(when("status", "is", "new")), Actions: []desk.Action{set("priority", "high")}})
			}},
			"category": {work: func(ctx context.Context, actor *admin.Actor) error {
				return actor.CreateCategory(ctx, &desk.TriggerCategory{Name: "C"})
			}},
			"reorder": {work: func(ctx context.Context, actor *admin.Actor) error { return actor.ReorderTriggers(ctx, nil) }},
			"field": {work: func(ctx context.Context, actor *admin.Actor) error {
				return actor.CreateField(ctx, &desk.TicketField{Type: desk.FieldText, Title: "F"})
			}},
			"form": {work: func(ctx context.Context, actor *admin.Actor) error {
				return actor.CreateForm(ctx, &desk.TicketForm{Name: "F"})
			}},
			"group": {work: func(ctx context.Context, actor *admin.Actor) error {
				return actor.CreateGroup(ctx, &desk.Group{Name: "G"})
			}},
			"organization": {work: func(ctx context.Context, actor *admin.Actor) error {
				return actor.CreateOrganization(ctx, &desk.Organization{Name: "O"})
			}},
			"membership": {work: func(ctx context.Context, actor *admin.Actor) error {
				return actor.CreateMembership(ctx, &desk.Membership{User: f.ben.ID, Group: f.camera.ID})
			}},
			"staff": {work: func(ctx context.Context, actor *admin.Actor) error {
				return actor.CreateUser(ctx, &desk.User{Name: "N", Role: desk.Agent}, admin.Password{})
			}},
			"other's token": {work: func(ctx context.Context, actor *admin.Actor) error {
				_, _, err := actor.CreateToken(ctx, f.bea.ID, "")
				return err
			}},
			"order of views": {work: func(ctx context.Context, actor *admin.Actor) error { return actor.ReorderViews(ctx, nil) }},
			"end user": {agent: true, work: func(ctx context.Context, actor *admin.Actor) error {
				return actor.CreateUser(ctx, &desk.User{Name: "N"}, admin.Password{})
			}},
			"macro": {agent: true, work: func(ctx context.Context, actor *admin.Actor) error {
				return actor.CreateMacro(ctx, &desk.Macro{Title: "M", Actions: []desk.Action{set("status", "open")}})
			}},
			"end user's data": {agent: true, work: func(ctx context.Context, actor *admin.Actor) error {
				return ignore(actor.ChangeUser(ctx, f.eve.ID, admin.Password{}, func(u *desk.User) error { u.Notes = "x" + string(actor.Me.Role); return nil }))
			}},
			"agent's data": {work: func(ctx context.Context, actor *admin.Actor) error {
				return ignore(actor.ChangeUser(ctx, f.bea.ID, admin.Password{}, noChange))
			}},
			"triggers": {agent: true, work: func(ctx context.Context, actor *admin.Actor) error { return ignore(actor.Triggers(ctx)) }},
		}
		for name, c := range all {
			for _, who := range []desk.User{f.ada, f.ben, f.eve, {}} {
				may := who.Role == desk.Admin || who.Role == desk.Agent && c.agent
				err := f.as(who, c.work)
				if may && err != nil || !may && (err == nil || desk.KindOf(err) != desk.Forbidden) {
					t.Errorf("%s, role %q: %v", name, who.Role, err)
				}
			}
		}
	})
}

func TestPeopleAndThemselves(t *testing.T) {
	each(t, func(t *testing.T, f *firm) {
		for name, c := range map[string]struct {
			me     desk.User
			who    desk.UserID
			change func(u *desk.User)
			want   desk.Kind // 0: allowed
		}{
			"own name":            {f.eve, f.eve.ID, func(u *desk.User) { u.Name = "Evelyn" }, 0},
			"own address":         {f.eve, f.eve.ID, func(u *desk.User) { u.Email = "x@y.example" }, desk.Forbidden},
			"own role":            {f.ben, f.ben.ID, func(u *desk.User) { u.Role = desk.Admin }, desk.Forbidden},
			"no such role":        {f.ada, f.eve.ID, func(u *desk.User) { u.Role = "boss" }, desk.Invalid},
			"agent promotes":      {f.ben, f.eve.ID, func(u *desk.User) { u.Role = desk.Agent }, desk.Forbidden},
			"admin promotes":      {f.ada, f.eve.ID, func(u *desk.User) { u.Role = desk.Agent }, 0},
			"suspends themselves": {f.ben, f.ben.ID, func(u *desk.User) { u.Suspended = true }, desk.Invalid},
			"zone":                {f.ada, f.eve.ID, func(u *desk.User) { u.TimeZone = "Mars" }, desk.Invalid},
			"language":            {f.ada, f.eve.ID, func(u *desk.User) { u.Locale = "xx" }, desk.Invalid},
			"stranger":            {f.eve, f.ben.ID, func(*desk.User) {}, desk.Forbidden},
		} {
			err := f.as(c.me, func(ctx context.Context, actor *admin.Actor) error {
				return ignore(actor.ChangeUser(ctx, c.who, admin.Password{}, func(u *desk.User) error { c.change(u); return nil }))
			})
			if (c.want == 0) != (err == nil) || err != nil && desk.KindOf(err) != c.want {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := f.service.Password(t.Context(), f.ben, "a long password"); desk.KindOf(err) != desk.Forbidden {
			t.Errorf("an agent makes passwords: %v", err)
		}
	})
}

// TestOwnMacros: an agent's macro is the agent's; others neither see nor reach it, and agents write no shared ones.
func TestOwnMacros(t *testing.T) {
	each(t, func(t *testing.T, f *firm) {
		own := desk.Macro{Title: "Own", Active: true, Actions: []desk.Action{set("status", "open")}}
		shared := desk.Macro{Title: "Shared", Active: true, Actions: []desk.Action{set("status", "open")}}
		f.must(f.ben, func(ctx context.Context, actor *admin.Actor) error { return actor.CreateMacro(ctx, &own) })
		f.must(f.ada, func(ctx context.Context, actor *admin.Actor) error { return actor.CreateMacro(ctx, &shared) })
		for name, c := range map[string]struct {
			me     desk.User
			listed int
			kind   desk.Kind // of the error for the macro that is Ben's own
		}{"Ben": {f.ben, 2, 0}, "Bea": {f.bea, 1, desk.NotFound}, "admin": {f.ada, 1, 0}, "end user": {f.eve, 0, desk.Forbidden}} {
			_ = f.as(c.me, func(ctx context.Context, actor *admin.Actor) error {
				all, _ := actor.Macros(ctx, admin.Filter{})
				if len(all) != c.listed {
					t.Errorf("%s lists %v", name, all)
				}
				_, err := actor.Macro(ctx, own.ID)
				if (err == nil) != (c.kind == 0) || err != nil && desk.KindOf(err) != c.kind {
					t.Errorf("%s reads: %v", name, err)
				}
				return nil
			})
		}
		err := f.as(f.ben, func(ctx context.Context, actor *admin.Actor) error { return actor.DeleteMacro(ctx, shared.ID) })
		if desk.KindOf(err) != desk.Forbidden {
			t.Errorf("an agent deletes a shared macro: %v", err)
		}
		err = f.as(f.ben, func(ctx context.Context, actor *admin.Actor) error {
			return ignore(actor.ChangeMacro(ctx, own.ID, func(m *desk.Macro) error { m.Restriction = desk.Restriction{}; return nil }))
		})
		if desk.KindOf(err) != desk.Forbidden {
			t.Errorf("an agent shares: %v", err)
		}
	})
}
