package admin_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"interdesk/admin"
	"interdesk/desk"
)

// wantFault checks that err finds fault with one field.
func wantFault(t *testing.T, err error, field, code string) {
	t.Helper()
	var fault *desk.Error
	if !errors.As(err, &fault) || fault.Kind != desk.Invalid {
		t.Fatalf("error %v, want the fault %s of %s", err, code, field)
	}
	if details := fault.Details[field]; len(details) == 0 || details[0].Code != code {
		t.Errorf("faults %+v, want %s of %s", fault.Details, code, field)
	}
}

func TestWhatADeskCannotBe(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *firm) {
		var support desk.Group
		var form desk.TicketForm
		var status, subject desk.FieldID
		var category desk.CategoryID
		f.must(f.ada, func(ctx context.Context, actor *admin.Actor) error {
			support, form = actor.Config.Groups[0], actor.Config.Forms[0]
			subject, status, category = actor.Config.Fields[0].ID, actor.Config.Fields[2].ID, actor.Config.Triggers[0].Category
			return nil
		})
		type work = func(ctx context.Context, actor *admin.Actor) error
		user := func(u desk.User) work {
			return func(ctx context.Context, actor *admin.Actor) error {
				return actor.CreateUser(ctx, &u, admin.Password{})
			}
		}
		field := func(one desk.TicketField) work {
			return func(ctx context.Context, actor *admin.Actor) error { return actor.CreateField(ctx, &one) }
		}
		member := func(u desk.UserID, g desk.GroupID) work {
			return func(ctx context.Context, actor *admin.Actor) error {
				return actor.CreateMembership(ctx, &desk.Membership{User: u, Group: g})
			}
		}
		organization := func(o desk.Organization) work {
			return func(ctx context.Context, actor *admin.Actor) error { return actor.CreateOrganization(ctx, &o) }
		}
		options := func(all ...desk.FieldOption) desk.TicketField {
			return desk.TicketField{Type: desk.FieldTagger, Title: "X", Options: all}
		}
		for name, c := range map[string]struct {
			work        work
			field, code string
		}{
			"account in no time zone": {func(ctx context.Context, actor *admin.Actor) error {
				return ignore(actor.ChangeAccount(ctx, func(a *desk.Account) error { a.TimeZone = "Mars/Olympus"; return nil }))
			}, "time_zone", "InvalidValue"},

			"user without name":             {user(desk.User{Role: desk.EndUser}), "name", "BlankValue"},
			"user without real address":     {user(desk.User{Name: "X", Email: "nowhere"}), "email", "InvalidValue"},
			"user whose address is taken":   {user(desk.User{Name: "X", Email: "BEN@acme.example"}), "email", "DuplicateValue"},
			"user without real role":        {user(desk.User{Name: "X", Role: "boss"}), "role", "InvalidValue"},
			"user of no organization":       {user(desk.User{Name: "X", Organization: 99}), "organization_id", "InvalidValue"},
			"partner's person with address": {user(desk.User{Name: "X", Email: "x@example.com", Foreign: 5}), "base", "InvalidValue"},
			"partner's person as agent":     {user(desk.User{Name: "X", Role: desk.Agent, Foreign: 5}), "base", "InvalidValue"},
			"agent of no group":             {user(desk.User{Name: "X", Role: desk.Agent, DefaultGroup: 99}), "default_group_id", "InvalidValue"},
			"agent's default group elsewhere": {func(ctx context.Context, actor *admin.Actor) error {
				return ignore(actor.ChangeUser(ctx, f.ben.ID, admin.Password{}, func(u *desk.User) error { u.DefaultGroup = f.camera.ID; return nil }))
			}, "default_group_id", "InvalidValue"},

			"organization of no group":     {organization(desk.Organization{Name: "X", Group: 99}), "group_id", "InvalidValue"},
			"organization with a bad tag":  {organization(desk.Organization{Name: "X", Tags: []string{`a"b`}}), "tags", "InvalidValue"},
			"organization without name":    {organization(desk.Organization{Name: " "}), "name", "BlankValue"},
			"organization with no domains": {organization(desk.Organization{Name: "X", DomainNames: []string{"a b"}}), "domain_names", "InvalidValue"},

			"group without name":  {func(ctx context.Context, actor *admin.Actor) error { return actor.CreateGroup(ctx, &desk.Group{}) }, "name", "BlankValue"},
			"no default group":    {func(ctx context.Context, actor *admin.Actor) error { return actor.DeleteGroup(ctx, support.ID) }, "base", "InvalidValue"},
			"customer in a group": {member(f.eve.ID, support.ID), "user_id", "InvalidValue"},
			"nobody in a group":   {member(99, support.ID), "user_id", "InvalidValue"},
			"agent in no group":   {member(f.ben.ID, 99), "group_id", "InvalidValue"},

			"field without title":    {field(desk.TicketField{Type: desk.FieldText}), "title", "BlankValue"},
			"field without pattern":  {field(desk.TicketField{Type: desk.FieldRegexp, Title: "X", Regexp: "("}), "regexp_for_validation", "InvalidValue"},
			"field with a bad tag":   {field(desk.TicketField{Type: desk.FieldCheckbox, Title: "X", Tag: "a b"}), "tag", "InvalidValue"},
			"option without tag":     {field(options(desk.FieldOption{Name: "A"})), "custom_field_options", "InvalidValue"},
			"options of one tag":     {field(options(desk.FieldOption{Name: "A", Value: "a"}, desk.FieldOption{Name: "B", Value: "A"})), "custom_field_options", "DuplicateValue"},
			"no field of the system": {func(ctx context.Context, actor *admin.Actor) error { return actor.DeleteField(ctx, subject) }, "base", "InvalidValue"},

			"form with no such field": {func(ctx context.Context, actor *admin.Actor) error {
				return actor.CreateForm(ctx, &desk.TicketForm{Name: "X", Fields: []desk.FieldID{status, 99}})
			}, "ticket_field_ids", "InvalidValue"},
			"form without name": {func(ctx context.Context, actor *admin.Actor) error { return actor.CreateForm(ctx, &desk.TicketForm{}) }, "name", "BlankValue"},
			"no default form":   {func(ctx context.Context, actor *admin.Actor) error { return actor.DeleteForm(ctx, form.ID) }, "base", "InvalidValue"},
			"idle default form": {func(ctx context.Context, actor *admin.Actor) error {
				return ignore(actor.ChangeForm(ctx, form.ID, func(f *desk.TicketForm) error { f.Active, f.Default = false, false; return nil }))
			}, "active", "InvalidValue"},

			"category without name": {func(ctx context.Context, actor *admin.Actor) error {
				return actor.CreateCategory(ctx, &desk.TriggerCategory{Name: " "})
			}, "name", "BlankValue"},
			"category with triggers": {func(ctx context.Context, actor *admin.Actor) error { return actor.DeleteCategory(ctx, category) }, "base", "TriggerCategoryNotEmpty"},
			"trigger of no category": {func(ctx context.Context, actor *admin.Actor) error {
				return actor.CreateTrigger(ctx, &desk.Trigger{Title: "X", Category: 99, Conditions: is(when("status", "is", "open")), Actions: []desk.Action{set("priority", "high")}})
			}, "category_id", "InvalidValue"},
		} {
			t.Run(name, func(t *testing.T) { wantFault(t, f.as(f.ada, c.work), c.field, c.code) })
		}
	})
}

