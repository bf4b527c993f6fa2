package desk

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"interdesk/calendar"
	"interdesk/condition"
)

// The slots of what conditions can ask of a ticket and of an update. Custom fields follow, in the order of Config.Fields.
const (
	slotStatus condition.Slot = iota
	slotType
	slotPriority
	slotGroup
	slotAssignee
	slotRequester
	slotOrganization
	slotBrand
	slotForm
	slotTags
	slotVia
	slotRecipient
	slotDescription
	slotPrivacy
	slotReopens
	slotReplies
	slotAgentStations
	slotGroupStations
	slotReceivedFrom
	slotSentTo
	slotDeliveredTo
	slotSharingFailed
	slotCreatedAt
	slotNewAt
	slotOpenAt
	slotPendingAt
	slotHoldAt
	slotSolvedAt
	slotClosedAt
	slotAssignedAt
	slotUpdatedAt
	slotRequesterAt
	slotAssigneeAt
	slotDueAt
	slotBreachedAt
	slotNextBreachAt
	slotSubject
	slotDueDate
	slotSchedule
	slotOpenSchedules
	slotInHours
	slotSatisfaction
	slotReason
	// The update's own.
	slotUpdateVia
	slotUpdateType
	slotCommentPublic
	slotCommentText
	slotRole
	slotAttachment
	slotCC
	slotIncidents
	slotCustom // the first custom field
)

// TicketFacts fills f with what a view or automation may ask of a ticket at an instant.
func (c *Config) TicketFacts(f *condition.Facts, t *Ticket, viewer Actor, at time.Time) {
	f.Now = c.factsOf(f.Now, t)
	f.CurrentUser = idText(viewer.ID)
	f.CurrentGroups = f.CurrentGroups[:0]
	for _, g := range viewer.Groups {
		f.CurrentGroups = append(f.CurrentGroups, idText(g))
	}
	f.At = at.UnixMicro()
	f.Today = calendar.Of(at.In(c.Location)).String()
	c.hourFacts(f.Now, t, at)
	if f.Business, f.AddBusiness = nil, nil; len(c.Schedules) == 0 {
		return
	}
	hours := c.HoursOf(t)
	f.Business = func(from, to int64) int64 {
		return hours.Elapsed(time.UnixMicro(from), time.UnixMicro(to)).Microseconds()
	}
	f.AddBusiness = func(at, length int64) (int64, bool) {
		there := hours.Add(time.UnixMicro(at), time.Duration(length)*time.Microsecond)
		return there.UnixMicro(), !there.IsZero()
	}
}

// hourFacts are what depends on the instant as well as on the ticket.
func (c *Config) hourFacts(out []condition.Fact, t *Ticket, at time.Time) {
	out[slotSchedule] = condition.OfText(idText(c.ScheduleOf(t)))
	out[slotOpenSchedules] = condition.OfSet(c.openSchedules(at))
	out[slotInHours] = condition.OfBool(c.HoursOf(t).Open(at))
}

// Facts fills f with what triggers may ask of the draft before the first of them has fired.
func (d *Draft) Facts(f *condition.Facts) {
	d.Config.TicketFacts(f, &d.Now, d.Actor, d.At)
	f.Created = d.Created
	f.Before = f.Before[:0]
	if !d.Created {
		f.Before = d.Config.factsOf(f.Before, &d.Before)
	}
	d.updateFacts(f.Now)
}

// Refresh brings f up to the draft's present ticket, after a trigger changed it. What was said in the update stays.
func (d *Draft) Refresh(f *condition.Facts) {
	kept := [slotCustom - slotUpdateVia]condition.Fact(f.Now[slotUpdateVia:slotCustom])
	f.Now = d.Config.factsOf(f.Now, &d.Now)
	d.Config.hourFacts(f.Now, &d.Now, d.At)
	copy(f.Now[slotUpdateVia:slotCustom], kept[:])
}

func (c *Config) factsOf(out []condition.Fact, t *Ticket) []condition.Fact {
	out = slices.Grow(out[:0], int(slotCustom)+len(c.Fields))[:int(slotCustom)+len(c.Fields)]
	clear(out)
	out[slotStatus] = condition.OfText(string(t.Status))
	out[slotType] = condition.OfText(string(t.Type))
	out[slotPriority] = condition.OfText(string(t.Priority))
	out[slotGroup] = condition.OfText(idText(t.Group))
	out[slotAssignee] = condition.OfText(idText(t.Assignee))
	out[slotRequester] = condition.OfText(idText(t.Requester))
	out[slotOrganization] = condition.OfText(idText(t.Organization))
	out[slotBrand] = condition.OfText(idText(t.Brand))
	out[slotForm] = condition.OfText(idText(t.Form))
	out[slotTags] = condition.OfSet(t.Tags)
	out[slotVia] = condition.OfText(strconv.Itoa(int(t.Via.Channel)))
	out[slotRecipient] = condition.OfText(t.Recipient)
	out[slotDescription] = condition.OfText(t.Description)
	out[slotSubject] = condition.OfText(t.Subject)
	out[slotPrivacy] = condition.OfText(privacyText(t.Public))
	out[slotReopens] = condition.OfNumber(int64(t.Reopens))
	out[slotReplies] = condition.OfNumber(int64(t.Replies))
	out[slotAgentStations] = condition.OfNumber(int64(t.AgentStations))
	out[slotGroupStations] = condition.OfNumber(int64(t.GroupStations))
	out[slotSatisfaction] = condition.OfText(string(Scores[max(t.Rating.Score.Rank(), 0)]))
	out[slotReason] = condition.OfText(idText(t.Rating.Reason))
	shareFacts(out, t.Shares)
	timeFacts(out, t)
	if !t.DueAt.IsZero() {
		out[slotDueDate] = condition.OfText(calendar.Of(t.DueAt.In(c.Location)).String())
	}
	for i := range c.Fields {
		if v := t.Fields[c.Fields[i].ID]; v != nil {
			out[int(slotCustom)+i] = c.Fields[i].factOf(v)
		}
	}
	return out
}

