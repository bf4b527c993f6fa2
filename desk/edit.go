package desk

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// edit is one call of Draft.Edit on its way: it changes next, never the draft.
type edit struct {
	*Draft
	next   Ticket
	by     *Via
	faults Faults
	events []Event
	steps  []SharingStep
}

func (x *edit) apply(e Edits) {
	e = x.Now.changesIn(e)
	if !x.Created && x.Before.Status == Closed && !e.onlyLabels() {
		x.faults.Add("status", "InvalidValue", "Status: closed prevents ticket update")
		return
	}
	x.editTexts(e)
	x.editPeople(e)
	x.editAssignment(e)
	x.editStatus(e)
	x.next = x.reconcileAssignment(x.next)
	x.editTags(e)
	x.editFields(e)
	x.editCollaborators(e)
	x.editSharing(e)
	x.editRating(e)
	x.tellShareResults(e.ShareResults)
	for _, r := range e.Remarks {
		x.events = append(x.events, Event{ID: EventID(x.NewID()), Type: r.Type, Message: r.Message, Via: x.by})
	}
	for _, m := range e.Macros {
		x.events = append(x.events, Event{ID: EventID(x.NewID()), Type: EventMacro, Macro: m, Via: x.by})
	}
}

// onlyLabels: what may still change on a closed ticket (rules.md §8); it can also cease to be shared.
func (e *Edits) onlyLabels() bool {
	rest := *e
	rest.Subject, rest.Priority, rest.SetTags, rest.AddTags, rest.RemoveTags = nil, nil, nil, nil, nil
	rest.Macros, rest.Unshare, rest.UnshareAll, rest.Sharing, rest.ShareResults, rest.Remarks = nil, nil, false, nil, nil, nil
	return rest.isEmpty()
}

// Any tells whether something is asked for.
func (e *Edits) Any() bool { return !e.isEmpty() || e.Submitter != nil }

func (e *Edits) isEmpty() bool {
	return e.Subject == nil && e.Status == nil && e.Priority == nil && e.Type == nil && e.Requester == nil && e.Assignee == nil &&
		e.Group == nil && e.Organization == nil && e.Brand == nil && e.Form == nil && e.Schedule == nil && e.Problem == nil && e.ExternalID == nil &&
		e.Recipient == nil && e.DueAt == nil && e.SetTags == nil && len(e.AddTags)+len(e.RemoveTags)+len(e.Fields) == 0 &&
		e.Followers == nil && len(e.AddFollowers) == 0 && e.EmailCCs == nil && len(e.AddCCs) == 0 &&
		len(e.Share)+len(e.Unshare) == 0 && !e.UnshareAll && e.Sharing == nil && len(e.Macros)+len(e.ShareResults)+len(e.Remarks) == 0 && !e.Offer && e.Rate == nil
}

func (x *edit) editTexts(e Edits) {
	if e.Subject != nil {
		s := strings.TrimSpace(*e.Subject)
		if utf8.RuneCountInString(s) > MaxSubjectRunes {
			x.faults.Add("subject", "TooLong", fmt.Sprintf("Subject: is too long (%d characters at most)", MaxSubjectRunes))
		}
		x.next.Subject = s
	}
	if e.ExternalID != nil {
		if len(*e.ExternalID) > MaxExternalID {
			x.faults.Add("external_id", "TooLong", fmt.Sprintf("External: is too long (%d bytes at most)", MaxExternalID))
		}
		x.next.ExternalID = *e.ExternalID
	}
	if e.Recipient != nil {
		x.next.Recipient = *e.Recipient
	}
}

func (x *edit) editPeople(e Edits) {
	if e.Requester != nil {
		if *e.Requester == 0 {
			x.faults.Add("requester", "BlankValue", "Requester: cannot be blank")
		}
		x.next.Requester = *e.Requester
	}
	if e.Submitter != nil && x.Created {
		x.next.Submitter = *e.Submitter
	}
	if e.Organization != nil {
		x.next.Organization = *e.Organization
	}
}

func (x *edit) editAssignment(e Edits) {
	c := x.Config
	if e.Group != nil {
		if _, ok := c.Group(*e.Group); *e.Group != 0 && !ok && *e.Group != x.Now.Group {
			x.faults.Add("group", "InvalidValue", "Group: no group has this id")
		}
		x.next.Group = *e.Group
	}
	if e.Assignee != nil {
		if _, ok := c.Staff[*e.Assignee]; *e.Assignee != 0 && !ok && *e.Assignee != x.Now.Assignee {
			x.faults.Add("assignee", "InvalidValue", "Assignee: is not an agent of this account")
		}
		x.next.Assignee = *e.Assignee
	}
	if e.Group != nil && e.Assignee != nil && *e.Assignee != 0 && x.reassigns() {
		if _, ok := c.Group(*e.Group); ok && !c.InGroup(*e.Assignee, *e.Group) {
			x.faults.Add("assignee", "InvalidValue", "Assignee: is not a member of this group")
		}
	}
	if e.Brand != nil {
		if *e.Brand != c.Brand.ID {
			x.faults.Add("brand", "InvalidValue", "Brand: no brand has this id")
		}
		x.next.Brand = *e.Brand
	}
	if e.Schedule != nil {
		if x.Config.Schedule(*e.Schedule) == nil {
			x.faults.Add("schedule_id", "InvalidValue", fmt.Sprintf("Schedule: no schedule has the id %d", *e.Schedule))
		}
		x.next.Schedule = *e.Schedule
	}
	if e.Form != nil {
		if !slices.ContainsFunc(c.Forms, func(f TicketForm) bool { return f.ID == *e.Form && f.Active }) {
			x.faults.Add("ticket_form", "InvalidValue", "Ticket form: no active form has this id")
		}
		x.next.Form = *e.Form
	}
	x.editType(e)
}

