package api_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"interdesk/api/apitest"
	"interdesk/desk"
	"interdesk/store"
)

func dropdown(options ...string) object {
	list := array{}
	for _, o := range options {
		list = append(list, object{"name": "The " + o, "value": o})
	}
	return object{"type": "tagger", "title": "Problem type", "visible_in_portal": true, "custom_field_options": list}
}

func TestTicketFields(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		system := len(d.Agent.Get("ticket_fields.json", 200).List("ticket_fields"))
		made := d.Admin.Post("ticket_fields", wrapped("ticket_field", dropdown("Image_Sensor", "lens")), 201)
		id := num(made.ID("ticket_field.id"))
		for path, want := range map[string]any{"ticket_field.type": "tagger", "ticket_field.removable": true, "ticket_field.active": true,
			"ticket_field.custom_field_options.0.value": "image_sensor", "ticket_field.title_in_portal": "Problem type"} {
			if diff := cmp.Diff(want, made.At(path)); diff != "" {
				t.Errorf("%s: %s", path, diff)
			}
		}
		for _, cursor := range []bool{false, true} {
			if got := d.Agent.All("ticket_fields", "ticket_fields", 3, cursor); len(got) != system+1 {
				t.Errorf("cursor %v: %d fields", cursor, len(got))
			}
		}
		changed := d.Admin.Put("ticket_fields/"+id+".json", wrapped("ticket_field", object{"title": "Kind", "required": true,
			"custom_field_options": array{object{"name": "Lens", "value": "lens"}, object{"name": "Body", "value": "body", "default": true}}}), 200)
		if changed.ID("ticket_field.custom_field_options.0.id") != made.ID("ticket_field.custom_field_options.1.id") || changed.At("ticket_field.custom_field_options.1.default") != true {
			t.Errorf("%s", changed.Body)
		}
		whole := d.Admin.Get("ticket_fields/"+id, 200).At("ticket_field").(object)
		d.Admin.Put("ticket_fields/"+id, wrapped("ticket_field", whole), 200)
		order := d.Agent.Get("ticket_fields", 200).IDs("ticket_fields")
		slices.Reverse(order)
		d.Admin.Put("ticket_fields/reorder", object{"ticket_field_ids": order}, 200)
		if got := d.Agent.Get("ticket_fields", 200).IDs("ticket_fields"); !cmp.Equal(got, order) {
			t.Errorf("reordered %v, want %v", got, order)
		}
		d.Agent.Get("ticket_fields/count", 200)
		d.Admin.Delete("ticket_fields/"+id, 204)
		d.Admin.Delete("ticket_fields/"+id, 404)
		d.Admin.Delete("ticket_fields/"+num(order[len(order)-1]), 422)
	})
}

func TestTicketFieldFaults(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		for name, tt := range map[string]struct {
			field object
			want  []string
		}{
			"empty":        {object{}, []string{"title", "type"}},
			"system type":  {object{"type": "status", "title": "x"}, []string{"type"}},
			"no options":   {object{"type": "multiselect", "title": "x"}, []string{"custom_field_options"}},
			"twice a tag":  {dropdown("a", "a"), []string{"custom_field_options"}},
			"bad regexp":   {object{"type": "regexp", "title": "x", "regexp_for_validation": "("}, []string{"regexp_for_validation"}},
			"lookup":       {object{"type": "lookup", "title": "x"}, []string{"relationship_target_type"}},
			"options kind": {object{"type": "tagger", "title": "x", "active": "perhaps", "custom_field_options": "a"}, []string{"active", "custom_field_options"}},
		} {
			if got := faults(t, d.Admin.Post("ticket_fields", wrapped("ticket_field", tt.field), 422)); !cmp.Equal(got, tt.want) {
				t.Errorf("%s: %v, want %v", name, got, tt.want)
			}
		}
		d.Agent.Post("ticket_fields", wrapped("ticket_field", dropdown("a")), 403)
		id := num(d.Admin.Post("ticket_fields", wrapped("ticket_field", dropdown("a")), 201).ID("ticket_field.id"))
		if got := faults(t, d.Admin.Put("ticket_fields/"+id, wrapped("ticket_field", object{"type": "text"}), 422)); !cmp.Equal(got, []string{"type"}) {
			t.Errorf("type changed: %v", got)
		}
		d.Agent.Put("ticket_fields/"+id, wrapped("ticket_field", object{"title": "x"}), 403)
		d.Agent.Delete("ticket_fields/"+id, 403)
	})
}

