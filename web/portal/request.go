package portal

import (
	"context"
	"net/http"
	"slices"

	"interdesk/access"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/ticketing"
	"interdesk/web/markup"
	"interdesk/web/text"
	"interdesk/web/ui"
)

// commentsShown is how many comments a page shows; the newest come first into view.
const commentsShown = 50

// requestModel is one request as its people see it.
type requestModel struct {
	ticket   desk.Ticket
	fields   []fieldAnswer
	comments []desk.Comment
	people   map[desk.UserID]person
	images   desk.CommentID // whose pictures from elsewhere are shown
	earlier  string         // cursor of comments before these
	later    bool           // these are not the newest
	mayReply bool
	maySolve bool
	mayGoOn  bool // by a follow-up
	typed    string
	upload   desk.Upload
	limits   ui.FormLimits
	faults   ui.Faults
	rating   *ui.RatingInput // nil: nobody is asked
}

// fieldAnswer is what a request says in a field.
type fieldAnswer struct {
	field *desk.TicketField
	value desk.FieldValue
}

func (p *portal) showRequest(c *ui.Call) error {
	m := requestModel{limits: limitsOf(c.User), images: desk.CommentID(c.Number("images"))}
	return p.requestPage(c, http.StatusOK, &m)
}

// requestPage reads the request of the path into m and shows it.
func (p *portal) requestPage(c *ui.Call, status int, m *requestModel) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	err = c.Read(func(tx *store.Tx) error {
		if m.ticket, err = readRequest(c, tx, desk.TicketID(id)); err != nil {
			return err
		}
		if err := m.conversation(c, tx); err != nil {
			return err
		}
		if m.mayReply, err = ticketing.MayAnswer(c.Ctx(), tx, c.User.ID, &m.ticket); err != nil {
			return err
		}
		cfg, err := tx.Config(c.Ctx())
		if err == nil {
			m.fields = fieldAnswers(cfg, &m.ticket)
		}
		return err
	})
	if err != nil {
		return err
	}
	t := &m.ticket
	m.mayReply = m.mayReply && t.Status != desk.Closed
	m.maySolve = t.SolvableBy(c.User.ID)
	m.mayGoOn = t.Requester == c.User.ID && t.Status == desk.Closed
	m.askRating(c)
	return c.Show(ui.Page{Title: t.Subject, Shell: ui.Portal, Current: "requests", Status: status, Body: requestPage(*m)})
}

// askRating asks the requester whether they are satisfied, where the desk asks that, and shows what they said.
func (m *requestModel) askRating(c *ui.Call) {
	asks := c.Account.Settings.Survey.On || m.ticket.Rating.Score.Given()
	switch {
	case !asks || !m.ticket.RatableBy(c.User.ID):
		m.rating = nil
	case m.rating == nil:
		m.rating = &ui.RatingInput{Rating: m.ticket.Rating}
	}
	if m.rating != nil {
		m.rating.Account = &c.Account
	}
}

// readRequest reads a request that the caller may see.
func readRequest(c *ui.Call, tx *store.Tx, id desk.TicketID) (desk.Ticket, error) {
	t, err := tx.Ticket(c.Ctx(), id)
	if err != nil {
		return t, err
	}
	viewer, err := access.ViewerIn(c.Ctx(), tx, c.User)
	if err == nil && (!access.CanSeeTicket(viewer, &t) || !t.Public) {
		err = desk.Missing()
	}
	return t, err
}

// conversation reads what was said publicly, also for staff: this is what customers see.
func (m *requestModel) conversation(c *ui.Call, tx *store.Tx) error {
	at := store.Page{Limit: commentsShown, After: c.Value("before")}
	found, err := tx.Comments(c.Ctx(), m.ticket.ID, store.CommentFilter{PublicOnly: true, Newest: true}, at)
	if err != nil {
		return err
	}
	if found.More {
		m.earlier = found.After
	}
	m.later = at.After != ""
	m.comments = found.Items
	slices.Reverse(m.comments)
	ids := []desk.UserID{m.ticket.Requester}
	for i := range m.comments {
		ids = append(ids, m.comments[i].Author)
	}
	m.people, err = readPeople(c, tx, ids)
	return err
}

// fieldAnswers are the custom fields that customers see, in the order of the request's form.
func fieldAnswers(cfg *desk.Config, t *desk.Ticket) []fieldAnswer {
	var out []fieldAnswer
	for _, f := range formFields(cfg, formOf(cfg, t.Form)) {
		if v := t.Fields[f.ID]; f.Type.Custom() && f.Active && f.VisibleInPortal && len(v) > 0 {
			out = append(out, fieldAnswer{f, v})
		}
	}
	return out
}

// author is who wrote a comment.
func (m requestModel) author(c desk.Comment) person { return m.people[c.Author] }

// replyHint says what an answer does to a request that is solved or waits.
func replyHint(ctx context.Context, m requestModel) string {
	switch m.ticket.Status {
	case desk.Solved:
		return text.T(ctx, "portal.reply.again")
	case desk.Pending:
		return text.T(ctx, "portal.reply.waited")
	}
	return ""
}

// showBody is the HTML of one public comment, for its frame.
func (p *portal) showBody(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	comment, err := c.ID("comment")
	if err != nil {
		return err
	}
	var m desk.Comment
	err = c.Read(func(tx *store.Tx) error {
		if _, err := readRequest(c, tx, desk.TicketID(id)); err != nil {
			return err
		}
		if m, err = tx.Comment(c.Ctx(), desk.TicketID(id), desk.CommentID(comment)); err == nil && !m.Public {
			err = desk.Missing()
		}
		return err
	})
	if err != nil {
		return err
	}
	return markup.ServeFrame(c, &m)
}

// commentBody is how a comment is shown.
func commentBody(ctx context.Context, c *desk.Comment) markup.Body {
	return markup.BodyOf(c.Body, c.HTML, text.T(ctx, "markup.quoted"))
}
