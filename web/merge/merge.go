package merge

import (
	"slices"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/ticketing"
	"interdesk/web/text"
	"interdesk/web/ui"
)

// form is what can be set on the page that shows what merging would do.
type form struct {
	sent                         bool // otherwise it is as the page suggests
	sourceComment, targetComment string
	sourcePublic, targetPublic   bool
	move                         bool // sharing goes on with the other ticket
}

func readForm(c *ui.Call) form {
	return form{sent: true, sourceComment: c.Value("source_comment"), sourcePublic: c.Checked("source_public"),
		targetComment: c.Value("target_comment"), targetPublic: c.Checked("target_public"), move: c.Value("shares") == "move"}
}

func (f *form) merge(into desk.TicketID) ticketing.Merge {
	return ticketing.Merge{Into: into, SourceComment: f.sourceComment, SourcePublic: f.sourcePublic, TargetComment: f.targetComment,
		TargetPublic: f.targetPublic, MoveShares: f.move}
}

// merge merges a single ticket at once, and has a job merge several.
func merge(c *ui.Call) error {
	r, err := readRequest(c)
	if err != nil {
		return err
	}
	if r.into == 0 || slices.Contains(r.sources, r.into) {
		return answer(c, &r, form{}, nil)
	}
	typed := readForm(c)
	if r.many {
		return enqueue(c, &r, typed)
	}
	actor, err := actorOf(c)
	if err == nil {
		err = c.Tickets.Merge(c.Ctx(), c.Account.ID, actor, r.sources[0], typed.merge(r.into))
	}
	words := c.T("merge.done", "#"+ui.IDText(r.sources[0]))
	if faults, ok := ui.FaultsOf(err); ok {
		merged, err := isMerged(c, &r)
		if err != nil {
			return err
		}
		if !merged {
			return answer(c, &r, typed, ui.Faults{"base": {faults.Sentence()}})
		}
		words = c.T("merge.done.already", "#"+ui.IDText(r.sources[0]))
	} else if desk.KindOf(err) == desk.NotFound && err != nil {
		return answer(c, &r, typed, nil) // which says what is not there
	} else if err != nil {
		return err
	}
	c.ToastSuccess(words)
	return c.Redirect(ticketPath(r.into))
}

// isMerged tells whether what is asked for is done already: the form was sent twice.
func isMerged(c *ui.Call, r *request) (yes bool, err error) {
	err = c.Read(func(tx *store.Tx) error {
		merged, err := tx.MergedFrom(c.Ctx(), r.into, desk.MaxBulk)
		yes = slices.Contains(merged, r.sources[0])
		return err
	})
	return yes, err
}

func actorOf(c *ui.Call) (actor desk.Actor, err error) {
	err = c.Read(func(tx *store.Tx) error {
		cfg, err := tx.Config(c.Ctx())
		if err == nil {
			actor = c.Actor(cfg)
		}
		return err
	})
	return actor, err
}

// enqueue has a job merge the tickets, unless it would fail with one of them.
func enqueue(c *ui.Call, r *request, typed form) error {
	check := &model{request: r}
	if err := c.Read(func(tx *store.Tx) error { return check.read(c, tx) }); err != nil {
		return err
	}
	if check.target == nil {
		return answer(c, r, typed, nil)
	}
	actor, m := c.Actor(check.config), typed.merge(r.into)
	var started store.BulkJob
	err := c.Write(func(tx *store.Tx) (err error) {
		started, err = c.Tickets.Enqueue(c.Ctx(), tx, ticketing.Bulk{ID: ticketing.NewBulkID(), Actor: actor, Via: c.Via(), Merge: &m, Sources: r.sources})
		return err
	})
	if desk.KindOf(err) == desk.Unavailable {
		return answer(c, r, typed, ui.Faults{"base": {c.T("views.bulk.fault.busy")}})
	}
	if err != nil {
		return err
	}
	c.ToastSuccess(text.N(c.Ctx(), "merge.started", len(r.sources), "#"+ui.IDText(r.into)))
	return c.Redirect("/agent/bulk/" + started.ID + "?" + backQuery(r))
}
