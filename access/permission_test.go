package access_test

import (
	"testing"
	"time"

	"interdesk/access"
	"interdesk/desk"
)

func TestTickets(t *testing.T) {
	t.Parallel()
	acme := desk.Organization{ID: 5, SharedTickets: true}
	open := desk.Ticket{ID: 1, Requester: 10, EmailCCs: []desk.UserID{11}, Organization: 5, Public: true, Status: desk.Open}
	with := func(change func(t *desk.Ticket)) *desk.Ticket {
		t := open
		change(&t)
		return &t
	}
	user := func(id desk.UserID, role desk.Role, org desk.OrganizationID) desk.User {
		return desk.User{ID: id, Role: role, Organization: org}
	}
	closed := with(func(t *desk.Ticket) { t.Status = desk.Closed })
	private := with(func(t *desk.Ticket) { t.Public = false })
	deleted := with(func(t *desk.Ticket) { t.DeletedAt = time.Unix(1, 0) })
	homeless := with(func(t *desk.Ticket) { t.Organization = 0 })
	cases := map[string]struct {
		user   desk.User
		org    *desk.Organization
		ticket *desk.Ticket
		see    bool
	}{
		"requester":                 {user(10, desk.EndUser, 0), nil, &open, true},
		"copied":                    {user(11, desk.EndUser, 0), nil, &open, true},
		"stranger":                  {user(12, desk.EndUser, 0), nil, &open, false},
		"colleague":                 {user(12, desk.EndUser, 5), &acme, &open, true},
		"colleague, not shared":     {user(12, desk.EndUser, 5), &desk.Organization{ID: 5}, &open, false},
		"colleague elsewhere":       {user(12, desk.EndUser, 6), &acme, &open, false},
		"no organization":           {user(12, desk.EndUser, 0), nil, homeless, false},
		"nobody":                    {desk.User{}, nil, with(func(t *desk.Ticket) { t.Requester = 0 }), false},
		"requester, closed":         {user(10, desk.EndUser, 0), nil, closed, true},
		"requester, private ticket": {user(10, desk.EndUser, 0), nil, private, false},
		"agent":                     {user(20, desk.Agent, 0), nil, &open, true},
		"agent, private ticket":     {user(20, desk.Agent, 0), nil, private, true},
		"agent, closed":             {user(20, desk.Agent, 0), nil, closed, true},
		"admin, deleted":            {user(21, desk.Admin, 0), nil, deleted, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := access.ViewerOf(c.user, c.org)
			if got := access.CanSeeTicket(v, c.ticket); got != c.see {
				t.Errorf("see: %v", got)
			}
			if !access.CanSeeComment(v, &desk.Comment{Public: true}) || access.CanSeeComment(v, &desk.Comment{}) != c.user.Role.Staff() {
				t.Error("comments")
			}
		})
	}
}

func TestPeople(t *testing.T) {
	t.Parallel()
	admin, agent, ann := desk.User{ID: 1, Role: desk.Admin}, desk.User{ID: 2, Role: desk.Agent}, desk.User{ID: 3, Role: desk.EndUser}
	fresh := desk.User{}
	cases := map[string]struct {
		viewer, user        desk.User
		role                desk.Role
		manage, give, erase bool
	}{
		"admin promotes":          {admin, ann, desk.Admin, true, true, true},
		"admin demotes an agent":  {admin, agent, desk.EndUser, true, true, true},
		"admin demotes himself":   {admin, admin, desk.Agent, true, false, false},
		"admin keeps his role":    {admin, admin, desk.Admin, true, true, false},
		"admin makes an agent":    {admin, fresh, desk.Agent, true, true, true},
		"agent edits an end user": {agent, ann, desk.EndUser, true, true, true},
		"agent promotes":          {agent, ann, desk.Agent, true, false, true},
		"agent promotes himself":  {agent, agent, desk.Admin, true, false, false},
		"agent edits an admin":    {agent, admin, desk.Admin, false, false, false},
		"agent makes an end user": {agent, fresh, desk.EndUser, false, true, false},
		"agent makes an agent":    {agent, fresh, desk.Agent, false, false, false},
		"end user edits herself":  {ann, ann, desk.EndUser, true, true, false},
		"end user promotes":       {ann, ann, desk.Admin, true, false, false},
		"end user edits another":  {ann, desk.User{ID: 4, Role: desk.EndUser}, desk.EndUser, false, false, false},
		"nobody":                  {fresh, ann, desk.EndUser, false, false, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := access.ViewerOf(c.viewer, nil)
			if got := access.CanManageUser(v, c.user); got != c.manage {
				t.Errorf("manage: %v", got)
			}
			if got := access.CanGiveRole(v, c.user, c.role); got != c.give {
				t.Errorf("give: %v", got)
			}
			if got := access.CanDeleteUser(v, c.user); got != c.erase {
				t.Errorf("erase: %v", got)
			}
		})
	}
	if access.ForbidUnless(true) != nil || desk.KindOf(access.ForbidUnless(false)) != desk.Forbidden {
		t.Error("Refuse")
	}
	cfg := (&desk.Config{Staff: map[desk.UserID]desk.StaffMember{2: {ID: 2, Groups: []desk.GroupID{9}}}}).BuildIndexes()
	if a := access.ActorOf(cfg, agent); len(a.Groups) != 1 || !a.Staff() {
		t.Errorf("%+v", a)
	}
}
