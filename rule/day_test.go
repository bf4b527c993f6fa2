package rule

import (
	"testing"
	"time"

	"interdesk/desk"
)

// "So many days from now" is a day on the calendar, also from an hour that clocks skip on that day.
func TestDaysFromNowAreDays(t *testing.T) {
	t.Parallel()
	azores, err := time.LoadLocation("Atlantic/Azores")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ now, want string }{
		"half past midnight":  {"2026-03-28T01:30:00Z", "2026-03-29"},
		"just before the end": {"2026-03-29T00:59:59Z", "2026-03-29"},
		"in the short day":    {"2026-03-29T01:00:00Z", "2026-03-30"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tr := trigger(1, "rule", opening(), act("custom_fields_35", []any{"days_from_now", 1}))
			config := acme(tr)
			config.Location = azores
			before := opened()
			d := drafted(t, config, agent(), &before, desk.Edits{Priority: ptr(desk.Low)})
			at, err := time.Parse(time.RFC3339, c.now)
			if err != nil {
				t.Fatal(err)
			}
			d.At = at
			Compile(config).Run(d)
			if got := d.Now.Fields[bought].Text(); got != c.want {
				t.Errorf("one day from %s is %s, want %s", c.now, got, c.want)
			}
		})
	}
}
