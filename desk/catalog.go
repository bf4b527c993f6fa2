package desk

import (
	"strconv"
	"strings"

	"interdesk/condition"
)

const (
	rules      = condition.Trigger | condition.Automation | condition.View
	everywhere = rules | condition.Policy
	later      = condition.Automation | condition.View
)

// The headings under which rule builders offer conditions and actions.
const (
	GroupTicket  = "ticket"
	GroupUpdate  = "update" // what conditions ask of the update at hand
	GroupSharing = "sharing"
	GroupTime    = "time"
	GroupCustom  = "custom"
	GroupNotify  = "notify"
	GroupComment = "comment"
)

// What the ids among the values of a field name.
const (
	RefersToPeople        = "people"
	RefersToOrganizations = "organizations"
	RefersToGroups        = "groups"
)

// newCatalog declares what conditions of an account may ask, by the names and operators of rules.md §2.
func newCatalog(c *Config) *condition.Catalog {
	fields := ticketConditions(c)
	fields = append(fields, updateConditions()...)
	fields = append(fields, timeConditions()...)
	for i := range c.Fields {
		if f := &c.Fields[i]; f.Type.Custom() {
			fields = append(fields, f.conditionField(slotCustom+condition.Slot(i)))
		}
	}
	return condition.NewCatalog(fields)
}

func withChanges(ops ...condition.Operator) []condition.Operator {
	return append(ops, condition.Changed, condition.NotChanged, condition.ChangedTo, condition.ChangedFrom,
		condition.NotChangedTo, condition.NotChangedFrom)
}

