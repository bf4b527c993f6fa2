package admin_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/web/webtest"
)

// fieldNamed reads a field by its title.
func fieldNamed(t *testing.T, all []desk.TicketField, title string) desk.TicketField {
	t.Helper()
	for _, f := range all {
		if f.Title == title {
			return f
		}
	}
	t.Fatalf("no field is called %s", title)
	return desk.TicketField{}
}

func names(f desk.TicketField) (all []string) {
	for _, o := range f.Options {
		word := o.Name + "=" + o.Value
		if o.Default {
			word += "*"
		}
		all = append(all, word)
	}
	return all
}

func TestFieldsAndOptions(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		acme := webtest.Start(t, db).Desk(t, "acme")
		ada := webtest.Open(t, acme, acme.Admin.User)
		read := func() (all []desk.TicketField) {
			must(t, acme.Write(t, func(ctx context.Context, tx *store.Tx) (err error) {
				all, err = tx.Fields(ctx)
				return err
			}))
			return all
		}
		ada.Post("/admin/fields", url.Values{"type": {"tagger"}, "title": {""}, "option_key": {"0"}, "option_name": {hostile}, "option_tag": {"<"}},
			http.StatusUnprocessableEntity).Has(t, "Title: cannot be blank")
		ada.Post("/admin/fields", url.Values{"type": {"regexp"}, "title": {"R"}, "regexp_for_validation": {"("}}, http.StatusUnprocessableEntity).Has(t, "not a regular expression")
		form := url.Values{"type": {"tagger"}, "title": {"Part"}, "visible_in_portal": {"", "true"}, "paste": {"Camera::Lens\nBody = housing\n\nÄ ö!\nBody"}}
		form.Set("do", "add")
		ada.Post("/admin/fields", form, http.StatusOK).HasMarkup(t, `value="camera__lens"`)
		form.Del("do")
		ada.Post("/admin/fields", form, http.StatusOK).Has(t, "Part is added", "Dropdown 4 options")
		part := fieldNamed(t, read(), "Part")
		if diff := cmp.Diff([]string{"Camera::Lens=camera__lens", "Body=housing", "Ä ö!=ä_ö", "Body=body"}, names(part)); diff != "" {
			t.Errorf("options (-want +got):\n%s", diff)
		}
		path := fmt.Sprintf("/admin/fields/%d", part.ID)
		form = url.Values{"title": {"Part"}, "option_key": {"0", "1", "2"}, "option_name": {"Lens", "Housing", ""}, "option_tag": {"camera__lens", "housing", ""},
			"option_default": {"1"}, "do": {"up:1"}}
		moved := ada.Post(path, form, http.StatusOK).Body
		if strings.Index(moved, `value="housing"`) > strings.Index(moved, `value="camera__lens"`) {
			t.Error("Body stands after Camera::Lens, want it before")
		}
		if got := names(fieldNamed(t, read(), "Part")); len(got) != 4 {
			t.Errorf("got %v after moving, want 4 options as before", got)
		}
		form.Del("do")
		ada.Post(path, form, http.StatusOK).Has(t, "Part is saved")
		if diff := cmp.Diff([]string{"Lens=camera__lens", "Housing=housing*"}, names(fieldNamed(t, read(), "Part"))); diff != "" {
			t.Errorf("options (-want +got):\n%s", diff)
		}
		must(t, acme.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `
				insert into ticket_values (account_id, ticket_id, field_id, place, found_by, value)
				values ($1, 1, $2, 0, 'housing', 'housing')`, acme.Account.ID, part.ID)
			return err
		}))
		form = url.Values{"title": {"Part"}, "option_key": {"0"}, "option_name": {"Lens"}, "option_tag": {"camera__lens"}}
		ada.Post(path, form, http.StatusOK).Has(t, "1 ticket has chosen an option that you take away", "Housing")
		if got := names(fieldNamed(t, read(), "Part")); len(got) != 2 {
			t.Errorf("got %v, want both options until taking one away is confirmed", got)
		}
		form.Set("sure", "true")
		ada.Post(path, form, http.StatusOK).Has(t, "Part is saved")
		ada.Get(path+"/delete", http.StatusOK).Has(t, "1 ticket says something in it", "turn the field off instead")

		ada.Post(path+"/active", url.Values{"on": {""}}, http.StatusOK).Has(t, "Part is off")
		ada.Post(path+"/active", url.Values{"on": {"true"}}, http.StatusOK).Has(t, "Part is on")
		ada.Post(path+"/move", url.Values{"do": {"up"}}, http.StatusOK)
		all := read()
		if at := len(all) - 2; all[at].ID != part.ID {
			t.Errorf("got %s at the last place but one, want Part", all[at].Title)
		}
		ada.Post("/admin/fields/order", url.Values{"id": {fmt.Sprint(part.ID)}}, http.StatusOK)
		if all = read(); all[0].ID != part.ID {
			t.Errorf("got %s first, want Part", all[0].Title)
		}
		system := fmt.Sprintf("/admin/fields/%d", all[1].ID)
		ada.Get(system+"/delete", http.StatusNotFound)
		ada.Post(system, url.Values{"title": {"Matter"}, "title_in_portal": {"What is it?"}}, http.StatusOK).Has(t, "Matter is saved")
		ada.Post(path+"/delete", nil, http.StatusOK).Has(t, "Field deleted")
		ada.Get(path, http.StatusNotFound)
	})
}

