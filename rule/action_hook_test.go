package rule

import (
	"strings"
	"testing"

	"interdesk/desk"
)

func TestWebhooksThatRulesMayCall(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		action desk.Action
		fault  string // part of what is said; "" when it is fine
	}{
		"JSON":                {act("notification_webhook", []string{"01GXYZ", `{"id":{{ticket.id}},"t":"{{ticket.title}}"}`}), ""},
		"pairs":               {act("notification_webhook", []any{"01GXYZ", [][]string{{"id", "{{ticket.id}}"}}}), ""},
		"nothing":             {act("notification_webhook", []string{"01GXYZ", ""}), ""},
		"no JSON":             {act("notification_webhook", []string{"01GXYZ", `{"id":}`}), "The body is not JSON"},
		"a webhook of nobody": {act("notification_webhook", []string{"01GABC", "{}"}), `no webhook has the id "01GABC"`},
		"one for events":      {act("notification_webhook", []string{"01GEVT", "{}"}), `"Events" hears of events`},
		"a target":            {act("notification_target", []string{"8", "hello {{ticket.title}}"}), ""},
		"a target of nobody":  {act("notification_target", []string{"9", "hello"}), "no webhook has the id"},
		"no body":             {act("notification_webhook", []string{"01GXYZ"}), "takes a list"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := CheckTrigger(acme(), trigger(1, "t", opening(), test.action))
			switch {
			case test.fault == "" && err != nil:
				t.Error(err)
			case test.fault != "" && (err == nil || !strings.Contains(err.Error(), test.fault)):
				t.Errorf("%v, want %q", err, test.fault)
			}
		})
	}
}
