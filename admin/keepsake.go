package admin

import (
	"context"
	"slices"

	"interdesk/access"
	"interdesk/desk"
	"interdesk/store"
)

// Filter narrows lists of macros and views.
type Filter struct {
	store.RuleFilter

	// Access is whose: "personal" what I keep for myself, "shared" everything else, "account" what is for everybody; "" all.
	Access string

	// Viewable leaves out what an admin sees only by being one.
	Viewable bool
}

// MayUse tells whether I may see and apply what is so restricted. Admins reach everything by its id.
func (o *Office) MayUse(r desk.Restriction) bool {
	return o.Me.Role == desk.Admin || o.Me.Role.Staff() && r.Allows(o.Me.ID, o.Config.Staff[o.Me.ID].Groups)
}

// MayKeep tells whether I may write what is so restricted: agents only what is for themselves.
func (o *Office) MayKeep(r desk.Restriction) bool {
	return o.Me.Role == desk.Admin || o.Me.Role.Staff() && r.Type == "User" && len(r.IDs) == 1 && r.IDs[0] == int64(o.Me.ID)
}

// listed tells whether a list shows it: nobody is shown what others keep for themselves.
func (o *Office) listed(f Filter, r desk.Restriction) bool {
	switch {
	case f.Access == "personal" && r.Type != "User", f.Access == "shared" && r.Type == "User", f.Access == "account" && r.Type != "":
		return false
	case r.Type == "User" || f.Viewable:
		return r.Allows(o.Me.ID, o.Config.Staff[o.Me.ID].Groups)
	}
	return o.MayUse(r)
}

// keepsake is what staff keep for all, for groups or for themselves: macros and views, which obey the same rules.
type keepsake[T any] struct {
	*Office
	restriction func(*T) *desk.Restriction
	active      func(*T) bool
	meaning     func(*T) string
	check       func(*desk.Config, T) error
	insert      func(context.Context, *T) error
	update      func(context.Context, *T) error
}

func (k keepsake[T]) list(f Filter, read func() ([]T, error)) ([]T, error) {
	all, err := seen(k.mustStaff(), read)
	return slices.DeleteFunc(all, func(one T) bool { return !k.listed(f, *k.restriction(&one)) }), err
}

// one reads what I may use; the rest is not there.
func (k keepsake[T]) one(read func() (T, error)) (T, error) {
	found, err := seen(k.mustStaff(), read)
	if err == nil && !k.MayUse(*k.restriction(&found)) {
		err = desk.Missing()
	}
	return found, err
}

// mine reads what I may write.
func (k keepsake[T]) mine(read func() (T, error)) (T, error) {
	found, err := k.one(read)
	if err == nil {
		err = access.Refuse(k.MayKeep(*k.restriction(&found)))
	}
	return found, err
}

// create: what an agent makes, without saying for whom, is the agent's own.
func (k keepsake[T]) create(ctx context.Context, one *T) error {
	if r := k.restriction(one); r.Type == "" && k.Me.Role != desk.Admin {
		*r = desk.Restriction{Type: "User", IDs: []int64{int64(k.Me.ID)}}
	}
	if err := access.Refuse(k.MayKeep(*k.restriction(one))); err != nil {
		return err
	}
	if err := k.check(k.Config, *one); err != nil {
		return err
	}
	return k.insert(ctx, one)
}

func (k keepsake[T]) change(ctx context.Context, read func() (T, error), change func(*T) error) (T, error) {
	one, err := k.mine(read)
	if err != nil {
		return one, err
	}
	before, wasActive := k.meaning(&one), k.active(&one)
	if err := change(&one); err != nil {
		return one, err
	}
	if err := access.Refuse(k.MayKeep(*k.restriction(&one))); err != nil {
		return one, err
	}
	if k.active(&one) && !wasActive || before != k.meaning(&one) {
		if err := k.check(k.Config, one); err != nil {
			return one, err
		}
	}
	return one, k.update(ctx, &one)
}