// End users and visitors know of what their forms show, and of nothing else.
func TestTicketFieldsInPortal(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		shown := d.Admin.Post("ticket_fields", wrapped("ticket_field", dropdown("a")), 201).ID("ticket_field.id")
		hidden := d.Admin.Post("ticket_fields", wrapped("ticket_field", object{"type": "text", "title": "Secret", "agent_description": "psst"}), 201).ID("ticket_field.id")
		for _, c := range []*apitest.Client{d.EndUser, d.Nobody} {
			got := c.Get("ticket_fields", 200).IDs("ticket_fields")
			if !slices.Contains(got, shown) || slices.Contains(got, hidden) {
				t.Errorf("fields %v", got)
			}
			c.Get("ticket_fields/"+num(hidden), 404)
			c.Get("ticket_fields/"+num(hidden)+"/options", 404)
			if one := c.Get("ticket_fields/"+num(shown), 200); one.At("ticket_field.agent_description") != nil {
				t.Errorf("%s", one.Body)
			}
		}
	})
}

func TestTicketFieldOptions(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		field := "ticket_fields/" + num(d.Admin.Post("ticket_fields", wrapped("ticket_field", dropdown("a", "b")), 201).ID("ticket_field.id"))
		made := d.Admin.Post(field+"/options.json", wrapped("custom_field_option", object{"name": "C", "value": "C", "position": 0}), 201)
		id := num(made.ID("custom_field_option.id"))
		if made.Text("custom_field_option.value") != "c" || made.ID("custom_field_option.position") != 0 {
			t.Errorf("%s", made.Body)
		}
		renamed := d.Admin.Post(field+"/options", wrapped("custom_field_option", object{"id": id, "name": "See"}), 200)
		if num(renamed.ID("custom_field_option.id")) != id || renamed.Text("custom_field_option.name") != "See" {
			t.Errorf("%s", renamed.Body)
		}
		d.Admin.Put(field+"/options/"+id, wrapped("custom_field_option", object{"name": "Sea", "position": 2}), 200)
		if got := d.EndUser.Get(field+"/options", 200); len(got.List("custom_field_options")) != 3 || got.Text("custom_field_options.2.name") != "Sea" {
			t.Errorf("%s", got.Body)
		}
		d.EndUser.Get(field+"/options/"+id, 200)
		d.Admin.Post(field+"/options", wrapped("custom_field_option", object{"name": "B again", "value": "b"}), 422)
		d.Admin.Post(field+"/options", wrapped("custom_field_option", object{"id": 5, "name": "x"}), 404)
		d.Agent.Post(field+"/options", wrapped("custom_field_option", object{"name": "x", "value": "x"}), 403)
		d.Admin.Delete(field+"/options/"+id, 204)
		d.Admin.Get(field+"/options/"+id, 404)
		text := d.Admin.Post("ticket_fields", wrapped("ticket_field", object{"type": "text", "title": "T"}), 201).ID("ticket_field.id")
		d.Admin.Post("ticket_fields/"+num(text)+"/options", wrapped("custom_field_option", object{"name": "x", "value": "x"}), 400)
	})
}

func TestTicketForms(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		first := d.Nobody.Get("ticket_forms.json", 200)
		if len(first.List("ticket_forms")) != 1 || first.At("ticket_forms.0.default") != true {
			t.Fatalf("%s", first.Body)
		}
		fields := d.Agent.Get("ticket_fields", 200).IDs("ticket_fields")
		if n := len(first.List("ticket_forms.0.ticket_field_ids")); n >= len(fields) {
			t.Errorf("a visitor sees %d of %d fields", n, len(fields))
		}
		made := d.Admin.Post("ticket_forms", wrapped("ticket_form", object{"name": "Repairs", "ticket_field_ids": fields[:2]}), 201)
		id := num(made.ID("ticket_form.id"))
		if len(d.EndUser.Get("ticket_forms", 200).List("ticket_forms")) != 1 {
			t.Error("a form that end users cannot see is shown to them")
		}
		d.EndUser.Get("ticket_forms/"+id, 404)
		d.Agent.Get("ticket_forms/"+id, 200)
		if got := d.Agent.Get("ticket_forms?active=false&fallback_to_default=true", 200).IDs("ticket_forms"); !cmp.Equal(got, first.IDs("ticket_forms")) {
			t.Errorf("fallback %v", got)
		}
		d.Admin.Post("ticket_forms", wrapped("ticket_form", object{}), 422)
		d.Admin.Post("ticket_forms", wrapped("ticket_form", object{"name": "x", "ticket_field_ids": array{5}}), 422)
		d.Agent.Post("ticket_forms", wrapped("ticket_form", object{"name": "x"}), 403)
		copied := d.Admin.Post("ticket_forms/"+id+"/clone", nil, 201)
		if copied.At("ticket_form.active") != false || len(copied.List("ticket_form.ticket_field_ids")) != 2 {
			t.Errorf("%s", copied.Body)
		}
		all := d.Agent.Get("ticket_forms", 200).IDs("ticket_forms")
		slices.Reverse(all)
		if got := d.Admin.Put("ticket_forms/reorder", object{"ticket_form_ids": all}, 200).IDs("ticket_forms"); !cmp.Equal(got, all) {
			t.Errorf("reordered %v", got)
		}
		if got := d.Agent.Get("ticket_forms/show_many?ids="+id, 200).IDs("ticket_forms"); len(got) != 1 {
			t.Errorf("show_many %v", got)
		}
		was := num(first.IDs("ticket_forms")[0])
		d.Admin.Delete("ticket_forms/"+was, 422)
		d.Admin.Put("ticket_forms/"+was, wrapped("ticket_form", object{"active": false}), 422)
		d.Admin.Put("ticket_forms/"+id, wrapped("ticket_form", object{"default": true, "end_user_visible": true}), 200)
		d.Admin.Delete("ticket_forms/"+was, 204)
		for _, cursor := range []bool{false, true} {
			if got := d.Agent.All("ticket_forms", "ticket_forms", 1, cursor); len(got) != 2 {
				t.Errorf("cursor %v: %v", cursor, got)
			}
		}
	})
}

