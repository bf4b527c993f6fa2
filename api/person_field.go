package api

import (
	"encoding/json"
	"strings"

	"interdesk/admin"
	"interdesk/desk"
	"interdesk/store"
)

func personFieldRoutes() []route {
	return append(personFields{desk.OfUsers, "user_field", "user_fields"}.routes(),
		personFields{desk.OfOrganizations, "organization_field", "organization_fields"}.routes()...)
}

// personFields is the resource of the fields of users, or of organizations.
type personFields struct {
	kind desk.PersonKind
	one  string
	all  string
}

func (r personFields) routes() []route {
	at := "/" + r.all
	return []route{
		{"GET", at, agents, r.list},
		{"POST", at, admins, r.create},
		{"PUT", at + "/reorder", admins, r.reorder},
		{"GET", at + "/{id}", agents, r.show},
		{"PUT", at + "/{id}", admins, r.update},
		{"DELETE", at + "/{id}", admins, r.remove},
	}
}

// personFieldJSON is a field of users or organizations.
type personFieldJSON struct {
	URL            string        `json:"url"`
	ID             desk.FieldID  `json:"id"`
	Type           string        `json:"type"`
	Key            string        `json:"key"`
	Title          string        `json:"title"`
	RawTitle       string        `json:"raw_title"`
	Description    string        `json:"description"`
	RawDescription string        `json:"raw_description"`
	Position       int           `json:"position"`
	Active         bool          `json:"active"`
	System         bool          `json:"system"`
	Regexp         *string       `json:"regexp_for_validation"`
	Tag            *string       `json:"tag,omitempty"`
	Target         *string       `json:"relationship_target_type,omitempty"`
	Options        *[]optionJSON `json:"custom_field_options,omitempty"`
	CreatedAt      string        `json:"created_at"`
	UpdatedAt      string        `json:"updated_at"`
}

// dropdown is what clients call a tagger that is no ticket's.
const dropdown = "dropdown"

func (r personFields) fieldOf(c *call) func(f desk.PersonField) personFieldJSON {
	return func(f desk.PersonField) personFieldJSON {
		out := personFieldJSON{URL: c.url(r.all, int64(f.ID)), ID: f.ID, Type: string(f.Type), Key: f.Key, Title: f.Title, RawTitle: f.Title,
			Description: f.Description, RawDescription: f.Description, Position: f.Position, Active: f.Active, Regexp: nullString(f.Regexp),
			Tag: nullString(f.Tag), Target: nullString(f.Target), CreatedAt: formatTime(f.CreatedAt), UpdatedAt: formatTime(f.UpdatedAt)}
		if f.Type == desk.FieldTagger {
			out.Type = dropdown
		}
		if f.Type.HasOptions() {
			options := make([]optionJSON, len(f.Options))
			for i, o := range f.Options {
				options[i] = c.optionOf(f.ID, o)
				options[i].URL = c.url(r.all, int64(f.ID), "options", int64(o.ID))
			}
			out.Options = &options
		}
		return out
	}
}

func (r personFields) list(c *call) error {
	return answerWholeList(c, r.all, asActor(c, func(_ *store.Tx, actor *admin.Actor) ([]desk.PersonField, error) {
		return actor.PersonFields(c.ctx(), r.kind)
	}), func(f desk.PersonField) int64 { return int64(f.ID) }, showEach(r.fieldOf(c)))
}

func (r personFields) show(c *call) error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.readOK(asActor(c, func(_ *store.Tx, actor *admin.Actor) (object, error) {
		f, err := actor.PersonField(c.ctx(), r.kind, desk.FieldID(id))
		return objectOf(r.one, r.fieldOf(c)(f)), err
	}))
}

// personFieldInput is what clients may say of a field of users or organizations.
type personFieldInput struct {
	fieldInput
	Key textInput `json:"key"`
}

func (in *personFieldInput) applyTo(f *desk.PersonField) {
	if in.Type.v == dropdown {
		in.Type.v = string(desk.FieldTagger)
	}
	in.fieldInput.applyTo(&f.TicketField)
	setText(&f.Key, in.Key)
}

