package api

import (
	"strconv"

	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/sharing"
	"interdesk/store"
)

// deliveryJSON is one message to or from a partner.
type deliveryJSON struct {
	ID          desk.DeliveryID    `json:"id"`
	Direction   string             `json:"direction"` // "outbound": we sent it
	Kind        string             `json:"kind"`
	Episode     int                `json:"episode"`
	Method      string             `json:"method"`
	Summary     string             `json:"summary"`
	State       desk.DeliveryState `json:"state"`
	Attempts    int                `json:"attempts"`
	Code        *int               `json:"code"`
	Answer      *string            `json:"answer"`
	Cause       *desk.Cause        `json:"cause"`
	Body        *string            `json:"body"`
	Automatic   bool               `json:"automatic"`
	AuditID     *desk.AuditID      `json:"audit_id"`
	CreatedAt   string             `json:"created_at"`
	HeldUntil   *string            `json:"held_until"`
	AttemptedAt *string            `json:"attempted_at"`
	DoneAt      *string            `json:"done_at"`
}

func deliveryOf(d *desk.Delivery) deliveryJSON {
	return deliveryJSON{ID: d.ID, Direction: direction(d.Inbound), Kind: d.Kind, Episode: d.Episode, Method: d.Method, Summary: d.Summary,
		State: d.State, Attempts: d.Attempts, Code: nullCode(d.Code), Answer: nullString(d.Answer), Cause: nullString(d.Cause),
		Body: nullString(d.Body), Automatic: d.Automatic, AuditID: nullID(d.Audit), CreatedAt: formatTime(d.CreatedAt),
		HeldUntil: nullTime(d.HeldUntil), AttemptedAt: nullTime(d.SentAt), DoneAt: nullTime(d.DoneAt)}
}

// shareTimeline lists a share's messages, newest first, by cursor alone.
func (c *call) shareTimeline() error {
	ticket, share, err := c.shareID()
	if err != nil {
		return err
	}
	p, err := cursorPaging("", c.query.Get("page[after]"), "", pageSize)
	if err != nil {
		return err
	}
	before, err := strconv.ParseInt("0"+p.after, 10, 64)
	if err != nil {
		return httpkit.BadPage("the cursor is not one that this list gave")
	}
	cfg, err := c.config()
	if err != nil {
		return err
	}
	found, err := c.Sharing.Timeline(c.ctx(), c.account, c.actor(cfg), ticket, share, desk.DeliveryID(before))
	if err != nil {
		return err
	}
	out := make([]deliveryJSON, len(found))
	last := ""
	for i := range found {
		out[i], last = deliveryOf(&found[i]), idString(found[i].ID)
	}
	p.size = sharing.TimelinePage
	return c.ok(append(objectOf("timeline", out), c.pageTail(p, len(out), len(out) == p.size, 0, last, last)...))
}

// replayDelivery sends a message again that was given up.
func (c *call) replayDelivery() error {
	ticket, share, err := c.shareID()
	if err != nil {
		return err
	}
	id, err := c.pathID("delivery")
	if err != nil {
		return err
	}
	var cfg *desk.Config
	err = c.readTx(func(tx *store.Tx) error {
		d, err := tx.Delivery(c.ctx(), desk.DeliveryID(id))
		if err != nil {
			return err
		}
		s, err := tx.Share(c.ctx(), share)
		if err != nil {
			return err
		}
		if d.Share != share || s.Ticket != ticket {
			return desk.Missing()
		}
		cfg, err = tx.Config(c.ctx())
		return err
	})
	if err != nil {
		return err
	}
	if err := c.Outbox.Replay(c.ctx(), c.account, c.actor(cfg), desk.DeliveryID(id)); err != nil {
		return err
	}
	return c.showShare()
}
