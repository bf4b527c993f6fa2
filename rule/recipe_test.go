package rule

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"interdesk/condition"
	"interdesk/desk"
)

// cooked is the desk with the triggers of a recipe, on, as they are stored.
func cooked(t *testing.T, r Recipe) *desk.Config {
	t.Helper()
	r.Active = true
	rules, err := r.Rules(acme())
	if err != nil {
		t.Fatal(err)
	}
	made := rules.Triggers
	for i := range made {
		made[i].ID = desk.TriggerID(i + 1)
		if err := CheckTrigger(acme(), made[i]); err != nil {
			t.Errorf("%s: %v", made[i].Title, err)
		}
		if !made[i].Active {
			t.Errorf("%s is off", made[i].Title)
		}
	}
	c := acme(made...)
	for _, one := range made {
		for _, w := range TriggerWarnings(c, one) {
			if w.Kind != MayTrigger {
				t.Errorf("%s: a warning: %+v", one.Title, w)
			}
		}
	}
	return c
}

func fired(tr Trace) (out []int) {
	for _, f := range tr.Firings {
		out = append(out, f.Rule+1)
	}
	return out
}

func TestHandOver(t *testing.T) {
	t.Parallel()
	c := cooked(t, Recipe{Name: HandOver, Partner: kongen, Tag: "Sensor"})
	s := Compile(c)
	before := opened()
	d := drafted(t, c, agent(), &before, desk.Edits{AddTags: []string{"sensor"}})
	if tr := s.Run(d); !slices.Equal(fired(tr), []int{1}) || d.Now.Status != desk.Open || len(desk.Begun(d.Sharing)) != 1 {
		t.Fatalf("fired %v, status %s, sharing %+v", fired(tr), d.Now.Status, d.Sharing)
	}
	if diff := cmp.Diff([]string{"camera", "sensor", "shared_kongen_image_sensors"}, d.Now.Tags); diff != "" {
		t.Error(diff)
	}
	sent := d.Now
	d = drafted(t, c, agent(), &sent, desk.Edits{Priority: ptr(desk.High)})
	if tr := s.Run(d); len(fired(tr)) != 0 {
		t.Errorf("before the partner has it: fired %v", fired(tr))
	}
	d = delivered(t, c, &sent, desk.ShareResult{Agreement: kongen, Action: desk.ActionDelivered})
	if tr := s.Run(d); !slices.Equal(fired(tr), []int{2}) || d.Now.Status != desk.Solved || len(desk.Ended(d.Sharing)) != 1 || len(desk.Begun(d.Sharing)) != 0 {
		t.Errorf("fired %v, status %s, sharing %+v", fired(tr), d.Now.Status, d.Sharing)
	}
	if !s.AsksDelivery() {
		t.Error("it does not ask for the delivery")
	}
}

func TestShareAndWait(t *testing.T) {
	t.Parallel()
	c := cooked(t, Recipe{Name: ShareAndWait, Partner: kongen, Tag: "sensor"})
	s := Compile(c)
	before := opened()
	d := drafted(t, c, agent(), &before, desk.Edits{AddTags: []string{"sensor"}})
	if s.Run(d); d.Now.Status != desk.Hold || len(desk.Begun(d.Sharing)) != 1 {
		t.Fatalf("status %s, sharing %+v", d.Now.Status, d.Sharing)
	}
	waiting := d.Now
	for _, test := range []struct {
		name   string
		public bool
		status desk.Status
		want   desk.Status
	}{
		{"answers", true, "", desk.Open},
		{"answers, and waits for the customer", true, desk.Pending, desk.Open},
		{"notes", false, "", desk.Hold},
		{"answers and solves", true, desk.Solved, desk.Solved},
	} {
		ticket := waiting
		d := answered(t, c, &ticket, test.public, test.status)
		if s.Run(d); d.Now.Status != test.want {
			t.Errorf("the partner %s: status %s, want %s", test.name, d.Now.Status, test.want)
		}
	}
}

