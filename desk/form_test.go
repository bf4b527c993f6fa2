package desk

import (
	"strings"
	"testing"
)

// conditional is a config whose form shows the colours for a lens, and the insurance for red ones.
func conditional(colour ConditionalField) *Config {
	c := testConfig()
	c.Forms[0].AgentConditions = []FormCondition{
		{Parent: colours, Value: "red", Children: []ConditionalField{{ID: insured, Required: true}}},
		{Parent: problem, Value: "lens", Children: []ConditionalField{colour}},
	}
	return c
}

func TestFormsAskDependingOnOtherFields(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fields           map[FieldID]FieldValue
		colours, insured bool // hidden
	}{
		"nothing said":             {nil, true, true},
		"the parent says it":       {map[FieldID]FieldValue{problem: {"lens"}}, false, true},
		"a chain":                  {map[FieldID]FieldValue{problem: {"lens"}, colours: {"blue", "red"}}, false, false},
		"a hidden one decides not": {map[FieldID]FieldValue{problem: {"image_sensor"}, colours: {"red"}}, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			asked := conditional(ConditionalField{ID: colours}).AskedOfAgents(&Ticket{Fields: c.fields})
			if asked.Hides(colours) != c.colours || asked.Hides(insured) != c.insured || asked.Hides(problem) {
				t.Errorf("hides colours %v, insured %v, the problem %v", asked.Hides(colours), asked.Hides(insured), asked.Hides(problem))
			}
		})
	}
}

func TestConditionsRequireForTheStatusTheyName(t *testing.T) {
	t.Parallel()
	lens := map[FieldID]FieldValue{problem: {"lens"}}
	for name, c := range map[string]struct {
		colour ConditionalField
		fields map[FieldID]FieldValue
		to     Status
		fault  string
	}{
		"hidden, though the field is required itself": {ConditionalField{ID: colours}, lens, Solved, ""},
		"to solve":          {ConditionalField{ID: colours, Required: true}, lens, Solved, "Colours: is required when solving a ticket"},
		"not yet":           {ConditionalField{ID: colours, Required: true}, lens, Pending, ""},
		"for a status":      {ConditionalField{ID: colours, RequiredOn: []Status{Pending}}, lens, Pending, "Colours: is required when the status is pending"},
		"for another":       {ConditionalField{ID: colours, RequiredOn: []Status{Pending}}, lens, Solved, ""},
		"not by what hides": {ConditionalField{ID: colours, Required: true}, nil, Solved, ""},
		"closing is as solving": {ConditionalField{ID: colours, RequiredOn: []Status{Solved}}, lens, Closed,
			"Colours: is required when solving a ticket"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, actor := range []Actor{agent(), {ID: mia, Role: EndUser}} {
				before := existing(func(t *Ticket) { t.Fields = c.fields })
				d := NewDraft(conditional(c.colour), Update{Actor: actor}, before, begin(agent(), nil).At, func() int64 { return 1 })
				if err := d.Edit(Edits{Status: &c.to}, nil); err != nil && actor.Role == Agent {
					t.Fatal(err)
				}
				err := d.ApplyLifecycle(true) // nobody asks end users
				if want := c.fault; actor.Role == EndUser && err != nil || actor.Role == Agent && (err == nil) != (want == "") ||
					err != nil && !strings.Contains(err.Error(), want) {
					t.Errorf("%s: %v, want %q", actor.Role, err, want)
				}
			}
		})
	}
}

func TestConditionsDoNotHangOnWhatIsOff(t *testing.T) {
	t.Parallel()
	c := conditional(ConditionalField{ID: colours, Required: true})
	c.Field(problem).Active = false
	if asked := c.AskedOfAgents(&Ticket{Fields: map[FieldID]FieldValue{problem: {"lens"}}}); asked.Hides(colours) ||
		asked.Requires(colours, false, func(*ConditionalField) bool { return true }) {
		t.Error("a condition on a field that is off still holds")
	}
}

// Who writes a mail can fill in no field; solving by mail is solving.
func TestMailIsNotAskedForFields(t *testing.T) {
	t.Parallel()
	for to, refused := range map[Status]bool{Pending: false, Solved: true} {
		d := NewDraft(conditional(ConditionalField{ID: colours, RequiredOn: []Status{Pending, Solved}}), Update{Actor: agent(), Via: Via{Channel: ChannelMail}},
			existing(func(t *Ticket) { t.Fields = map[FieldID]FieldValue{problem: {"lens"}} }), begin(agent(), nil).At, func() int64 { return 1 })
		if err := d.Edit(Edits{Status: &to}, nil); err != nil {
			t.Fatal(err)
		}
		if err := d.ApplyLifecycle(true); (err != nil) != refused {
			t.Errorf("%s: %v", to, err)
		}
	}
}

func TestConditionsThatCannotBe(t *testing.T) {
	t.Parallel()
	shows := func(ids ...FieldID) (out []ConditionalField) {
		for _, id := range ids {
			out = append(out, ConditionalField{ID: id})
		}
		return out
	}
	for words, all := range map[string][]FormCondition{
		"the form has no field 99, on which one hangs": {{Parent: 99, Value: "x", Children: shows(colours)}},
		"the form has no field 99, which one shows":    {{Parent: problem, Value: "lens", Children: shows(99)}},
		"does not say on which value":                  {{Parent: problem, Children: shows(colours)}},
		"shows a field twice":                          {{Parent: problem, Value: "lens", Children: shows(colours, colours)}},
		`"a\x00" cannot be a value`:                    {{Parent: problem, Value: "a\x00", Children: shows(colours)}},
		"shows no field":                               {{Parent: problem, Value: "lens"}},
		"put their fields together":                    {{Parent: problem, Value: "lens", Children: shows(colours)}, {Parent: problem, Value: "lens", Children: shows(insured)}},
		"these hang on themselves: Colours, Insured":   {{Parent: colours, Value: "red", Children: shows(insured)}, {Parent: insured, Value: "true", Children: shows(colours)}},
		"these hang on themselves: Insured":            {{Parent: insured, Value: "true", Children: shows(insured)}},
		"a form has 1500 at most":                      make([]FormCondition, MaxFormConditions+1),
	} {
		c := testConfig()
		f := c.Forms[0]
		f.Name, f.EndUserConditions = "Default", all
		if err := c.CheckForm(&f); err == nil || !strings.Contains(err.Error(), "End user conditions: ") || !strings.Contains(err.Error(), words) {
			t.Errorf("%v, want %q", err, words)
		}
	}
}
