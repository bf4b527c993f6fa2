package admin

import (
	"interdesk/access"
	"interdesk/desk"
	"interdesk/store"
)

// Macros and views are for all staff, for some groups or for one person. These are the rules that both obey.

// Filter narrows lists of macros and views.
type Filter struct {
	store.RuleFilter

	// Access is whose: "personal" what I keep for myself, "shared" everything else, "account" what is for everybody; "" all.
	Access string

	// Viewable leaves out what an admin sees only by being one.
	Viewable bool
}

// MayUse tells whether I may see and apply what is so restricted. Admins reach everything by its id.
func (a *Actor) MayUse(r desk.Restriction) bool {
	return a.Me.Role == desk.Admin || a.Me.Role.Staff() && r.Allows(a.Me.ID, a.Config.Staff[a.Me.ID].Groups)
}

// MayKeep tells whether I may write what is so restricted: agents only what is for themselves.
func (a *Actor) MayKeep(r desk.Restriction) bool {
	return a.Me.Role == desk.Admin || a.Me.Role.Staff() && r.Type == "User" && len(r.IDs) == 1 && r.IDs[0] == int64(a.Me.ID)
}

func (a *Actor) mustKeep(r desk.Restriction) error { return access.ForbidUnless(a.MayKeep(r)) }

// ownByDefault is the restriction of what somebody creates: an agent's, without saying for whom, is the agent's own.
func (a *Actor) ownByDefault(r desk.Restriction) desk.Restriction {
	if r.Type == "" && a.Me.Role != desk.Admin {
		return desk.Restriction{Type: "User", IDs: []int64{int64(a.Me.ID)}}
	}
	return r
}

// lists tells whether a list shows it: nobody is shown what others keep for themselves.
func (a *Actor) lists(f Filter, r desk.Restriction) bool {
	switch {
	case f.Access == "personal" && r.Type != "User", f.Access == "shared" && r.Type == "User", f.Access == "account" && r.Type != "":
		return false
	case r.Type == "User" || f.Viewable:
		return r.Allows(a.Me.ID, a.Config.Staff[a.Me.ID].Groups)
	}
	return a.MayUse(r)
}
