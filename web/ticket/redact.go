package ticket

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/ticketing"
	"interdesk/web/text"
	"interdesk/web/ui"
)

// mostPieces is how many pieces of a comment are redacted at once.
const mostPieces = 100

// redactModel is a comment of which something is to be redacted.
type redactModel struct {
	comment  desk.Comment
	subject  string
	author   string
	partners []string // what each partner hears, in words
	words    string   // as they were typed
	files    []desk.AttachmentID
	plain    bool
	faults   ui.Faults
}

func (m *redactModel) path() string {
	return Path(m.comment.Ticket) + "/comments/" + number(m.comment.ID)
}

func (m *redactModel) chosen(id desk.AttachmentID) bool { return slices.Contains(m.files, id) }

// showRedaction is the page on which somebody chooses what is redacted in a comment.
func showRedaction(c *ui.Call) error { return redactAnswer(c, redactModel{}) }

func redactAnswer(c *ui.Call, m redactModel) error {
	if err := c.Read(func(tx *store.Tx) error { return m.read(c, tx) }); err != nil {
		return err
	}
	status := http.StatusOK
	if len(m.faults) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return c.Show(ui.Page{Title: c.T("redact.title", "#"+number(m.comment.Ticket)), Current: "views", Status: status, Body: redactPage(&m)})
}

func (m *redactModel) read(c *ui.Call, tx *store.Tx) error {
	id, err := ticketID(c)
	if err != nil {
		return err
	}
	comment, err := c.ID("comment")
	if err != nil {
		return err
	}
	t, err := tx.Ticket(c.Ctx(), id)
	if err != nil {
		return err
	}
	if m.comment, err = tx.Comment(c.Ctx(), id, desk.CommentID(comment)); err != nil {
		return err
	}
	cfg, err := tx.Config(c.Ctx())
	if err != nil {
		return err
	}
	names := NewNames(cfg)
	if err := names.learnUsers(c.Ctx(), tx, m.comment.Author); err != nil {
		return err
	}
	m.subject, m.author = t.Subject, names.User(c.Ctx(), m.comment.Author)
	return m.readPartners(c, tx, cfg, &t)
}

// readPartners says of each partner that has the comment what becomes of it there.
func (m *redactModel) readPartners(c *ui.Call, tx *store.Tx, cfg *desk.Config, t *desk.Ticket) error {
	for _, r := range t.Shares {
		a, known := cfg.Agreements[r.Agreement]
		if !known || !r.Active() {
			continue
		}
		if v := m.comment.Via; v.Channel == desk.ChannelSharing && v.Agreement == a.ID {
			m.partners = append(m.partners, c.T("redact.partner.theirs", a.Name))
			continue
		}
		has, err := tx.ShareComments(c.Ctx(), r.Share)
		if err != nil {
			return err
		}
		for _, id := range has {
			switch {
			case id != m.comment.ID:
			case a.Withdraws():
				m.partners = append(m.partners, c.T("redact.partner.does", a.Name))
			default:
				m.partners = append(m.partners, c.T("redact.partner.asked", a.Name))
			}
		}
	}
	return nil
}

// redactComment redacts what the form says, and goes back to the comment.
func redactComment(c *ui.Call) error {
	id, err := ticketID(c)
	if err != nil {
		return err
	}
	comment, err := c.ID("comment")
	if err != nil {
		return err
	}
	m := redactModel{words: c.R.FormValue("words"), plain: c.Checked("plain")}
	for _, raw := range c.R.Form["file"] {
		if file, err := strconv.ParseInt(raw, 10, 64); err == nil {
			m.files = append(m.files, desk.AttachmentID(file))
		}
	}
	r := ticketing.Redaction{Texts: piecesOf(m.words), Files: m.files, Plain: m.plain}
	if len(r.Texts) > mostPieces {
		m.faults = ui.Faults{"words": {text.N(c.Ctx(), "redact.fault.many", mostPieces)}}
		return redactAnswer(c, m)
	}
	cfg, err := readConfig(c)
	if err != nil {
		return err
	}
	_, err = c.Tickets.Redact(c.Ctx(), c.Account.ID, c.Actor(cfg), c.Via(), id, desk.CommentID(comment), r)
	if _, ok := ui.FaultsOf(err); ok {
		m.faults = ui.Faults{"words": {c.T("redact.fault.none")}}
		if !r.IsEmpty() {
			m.faults = ui.Faults{"words": {c.T("redact.fault.words")}}
		}
		return redactAnswer(c, m)
	}
	if err != nil {
		return err
	}
	c.ToastSuccess(c.T("redact.done"))
	return c.Redirect(Path(id) + "#c" + number(desk.CommentID(comment)))
}

// piecesOf are the words to redact: each line is a piece, and counts once.
func piecesOf(typed string) (all []string) {
	for line := range strings.Lines(typed) {
		if piece := strings.TrimSpace(line); piece != "" && !slices.Contains(all, piece) {
			all = append(all, piece)
		}
		if len(all) > mostPieces {
			break
		}
	}
	return all
}