// Addresses and tags are stored in their one form, however they are written.
func TestRecordsAreStoredInOneForm(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *firm) {
		u := desk.User{Name: "Pia", Email: " Pia@Photo.Example", Tags: []string{"B", "a", "b"}}
		o := desk.TicketField{Type: desk.FieldTagger, Title: "X", Options: []desk.FieldOption{{Name: "Sensor", Value: "Image_Sensor"}}}
		f.must(f.ada, func(ctx context.Context, actor *admin.Actor) error {
			return errors.Join(actor.CreateUser(ctx, &u, admin.Password{}), actor.CreateField(ctx, &o))
		})
		if u.Email != "pia@photo.example" || len(u.Tags) != 2 || u.Tags[0] != "a" || o.Options[0].Value != "image_sensor" {
			t.Errorf("stored as %+v and %+v", u, o)
		}
	})
}

func TestTheLastAdminStays(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *firm) {
		sam := desk.User{Name: "Sam", Email: "sam@acme.example", Role: desk.Admin, Suspended: true}
		f.must(f.ada, func(ctx context.Context, actor *admin.Actor) error {
			return actor.CreateUser(ctx, &sam, admin.Password{})
		})
		change := func(who desk.User, id desk.UserID, edit func(u *desk.User)) error {
			return f.as(who, func(ctx context.Context, actor *admin.Actor) error {
				return ignore(actor.ChangeUser(ctx, id, admin.Password{}, func(u *desk.User) error { edit(u); return nil }))
			})
		}
		toAgent := func(u *desk.User) { u.Role = desk.Agent }
		wantFault(t, change(sam, f.ada.ID, toAgent), "role", "InvalidValue")
		wantFault(t, change(sam, f.ada.ID, func(u *desk.User) { u.Suspended = true }), "suspended", "InvalidValue")
		wantFault(t, f.as(sam, func(ctx context.Context, actor *admin.Actor) error {
			return ignore(actor.DeleteUser(ctx, f.ada.ID))
		}), "base", "InvalidValue")
		if err := change(f.ada, f.ada.ID, func(u *desk.User) { u.Name = "Ada L." }); err != nil {
			t.Error(err)
		}
		if err := change(f.ada, sam.ID, func(u *desk.User) { u.Suspended = false }); err != nil {
			t.Error(err)
		}
		// Two admins take each other's role away at the same time: one stays.
		var together sync.WaitGroup
		errs := make([]error, 2)
		for i, pair := range [][2]desk.User{{f.ada, sam}, {sam, f.ada}} {
			together.Go(func() { errs[i] = change(pair[0], pair[1].ID, toAgent) })
		}
		together.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Errorf("both or none: %v, %v", errs[0], errs[1])
		}
	})
}
