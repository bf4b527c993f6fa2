package api

import (
	"slices"

	"interdesk/admin"
	"interdesk/desk"
	"interdesk/store"
)

func ticketFormRoutes() []route {
	return []route{
		{"GET", "/ticket_forms", anyone, (*call).listForms},
		{"GET", "/ticket_forms/show_many", anyone, (*call).showManyForms},
		{"GET", "/ticket_forms/{id}", anyone, (*call).showForm},
		{"POST", "/ticket_forms", admins, (*call).createForm},
		{"POST", "/ticket_forms/{id}/clone", admins, (*call).cloneForm},
		{"PUT", "/ticket_forms/{id}", admins, (*call).updateForm},
		{"PUT", "/ticket_forms/reorder", admins, (*call).reorderForms},
		{"DELETE", "/ticket_forms/{id}", admins, (*call).deleteForm},
	}
}

// formJSON is a ticket form.
type formJSON struct {
	URL                string         `json:"url"`
	ID                 desk.FormID    `json:"id"`
	Name               string         `json:"name"`
	RawName            string         `json:"raw_name"`
	DisplayName        string         `json:"display_name"`
	RawDisplayName     string         `json:"raw_display_name"`
	EndUserVisible     bool           `json:"end_user_visible"`
	Position           int            `json:"position"`
	TicketFieldIDs     []desk.FieldID `json:"ticket_field_ids"`
	Active             bool           `json:"active"`
	Default            bool           `json:"default"`
	CreatedAt          string         `json:"created_at"`
	UpdatedAt          string         `json:"updated_at"`
	InAllBrands        bool           `json:"in_all_brands"`
	RestrictedBrandIDs []desk.BrandID `json:"restricted_brand_ids"`
	EndUserConditions  []object       `json:"end_user_conditions"`
	AgentConditions    []object       `json:"agent_conditions"`
	DeletedAt          *string        `json:"deleted_at"`
}

func (c *call) formOf(cfg *desk.Config, f *desk.TicketForm) formJSON {
	return formJSON{
		URL: c.url("ticket_forms", int64(f.ID)), ID: f.ID, Name: f.Name, RawName: f.Name, DisplayName: f.DisplayName,
		RawDisplayName: f.DisplayName, EndUserVisible: f.EndUserVisible, Position: f.Position, TicketFieldIDs: nonNil(f.Fields),
		Active: f.Active, Default: f.Default, CreatedAt: formatTime(f.CreatedAt), UpdatedAt: formatTime(f.UpdatedAt), InAllBrands: true,
		RestrictedBrandIDs: []desk.BrandID{}, EndUserConditions: conditionsOf(cfg, f.EndUserConditions, false),
		AgentConditions: conditionsOf(cfg, f.AgentConditions, true), DeletedAt: nullTime(f.DeletedAt),
	}
}

// showForms shows forms, whose conditions tell of what type a field is.
func (c *call) showForms(tx *store.Tx, rows []desk.TicketForm) (any, object, error) {
	cfg, err := tx.Config(c.ctx())
	if err != nil {
		return nil, nil, err
	}
	out := make([]formJSON, len(rows))
	for i := range rows {
		out[i] = c.formOf(cfg, &rows[i])
	}
	return out, nil, nil
}

// oneForm answers with a form that was read or changed.
func (c *call) oneForm(tx *store.Tx, f *desk.TicketForm, err error) (object, error) {
	if err != nil {
		return nil, err
	}
	cfg, err := tx.Config(c.ctx())
	if err != nil {
		return nil, err
	}
	return objectOf("ticket_form", c.formOf(cfg, f)), nil
}

func formID(f desk.TicketForm) int64 { return int64(f.ID) }

// visibleForms are those that the caller may fill in.
func (c *call) visibleForms(tx *store.Tx) ([]desk.TicketForm, error) {
	return asActor(c, func(_ *store.Tx, actor *admin.Actor) ([]desk.TicketForm, error) { return actor.Forms(c.ctx()) })(tx)
}

// listForms heeds active, end_user_visible and fallback_to_default, which shows the default form where there is no other.
func (c *call) listForms() error {
	return answerWholeList(c, "ticket_forms", func(tx *store.Tx) ([]desk.TicketForm, error) {
		all, err := c.visibleForms(tx)
		if err != nil {
			return nil, err
		}
		found := slices.DeleteFunc(slices.Clone(all), func(f desk.TicketForm) bool {
			return c.query.Has("active") && f.Active != c.queryFlag("active") ||
				c.query.Has("end_user_visible") && f.EndUserVisible != c.queryFlag("end_user_visible")
		})
		if len(found) == 0 && c.queryFlag("fallback_to_default") {
			found = slices.DeleteFunc(all, func(f desk.TicketForm) bool { return !f.Default })
		}
		return found, nil
	}, formID, c.showForms)
}

