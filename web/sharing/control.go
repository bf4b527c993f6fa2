package sharing

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"interdesk/desk"
	"interdesk/sharing/outbound"
	"interdesk/store"
	"interdesk/web/ui"
)

// unshareTicket stops sharing: what was said before still goes out, unless the form asks to withdraw the ticket.
func unshareTicket(c *ui.Call) error {
	ticket, share, err := shareID(c)
	if err != nil {
		return err
	}
	view, err := readShare(c, ticket, share)
	if err != nil {
		return err
	}
	partner, said := view.Agreement.Name, "sharing.stop.withdrawn"
	if c.Checked("withdraw") {
		err = controlShare(c, func(ctx context.Context, account desk.AccountID, actor desk.Actor, t desk.TicketID, share desk.ShareID) error {
			return c.Outbox.Withdraw(ctx, desk.Update{Account: account, Ticket: t, Actor: actor, Via: c.Via(), Client: c.Client()}, share)
		})
	} else if view.Share.State.Active() {
		_, err = applyEdits(c, ticket, view.Share.Agreement, desk.Edits{Unshare: []desk.AgreementID{view.Share.Agreement}})
		said = "sharing.unshared"
	}
	refused, err := toastRefusal(c, err)
	if err != nil {
		return err
	}
	if view, err = readShare(c, ticket, share); err != nil {
		return err
	}
	if view.Share.State == desk.ShareEnding {
		said = "sharing.stop.ending"
	}
	if !refused {
		c.ToastSuccess(c.T(said, partner))
	}
	return c.Redirect(ticketPath(ticket))
}

func readShare(c *ui.Call, ticket desk.TicketID, share desk.ShareID) (v shareView, err error) {
	err = c.Read(func(tx *store.Tx) (err error) {
		_, v, err = findShare(c, tx, ticket, share)
		return err
	})
	return v, err
}

// shareControl is what a person can ask for one share.
type shareControl func(context.Context, desk.AccountID, desk.Actor, desk.TicketID, desk.ShareID) error

func controlShare(c *ui.Call, do shareControl) error {
	ticket, share, err := shareID(c)
	if err != nil {
		return err
	}
	actor, err := actorOf(c)
	if err != nil {
		return err
	}
	return do(c.Ctx(), c.Account.ID, actor, ticket, share)
}

// retryShare sends what waits at once.
func retryShare(c *ui.Call) error { return runControl(c, c.Outbox.RetryNow, "sharing.retried") }

// skipMessage leaves out the message at which a share stopped.
func skipMessage(c *ui.Call) error { return runControl(c, c.Outbox.Skip, "sharing.skipped") }

// reviewMessage carries out what a person says of the message that is held.
func reviewMessage(c *ui.Call) error {
	answer := c.R.PathValue("answer")
	if !slices.Contains([]string{outbound.SendAsItIs, outbound.SendMasked, outbound.LeaveOut}, answer) {
		return desk.Missing()
	}
	review := func(ctx context.Context, account desk.AccountID, actor desk.Actor, t desk.TicketID, share desk.ShareID) error {
		return c.Outbox.Review(ctx, account, actor, t, share, answer)
	}
	return runControl(c, review, "review.done."+answer)
}

// fetchFiles fetches the partner's files that have not come.
func fetchFiles(c *ui.Call) error { return runControl(c, c.Inbox.FetchAgain, "sharing.files.fetching") }

func runControl(c *ui.Call, do shareControl, said string) error {
	ticket, share, err := shareID(c)
	if err != nil {
		return err
	}
	refused, err := toastRefusal(c, controlShare(c, do))
	if err != nil {
		return err
	}
	if !refused {
		c.ToastSuccess(c.T(said))
	}
	return c.Redirect(returnPath(c, ticketPath(ticket)+"/shares/"+number(share)))
}

// AskWords is a note to a partner about something of a ticket that it cannot hold, for a composer; "" when there is no such thing.
func AskWords(c *ui.Call, tx *store.Tx, ticket desk.TicketID, share desk.ShareID, item string) (string, error) {
	_, v, err := findShare(c, tx, ticket, share)
	if err != nil {
		return "", err
	}
	for _, u := range v.there {
		if u.Item != item {
			continue
		}
		title, partner := unheldTitle(c.Ctx(), u), v.Agreement.Name
		if u.Choice && u.Value != "" {
			return c.T("sharing.ask.option", partner, title, u.Value), nil
		}
		return c.T("sharing.ask.value", partner, strings.TrimSpace(title+" "+shortenValue(u.Value)), u.Reason), nil
	}
	return "", nil
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

// returnPath is where a form's sender came from, when that is the ticket's own page, else the given page.
func returnPath(c *ui.Call, usual string) string {
	if id := c.Number("ticket"); id != 0 {
		return "/agent/tickets/" + strconv.FormatInt(id, 10)
	}
	return usual
}
