package admin

import (
	"context"
	"fmt"
	"slices"

	"interdesk/access"
	"interdesk/desk"
)

// PersonFields lists the fields of a kind of person. Staff may know of them.
func (a *Actor) PersonFields(ctx context.Context, kind desk.PersonKind) ([]desk.PersonField, error) {
	if err := access.ForbidUnless(a.Me.Role.Staff()); err != nil {
		return nil, err
	}
	all, err := a.tx.PersonFields(ctx)
	return slices.DeleteFunc(all, func(f desk.PersonField) bool { return f.Of != kind }), err
}

// PersonField reads one field of a kind of person.
func (a *Actor) PersonField(ctx context.Context, kind desk.PersonKind, id desk.FieldID) (desk.PersonField, error) {
	if err := access.ForbidUnless(a.Me.Role.Staff()); err != nil {
		return desk.PersonField{}, err
	}
	return a.tx.PersonField(ctx, kind, id)
}

// CreatePersonField checks and stores a new field of people or organizations.
func (a *Actor) CreatePersonField(ctx context.Context, f *desk.PersonField) error {
	if err := a.mustAdmin(); err != nil {
		return err
	}
	if err := a.lock(ctx); err != nil {
		return err
	}
	all, err := a.PersonFields(ctx, f.Of)
	if err != nil {
		return err
	}
	faults := f.Check()
	if len(all) >= desk.MaxPersonFields {
		faults.Add("base", "TooManyRecords", fmt.Sprintf("No more than %d fields", desk.MaxPersonFields))
	}
	if err := faults.Err(); err != nil {
		return err
	}
	return a.tx.InsertPersonField(ctx, f)
}

// ChangePersonField has change edit a field, and stores it. Its key and type stay.
func (a *Actor) ChangePersonField(ctx context.Context, kind desk.PersonKind, id desk.FieldID, change func(*desk.PersonField) error) (desk.PersonField, error) {
	if err := a.mustAdmin(); err != nil {
		return desk.PersonField{}, err
	}
	f, err := a.tx.PersonField(ctx, kind, id)
	if err != nil {
		return f, err
	}
	before := f
	before.Options = slices.Clone(f.Options)
	if err := change(&f); err != nil {
		return f, err
	}
	faults := f.Check()
	if f.Type != before.Type {
		faults.Add("type", "InvalidValue", "Type: cannot be changed")
	}
	if f.Key != before.Key {
		faults.Add("key", "InvalidValue", "Key: cannot be changed")
	}
	if err := faults.Err(); err != nil {
		return f, err
	}
	for i := range f.Options { // an option whose value stays keeps its id
		if o, ok := before.Option(f.Options[i].Value); ok {
			f.Options[i].ID = o.ID
		}
	}
	f.ID, f.Of = id, kind
	return f, a.tx.UpdatePersonField(ctx, &f)
}

// DeletePersonField removes a field of a kind of person, with what is said in it.
func (a *Actor) DeletePersonField(ctx context.Context, kind desk.PersonKind, id desk.FieldID) error {
	if err := a.mustAdmin(); err != nil {
		return err
	}
	if _, err := a.tx.PersonField(ctx, kind, id); err != nil {
		return err
	}
	return a.tx.DeletePersonField(ctx, kind, id)
}

// ReorderPersonFields puts the named fields of a kind first, in that order.
func (a *Actor) ReorderPersonFields(ctx context.Context, kind desk.PersonKind, ids []desk.FieldID) error {
	if err := a.mustAdmin(); err != nil {
		return err
	}
	all, err := a.tx.PersonFields(ctx)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(f desk.PersonField) bool { return f.Of != kind })
	place := func(f desk.PersonField) int {
		if at := slices.Index(ids, f.ID); at >= 0 {
			return at
		}
		return len(ids)
	}
	slices.SortStableFunc(all, func(x, y desk.PersonField) int { return place(x) - place(y) })
	for i := range all {
		if all[i].Position == i+1 {
			continue
		}
		all[i].Position = i + 1
		if err := a.tx.UpdatePersonField(ctx, &all[i]); err != nil {
			return err
		}
	}
	return nil
}