func ticketConditions(c *Config) []condition.Field {
	equal := withChanges(condition.Is, condition.IsNot)
	ordered := withChanges(condition.Is, condition.IsNot, condition.LessThan, condition.GreaterThan)
	people := []condition.Option{}
	for _, s := range sortedStaff(c) {
		people = append(people, condition.Option{Value: idText(s.ID), Title: s.Name})
	}
	return []condition.Field{
		{Name: "status", Title: "Status", Group: GroupTicket, Kind: condition.Choice, Slot: slotStatus, In: everywhere, Operators: ordered,
			Choices: optionsOf(Statuses[:]), Selective: true},
		{Name: "type", Aliases: []string{"ticket_type_id"}, Title: "Type", Group: GroupTicket, Kind: condition.Choice, Slot: slotType, In: everywhere, Operators: equal,
			Choices: typeOptions(), Nullable: true, Selective: true},
		{Name: "priority", Title: "Priority", Group: GroupTicket, Kind: condition.Choice, Slot: slotPriority, In: rules,
			Operators: ordered, Choices: optionsOf(Priorities[:]), Nullable: true},
		{Name: "group_id", Title: "Group", Group: GroupTicket, Kind: condition.ID, Slot: slotGroup, In: everywhere, Operators: equal,
			Choices: groupOptions(c), Nullable: true, Selective: true, CurrentGroups: true},
		{Name: "assignee_id", Title: "Assignee", Group: GroupTicket, Kind: condition.ID, Slot: slotAssignee, In: everywhere,
			Operators: equal, Choices: people, Nullable: true, Selective: true, CurrentUser: true, Peers: []string{"requester_id"}, Refers: RefersToPeople},
		{Name: "requester_id", Title: "Requester", Group: GroupTicket, Kind: condition.ID, Slot: slotRequester, In: everywhere,
			Operators: equal, Nullable: true, Selective: true, CurrentUser: true, Peers: []string{"assignee_id"}, Refers: RefersToPeople},
		{Name: "organization_id", Title: "Organization", Group: GroupTicket, Kind: condition.ID, Slot: slotOrganization, In: everywhere,
			Operators: equal, Nullable: true, NotNeedsValue: true, Refers: RefersToOrganizations},
		{Name: "brand_id", Title: "Brand", Group: GroupTicket, Kind: condition.ID, Slot: slotBrand, In: everywhere, Operators: equal,
			Choices: []condition.Option{{Value: idText(c.Brand.ID), Title: c.Brand.Name}}},
		{Name: "ticket_form_id", Title: "Form", Group: GroupTicket, Kind: condition.ID, Slot: slotForm, In: everywhere, Operators: equal,
			Choices: formOptions(c), Nullable: true},
		{Name: "current_tags", Title: "Tags", Group: GroupTicket, Kind: condition.Tags, Slot: slotTags, In: everywhere,
			Operators: []condition.Operator{condition.Includes, condition.NotIncludes, condition.Is, condition.IsNot, condition.Changed, condition.NotChanged}},
		{Name: "via_id", Title: "Channel", Group: GroupTicket, Kind: condition.ID, Slot: slotVia, In: everywhere,
			Operators: []condition.Operator{condition.Is, condition.IsNot, condition.Includes, condition.NotIncludes}, Choices: channelOptions()},
		{Name: "recipient", Title: "Received at", Group: GroupTicket, Kind: condition.Text, Slot: slotRecipient, In: everywhere,
			Operators: []condition.Operator{condition.Is, condition.IsNot}},
		{Name: "description_includes_word", Title: "Description", Group: GroupTicket, Kind: condition.Words, Slot: slotDescription, In: later,
			Operators: wordOperators()},
		{Name: "subject_includes_word", Title: "Subject text", Group: GroupTicket, Kind: condition.Words, Slot: slotSubject, In: rules,
			Operators: wordOperators()},
		{Name: "ticket_is_public", Title: "Privacy", Group: GroupTicket, Kind: condition.Choice, Slot: slotPrivacy, In: rules,
			Operators: []condition.Operator{condition.Is, condition.IsNot}, Choices: optionsOf([]string{"public", "private"})},
		countField("reopens", "Reopens", slotReopens), countField("replies", "Agent replies", slotReplies),
		countField("agent_stations", "Assignee stations", slotAgentStations), countField("group_stations", "Group stations", slotGroupStations),
		{Name: "ticket_due_date", Title: "Due date", Group: GroupTicket, Kind: condition.Date, Slot: slotDueDate, In: condition.Trigger, Nullable: true},
		{Name: "received_from", Title: "Ticket sharing: Received from", Group: GroupSharing, Kind: condition.Member, Slot: slotReceivedFrom,
			In: everywhere, Operators: []condition.Operator{condition.Is, condition.IsNot}, Choices: agreementOptions(c, true), Open: true},
		sharedWith(c, "sent_to", "Ticket sharing: Sent to", slotSentTo),
		sharedWith(c, "delivered_to", "Ticket sharing: Delivered to", slotDeliveredTo),
		sharedWith(c, "sharing_failed", "Ticket sharing: Not delivered to", slotSharingFailed),
		{Name: "in_business_hours", Title: "Within business hours", Group: GroupTime, Kind: condition.Flag, Slot: slotInHours, In: condition.Trigger,
			Operators: []condition.Operator{condition.Is}},
		{Name: "within_schedule", Title: "Within the hours of schedule", Group: GroupTime, Kind: condition.Member, Slot: slotOpenSchedules, In: rules,
			Operators: []condition.Operator{condition.Is, condition.IsNot}, Choices: scheduleOptions(c), Passing: true},
		{Name: "satisfaction_score", Title: "Satisfaction", Group: GroupTicket, Kind: condition.Choice, Slot: slotSatisfaction, In: rules,
			Operators: ordered, Choices: scoreOptions()},
		{Name: "satisfaction_reason_code", Title: "Satisfaction reason", Group: GroupTicket, Kind: condition.ID, Slot: slotReason, In: rules,
			Operators: []condition.Operator{condition.Is, condition.IsNot}, Choices: reasonOptions(c), Nullable: true},
		{Name: "schedule_id", Title: "Schedule", Group: GroupTicket, Kind: condition.ID, Slot: slotSchedule, In: rules,
			Operators: []condition.Operator{condition.Is, condition.IsNot}, Choices: scheduleOptions(c)},
	}
}

func sharedWith(c *Config, name, title string, slot condition.Slot) condition.Field {
	return condition.Field{Name: name, Title: title, Group: GroupSharing, Kind: condition.Member, Slot: slot, In: everywhere,
		Operators: []condition.Operator{condition.Is, condition.IsNot}, Choices: agreementOptions(c, false), Open: true}
}