func TestForms(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		acme := webtest.Start(t, db).Desk(t, "acme")
		all := filledDesk(t, acme)
		ada := webtest.Open(t, acme, acme.Admin.User)
		field, subject := fmt.Sprint(all.field.ID), fmt.Sprint(all.system)
		form := url.Values{"name": {""}, "active": {"", "true"}, "end_user_visible": {"", "true"}, "field": {subject}}
		ada.Post("/admin/forms", form, http.StatusUnprocessableEntity)
		form.Set("name", "Repairs")
		form.Set("add", field)
		form.Set("do", "add")
		ada.Post("/admin/forms", form, http.StatusOK).Has(t, hostile+"field", "What customers see")
		form["field"] = []string{subject, field}
		form.Set("do", "up:"+field)
		arranged := ada.Post("/admin/forms", form, http.StatusOK).Body
		if strings.Index(arranged, `name="field" value="`+field) > strings.Index(arranged, `name="field" value="`+subject) {
			t.Error("the field stands after the subject, want it before")
		}
		form.Del("do")
		ada.Post("/admin/forms", form, http.StatusOK).Has(t, "Form Repairs saved", "Repairs")

		seen := ada.Htmx().Post("/admin/forms/preview", form, http.StatusOK)
		seen.Has(t, hostile+"field", "Subject", "Description")
		seen.Lacks(t, "<html", "Assignee")
		if strings.Contains(seen.Body, "<script>") {
			t.Error("a script stands in the preview")
		}
		form.Set("end_user_visible", "")
		ada.Htmx().Post("/admin/forms/preview", form, http.StatusOK).Has(t, "Customers do not see this form")

		path := fmt.Sprintf("/admin/forms/%d", all.form.ID)
		ada.Post(path, url.Values{"name": {"Main"}, "default": {"", "true"}, "field": {subject}}, http.StatusUnprocessableEntity).Has(t, "the default form must be active")
		ada.Post(path, url.Values{"name": {"Main"}, "active": {"true"}, "default": {"", "true"}, "field": {subject, "999"}}, http.StatusUnprocessableEntity).Has(t, "there is no field 999")
		ada.Post(path, url.Values{"name": {"Main"}, "active": {"true"}, "default": {"", "true"}, "field": {subject}}, http.StatusOK).Has(t, "Main default")
		ada.Post(path+"/delete", nil, http.StatusUnprocessableEntity).Has(t, "default form cannot be deleted")
		ada.Post(path+"/clone", nil, http.StatusOK).Has(t, "It is off until you turn it on")
		ada.Post(path+"/move", url.Values{"do": {"up"}}, http.StatusOK)
	})
}
