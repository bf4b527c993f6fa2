package letters

import (
	"net/http"

	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/ratelimit"
	"interdesk/satisfaction"
	"interdesk/store"
	"interdesk/web/ui"
)

// ratingModel is the page on which a ticket's requester rates it.
type ratingModel struct {
	link   string
	ticket desk.Ticket
	form   ui.RatingInput
	thanks bool // the rating is stored
	over   bool // it can no longer be changed
}

func (m *ratingModel) show(c *ui.Call, status int) error {
	m.link, m.form.Account = c.Value("link"), &c.Account
	c.W.Header().Set("Referrer-Policy", "no-referrer") // the address is a secret
	return c.Show(ui.Page{Title: c.T("satisfaction.title"), Shell: ui.Plain, Status: status, Body: ratingPage(*m)})
}

// openRating reads what the link is about.
func openRating(c *ui.Call) (*ratingModel, error) {
	m := &ratingModel{}
	err := c.Read(func(tx *store.Tx) error {
		o, err := satisfaction.Open(c.Ctx(), tx, c.Access, c.Value("link"))
		m.ticket, m.form.Rating, m.over = o.Ticket, o.Ticket.Rating, !o.Ticket.RatableBy(o.Requester.ID)
		return err
	})
	return m, err
}

// showRating has the choice of the link made already. It stores nothing: programs that look at mail open its links.
func showRating(c *ui.Call) error {
	m, err := openRating(c)
	if err != nil {
		return orOver(c, err)
	}
	if c.ScoreTyped() && m.form.Rating.Score.Plain() != desk.Score(c.Value("score")) {
		m.form.Rating.Score, m.form.Rating.Reason = desk.Score(c.Value("score")), 0
	}
	return m.show(c, http.StatusOK)
}

func rate(c *ui.Call) error {
	if err := httpkit.CheckStranger(c.Strangers, ratelimit.Rating, c.R, c.Clock()); err != nil {
		return err
	}
	m, err := openRating(c)
	if err != nil {
		return orOver(c, err)
	}
	vote := c.RatingTyped()
	if !c.ScoreTyped() {
		m.form.Faults = ui.Faults{"score": {c.T("satisfaction.choose")}}
		return m.show(c, http.StatusUnprocessableEntity)
	}
	err = c.Write(func(tx *store.Tx) error {
		o, err := satisfaction.Open(c.Ctx(), tx, c.Access, c.Value("link"))
		if err != nil {
			return err
		}
		applied, err := satisfaction.Vote(c.Ctx(), tx, c.Tickets, o.Ticket.ID, o.Requester, vote, desk.Update{Via: c.Via(), Client: c.Client()})
		m.form.Rating = applied.Ticket.Rating
		return err
	})
	if faults, ok := ui.FaultsOf(err); ok {
		m.form.Faults, m.form.Rating = faults, vote.Rating()
		return m.show(c, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return orOver(c, err)
	}
	m.thanks = true
	return m.show(c, http.StatusOK)
}
