package api

import (
	"encoding/json"
	"errors"
	"slices"

	"interdesk/admin"
	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/store"
)

// optionJSON is one choice of a dropdown. value is its tag.
type optionJSON struct {
	ID       desk.OptionID `json:"id"`
	Name     string        `json:"name"`
	RawName  string        `json:"raw_name"`
	Position int           `json:"position"`
	Value    string        `json:"value"`
	Default  bool          `json:"default"`
	URL      string        `json:"url"`
}

func (c *call) optionOf(field desk.FieldID, o desk.FieldOption) optionJSON {
	return optionJSON{ID: o.ID, Name: o.Name, RawName: o.Name, Position: max(0, o.Position-1), Value: o.Value, Default: o.Default,
		URL: c.url("ticket_fields", int64(field), "options", int64(o.ID))}
}

type optionInput struct {
	ID       numberInput `json:"id"`
	Name     textInput   `json:"name"`
	Value    textInput   `json:"value"`
	Position numberInput `json:"position"`
	Default  flagInput   `json:"default"`
}

// optionsList is a whole list of options, in their order.
type optionsList struct {
	set bool
	v   []desk.FieldOption
}

func (l *optionsList) UnmarshalJSON(raw []byte) error {
	l.set = true
	if string(raw) == "null" {
		return nil
	}
	var list []optionInput
	if err := json.Unmarshal(raw, &list); err != nil {
		return errors.New(`must be a list such as [{"name":"Camera","value":"camera"}]`)
	}
	for _, o := range list {
		l.v = append(l.v, desk.FieldOption{Name: o.Name.v, Value: o.Value.v, Default: o.Default.v})
	}
	return nil
}

func (c *call) listOptions() error {
	return answerWholeList(c, "custom_field_options", func(tx *store.Tx) ([]optionJSON, error) {
		f, err := c.reachField(tx)
		out := make([]optionJSON, 0, len(f.Options))
		for _, o := range f.Options {
			out = append(out, c.optionOf(f.ID, o))
		}
		return out, err
	}, func(o optionJSON) int64 { return int64(o.ID) }, showEach(func(o optionJSON) optionJSON { return o }))
}

// reachOption finds the option that the path names among those of its field.
func (c *call) reachOption(f *desk.TicketField) (int, error) {
	id, err := c.pathID("option")
	if err != nil {
		return 0, err
	}
	at := slices.IndexFunc(f.Options, func(o desk.FieldOption) bool { return o.ID == desk.OptionID(id) })
	if at < 0 {
		return 0, desk.Missing()
	}
	return at, nil
}

func (c *call) showOption() error {
	return c.readOK(func(tx *store.Tx) (object, error) {
		f, err := c.reachField(tx)
		if err != nil {
			return nil, err
		}
		at, err := c.reachOption(&f)
		if err != nil {
			return nil, err
		}
		return objectOf("custom_field_option", c.optionOf(f.ID, f.Options[at])), nil
	})
}

// putOption adds an option, or changes the one that the path or the id in the body names.
func (c *call) putOption() error {
	var in optionInput
	if err := c.parseRecord("custom_field_option", &in); err != nil {
		return err
	}
	id := in.ID.v
	if c.r.PathValue("option") != "" {
		named, err := c.pathID("option")
		if err != nil {
			return err
		}
		id = named
	}
	var shown optionJSON
	err := c.change(func(tx *store.Tx, actor *admin.Actor) error {
		f, err := c.reachField(tx)
		if err != nil {
			return err
		}
		if !f.Type.HasOptions() {
			return httpkit.BadRequest("InvalidValue", "A field of type "+string(f.Type)+" has no options")
		}
		option, err := c.storeOption(actor, f.ID, desk.OptionID(id), &in)
		shown = c.optionOf(f.ID, option)
		return err
	})
	if err != nil {
		return err
	}
	if id == 0 {
		return c.created(shown.URL, objectOf("custom_field_option", shown))
	}
	return c.ok(objectOf("custom_field_option", shown))
}

// storeOption adds an option when id is 0.
func (c *call) storeOption(actor *admin.Actor, field desk.FieldID, id desk.OptionID, in *optionInput) (desk.FieldOption, error) {
	if id != 0 {
		return actor.ChangeOption(c.ctx(), field, id, in.change)
	}
	var option desk.FieldOption
	_ = in.change(&option) // never fails
	return option, actor.CreateOption(c.ctx(), field, &option)
}

// change is what ChangeOption is to do. Clients count positions from 0.
func (in *optionInput) change(o *desk.FieldOption) error {
	setText(&o.Name, in.Name)
	setText(&o.Value, in.Value)
	o.Default = in.Default.or(o.Default)
	if in.Position.set {
		o.Position = in.Position.position() + 1
	}
	return nil
}

func (c *call) deleteOption() error {
	field, err := c.pathID("id")
	if err != nil {
		return err
	}
	option, err := c.pathID("option")
	if err != nil {
		return err
	}
	return c.changeNoContent(func(actor *admin.Actor) error {
		return actor.DeleteOption(c.ctx(), desk.FieldID(field), desk.OptionID(option))
	})
}
