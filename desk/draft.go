package desk

import (
	"slices"
	"time"
)

// Draft is one update being carried out: the ticket before, the ticket now, and the events between. People's edits go in
// first, then ApplyLifecycle applies the rules of life that nobody configures (rules.md §8), then triggers edit the same Draft.
// It is pure: time and ids are given to it.
type Draft struct {
	Config    *Config
	Actor     Actor
	Via       Via
	At        time.Time
	Created   bool
	Before    Ticket // zero when Created
	Now       Ticket
	Incidents int // how many are linked to the problem that the ticket is
	Comment   *Comment
	Events    []Event
	Sharing   []SharingStep // shares begun and ended, in order
	ByRules   bool          // a rule changed something
	Past      bool          // the ticket lived elsewhere before: nobody solves it here
	NewID     func() int64
}

// NewDraft opens a draft of a new ticket (before is nil) or of a change to an old one.
func NewDraft(c *Config, u Update, before *Ticket, at time.Time, newID func() int64) *Draft {
	d := &Draft{Config: c, Past: u.Past != nil, Actor: u.Actor, Via: u.Via, At: at, NewID: newID, Created: before == nil}
	if before != nil {
		d.Before, d.Now = *before, *before
	} else {
		d.Now = d.newTicket(u)
	}
	d.Now.UpdatedAt = at
	return d
}

func (d *Draft) newTicket(u Update) Ticket {
	t := Ticket{Status: New, Via: u.Via, CreatedAt: d.At, StatusAt: d.At, RequesterAt: d.At,
		Requester: u.Actor.ID, Submitter: u.Actor.ID, Brand: d.Config.Brand.ID, Form: d.Config.DefaultForm(),
		FollowupOf: u.Edits.FollowupOf}
	if !u.CreatedAt.IsZero() {
		t.CreatedAt = u.CreatedAt
	}
	if a, ok := d.Config.Agreements[u.Actor.Foreign]; ok {
		t.Shares = []ShareRef{{Agreement: a.ID, Inbound: a.Inbound, State: ShareLive}} // what a partner begins is shared with it
	}
	if len(d.Config.Groups) == 1 {
		t.Group = d.Config.Groups[0].ID
	}
	return t
}

// Edit carries out edits: the update's own when by is nil, else a rule's. It changes everything asked for or, when
// something is wrong, nothing and returns an Invalid error with every fault. A rule's edits become events at once;
// people's do at ApplyLifecycle.
func (d *Draft) Edit(e Edits, by *Via) error {
	x := &edit{Draft: d, next: d.Now, by: by, faults: Faults{}}
	x.apply(e)
	if err := x.faults.Err(); err != nil {
		return err
	}
	prev := d.Now
	d.Now = x.next
	d.Sharing = append(d.Sharing, x.steps...)
	if by != nil {
		d.updateTimers()
		n := len(d.Events)
		d.recordChanges(&prev, EventChange, by)
		d.Events = append(d.Events, x.events...)
		d.ByRules = d.ByRules || len(d.Events) > n
	} else {
		d.Events = append(d.Events, x.events...)
	}
	return nil
}

// AddComment puts a comment on the draft, at most one an update.
func (d *Draft) AddComment(c Comment) error {
	if !d.Created && d.Before.Status == Closed {
		return InvalidField("status", "InvalidValue", "Status: closed prevents ticket update; make a new ticket that follows it up")
	}
	if d.Now.CommentCount >= MaxComments {
		return InvalidField("comment", "TooManyComments", "Comment: a ticket holds 5000 comments at most; make a new ticket")
	}
	d.Comment = &c
	n := &d.Now
	n.CommentCount++
	n.Public = n.Public || c.Public
	n.HasAttachments = n.HasAttachments || len(c.Attachments) > 0
	if d.Created {
		n.Description = c.Body
	}
	staff := d.Actor.Role.Staff() && d.Actor.Foreign == 0
	if staff && c.Public && !d.Created {
		n.Replies++
	}
	if staff && c.Author == d.Actor.ID && c.Author != n.Requester && c.Author != n.Assignee && !d.Created && len(n.Followers) < MaxPeople {
		n.Followers = withUser(n.Followers, c.Author)
	}
	return nil
}

