package api

import (
	"interdesk/desk"
	"interdesk/rule"
	"interdesk/store"
)

func auditRoutes() []route {
	return []route{
		{"GET", "/ticket_audits", agents, (*call).listAllAudits},
		{"GET", "/tickets/{id}/audits", agents, (*call).listAudits},
		{"GET", "/tickets/{id}/audits/count", agents, (*call).countAudits},
		{"GET", "/tickets/{id}/audits/{audit_id}", agents, (*call).showAudit},
		{"GET", "/tickets/{id}/audits/{audit_id}/trace", agents, (*call).showTrace},
	}
}

func (c *call) listAudits() error {
	id, err := c.ticketID()
	if err != nil {
		return err
	}
	return answerList(c, listSpec[desk.Audit]{
		key: "audits",
		page: func(tx *store.Tx, p store.Page) (store.Listed[desk.Audit], error) {
			if err := agentSees(c, tx, id); err != nil {
				return store.Listed[desk.Audit]{}, err
			}
			return tx.Audits(c.ctx(), id, p)
		},
		count: func(tx *store.Tx) (int, error) { return tx.CountAudits(c.ctx(), id) },
		show: func(tx *store.Tx, audits []desk.Audit) (any, object, error) {
			shown, err := c.auditsOf(tx, audits)
			if err != nil || !c.includes("users") {
				return shown, nil, err
			}
			users, err := tx.UsersByID(c.ctx(), distinct(audits, func(a desk.Audit) desk.UserID { return a.Author }))
			return shown, objectOf("users", c.usersShown(users)), err
		},
	})
}

func (c *call) countAudits() error {
	id, err := c.ticketID()
	if err != nil {
		return err
	}
	return c.readOK(func(tx *store.Tx) (object, error) {
		if err := agentSees(c, tx, id); err != nil {
			return nil, err
		}
		n, err := tx.CountAudits(c.ctx(), id)
		return objectOf("count", c.countObject(n)), err
	})
}

func (c *call) showAudit() error {
	return c.withAudit(func(tx *store.Tx, a desk.Audit) (object, error) {
		shown, err := c.auditsOf(tx, []desk.Audit{a})
		if err != nil {
			return nil, err
		}
		return objectOf("audit", shown[0]), nil
	})
}

// showTrace tells what every trigger made of one update.
func (c *call) showTrace() error {
	return c.withAudit(func(tx *store.Tx, a desk.Audit) (object, error) {
		t, err := c.traceOf(tx, &a)
		return objectOf("trace", t), err
	})
}

func (c *call) withAudit(show func(tx *store.Tx, a desk.Audit) (object, error)) error {
	id, err := c.ticketID()
	if err != nil {
		return err
	}
	audit, err := c.pathID("audit_id")
	if err != nil {
		return err
	}
	return c.readOK(func(tx *store.Tx) (object, error) {
		if err := agentSees(c, tx, id); err != nil {
			return nil, err
		}
		a, err := tx.Audit(c.ctx(), id, desk.AuditID(audit))
		if err != nil {
			return nil, err
		}
		return show(tx, a)
	})
}

// auditsOf shows audits with their comments, and with include=rule_trace their traces.
func (c *call) auditsOf(tx *store.Tx, audits []desk.Audit) ([]object, error) {
	comments, err := c.commentsIn(tx, audits)
	if err != nil {
		return nil, err
	}
	out := make([]object, len(audits))
	for i := range audits {
		out[i] = c.auditOf(&audits[i], comments)
		if !c.includes("rule_trace") {
			continue
		}
		t, err := c.traceOf(tx, &audits[i])
		if err != nil {
			return nil, err
		}
		out[i] = append(out[i], member{"rule_trace", t})
	}
	return out, nil
}

// commentsIn reads the comments that audits speak of, those of each ticket at one stroke.
func (c *call) commentsIn(tx *store.Tx, audits []desk.Audit) (map[desk.CommentID]*desk.Comment, error) {
	named := map[desk.TicketID][]desk.CommentID{}
	for i := range audits {
		for _, e := range audits[i].Events {
			if e.Type == desk.EventComment {
				named[audits[i].Ticket] = append(named[audits[i].Ticket], e.Comment)
			}
		}
	}
	out := map[desk.CommentID]*desk.Comment{}
	for ticket, ids := range named {
		found, err := tx.CommentsOf(c.ctx(), ticket, ids)
		if err != nil {
			return nil, err
		}
		for i := range found {
			out[found[i].ID] = &found[i]
		}
	}
	return out, nil
}

// traceJSON is what the triggers made of one update, in the order they looked.
type traceJSON struct {
	AuditID   desk.AuditID       `json:"audit_id"`
	RuleSetID desk.RuleSetID     `json:"rule_set_id"`
	Looked    int                `json:"looked"` // how many triggers there were
	Fired     int                `json:"fired"`
	Triggers  []rule.Explanation `json:"triggers"`
}

// traceOf opens up the packed trace of an audit with the kept revisions of the rules that looked.
func (c *call) traceOf(tx *store.Tx, a *desk.Audit) (traceJSON, error) {
	out := traceJSON{AuditID: a.ID, RuleSetID: a.RuleSet, Triggers: []rule.Explanation{}}
	packed, err := rule.Unpack(a.Trace)
	if err != nil || !packed.Looked() {
		return out, err
	}
	cfg, err := tx.Config(c.ctx())
	if err != nil {
		return out, err
	}
	triggers, err := tx.RuleSetTriggers(c.ctx(), a.RuleSet)
	if err != nil {
		return out, err
	}
	members := make([]rule.Member, len(triggers))
	for i := range triggers {
		members[i] = rule.Member{ID: triggers[i].ID, Revision: triggers[i].Revision, Snapshot: &triggers[i]}
	}
	out.Triggers = rule.Explain(cfg, packed, members)
	out.Looked, out.Fired = len(packed.Verdicts), len(packed.Firings)
	return out, nil
}
