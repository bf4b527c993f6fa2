package desk

import (
	"slices"
	"strconv"
)

// Recipients are the people whom a rule's notice names (rules.md §3), on a ticket that somebody has updated.
func (c *Config) Recipients(n *Notice, t *Ticket, author UserID) []UserID {
	var ids []UserID
	switch group := n.Action == "notification_group" || n.Action == "notification_sms_group"; n.Target {
	case "requester_id":
		ids = []UserID{t.Requester}
	case "requester_and_ccs":
		ids = append([]UserID{t.Requester}, t.EmailCCs...)
	case "assignee_id":
		ids = []UserID{t.Assignee}
	case "current_user":
		ids = []UserID{author}
	case "all_agents":
		ids = c.staffWhere(func(StaffMember) bool { return true })
	case "group_id":
		ids = c.membersOf(t.Group)
	default:
		id, _ := strconv.ParseInt(n.Target, 10, 64)
		if ids = []UserID{UserID(id)}; group {
			ids = c.membersOf(GroupID(id))
		}
	}
	return slices.DeleteFunc(ids, func(id UserID) bool { return id == 0 })
}

func (c *Config) membersOf(g GroupID) []UserID {
	return c.staffWhere(func(m StaffMember) bool { return slices.Contains(m.Groups, g) })
}

func (c *Config) staffWhere(holds func(StaffMember) bool) (ids []UserID) {
	for id, m := range c.Staff {
		if holds(m) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// NameRecipients notes on the draft's notices whom they name, now that the ticket is as it will be; one that names nobody is none.
func (d *Draft) NameRecipients() {
	d.Events = slices.DeleteFunc(d.Events, func(e Event) bool {
		if e.Type != EventNotification && e.Type != EventGroupNotice {
			return false
		}
		e.Notice.To = d.Config.Recipients(e.Notice, &d.Now, d.Actor.ID)
		return len(e.Notice.To) == 0
	})
}