func (r personFields) create(c *call) error {
	var in personFieldInput
	if err := c.parseRecord(r.one, &in); err != nil {
		return err
	}
	return c.changeCreated(func(_ *store.Tx, actor *admin.Actor) (string, object, error) {
		f := desk.PersonField{TicketField: desk.TicketField{Active: true}, Of: r.kind}
		in.applyTo(&f)
		err := actor.CreatePersonField(c.ctx(), &f)
		return c.url(r.all, int64(f.ID)), objectOf(r.one, r.fieldOf(c)(f)), err
	})
}

func (r personFields) update(c *call) error {
	var in personFieldInput
	if err := c.parseRecord(r.one, &in); err != nil {
		return err
	}
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.changeOK(func(_ *store.Tx, actor *admin.Actor) (object, error) {
		f, err := actor.ChangePersonField(c.ctx(), r.kind, desk.FieldID(id), func(f *desk.PersonField) error {
			in.applyTo(f)
			return nil
		})
		return objectOf(r.one, r.fieldOf(c)(f)), err
	})
}

func (r personFields) remove(c *call) error {
	return c.deleteOne(func(actor *admin.Actor, id int64) error {
		return actor.DeletePersonField(c.ctx(), r.kind, desk.FieldID(id))
	})
}

func (r personFields) reorder(c *call) error {
	var in struct {
		Users         numbersInput `json:"user_field_ids"`
		Organizations numbersInput `json:"organization_field_ids"`
	}
	if err := c.parseBody(&in); err != nil {
		return err
	}
	ids := idsOf[desk.FieldID](append(in.Users.v, in.Organizations.v...))
	if len(ids) == 0 {
		return desk.InvalidField(r.one+"_ids", "BlankValue", "Name the fields in their order")
	}
	return c.changeEmpty(func(actor *admin.Actor) error { return actor.ReorderPersonFields(c.ctx(), r.kind, ids) })
}

// namedFields are values of fields by their keys.
type namedFields map[string]fieldText

// setPersonFields sets what somebody's fields say, and the tags that go with it.
func (c *call) setPersonFields(kind desk.PersonKind, given namedFields, values *map[desk.FieldID]desk.FieldValue, tags *[]string) error {
	if len(given) == 0 {
		return nil
	}
	texts := map[string][]string{}
	for key, v := range given {
		texts[strings.ToLower(key)] = v
	}
	now, with, err := desk.SetPersonFields(c.personFields(kind), string(kind)+"_fields", texts, *values, *tags)
	if err != nil {
		return err
	}
	*values, *tags = now, with
	return c.fault
}

// personFieldsOf shows what somebody's fields say, each by its key; null where one says nothing.
func (c *call) personFieldsOf(kind desk.PersonKind, values map[desk.FieldID]desk.FieldValue) object {
	out := object{}
	for _, f := range c.personFields(kind) {
		if f.Active {
			out = append(out, member{f.Key, personFieldValue(&f, values[f.ID])})
		}
	}
	return out
}

// personFields are the fields of a kind of person. Where they cannot be read no answer goes out.
func (c *call) personFields(kind desk.PersonKind) []desk.PersonField {
	if c.fields == nil {
		read := func(tx *store.Tx) error {
			cfg, err := tx.Config(c.ctx())
			if err == nil {
				c.fields = &cfg.PersonFields
			}
			return err
		}
		if c.tx != nil {
			c.fault = read(c.tx)
		} else {
			c.fault = c.readTx(read)
		}
		if c.fault != nil {
			return nil
		}
	}
	return (&desk.Config{PersonFields: *c.fields}).PersonFieldsOf(kind)
}

func personFieldValue(f *desk.PersonField, v desk.FieldValue) any {
	switch {
	case len(v) > 0 && (f.Type == desk.FieldInteger || f.Type == desk.FieldDecimal):
		return json.Number(v.Text())
	case len(v) > 0 && f.Type == desk.FieldDate:
		return v.Text() + "T00:00:00+00:00"
	}
	return fieldValue(&f.TicketField, v)
}
