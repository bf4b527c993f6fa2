package webhooks

import (
	"fmt"
	"time"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
	"interdesk/webhook"
)

// mostFailed is how far a webhook's failed messages are counted.
const mostFailed = 100

// health is how a webhook does.
type health struct {
	state  healthState
	until  time.Time // of a rest
	reason string    // why it rests or rested
	failed int       // messages of the last week that were given up, up to mostFailed
}

// healthState is one of the words for it.
type healthState string

const (
	healthWell    healthState = "well"
	healthResting healthState = "resting"
	healthTrying  healthState = "trying" // it rested, and has taken nothing since
	healthOff     healthState = "off"
)

// held tells whether messages wait for the webhook's receiver to take some again.
func (h health) held() bool { return h.state == healthResting || h.state == healthTrying }

func (h health) failedText() string {
	if h.failed == mostFailed {
		return fmt.Sprintf("%d+", mostFailed)
	}
	return fmt.Sprint(h.failed)
}

// row is one webhook of the list.
type row struct {
	desk.Webhook
	health  health
	callers []webhook.Caller
}

func showList(c *ui.Call) error {
	var rows []row
	err := c.Read(func(tx *store.Tx) error {
		hooks, err := tx.Webhooks(c.Ctx(), store.WebhookFilter{})
		if err != nil {
			return err
		}
		rows, err = rowsOf(c, tx, hooks)
		return err
	})
	if err != nil {
		return err
	}
	return c.ShowAdmin("webhooks", c.T("webhooks.title"), 0, listPage(rows))
}

// rowsOf reads how webhooks do and who calls them.
func rowsOf(c *ui.Call, tx *store.Tx, hooks []desk.Webhook) ([]row, error) {
	breakers, err := tx.Breakers(c.Ctx())
	if err != nil {
		return nil, err
	}
	failed, err := tx.CountFailed(c.Ctx(), c.Frame.Now.Add(-desk.InvocationsKept), mostFailed)
	if err != nil {
		return nil, err
	}
	callers, err := webhook.Callers(c.Ctx(), tx, hooks)
	rows := make([]row, len(hooks))
	for i, w := range hooks {
		h := health{state: healthWell, failed: failed[w.ID]}
		b, held := breakers[w.ID]
		switch {
		case !w.Active:
			h.state = healthOff
		case held && b.Until.After(c.Frame.Now):
			h.state, h.until, h.reason = healthResting, b.Until, b.Reason
		case held:
			h.state, h.reason = healthTrying, b.Reason
		}
		rows[i] = row{w, h, callers[w.ID]}
	}
	return rows, err
}

// callerPath is where a rule is looked after.
func callerPath(c webhook.Caller) string {
	if c.Trigger != 0 {
		return "/admin/triggers/" + ui.IDText(c.Trigger)
	}
	return "/admin/automations/" + ui.IDText(c.Automation)
}

// tryNow has what waits sent at once.
func tryNow(c *ui.Call) error {
	err := c.Write(func(tx *store.Tx) error { return c.Webhooks.TryNow(c.Ctx(), tx, c.User, hookID(c)) })
	if err != nil {
		return err
	}
	c.ToastSuccess(c.T("webhooks.retrying"))
	return c.Redirect(hookPath(hookID(c)))
}