// A tag belongs to one field; the collision names its owner. What collided before stays, and blocks only a new one.
func TestATagBelongsToOneField(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		d.Admin.Post("ticket_fields", wrapped("ticket_field", dropdown("lens")), 201)
		other := dropdown("Lens")
		other["title"] = "Part"
		refused := d.Admin.Post("ticket_fields", wrapped("ticket_field", other), 422)
		if !strings.Contains(string(refused.Body), "Problem type") {
			t.Errorf("the owner is not named: %s", refused.Body)
		}
		d.Admin.Post("ticket_fields", wrapped("ticket_field", object{"type": "checkbox", "title": "Lens?", "tag": "LENS"}), 422)
		part := d.Admin.Post("ticket_fields", wrapped("ticket_field", object{"type": "multiselect", "title": "Parts", "custom_field_options": array{object{"name": "Cap", "value": "cap"}}}), 201).ID("ticket_field.id")
		d.Admin.Post("ticket_fields/"+num(part)+"/options", wrapped("custom_field_option", object{"name": "Lens", "value": "lens"}), 422)
		if err := d.Write(t, func(ctx context.Context, tx *store.Tx) error { // as older versions let happen
			f, err := tx.Field(ctx, desk.FieldID(part))
			f.Options = append(f.Options, desk.FieldOption{Name: "Lens", Value: "lens"})
			return errors.Join(err, tx.UpdateField(ctx, &f))
		}); err != nil {
			t.Fatal(err)
		}
		d.Admin.Put("ticket_fields/"+num(part), wrapped("ticket_field", object{"title": "Spare parts"}), 200)
	})
}

// A field that rules speak of stays until they do not; a rule whose field is gone can still be renamed.
func TestAFieldThatRulesUseStays(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		field := num(d.Admin.Post("ticket_fields", wrapped("ticket_field", dropdown("lens")), 201).ID("ticket_field.id"))
		rule := object{"title": "Lenses", "conditions": object{"all": array{object{"field": "custom_fields_" + field, "operator": "is", "value": "lens"}}},
			"actions": array{object{"field": "priority", "value": "high"}}}
		trigger := num(d.Admin.Post("triggers", wrapped("trigger", rule), 201).ID("trigger.id"))
		view := num(d.Admin.Post("views", wrapped("view", object{"title": "All lenses", "all": array{object{"field": "status", "operator": "less_than", "value": "solved"}},
			"output": object{"columns": array{"subject", field}}}), 201).ID("view.id"))
		refused := d.Admin.Delete("ticket_fields/"+field, 422)
		for _, want := range []string{`trigger \"Lenses\"`, `view \"All lenses\"`} {
			if !strings.Contains(string(refused.Body), want) {
				t.Errorf("no %s in %s", want, refused.Body)
			}
		}
		d.Admin.Put("triggers/"+trigger, wrapped("trigger", object{"active": false}), 200)
		d.Admin.Delete("views/"+view, 204)
		d.Admin.Delete("ticket_fields/"+field, 204)
		d.Admin.Put("triggers/"+trigger, wrapped("trigger", object{"title": "Old lenses"}), 200)
		if got := d.Admin.Put("triggers/"+trigger, wrapped("trigger", object{"active": true}), 422); !strings.Contains(string(got.Body), field) {
			t.Errorf("what is missing is not told: %s", got.Body)
		}
	})
}
