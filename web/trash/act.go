package trash

import (
	"slices"
	"strconv"

	"interdesk/access"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/text"
	"interdesk/web/ui"
)

// mostAtOnce is how many tickets one form deals with: the browser waits for it.
const mostAtOnce = 100

// act restores or erases tickets: the one whose button was pressed, or those that are ticked.
func act(c *ui.Call) error {
	ids := chosen(c)
	if len(ids) == 0 || len(ids) > mostAtOnce {
		c.ToastFailure(c.T("trash.tick", mostAtOnce))
		return c.Redirect(ui.TrashPath)
	}
	do, err := deed(c)
	if err != nil {
		return err
	}
	done := 0
	for _, id := range ids {
		err := do(id)
		if err != nil && desk.KindOf(err) != desk.NotFound {
			return err
		}
		if err == nil {
			done++
		}
	}
	tell(c, done, len(ids)-done)
	if c.Value("from") == "toast" && done == 1 {
		return c.Redirect("/agent/tickets/" + ui.IDText(ids[0]))
	}
	return c.Redirect(ui.TrashPath)
}

// chosen are the tickets that a form names, each once.
func chosen(c *ui.Call) (ids []desk.TicketID) {
	if one := c.Number("one"); one != 0 {
		return []desk.TicketID{desk.TicketID(one)}
	}
	for _, raw := range c.R.Form["ticket"] {
		id, err := strconv.ParseInt(raw, 10, 64)
		if err == nil && id > 0 && !slices.Contains(ids, desk.TicketID(id)) {
			ids = append(ids, desk.TicketID(id))
		}
	}
	return ids
}

// deed is what the pressed button does with a ticket.
func deed(c *ui.Call) (func(id desk.TicketID) error, error) {
	var actor desk.Actor
	err := c.Read(func(tx *store.Tx) error {
		cfg, err := tx.Config(c.Ctx())
		if err == nil {
			actor = c.Actor(cfg)
		}
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case verb(c) == "restore":
		return func(id desk.TicketID) error {
			return c.Tickets.Restore(c.Ctx(), c.Account.ID, actor, c.Via(), id)
		}, nil
	case verb(c) != "erase":
		return nil, desk.Missing()
	case !access.CanAdmin(c.User.Role):
		return nil, desk.Errorf(desk.Forbidden, "%s", c.T("trash.erase.admins"))
	}
	return func(id desk.TicketID) error {
		return c.Write(func(tx *store.Tx) error { return c.Tickets.EraseIn(c.Ctx(), tx, actor, c.Via(), id) })
	}, nil
}

// verb is what is to be done; the button beside a single ticket restores it.
func verb(c *ui.Call) string {
	if c.HasValue("one") {
		return "restore"
	}
	return c.Value("do")
}

// tell says what came of it: of how many, and how many had been dealt with already.
func tell(c *ui.Call, done, gone int) {
	words := text.N(c.Ctx(), "trash.done."+verb(c), done)
	switch {
	case gone == 0:
		c.ToastSuccess(words)
	case done == 0:
		c.ToastFailure(text.N(c.Ctx(), "trash.gone", gone))
	default:
		c.ToastFailure(words + " " + text.N(c.Ctx(), "trash.gone", gone))
	}
}
