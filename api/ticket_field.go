package api

import (
	"slices"

	"interdesk/admin"
	"interdesk/desk"
	"interdesk/store"
)

func ticketFieldRoutes() []route {
	return []route{
		{"GET", "/ticket_fields", anyone, (*call).listFields},
		{"GET", "/ticket_fields/count", agents, (*call).countFields},
		{"GET", "/ticket_fields/show_many", anyone, (*call).showManyFields},
		{"GET", "/ticket_fields/{id}", anyone, (*call).showField},
		{"POST", "/ticket_fields", admins, (*call).createField},
		{"PUT", "/ticket_fields/{id}", admins, (*call).updateField},
		{"DELETE", "/ticket_fields/{id}", admins, (*call).deleteField},
		{"PUT", "/ticket_fields/reorder", admins, (*call).reorderFields},
		{"GET", "/ticket_fields/{id}/options", anyone, (*call).listOptions},
		{"GET", "/ticket_fields/{id}/options/{option}", anyone, (*call).showOption},
		{"POST", "/ticket_fields/{id}/options", admins, (*call).putOption},
		{"PUT", "/ticket_fields/{id}/options/{option}", admins, (*call).putOption},
		{"DELETE", "/ticket_fields/{id}/options/{option}", admins, (*call).deleteOption},
	}
}

// fieldJSON is a ticket field.
type fieldJSON struct {
	URL                string             `json:"url"`
	ID                 desk.FieldID       `json:"id"`
	Type               desk.FieldType     `json:"type"`
	Title              string             `json:"title"`
	RawTitle           string             `json:"raw_title"`
	Description        string             `json:"description"`
	RawDescription     string             `json:"raw_description"`
	Position           int                `json:"position"`
	Active             bool               `json:"active"`
	Required           bool               `json:"required"`
	CollapsedForAgents bool               `json:"collapsed_for_agents"`
	Regexp             *string            `json:"regexp_for_validation"`
	TitleInPortal      string             `json:"title_in_portal"`
	RawTitleInPortal   string             `json:"raw_title_in_portal"`
	VisibleInPortal    bool               `json:"visible_in_portal"`
	EditableInPortal   bool               `json:"editable_in_portal"`
	RequiredInPortal   bool               `json:"required_in_portal"`
	AgentCanEdit       bool               `json:"agent_can_edit"`
	Tag                *string            `json:"tag"`
	CreatedAt          string             `json:"created_at"`
	UpdatedAt          string             `json:"updated_at"`
	Removable          bool               `json:"removable"`
	Key                *string            `json:"key"`
	AgentDescription   *string            `json:"agent_description"`
	Target             *string            `json:"relationship_target_type,omitempty"`
	SubType            *int               `json:"sub_type_id,omitempty"` // of status and priority: which options there are
	SystemOptions      []systemOptionJSON `json:"system_field_options,omitempty"`
	CustomOptions      *[]optionJSON      `json:"custom_field_options,omitempty"`
}

type systemOptionJSON struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

func (c *call) fieldOf(f desk.TicketField) fieldJSON {
	out := fieldJSON{
		URL: c.url("ticket_fields", int64(f.ID)), ID: f.ID, Type: f.Type, Title: f.Title, RawTitle: f.Title, Description: f.Description,
		RawDescription: f.Description, Position: f.Position, Active: f.Active, Required: f.Required, Regexp: nullString(f.Regexp),
		TitleInPortal: f.TitleInPortal, RawTitleInPortal: f.TitleInPortal, VisibleInPortal: f.VisibleInPortal,
		EditableInPortal: f.EditableInPortal, RequiredInPortal: f.RequiredInPortal, AgentCanEdit: true, Tag: nullString(f.Tag),
		CreatedAt: formatTime(f.CreatedAt), UpdatedAt: formatTime(f.UpdatedAt), Removable: f.Type.Custom(), Target: nullString(f.Target),
		SubType: subType(f.Type), SystemOptions: systemOptions(f.Type),
	}
	if c.isStaff() {
		out.AgentDescription = &f.AgentDescription
	}
	if f.Type.HasOptions() {
		options := make([]optionJSON, len(f.Options))
		for i, o := range f.Options {
			options[i] = c.optionOf(f.ID, o)
		}
		out.CustomOptions = &options
	}
	return out
}

// subType: statuses come with on-hold (1), priorities with all four (0).
func subType(t desk.FieldType) *int {
	n := 0
	switch t {
	case desk.FieldStatus:
		n = 1
	case desk.FieldPriority:
	default:
		return nil
	}
	return &n
}

// systemOptions are the choices that the system's own fields have.
func systemOptions(t desk.FieldType) []systemOptionJSON {
	switch t {
	case desk.FieldStatus:
		return optionsOf(desk.Statuses[:])
	case desk.FieldPriority:
		return optionsOf(desk.Priorities[1:])
	case desk.FieldTicketType:
		return optionsOf(desk.TicketTypes[1:])
	}
	return nil
}

func optionsOf[T ~string](values []T) []systemOptionJSON {
	out := make([]systemOptionJSON, len(values))
	for i, v := range values {
		out[i] = systemOptionJSON{fieldSentence(string(v)), string(v)}
	}
	return out
}

