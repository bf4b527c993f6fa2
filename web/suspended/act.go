package suspended

import (
	"net/http"
	"slices"
	"strconv"

	"interdesk/desk"
	"interdesk/mail/suspended"
	"interdesk/store"
	"interdesk/web/text"
	"interdesk/web/ui"
)

// mostAtOnce is how many messages one form deals with: the browser waits for it.
const mostAtOnce = 100

// act does something with the messages that are ticked, or with the one that is read.
func act(c *ui.Call) error {
	ids := ticked(c)
	single := c.Value("from") == "message" && len(ids) == 1
	if len(ids) == 0 || len(ids) > mostAtOnce {
		c.ToastFailure(c.T("suspended.tick", mostAtOnce))
		return c.Redirect(Path)
	}
	results, err := carryOut(c, ids)
	if err == nil && single {
		err = results[0].Err
	}
	if f, ok := ui.FaultsOf(err); ok && single {
		return messageAnswer(c, http.StatusUnprocessableEntity, ids[0], messageModel{as: c.Value("as"), faults: f})
	}
	if err != nil {
		return err
	}
	tell(c, results)
	if single && results[0].Ticket.ID != 0 {
		return c.Redirect("/agent/tickets/" + number(results[0].Ticket.ID))
	}
	return c.Redirect(Path)
}

// ticked are the messages that a form names, each once.
func ticked(c *ui.Call) (ids []desk.SuspendedID) {
	_ = c.Value("ticket") // reads the form
	for _, raw := range c.R.Form["ticket"] {
		id, err := strconv.ParseInt(raw, 10, 64)
		if err == nil && id > 0 && !slices.Contains(ids, desk.SuspendedID(id)) {
			ids = append(ids, desk.SuspendedID(id))
		}
	}
	return ids
}

// carryOut does what the pressed button says.
func carryOut(c *ui.Call, ids []desk.SuspendedID) ([]suspended.Result, error) {
	ctx, account, s := c.Ctx(), c.Account.ID, c.Suspended
	switch c.Value("do") {
	case "recover", "allow":
		as, err := inNameOf(c)
		if err != nil {
			return nil, err
		}
		return s.RecoverMany(ctx, account, c.User, ids, suspended.Recovery{As: as, AllowSender: c.Value("do") == "allow"})
	case "delete":
		return s.DeleteMany(ctx, account, c.User, ids)
	case "block", "block-domain":
		return s.BlockMany(ctx, account, c.User, ids, c.Value("do") == "block-domain")
	}
	return nil, desk.Missing()
}

// inNameOf is in whose name to recover: the sender's where no address was given.
func inNameOf(c *ui.Call) (as desk.UserID, err error) {
	address := c.Value("as")
	if address == "" {
		return 0, nil
	}
	err = c.Read(func(tx *store.Tx) error {
		u, err := tx.UserByAddress(c.Ctx(), address)
		as = u.ID
		return err
	})
	if desk.KindOf(err) == desk.NotFound {
		return 0, desk.InvalidField("as", "InvalidValue", c.T("suspended.as.none", address))
	}
	return as, err
}

// tell says what came of it: how many, and of those that stay how many and why the first does.
func tell(c *ui.Call, results []suspended.Result) {
	done, stay, why := 0, 0, ""
	for _, r := range results {
		if r.Err == nil {
			done++
			continue
		}
		if stay++; why == "" {
			why = reason(c, r.Err)
		}
	}
	words := text.N(c.Ctx(), "suspended.done."+c.Value("do"), done)
	switch {
	case stay == 0:
		c.ToastSuccess(words)
	case done == 0:
		c.ToastFailure(text.N(c.Ctx(), "suspended.stay", stay) + " " + why)
	default:
		c.ToastFailure(words + " " + text.N(c.Ctx(), "suspended.stay", stay) + " " + why)
	}
}

// reason is why one message stays, or that somebody else was quicker.
func reason(c *ui.Call, err error) string {
	if f, ok := ui.FaultsOf(err); ok {
		return f.Sentence()
	}
	return c.T("suspended.gone")
}
