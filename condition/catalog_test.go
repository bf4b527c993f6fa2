package condition

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCatalog(t *testing.T) {
	t.Parallel()
	base := NewCatalog([]Field{
		{Name: "status", Kind: Choice, Slot: 0, In: Trigger},
		{Name: "due_at", Aliases: []string{"due_date"}, Kind: Hours, Slot: 3, In: View},
	})
	larger := base.With(Field{Name: "custom_fields_1", Kind: Checkbox, Slot: 7}, Field{Name: "status", Kind: ID, Slot: 0})

	names := func(c *Catalog) (list []string) {
		for _, f := range c.Fields() {
			list = append(list, f.Name)
		}
		return list
	}
	if diff := cmp.Diff([]string{"status", "due_at"}, names(base)); diff != "" {
		t.Error("With changed the catalog it was asked of: " + diff)
	}
	if diff := cmp.Diff([]string{"status", "due_at", "custom_fields_1"}, names(larger)); diff != "" {
		t.Error(diff)
	}
	if f, _ := larger.Field("status"); f.Kind != ID {
		t.Errorf("a later field must replace the earlier one, got %v", f.Kind)
	}
	if f, _ := base.Field("status"); f.Kind != Choice {
		t.Errorf("the smaller catalog must stay as it was, got %v", f.Kind)
	}
	if f, ok := larger.Field("due_date"); !ok || f.Name != "due_at" || !f.OnlyAll {
		t.Errorf("an alias leads to %+v", f)
	}
	if _, ok := base.Field("custom_fields_1"); ok {
		t.Error("the smaller catalog knows a field of the larger one")
	}
	if base.Slots() != 4 || larger.Slots() != 8 {
		t.Errorf("Slots: %d and %d", base.Slots(), larger.Slots())
	}
}

func TestFieldOffers(t *testing.T) {
	t.Parallel()
	c := shopCatalog()
	status, _ := c.Field("status")
	update, _ := c.Field("update_type")
	for _, test := range []struct {
		f     Field
		op    Operator
		place Place
		want  bool
	}{
		{status, LessThan, View, true},
		{status, "", View, true},
		{status, Changed, Trigger, true},
		{status, "not_changed_to", Trigger, true},
		{status, Changed, View, false},
		{status, "changed_to", Automation, false},
		{status, IncludesString, Trigger, false},
		{update, "", Trigger, true},
		{update, IsNot, Trigger, false},
	} {
		if got := test.f.Offers(test.op, test.place); got != test.want {
			t.Errorf("%s offers %q: %v", test.f.Name, test.op, got)
		}
	}
}
