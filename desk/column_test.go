package desk

import "testing"

func TestColumn(t *testing.T) {
	t.Parallel()
	c := (&Config{Fields: []TicketField{{ID: 31, Type: FieldText, Title: "Order"}, {ID: 32, Type: FieldMultiselect, Title: "Parts"},
		{ID: 1, Type: FieldSubject, Title: "Subject"}}}).BuildIndexes()
	for name, tt := range map[string]struct {
		name, want string
		sortable   bool
	}{
		"its id":                {"created", "created", true},
		"a ticket's member":     {"created_at", "created", true},
		"updated":               {"updated_at", "updated", true},
		"due":                   {"due_at", "due_date", true},
		"the number":            {"id", "nice_id", true},
		"the number's old name": {"ticket_id", "nice_id", true},
		"the subject":           {"description", "subject", false},
		"a custom field":        {"31", "31", true},
		"with its prefix":       {"custom_fields_31", "31", true},
		"several values":        {"32", "32", false},
		"a system field":        {"1", "", false},
		"what is none":          {"weather", "", false},
		"nothing":               {"", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, ok := c.Column(tt.name)
			if got.ID != tt.want || ok != (tt.want != "") || got.Sortable != tt.sortable {
				t.Errorf("%q is %+v, %v; want %q", tt.name, got, ok, tt.want)
			}
		})
	}
}

// No name stands for two columns.
func TestColumnNamesAreTheirOwn(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, c := range (&Config{}).BuildIndexes().Columns() {
		for _, name := range append([]string{c.ID}, c.Aliases...) {
			if other, taken := seen[name]; taken {
				t.Errorf("%q is both %s and %s", name, other, c.ID)
			}
			seen[name] = c.ID
		}
	}
}
