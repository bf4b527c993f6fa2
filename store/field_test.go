package store_test

import (
	"testing"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

func problemField() desk.TicketField {
	return desk.TicketField{Type: desk.FieldTagger, Title: "Problem type", Active: true, VisibleInPortal: true, Options: []desk.FieldOption{
		{Name: "Image sensor", Value: "image_sensor"}, {Name: "Lens", Value: "lens", Default: true}}}
}

func TestFieldOptionsKeepTheirIDsByValue(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, acme, _ := openDesk(t, db)
		ctx := t.Context()
		f := problemField()
		write(t, acme, func(tx *store.Tx) error { return tx.InsertField(ctx, &f) })
		stored := configOf(t, acme).Field(f.ID)
		wantSame(t, "field", *stored, f)
		if f.Position != 8 || f.Options[0].ID == 0 || f.Options[1].Position != 2 {
			t.Errorf("stored as %+v", f)
		}
		sensor, lens := f.Options[0].ID, f.Options[1].ID
		f.Options = []desk.FieldOption{{Name: "Battery", Value: "battery"}, {Name: "Sensor", Value: "image_sensor"}}
		f.Title = "Problem"
		write(t, acme, func(tx *store.Tx) error { return tx.UpdateField(ctx, &f) })
		wantSame(t, "updated field", *configOf(t, acme).Field(f.ID), f)
		if f.Options[1].ID != sensor || f.Options[0].ID == lens || f.Options[0].ID == 0 {
			t.Errorf("options %+v, want the sensor's id %d again and a new one for the battery", f.Options, sensor)
		}
	})
}

func TestDeleteFieldTakesItOffFormsAndTickets(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, acme, _ := openDesk(t, db)
		ctx := t.Context()
		f := problemField()
		var form desk.TicketForm
		write(t, acme, func(tx *store.Tx) error {
			if err := tx.InsertField(ctx, &f); err != nil {
				return err
			}
			form = desk.TicketForm{Name: "Repairs", Active: true, Fields: []desk.FieldID{f.ID}}
			if err := tx.InsertForm(ctx, &form); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, `
				insert into ticket_values (account_id, ticket_id, field_id, place, found_by, value) values ($1, 1, $2, 0, 'lens', 'lens')`, tx.Account(), f.ID)
			return err
		})
		write(t, acme, func(tx *store.Tx) error { return tx.DeleteField(ctx, f.ID) })
		read(t, acme, func(tx *store.Tx) error {
			got, err := tx.Form(ctx, form.ID)
			if err != nil {
				return err
			}
			wantSame(t, "fields of the form", got.Fields, []desk.FieldID{})
			var left int
			err = tx.QueryRow(ctx, `
				select (select count(*) from ticket_values where account_id = $1)
					+ (select count(*) from field_options where account_id = $1)`, tx.Account()).Scan(&left)
			wantSame(t, "values and options left", left, 0)
			return err
		})
	})
}

func TestFormsAndOrder(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, acme, _ := openDesk(t, db)
		ctx := t.Context()
		cfg := configOf(t, acme)
		first, status := cfg.Forms[0], cfg.Fields[2].ID
		form := desk.TicketForm{Name: "Repairs", Active: true, Default: true, Fields: []desk.FieldID{status}}
		write(t, acme, func(tx *store.Tx) error { return tx.InsertForm(ctx, &form) })
		if got := configOf(t, acme).DefaultForm(); got != form.ID {
			t.Errorf("default form %d, want the new one %d", got, form.ID)
		}
		write(t, acme, func(tx *store.Tx) error {
			if err := tx.ReorderForms(ctx, []desk.FormID{form.ID}); err != nil {
				return err
			}
			return tx.ReorderFields(ctx, []desk.FieldID{status, 99, status})
		})
		cfg = configOf(t, acme)
		wantSame(t, "forms", titles(cfg.Forms, func(f desk.TicketForm) string { return f.Name }), []string{"Repairs", "Default form"})
		wantSame(t, "fields", titles(cfg.Fields, func(f desk.TicketField) string { return f.Title }),
			[]string{"Status", "Subject", "Description", "Type", "Priority", "Group", "Assignee"})
		wantSame(t, "position", cfg.Fields[6].Position, 7)
		write(t, acme, func(tx *store.Tx) error { return tx.DeleteForm(ctx, first.ID) })
	})
}
