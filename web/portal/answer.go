package portal

import (
	"net/http"
	"net/url"
	"strconv"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/ticketing"
	"interdesk/web/ui"
)

// answerRequest adds what somebody says to a request, and says that it is solved.
func (p *portal) answerRequest(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	limits := limitsOf(c.User)
	upload, faults, err := c.ReadForm(limits)
	if err != nil {
		return err
	}
	solved := c.Checked("solved")
	if len(faults) == 0 {
		_, err = c.WriteOnce(upload, func(tx *store.Tx) (desk.TicketID, error) {
			t, err := readRequest(c, tx, desk.TicketID(id))
			if err != nil {
				return 0, err
			}
			_, err = c.Tickets.ApplyIn(c.Ctx(), tx, replyUpdate(c, &t, upload, solved))
			return t.ID, err
		})
		faults, err = portalFaults(err)
	}
	if err != nil {
		return err
	}
	if len(faults) > 0 {
		return p.requestPage(c, http.StatusUnprocessableEntity, &requestModel{limits: limits, typed: c.R.FormValue("description"), upload: upload, faults: faults})
	}
	if solved {
		c.ToastSuccess(c.T("portal.solved.done"))
	} else {
		c.ToastSuccess(c.T("portal.reply.done"))
	}
	return c.Redirect("/requests/" + strconv.FormatInt(id, 10) + sentQuery(c))
}

// sentQuery names the form that was sent, so that the browser forgets its draft.
func sentQuery(c *ui.Call) string {
	if c.Value(ui.OnceInput) == "" {
		return ""
	}
	return "?" + url.Values{"sent": {c.Value(ui.OnceInput)}}.Encode()
}

// replyUpdate is the update that somebody asks for. Without words or files it is only about the status.
func replyUpdate(c *ui.Call, t *desk.Ticket, upload desk.Upload, solved bool) desk.Update {
	u := desk.Update{Account: c.Account.ID, Ticket: t.ID, Via: c.Via(), Client: c.Client()}
	if solved && t.SolvableBy(c.User.ID) {
		status := desk.Solved
		u.Edits.Status = &status
	}
	if c.Value("description") != "" || upload.Token != "" || !solved {
		u.Comment = newComment(c, upload)
	}
	ticketing.SpeakFor(&u, c.User)
	return u
}

// newComment is the public comment that the form makes.
func newComment(c *ui.Call, upload desk.Upload) *desk.NewComment {
	public := true
	n := &desk.NewComment{Body: c.Value("description"), Public: &public}
	if upload.Token != "" {
		n.Uploads = []string{upload.Token}
	}
	return n
}

// portalFaults are the faults of an update, at the inputs of the portal's forms.
func portalFaults(err error) (ui.Faults, error) {
	faults, ok := ui.FaultsOf(err)
	if !ok {
		return nil, err
	}
	for from, to := range map[string]string{"comment": "description", "attachments": "files", "uploads": "files", "requester": "email"} {
		if words, has := faults[from]; has {
			faults[to] = append(faults[to], words...)
			delete(faults, from)
		}
	}
	return faults, nil
}