// answered is a draft of what the partner says.
func answered(t *testing.T, c *desk.Config, before *desk.Ticket, public bool, status desk.Status) *desk.Draft {
	t.Helper()
	d := desk.NewDraft(c, desk.Update{Actor: desk.Actor{ID: 77, Role: desk.EndUser, Foreign: kongen}, Via: desk.Via{Channel: desk.ChannelSharing, Agreement: kongen}},
		before, noon(), counter())
	if status != "" {
		if err := d.Edit(desk.Edits{Status: &status}, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.AddComment(desk.Comment{Author: 77, Body: "Found it.", Public: public}); err != nil {
		t.Fatal(err)
	}
	if err := d.ApplyLifecycle(status != ""); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestEscalateBack(t *testing.T) {
	t.Parallel()
	s := Compile(cooked(t, Recipe{Name: EscalateBack, Partner: kongen}))
	before := opened()
	before.Shares = []desk.ShareRef{{Share: 1, Agreement: kongen, State: desk.ShareLive}}
	d := answered(t, acme(), &before, true, desk.Solved)
	if s.Run(d); d.Now.Status != desk.Open || len(desk.Ended(d.Sharing)) != 1 {
		t.Errorf("status %s, sharing %+v", d.Now.Status, d.Sharing)
	}
	d = answered(t, acme(), &before, true, desk.Pending)
	if tr := s.Run(d); len(tr.Firings) != 0 {
		t.Errorf("it is not solved: %+v", tr)
	}
	tagged := Compile(cooked(t, Recipe{Name: EscalateBack, Partner: kongen, Tag: "vip"}))
	if tr := tagged.Run(answered(t, acme(), &before, true, desk.Solved)); len(tr.Firings) != 0 {
		t.Errorf("it is for another tag: %+v", tr)
	}
}

// What a partner leaves on hold for two days is taken back, to the minute.
func TestTakeBack(t *testing.T) {
	t.Parallel()
	made, err := Recipe{Name: TakeBack, Partner: kongen, Active: true}.Rules(acme())
	if err != nil || len(made.Triggers) != 0 || len(made.Automations) != 1 {
		t.Fatalf("%+v %v", made, err)
	}
	a := made.Automations[0]
	a.ID = 7
	c := acme()
	if err := CheckAutomation(c, a); err != nil || !a.Active {
		t.Fatalf("%+v %v", a, err)
	}
	c.Automations = []desk.Automation{a}
	held := opened()
	held.Status, held.StatusAt = desk.Hold, noon()
	held.Shares = []desk.ShareRef{{Share: 1, Agreement: kongen, State: desk.ShareLive}}
	for hours, want := range map[time.Duration]bool{47: false, 49: true} {
		d := desk.NewDraft(c, desk.Update{Account: c.Account.ID, Ticket: held.ID, Actor: desk.Actor{System: true}}, &held, noon().Add(hours*time.Hour), counter())
		if got := CompileAutomations(c).Fire(d, a.ID); got != want {
			t.Errorf("after %d hours: %v", hours, got)
		}
		if want && (d.Now.Status != desk.Open || len(desk.Ended(d.Sharing)) != 1) {
			t.Errorf("%s %+v", d.Now.Status, d.Sharing)
		}
	}
}

func TestRecipeFaults(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		r    Recipe
		want []string
	}{
		{"nothing said", Recipe{}, []string{"name: there is no recipe", "agreement_id: choose with whom", "tag: name the tag"}},
		{"not accepted yet", Recipe{Name: HandOver, Partner: nordic, Tag: "x"}, nil},
		{"over", Recipe{Name: HandOver, Partner: optics, Tag: "x"}, []string{"agreement_id: no ticket can be shared"}},
		{"inbound", Recipe{Name: HandOver, Partner: sender, Tag: "x"}, []string{"agreement_id: no ticket can be shared"}},
		{"unknown", Recipe{Name: ShareAndWait, Partner: 99, Tag: "x"}, []string{"agreement_id: no ticket can be shared"}},
		{"two tags", Recipe{Name: HandOver, Partner: kongen, Tag: "x y"}, []string{"tag: one tag"}},
		{"the tag that marks", Recipe{Name: HandOver, Partner: kongen, Tag: "shared_kongen_image_sensors"}, []string{"tag: use another one"}},
		{"no tag needed", Recipe{Name: EscalateBack, Partner: kongen}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := test.r.Rules(acme())
			faulty(t, err, test.want)
		})
	}
}

func TestRecipeNamesOfAnyLength(t *testing.T) {
	t.Parallel()
	for _, name := range []string{strings.Repeat("Ärzte & Söhne ", 18), "写真", "!!!", strings.Repeat("x", 200)} {
		c := acme()
		a := c.Agreements[kongen]
		a.Name = name
		c.Agreements[kongen] = a
		made, err := Recipe{Name: HandOver, Partner: kongen, Tag: "sensor"}.Rules(c)
		if err != nil {
			t.Errorf("%q: %v", name, err)
		}
		for _, one := range made.Triggers {
			if err := CheckTrigger(c, one); err != nil || one.Conditions.All[1].Operator == condition.NotIncludes && one.Conditions.All[1].Value.Text() == "shared_" {
				t.Errorf("%q: %v %+v", name, err, one.Conditions)
			}
		}
	}
}
