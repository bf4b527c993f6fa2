package rule

import (
	"strconv"
	"time"

	"interdesk/desk"
)

// PastUpdate is a ticket as it stands and its last update, which a trial judges again.
type PastUpdate struct {
	Ticket  desk.Ticket
	Audit   desk.Audit
	Comment *desk.Comment // nil when nothing was said
	Actor   desk.Actor    // who made the update
}

// Trial tells what a trigger would have done, without doing it.
type Trial struct {
	set    *Set
	config *desk.Config
}

// Try makes a trigger ready for a trial, alone and as if it were on. One that is not right is an Invalid error, as of
// CheckTrigger.
func Try(c *desk.Config, t desk.Trigger) (*Trial, error) {
	if err := CheckTrigger(c, t); err != nil {
		return nil, err
	}
	t.Active = true
	alone := *c
	alone.Triggers = []desk.Trigger{t}
	return &Trial{set: Compile(&alone), config: &alone}, nil
}

// Judge judges a ticket's last update again, with the ticket as it stands now: what the update changed is told from its
// record, and what it said and who made it counts as it did then. fired is false where the trigger would have passed it
// over; else events are what it would change now, empty for nothing, or the one thing that kept it from acting.
func (t *Trial) Judge(p PastUpdate) (fired bool, events []desk.Event) {
	var ids int64
	d := &desk.Draft{Config: t.config, Actor: p.Actor, Via: p.Audit.Via, At: p.Audit.CreatedAt, Now: p.Ticket, Comment: p.Comment,
		NewID: func() int64 { ids++; return ids }}
	for _, e := range p.Audit.Events {
		d.Created = d.Created || e.Type == desk.EventCreate
	}
	if !d.Created {
		d.Before = ticketBefore(p)
	}
	tr := t.set.Run(d)
	if len(tr.Obstacles) > 0 {
		return true, []desk.Event{{Type: desk.EventError, Message: tr.Obstacles[0].Reason}}
	}
	return len(tr.Firings) > 0, d.Events
}

// ticketBefore is the ticket as it stood ahead of its last update, as far as the record says.
func ticketBefore(p PastUpdate) desk.Ticket {
	t := p.Ticket
	t.Fields = make(map[desk.FieldID]desk.FieldValue, len(p.Ticket.Fields))
	for id, v := range p.Ticket.Fields {
		t.Fields[id] = v
	}
	for i := len(p.Audit.Events) - 1; i >= 0; i-- {
		switch e := p.Audit.Events[i]; e.Type {
		case desk.EventChange:
			undoEvent(&t, e)
		case desk.EventEmailCCs:
			t.EmailCCs = userIDs(e.Previous)
		case desk.EventFollowers:
			t.Followers = userIDs(e.Previous)
		}
	}
	return t
}

// undoEvent puts back what an event changed.
func undoEvent(t *desk.Ticket, e desk.Event) {
	was := eventText(e.Previous)
	n, _ := strconv.ParseInt(was, 10, 64)
	switch e.Field {
	case "subject":
		t.Subject = was
	case "requester_id":
		t.Requester = desk.UserID(n)
	case "priority":
		t.Priority = desk.Priority(was)
	case "type":
		t.Type = desk.TicketType(was)
	case "status":
		t.Status = desk.Status(was)
	case "organization_id":
		t.Organization = desk.OrganizationID(n)
	case "group_id":
		t.Group = desk.GroupID(n)
	case "assignee_id":
		t.Assignee = desk.UserID(n)
	case "brand_id":
		t.Brand = desk.BrandID(n)
	case "ticket_form_id":
		t.Form = desk.FormID(n)
	case "problem_id":
		t.Problem = desk.TicketID(n)
	case "satisfaction_score":
		t.Rating.Score = desk.Score(was)
	case "due_at":
		t.DueAt, _ = time.Parse(time.RFC3339, was)
	case "tags":
		t.Tags = eventTexts(e.Previous)
	default:
		undoField(t, e)
	}
}

// undoField puts back a custom field, which an event names by its id.
func undoField(t *desk.Ticket, e desk.Event) {
	id, err := strconv.ParseInt(e.Field, 10, 64)
	if err != nil {
		return
	}
	if v := eventTexts(e.Previous); len(v) > 0 {
		t.Fields[desk.FieldID(id)] = v
	} else {
		delete(t.Fields, desk.FieldID(id))
	}
}

func eventText(v any) string {
	s, _ := v.(string)
	return s
}

// eventTexts reads a value of an event as a list, whether it is fresh or was read from JSON.
func eventTexts(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []string:
		return v
	case []any:
		var out []string
		for _, one := range v {
			out = append(out, eventText(one))
		}
		return out
	}
	return nil
}

func userIDs(v any) []desk.UserID {
	var out []desk.UserID
	for _, s := range eventTexts(v) {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			out = append(out, desk.UserID(n))
		}
	}
	return out
}