func (c *call) showManyForms() error {
	ids, err := c.queryIDs("ids", pageSize)
	if err != nil {
		return err
	}
	return c.readOK(func(tx *store.Tx) (object, error) {
		all, err := c.visibleForms(tx)
		if err != nil {
			return nil, err
		}
		all = slices.DeleteFunc(all, func(f desk.TicketForm) bool { return !slices.Contains(ids, int64(f.ID)) })
		return wholeList(c, tx, "ticket_forms", all, c.showForms)
	})
}

func (c *call) showForm() error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.readOK(asActor(c, func(tx *store.Tx, actor *admin.Actor) (object, error) {
		f, err := actor.Form(c.ctx(), desk.FormID(id))
		return c.oneForm(tx, &f, err)
	}))
}

// formInput is what clients may say of a ticket form.
type formInput struct {
	Name           textInput    `json:"name"`
	RawName        textInput    `json:"raw_name"`
	DisplayName    textInput    `json:"display_name"`
	EndUserVisible flagInput    `json:"end_user_visible"`
	Position       numberInput  `json:"position"`
	Active         flagInput    `json:"active"`
	Default        flagInput    `json:"default"`
	TicketFieldIDs numbersInput `json:"ticket_field_ids"`

	AgentConditions   *[]conditionInput `json:"agent_conditions"`
	EndUserConditions *[]conditionInput `json:"end_user_conditions"`
	InAllBrands       flagInput         `json:"in_all_brands"`
	RestrictedBrands  numbersInput      `json:"restricted_brand_ids"`
}

// refuseLimits refuses what would narrow the form and nothing here keeps.
func (in *formInput) refuseLimits() error {
	faults := desk.Faults{}
	for name, set := range map[string]bool{"in_all_brands": !in.InAllBrands.or(true), "restricted_brand_ids": len(in.RestrictedBrands.v) > 0} {
		if set {
			faults.Add(name, "InvalidValue", fieldSentence(name)+": forms cannot be narrowed so here; leave it out")
		}
	}
	return faults.Err()
}

func (in *formInput) applyTo(f *desk.TicketForm) (err error) {
	if err := in.refuseLimits(); err != nil {
		return err
	}
	if in.AgentConditions != nil {
		f.AgentConditions, err = readConditions("agent_conditions", "Agent conditions", *in.AgentConditions)
	}
	if in.EndUserConditions != nil && err == nil {
		f.EndUserConditions, err = readConditions("end_user_conditions", "End user conditions", *in.EndUserConditions)
	}
	if in.RawName.set && !in.Name.set {
		in.Name = in.RawName
	}
	setText(&f.Name, in.Name)
	setText(&f.DisplayName, in.DisplayName)
	f.EndUserVisible, f.Active, f.Default = in.EndUserVisible.or(f.EndUserVisible), in.Active.or(f.Active), in.Default.or(f.Default)
	if in.Position.set {
		f.Position = in.Position.position()
	}
	if in.TicketFieldIDs.set {
		f.Fields = idsOf[desk.FieldID](in.TicketFieldIDs.v)
	}
	return err
}

func (c *call) createForm() error {
	var in formInput
	if err := c.parseRecord("ticket_form", &in); err != nil {
		return err
	}
	return c.changeCreated(func(tx *store.Tx, actor *admin.Actor) (string, object, error) {
		f := desk.TicketForm{Position: desk.LastPosition, Active: true}
		err := in.applyTo(&f)
		if err == nil {
			err = actor.CreateForm(c.ctx(), &f)
		}
		made, err := c.oneForm(tx, &f, err)
		return c.url("ticket_forms", int64(f.ID)), made, err
	})
}

// cloneForm makes a copy that is not yet active.
func (c *call) cloneForm() error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.changeCreated(func(tx *store.Tx, actor *admin.Actor) (string, object, error) {
		f, err := actor.CloneForm(c.ctx(), desk.FormID(id))
		made, err := c.oneForm(tx, &f, err)
		return c.url("ticket_forms", int64(f.ID)), made, err
	})
}

func (c *call) updateForm() error {
	var in formInput
	if err := c.parseRecord("ticket_form", &in); err != nil {
		return err
	}
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.changeOK(func(tx *store.Tx, actor *admin.Actor) (object, error) {
		f, err := actor.ChangeForm(c.ctx(), desk.FormID(id), in.applyTo)
		return c.oneForm(tx, &f, err)
	})
}

// reorderForms answers with all forms in their new order.
func (c *call) reorderForms() error {
	var in struct {
		IDs numbersInput `json:"ticket_form_ids"`
	}
	if err := c.parseBody(&in); err != nil {
		return err
	}
	return c.changeOK(func(tx *store.Tx, actor *admin.Actor) (object, error) {
		if err := actor.ReorderForms(c.ctx(), idsOf[desk.FormID](in.IDs.v)); err != nil {
			return nil, err
		}
		all, err := actor.Forms(c.ctx())
		if err != nil {
			return nil, err
		}
		return wholeList(c, tx, "ticket_forms", all, c.showForms)
	})
}

func (c *call) deleteForm() error {
	return c.deleteOne(func(actor *admin.Actor, id int64) error { return actor.DeleteForm(c.ctx(), desk.FormID(id)) })
}
