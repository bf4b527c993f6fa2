package admin

import (
	"context"
	"slices"

	"interdesk/desk"
)

// CreateOption adds an option to a dropdown or multiselect field, at its Position, which counts from 1; 0 is last.
func (a *Actor) CreateOption(ctx context.Context, field desk.FieldID, option *desk.FieldOption) error {
	return a.editOptions(ctx, field, func(f *desk.TicketField) (int, error) {
		f.Options = append(f.Options, *option)
		return moveOption(f, len(f.Options)-1, option.Position), nil
	}, option)
}

// ChangeOption has change edit an option of a field; another Position moves it. A changed Value is a new tag: tickets
// that have the old one keep it as a tag.
func (a *Actor) ChangeOption(ctx context.Context, field desk.FieldID, id desk.OptionID, change func(*desk.FieldOption) error) (desk.FieldOption, error) {
	var option desk.FieldOption
	err := a.editOptions(ctx, field, func(f *desk.TicketField) (int, error) {
		at, err := optionAt(f, id)
		if err != nil {
			return 0, err
		}
		f.Options[at].Position = at + 1
		if err := change(&f.Options[at]); err != nil {
			return 0, err
		}
		return moveOption(f, at, f.Options[at].Position), nil
	}, &option)
	return option, err
}

// DeleteOption takes an option out of a field.
func (a *Actor) DeleteOption(ctx context.Context, field desk.FieldID, id desk.OptionID) error {
	_, err := a.ChangeField(ctx, field, func(f *desk.TicketField) error {
		at, err := optionAt(f, id)
		if err == nil {
			f.Options = slices.Delete(f.Options, at, at+1)
		}
		return err
	})
	return err
}

// editOptions stores a field's options after edit, and copies the one that edit points to.
func (a *Actor) editOptions(ctx context.Context, field desk.FieldID, edit func(*desk.TicketField) (int, error), to *desk.FieldOption) error {
	var at int
	f, err := a.ChangeField(ctx, field, func(f *desk.TicketField) (err error) {
		if !f.Type.HasOptions() {
			return desk.InvalidField("type", "InvalidValue", "A field of type "+string(f.Type)+" has no options")
		}
		at, err = edit(f)
		return err
	})
	if err == nil {
		*to = f.Options[at]
	}
	return err
}

func optionAt(f *desk.TicketField, id desk.OptionID) (int, error) {
	at := slices.IndexFunc(f.Options, func(o desk.FieldOption) bool { return o.ID == id })
	if at < 0 {
		return 0, desk.Missing()
	}
	return at, nil
}

// moveOption moves one option to its position and keeps one default at most; it tells where the option came to stand.
func moveOption(f *desk.TicketField, at, position int) int {
	one := f.Options[at]
	f.Options = slices.Delete(f.Options, at, at+1)
	if one.Default {
		for i := range f.Options {
			f.Options[i].Default = false
		}
	}
	if position <= 0 || position > len(f.Options)+1 {
		position = len(f.Options) + 1
	}
	f.Options = slices.Insert(f.Options, position-1, one)
	return position - 1
}
