package condition

import "testing"

// shopCatalog has a field of every kind, named as a help desk would.
func shopCatalog() *Catalog {
	all := Trigger | Automation | View
	fields := []Field{
		{Name: "status", Title: "Status", Kind: Choice, In: all, Selective: true, Choices: options("new", "open", "pending", "hold", "solved", "closed")},
		{Name: "priority", Title: "Priority", Kind: Choice, In: all, Choices: options("", "low", "normal", "high", "urgent")},
		{Name: "satisfaction_score", Kind: Choice, In: all, Choices: []Option{{Value: "unoffered", Aliases: []string{"true"}},
			{Value: "offered", Aliases: []string{"false"}}, {Value: "bad"}, {Value: "good"}}},
		{Name: "update_type", Title: "Ticket", Kind: Choice, In: Trigger, Operators: []Operator{Is}, Choices: options("Create", "Change")},
		{Name: "custom_fields_1", Title: "Problem type", Aliases: []string{"ticket_fields_1"}, Kind: Choice, In: all, Nullable: true, Choices: options("image_sensor", "lens")},
		{Name: "group_id", Title: "Group", Kind: ID, In: all, CurrentGroups: true},
		{Name: "assignee_id", Title: "Assignee", Kind: ID, In: all, CurrentUser: true, Peers: []string{"requester_id"}},
		{Name: "requester_id", Kind: ID, In: all, CurrentUser: true, Peers: []string{"assignee_id"}},
		{Name: "organization_id", Kind: ID, In: all, NotNeedsValue: true},
		{Name: "current_tags", Title: "Tags", Kind: Tags, In: all},
		{Name: "custom_fields_2", Kind: Multi, In: all, Choices: options("red", "Green")},
		{Name: "sent_to", Kind: Member, In: all},
		{Name: "comment_is_public", Title: "Comment", Kind: Member, In: Trigger, Operators: []Operator{Is},
			Choices: options("true", "false", "not_relevant", "requester_can_see_comment")},
		{Name: "role", Kind: Member, In: Trigger, Open: true, Choices: options("agent", "end_user")},
		{Name: "custom_fields_3", Kind: Text, In: all},
		{Name: "subject_includes_word", Kind: Words, In: all},
		{Name: "replies", Kind: Number, In: all},
		{Name: "custom_fields_4", Kind: Decimal, In: all},
		{Name: "custom_fields_5", Kind: Date, In: all},
		{Name: "custom_fields_6", Kind: Checkbox, In: all},
		{Name: "attachment", Kind: Flag, In: Trigger},
		{Name: "updated_at", Title: "Hours since update", Kind: Hours, In: Automation | View},
		{Name: "due_at", Title: "Hours since due date", Kind: Hours, MayLieAhead: true, In: Automation | View},
		{Name: "until_due_date", Kind: HoursUntil, In: Automation | View},
	}
	for i := range fields {
		fields[i].Slot = Slot(i)
	}
	return NewCatalog(fields)
}

func options(values ...string) []Option {
	var list []Option
	for _, v := range values {
		list = append(list, Option{Value: v, Title: v})
	}
	return list
}

func put(c *Catalog, facts []Fact, name string, x Fact) {
	f, ok := c.Field(name)
	if !ok {
		panic("no field " + name)
	}
	facts[f.Slot] = x
}

// ask compiles one condition and puts it to the facts.
func ask(t *testing.T, cond Condition, place Place, f *Facts) bool {
	t.Helper()
	m, err := Compile(Tree{All: Conditions{cond}}, shopCatalog(), place)
	if err != nil {
		t.Fatalf("%v: %v", cond, err)
	}
	ok, _ := m.Match(f)
	return ok
}