// reassigns tells whether the edit gives the ticket to somebody else.
func (x *edit) reassigns() bool {
	return x.next.Assignee != x.Now.Assignee || x.next.Group != x.Now.Group
}

func (x *edit) editType(e Edits) {
	if e.Type != nil {
		if !e.Type.Valid() {
			x.faults.Add("type", "InvalidValue", fmt.Sprintf("Type: %s is not valid; use question, incident, problem or task", *e.Type))
		}
		x.next.Type = *e.Type
	}
	if e.Problem != nil {
		if *e.Problem != 0 && x.next.Type != Incident {
			x.faults.Add("problem", "InvalidValue", "Problem: only an incident can be linked to a problem")
		}
		x.next.Problem = *e.Problem
	}
	if e.DueAt != nil {
		x.next.DueAt = e.DueAt.UTC().Truncate(time.Second)
	}
}

func (x *edit) editStatus(e Edits) {
	if e.Priority != nil {
		if e.Priority.Rank() < 0 {
			x.faults.Add("priority", "InvalidValue", fmt.Sprintf("Priority: %s is not valid; use low, normal, high or urgent", *e.Priority))
		}
		if *e.Priority == "" && x.Before.Priority != "" {
			x.faults.Add("priority", "BlankValue", "Priority: cannot be cleared once it is set")
		}
		x.next.Priority = *e.Priority
	}
	if e.Status == nil {
		return
	}
	switch s := *e.Status; {
	case s.Rank() < 0:
		x.faults.Add("status", "InvalidValue", fmt.Sprintf("Status: %s is not valid; use new, open, pending, hold, solved or closed", s))
	case s == New && !x.Created && x.Before.Status != New:
		x.faults.Add("status", "InvalidValue", "Status: a ticket that was worked on cannot be new again")
	case s == Closed && x.by == nil && !x.Actor.System && (x.Created || x.Before.Status != Solved) && !x.Actor.Role.Staff():
		x.faults.Add("status", "InvalidValue", "Status: only agents close tickets")
	default:
		x.next.Status = s
	}
}

func (x *edit) editFields(e Edits) {
	if len(e.Fields) == 0 {
		return
	}
	for _, id := range slices.Sorted(maps.Keys(e.Fields)) {
		f := x.Config.Field(id)
		if f == nil || !f.Type.Custom() {
			x.faults.Add("custom_fields", "InvalidValue", fmt.Sprintf("Custom fields: no custom field has the id %d", id))
			continue
		}
		v, message := f.Canonical(e.Fields[id])
		if message != "" {
			x.faults.Add("custom_fields", "InvalidValue", f.Title+": "+message)
			continue
		}
		x.setField(f, v)
	}
	x.checkTagCount()
}

// editCollaborators sets followers and copied people.
func (x *edit) editCollaborators(e Edits) {
	if e.Followers != nil {
		x.next.Followers = sortedUsers(*e.Followers)
	}
	for _, u := range e.AddFollowers {
		x.next.Followers = withUser(x.next.Followers, u)
	}
	if e.EmailCCs != nil {
		x.next.EmailCCs = sortedUsers(*e.EmailCCs)
	}
	for _, u := range e.AddCCs {
		x.next.EmailCCs = withUser(x.next.EmailCCs, u)
	}
	for _, u := range x.next.Followers {
		if _, ok := x.Config.Staff[u]; !ok && !slices.Contains(x.Now.Followers, u) {
			x.faults.Add("followers", "InvalidValue", fmt.Sprintf("Followers: user %d is not an agent", u))
		}
	}
	if len(x.next.Followers) > MaxPeople || len(x.next.EmailCCs) > MaxPeople {
		x.faults.Add("collaborators", "TooManyValues", fmt.Sprintf("Collaborators: %d followers and %d copied people at most", MaxPeople, MaxPeople))
	}
}

func sortedUsers(in []UserID) []UserID {
	out := slices.DeleteFunc(slices.Clone(in), func(u UserID) bool { return u == 0 })
	slices.Sort(out)
	return slices.Compact(out)
}

func withUser(sorted []UserID, u UserID) []UserID {
	i, ok := slices.BinarySearch(sorted, u)
	if ok || u == 0 {
		return sorted
	}
	return slices.Insert(slices.Clone(sorted), i, u)
}