func wordOperators() []condition.Operator {
	return []condition.Operator{condition.Includes, condition.NotIncludes, condition.Is, condition.IsNot}
}

func countField(name, title string, slot condition.Slot) condition.Field {
	return condition.Field{Name: name, Title: title, Group: GroupTicket, Kind: condition.Number, Slot: slot, In: condition.Trigger,
		Operators: []condition.Operator{condition.LessThan, condition.GreaterThan, condition.Is}}
}

func updateConditions() []condition.Field {
	only := []condition.Operator{condition.Is}
	equal := []condition.Operator{condition.Is, condition.IsNot}
	return []condition.Field{
		{Name: "current_via_id", Title: "Update via", Group: GroupUpdate, Kind: condition.ID, Slot: slotUpdateVia, In: condition.Trigger,
			Operators: equal, Choices: channelOptions()},
		{Name: "update_type", Title: "Ticket is", Group: GroupUpdate, Kind: condition.Choice, Slot: slotUpdateType, In: condition.Trigger,
			Operators: only, Choices: optionsOf([]string{"Create", "Change"})},
		{Name: "comment_is_public", Title: "Comment is", Group: GroupUpdate, Kind: condition.Member, Slot: slotCommentPublic,
			In: condition.Trigger, Operators: only, Choices: optionsOf([]string{"true", "false", "not_relevant", "requester_can_see_comment"})},
		{Name: "comment_includes_word", Title: "Comment text", Group: GroupUpdate, Kind: condition.Words, Slot: slotCommentText,
			In: condition.Trigger, Operators: wordOperators()},
		{Name: "role", Title: "Current user", Group: GroupUpdate, Kind: condition.Member, Slot: slotRole, In: condition.Trigger,
			Operators: equal, Choices: optionsOf([]string{"agent", "end_user"}), Open: true, Refers: RefersToPeople},
		{Name: "attachment", Title: "Attachment", Group: GroupUpdate, Kind: condition.Flag, Slot: slotAttachment, In: condition.Trigger, Operators: only},
		countField("number_of_incidents", "Number of incidents", slotIncidents),
		{Name: "cc", Title: "CC", Group: GroupUpdate, Kind: condition.Flag, Slot: slotCC, In: condition.Trigger, Operators: only},
	}
}

func timeConditions() []condition.Field {
	since := func(name, title string, slot condition.Slot, in condition.Place) condition.Field {
		return condition.Field{Name: name, Title: "Hours since " + title, Group: GroupTime, Kind: condition.Hours, Slot: slot, In: in}
	}
	lasting := func(name, title string, slot condition.Slot) condition.Field { // a status that lasts is one (rules.md §5)
		f := since(name, title, slot, later)
		f.Selective = true
		return f
	}
	until := func(name, title string, slot condition.Slot) condition.Field {
		return condition.Field{Name: name, Title: "Hours until " + title, Group: GroupTime, Kind: condition.HoursUntil, Slot: slot, In: later}
	}
	due := since("due_at", "due date", slotDueAt, later)
	due.Aliases, due.MayLieAhead = []string{"due_date"}, true
	return []condition.Field{
		since("NEW", "created", slotCreatedAt, later), lasting("OPEN", "open", slotOpenAt),
		lasting("PENDING", "pending", slotPendingAt), lasting("HOLD", "on-hold", slotHoldAt),
		lasting("SOLVED", "solved", slotSolvedAt), since("CLOSED", "closed", slotClosedAt, condition.View),
		since("assigned_at", "assigned", slotAssignedAt, later), since("updated_at", "update", slotUpdatedAt, later),
		since("requester_updated_at", "requester update", slotRequesterAt, later),
		since("assignee_updated_at", "assignee update", slotAssigneeAt, later), due, until("until_due_date", "due date", slotDueAt),
		since("sla_next_breach_at", "last SLA breach", slotBreachedAt, later), until("until_sla_next_breach_at", "next SLA breach", slotNextBreachAt),
		{Name: "exact_created_at", Title: "Created", Group: GroupTime, Kind: condition.Instant, Slot: slotCreatedAt, In: condition.Policy},
	}
}