// ApplyLifecycle ends the people's part: the rules of life, then the events in the API's order: the comment, then each field.
func (d *Draft) ApplyLifecycle(explicitStatus bool) error {
	faults := Faults{}
	if d.Comment != nil && !explicitStatus {
		d.reopenOnReply()
	}
	moved := d.isFinishing() || d.Via.Channel != ChannelMail && (d.Created || d.Before.Status != d.Now.Status) // mail has no fields
	if d.Actor.Role.Staff() && d.Actor.Foreign == 0 && !d.Actor.System && !d.Past && moved {
		d.checkStatus(faults)
	}
	if err := faults.Err(); err != nil {
		return err
	}
	d.updateTimers()
	own := d.Events
	d.Events = nil
	if d.Comment != nil {
		d.Events = append(d.Events, Event{ID: EventID(d.Comment.ID), Type: EventComment, Comment: d.Comment.ID})
	}
	if d.Created {
		d.recordChanges(&Ticket{}, EventCreate, nil)
	} else {
		d.recordChanges(&d.Before, EventChange, nil)
	}
	d.Events = append(d.Events, own...)
	return nil
}

// reopenOnReply: an end user's comment on a ticket that waits or is solved puts it back to open (rules.md §8). A partner's
// people count as the other staff: their status travels by itself.
func (d *Draft) reopenOnReply() {
	if d.Actor.Role == EndUser && d.Actor.Foreign == 0 && !d.Actor.System && d.Comment.Public &&
		(d.Now.Status == Pending || d.Now.Status == Hold || d.Now.Status == Solved) {
		reopened := d.Now
		reopened.Status = Open
		d.Now = d.reconcileAssignment(reopened)
	}
}

// isFinishing tells whether the ticket becomes solved or closed.
func (d *Draft) isFinishing() bool {
	return d.Now.Status.Finished() && (d.Created || !d.Before.Status.Finished())
}

// checkStatus: people need an assignee to solve or close, and for each status what the form requires; rules, partners and the
// requester do not.
func (d *Draft) checkStatus(faults Faults) {
	if d.isFinishing() && d.Now.Assignee == 0 {
		if _, ok := d.Config.Staff[d.Actor.ID]; !ok {
			faults.Add("base", "BlankValue", "Assignee: is required when solving a ticket")
			return
		}
		taken := d.Now
		taken.Assignee = d.Actor.ID
		d.Now = d.reconcileAssignment(taken)
	}
	form := d.Config.formOf(&d.Now)
	if form == nil {
		return
	}
	asked := d.Config.AskedOfAgents(&d.Now)
	for i := range d.Config.Fields {
		f := &d.Config.Fields[i]
		required := f.Active && slices.Contains(form.Fields, f.ID) && d.Now.blank(f) &&
			asked.Requires(f.ID, f.Required && d.isFinishing(), func(c *ConditionalField) bool { return c.RequiredFor(d.Now.Status) })
		if required {
			faults["base"] = append(faults["base"], Detail{Code: "BlankValue", Message: f.Title + ": is required when " + d.doing(),
				Field: f.ID, FieldType: f.Type})
		}
	}
}

// doing is what an update does with the status, in the words of an error.
func (d *Draft) doing() string {
	if d.Now.Status.Finished() {
		return "solving a ticket"
	}
	return "the status is " + string(d.Now.Status)
}

// blank tells whether the ticket leaves open what the field asks.
func (t *Ticket) blank(f *TicketField) bool {
	switch f.Type {
	case FieldSubject:
		return t.Subject == ""
	case FieldTicketType:
		return t.Type == ""
	case FieldPriority:
		return t.Priority == ""
	case FieldGroup:
		return t.Group == 0
	}
	v := t.Fields[f.ID].Text()
	return f.Type.Custom() && (v == "" || f.Type == FieldCheckbox && v != "true")
}