func privacyText(public bool) string {
	if public {
		return "public"
	}
	return "private"
}

// shareFacts: "received from" stays true for an orphan (rules.md §2.4), the others tell how a share does (share-life §4).
func shareFacts(out []condition.Fact, shares []ShareRef) {
	out[slotReceivedFrom] = partnerFacts(shares, func(s ShareRef) bool { return s.Inbound })
	out[slotSentTo] = partnerFacts(shares, func(s ShareRef) bool { return !s.Inbound && s.State.Sent() })
	out[slotDeliveredTo] = partnerFacts(shares, func(s ShareRef) bool { return !s.Inbound && s.State == ShareLive })
	out[slotSharingFailed] = partnerFacts(shares, func(s ShareRef) bool { return !s.Inbound && s.State.Undelivered() })
}

func partnerFacts(shares []ShareRef, those func(ShareRef) bool) condition.Fact {
	var ids []string
	for _, s := range shares {
		if those(s) {
			ids = append(ids, idText(s.Agreement))
		}
	}
	slices.Sort(ids)
	return condition.OfSet(ids)
}

func timeFacts(out []condition.Fact, t *Ticket) {
	put := func(s condition.Slot, at time.Time) {
		if !at.IsZero() {
			out[s] = condition.OfNumber(at.UnixMicro())
		}
	}
	put(slotCreatedAt, t.CreatedAt)
	put(slotAssignedAt, t.AssignedAt)
	put(slotUpdatedAt, t.UpdatedAt)
	put(slotRequesterAt, t.RequesterAt)
	put(slotAssigneeAt, t.AssigneeAt)
	put(slotDueAt, t.DueAt)
	put(slotBreachedAt, t.Level.BreachedAt())
	put(slotNextBreachAt, t.Level.NextBreachAt())
	if r := t.Status.Rank(); r >= 0 {
		put(slotNewAt+condition.Slot(r), t.StatusAt)
	}
}

func (f *TicketField) factOf(v FieldValue) condition.Fact {
	switch f.Type {
	case FieldMultiselect:
		return condition.OfSet(v)
	case FieldInteger:
		if n, err := strconv.ParseInt(v.Text(), 10, 64); err == nil {
			return condition.OfNumber(n)
		}
	case FieldDecimal:
		if n, ok := condition.ParseDecimal(v.Text()); ok {
			return condition.OfNumber(n)
		}
	}
	return condition.OfText(v.Text())
}

func (d *Draft) updateFacts(out []condition.Fact) {
	out[slotUpdateVia] = condition.OfText(strconv.Itoa(int(d.Via.Channel)))
	out[slotUpdateType] = condition.OfText("Change")
	if d.Created {
		out[slotUpdateType] = condition.OfText("Create")
	}
	role := "end_user"
	if d.Actor.Staff() {
		role = "agent"
	}
	who := []string{role}
	if d.Actor.ID != 0 {
		who = append(who, idText(d.Actor.ID))
	}
	if d.Actor.System {
		who = nil
	}
	slices.Sort(who)
	out[slotRole] = condition.OfSet(who)
	out[slotCC] = condition.OfBool(!slices.Equal(d.Before.EmailCCs, d.Now.EmailCCs))
	out[slotIncidents] = condition.OfNumber(int64(d.Incidents))
	out[slotAttachment] = condition.OfBool(d.Comment != nil && len(d.Comment.Attachments) > 0)
	d.commentFacts(out)
}

func (d *Draft) commentFacts(out []condition.Fact) {
	var text []string
	if d.Created {
		text = append(text, d.Now.Subject)
	}
	if c := d.Comment; c != nil {
		said := []string{"false", "not_relevant"}
		if c.Public {
			said = []string{"not_relevant", "requester_can_see_comment", "true"}
		}
		out[slotCommentPublic] = condition.OfSet(said)
		text = append(text, d.Now.Subject, c.Body)
	}
	out[slotCommentText] = condition.OfText(strings.Join(slices.Compact(text), "\n"))
}