// conditionField makes a custom field known to conditions as custom_fields_<id>.
func (f *TicketField) conditionField(slot condition.Slot) condition.Field {
	d := condition.Field{Name: "custom_fields_" + idText(f.ID), Aliases: []string{"ticket_fields_" + idText(f.ID)}, Title: f.Title,
		Group: GroupCustom, Slot: slot, In: everywhere, Nullable: true}
	basic := withChanges(condition.Is, condition.IsNot, condition.Present, condition.NotPresent)
	switch f.Type {
	case FieldTagger:
		d.Kind, d.Open, d.Operators = condition.Choice, true, append(basic, condition.Includes, condition.NotIncludes)
		for _, o := range f.Options {
			d.Choices = append(d.Choices, condition.Option{Value: o.Value, Title: o.Name})
		}
	case FieldMultiselect:
		d.Kind = condition.Multi
		for _, o := range f.Options {
			d.Choices = append(d.Choices, condition.Option{Value: o.Value, Title: o.Name})
		}
	case FieldCheckbox:
		d.Kind = condition.Checkbox
	case FieldDate:
		d.Kind = condition.Date
	case FieldInteger:
		d.Kind = condition.Number
	case FieldDecimal:
		d.Kind = condition.Decimal
	case FieldLookup:
		d.Kind = condition.ID
	default:
		d.Kind = condition.Text
	}
	return d
}

func optionsOf[T ~string](values []T) []condition.Option {
	out := make([]condition.Option, 0, len(values))
	for _, v := range values {
		title := string(v)
		if v == "" {
			title = "-"
		}
		out = append(out, condition.Option{Value: string(v), Title: title})
	}
	return out
}

// typeOptions: policies of service levels know types by numbers, too (rules.md §2.2).
func typeOptions() []condition.Option {
	options := optionsOf(TicketTypes[1:])
	for i := range options {
		options[i].Aliases = []string{strconv.Itoa(i + 1)}
	}
	return options
}

// scoreOptions: rules of old say true of those who were not asked, and false of those who were (rules.md §2.1).
func scoreOptions() []condition.Option {
	options := optionsOf(Scores[:])
	for i := range options {
		title := strings.ReplaceAll(options[i].Value, "_", " ")
		options[i].Title = strings.ToUpper(title[:1]) + title[1:]
	}
	options[0].Aliases, options[1].Aliases = []string{"true"}, []string{"false"}
	return options
}

func reasonOptions(c *Config) (out []condition.Option) {
	for _, r := range c.Account.AllReasons() {
		out = append(out, condition.Option{Value: idText(r.Code), Title: r.Value})
	}
	return out
}

func groupOptions(c *Config) (out []condition.Option) {
	for _, g := range c.Groups {
		out = append(out, condition.Option{Value: idText(g.ID), Title: g.Name})
	}
	return out
}

func formOptions(c *Config) (out []condition.Option) {
	for _, f := range c.Forms {
		out = append(out, condition.Option{Value: idText(f.ID), Title: f.Name})
	}
	return out
}

func agreementOptions(c *Config, inbound bool) (out []condition.Option) {
	for _, a := range sortedAgreements(c) {
		if a.Inbound == inbound {
			out = append(out, condition.Option{Value: idText(a.ID), Title: a.Name})
		}
	}
	return out
}

func channelOptions() []condition.Option {
	names := []struct {
		channel Channel
		title   string
	}{
		{ChannelWeb, "Web form"}, {ChannelMail, "Email"}, {ChannelAPI, "Web service (API)"}, {ChannelRule, "Automation"},
		{ChannelMerge, "Merge"}, {ChannelBatch, "Bulk update"}, {ChannelClosed, "Closed ticket"}, {ChannelSharing, "Ticket sharing"},
		{ChannelDelivery, "Delivery to a partner"},
	}
	out := make([]condition.Option, 0, len(names))
	for _, n := range names {
		out = append(out, condition.Option{Value: strconv.Itoa(int(n.channel)), Title: n.title})
	}
	return out
}