// formOf is the form of a ticket; one that names none has the default form. Nil: it is gone.
func (c *Config) formOf(t *Ticket) *TicketForm {
	id := t.Form
	if id == 0 {
		id = c.DefaultForm()
	}
	at := slices.IndexFunc(c.Forms, func(f TicketForm) bool { return f.ID == id })
	if at < 0 {
		return nil
	}
	return &c.Forms[at]
}

// reconcileAssignment brings fields that depend on each other in step after an edit: assignee and group, new and assigned.
func (d *Draft) reconcileAssignment(t Ticket) Ticket {
	if d.Now.Status.Finished() && !t.Status.Finished() {
		t = d.withoutAbsent(t)
	}
	if t.Assignee != d.Now.Assignee || t.Group != d.Now.Group {
		t = d.placeAssignee(t)
	}
	if t.Status == New && t.Assignee != 0 {
		t.Status = Open
	}
	if t.Type != Incident {
		t.Problem = 0
	}
	if t.Type != Task {
		t.DueAt = time.Time{}
	}
	return t
}

// placeAssignee has the assignee in a group of theirs, and whoever is not in the group that a ticket moved to off it.
func (d *Draft) placeAssignee(t Ticket) Ticket {
	if t.Assignee == 0 || t.Group != 0 && d.Config.InGroup(t.Assignee, t.Group) {
		return t
	}
	if t.Assignee == d.Now.Assignee && t.Group != d.Now.Group && t.Group != 0 {
		t.Assignee = 0
	} else if g := d.Config.Staff[t.Assignee].DefaultGroup; g != 0 {
		t.Group = g
	}
	return t
}

// withoutAbsent is a ticket that opens again without those who cannot work on it any more: solved tickets keep whose they were.
func (d *Draft) withoutAbsent(t Ticket) Ticket {
	c := d.Config
	if _, ok := c.Group(t.Group); !ok && t.Group == d.Now.Group {
		t.Group = 0
	}
	if _, ok := c.Staff[t.Assignee]; t.Assignee == d.Now.Assignee && (!ok || t.Group == d.Now.Group && t.Group != 0 && !c.InGroup(t.Assignee, t.Group)) {
		t.Assignee = 0
	}
	return t
}

// updateTimers keeps the times and counters that conditions and reports read, always against the ticket before this update.
func (d *Draft) updateTimers() {
	b, n := &d.Before, &d.Now
	n.StatusAt, n.SolvedAt, n.Reopens = b.StatusAt, b.SolvedAt, b.Reopens
	n.AssignedAt, n.AgentStations, n.GroupStations = b.AssignedAt, b.AgentStations, b.GroupStations
	if d.Created || n.Status != b.Status {
		n.StatusAt = d.At
	}
	if d.isFinishing() {
		n.SolvedAt = d.At
	}
	if !d.Created && b.Status == Solved && n.Status.Rank() < Solved.Rank() {
		n.Reopens++
	}
	if n.Assignee != 0 && n.Assignee != b.Assignee {
		n.AssignedAt = d.At
		n.AgentStations++
	}
	if n.Group != 0 && n.Group != b.Group {
		n.GroupStations++
	}
	if d.Actor.ID != 0 && d.Actor.ID == n.Requester {
		n.RequesterAt = d.At
	}
	if d.Actor.ID != 0 && d.Actor.ID == n.Assignee {
		n.AssigneeAt = d.At
	}
}

// Changed tells whether the draft has anything to store.
func (d *Draft) Changed() bool { return d.Created || len(d.Events) > 0 }

// Fail notes that a rule asked for something that cannot be done; the ticket stays unharmed.
func (d *Draft) Fail(message string, by *Via) {
	d.Events = append(d.Events, Event{ID: EventID(d.NewID()), Type: EventError, Message: message, Via: by})
}

// Notify notes a notification or webhook call that a rule asked for.
func (d *Draft) Notify(t EventType, n Notice, by *Via) {
	d.Events = append(d.Events, Event{ID: EventID(d.NewID()), Type: t, Notice: &n, Via: by})
}