// visibleFields are those that the caller may know of.
func (c *call) visibleFields(tx *store.Tx) ([]desk.TicketField, error) {
	return asActor(c, func(_ *store.Tx, actor *admin.Actor) ([]desk.TicketField, error) { return actor.Fields(c.ctx()) })(tx)
}

func (c *call) listFields() error {
	return answerWholeList(c, "ticket_fields", c.visibleFields, func(f desk.TicketField) int64 { return int64(f.ID) }, showEach(c.fieldOf))
}

// showManyFields shows the fields of some ids; what the caller may not know of is left out.
func (c *call) showManyFields() error {
	ids, err := c.queryIDs("ids", pageSize)
	if err != nil {
		return err
	}
	return c.readOK(func(tx *store.Tx) (object, error) {
		all, err := c.visibleFields(tx)
		if err != nil {
			return nil, err
		}
		all = slices.DeleteFunc(slices.Clone(all), func(f desk.TicketField) bool { return !slices.Contains(ids, int64(f.ID)) })
		return wholeList(c, tx, "ticket_fields", all, showEach(c.fieldOf))
	})
}

func (c *call) countFields() error {
	return c.readOK(func(tx *store.Tx) (object, error) {
		all, err := c.visibleFields(tx)
		return objectOf("count", c.countObject(len(all))), err
	})
}

// reachField reads the field that the path names, if the caller may know of it.
func (c *call) reachField(tx *store.Tx) (desk.TicketField, error) {
	id, err := c.pathID("id")
	if err != nil {
		return desk.TicketField{}, err
	}
	return asActor(c, func(_ *store.Tx, actor *admin.Actor) (desk.TicketField, error) {
		return actor.Field(c.ctx(), desk.FieldID(id))
	})(tx)
}

func (c *call) showField() error {
	return c.readOK(func(tx *store.Tx) (object, error) {
		f, err := c.reachField(tx)
		return objectOf("ticket_field", c.fieldOf(f)), err
	})
}

// fieldInput is what clients may say of a ticket field.
type fieldInput struct {
	Type             textInput   `json:"type"`
	Title            textInput   `json:"title"`
	RawTitle         textInput   `json:"raw_title"`
	Description      textInput   `json:"description"`
	AgentDescription textInput   `json:"agent_description"`
	Position         numberInput `json:"position"`
	Active           flagInput   `json:"active"`
	Required         flagInput   `json:"required"`
	Regexp           textInput   `json:"regexp_for_validation"`
	TitleInPortal    textInput   `json:"title_in_portal"`
	VisibleInPortal  flagInput   `json:"visible_in_portal"`
	EditableInPortal flagInput   `json:"editable_in_portal"`
	RequiredInPortal flagInput   `json:"required_in_portal"`
	Tag              textInput   `json:"tag"`
	Target           textInput   `json:"relationship_target_type"`
	Options          optionsList `json:"custom_field_options"`
}

func (in *fieldInput) applyTo(f *desk.TicketField) {
	if in.RawTitle.set && !in.Title.set {
		in.Title = in.RawTitle
	}
	if in.Type.v != "" {
		f.Type = desk.FieldType(in.Type.v)
	}
	setText(&f.Title, in.Title)
	setText(&f.Description, in.Description)
	setText(&f.AgentDescription, in.AgentDescription)
	setText(&f.Regexp, in.Regexp)
	setText(&f.TitleInPortal, in.TitleInPortal)
	setText(&f.Tag, in.Tag)
	setText(&f.Target, in.Target)
	if in.Position.set {
		f.Position = in.Position.position()
	}
	f.Active, f.Required = in.Active.or(f.Active), in.Required.or(f.Required)
	f.VisibleInPortal, f.EditableInPortal = in.VisibleInPortal.or(f.VisibleInPortal), in.EditableInPortal.or(f.EditableInPortal)
	f.RequiredInPortal = in.RequiredInPortal.or(f.RequiredInPortal)
	if in.Options.set {
		f.Options = in.Options.v
	}
}

func (c *call) createField() error {
	var in fieldInput
	if err := c.parseRecord("ticket_field", &in); err != nil {
		return err
	}
	return c.changeCreated(func(_ *store.Tx, actor *admin.Actor) (string, object, error) {
		f := desk.TicketField{Active: true}
		in.applyTo(&f)
		err := actor.CreateField(c.ctx(), &f)
		return c.url("ticket_fields", int64(f.ID)), objectOf("ticket_field", c.fieldOf(f)), err
	})
}

func (c *call) updateField() error {
	var in fieldInput
	if err := c.parseRecord("ticket_field", &in); err != nil {
		return err
	}
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.changeOK(func(_ *store.Tx, actor *admin.Actor) (object, error) {
		f, err := actor.ChangeField(c.ctx(), desk.FieldID(id), func(f *desk.TicketField) error {
			in.applyTo(f)
			return nil
		})
		return objectOf("ticket_field", c.fieldOf(f)), err
	})
}

func (c *call) deleteField() error {
	return c.deleteOne(func(actor *admin.Actor, id int64) error { return actor.DeleteField(c.ctx(), desk.FieldID(id)) })
}

func (c *call) reorderFields() error {
	var in struct {
		IDs numbersInput `json:"ticket_field_ids"`
	}
	if err := c.parseBody(&in); err != nil {
		return err
	}
	return c.changeEmpty(func(actor *admin.Actor) error { return actor.ReorderFields(c.ctx(), idsOf[desk.FieldID](in.IDs.v)) })
}
