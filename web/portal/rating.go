package portal

import (
	"net/http"
	"strconv"

	"interdesk/desk"
	"interdesk/satisfaction"
	"interdesk/store"
	"interdesk/web/ui"
)

// rateRequest takes how satisfied somebody is with a request of theirs.
func (p *portal) rateRequest(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	vote := c.RatingTyped()
	if !c.ScoreTyped() {
		return p.askAgain(c, ui.Faults{"score": {c.T("satisfaction.choose")}}, desk.Rating{Comment: vote.Comment})
	}
	err = c.Write(func(tx *store.Tx) error {
		if _, err := readRequest(c, tx, desk.TicketID(id)); err != nil {
			return err
		}
		_, err := satisfaction.Vote(c.Ctx(), tx, c.Tickets, desk.TicketID(id), c.User, vote, desk.Update{Via: c.Via(), Client: c.Client()})
		return err
	})
	if faults, ok := ui.FaultsOf(err); ok {
		return p.askAgain(c, faults, vote.Rating())
	}
	if err != nil {
		return err
	}
	c.ToastSuccess(c.T("satisfaction.thanks.words"))
	return c.Redirect("/requests/" + strconv.FormatInt(id, 10) + "#rating")
}

func (p *portal) askAgain(c *ui.Call, faults ui.Faults, typed desk.Rating) error {
	return p.requestPage(c, http.StatusUnprocessableEntity, &requestModel{limits: limitsOf(c.User), rating: &ui.RatingInput{Rating: typed, Faults: faults}})
}
