package letters

import (
	"html"
	"net/http"
	"regexp"

	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/mail/message"
	"interdesk/store"
	"interdesk/web/ui"
)

// mailboxSize is how many letters the mailbox shows, the newest.
const mailboxSize = 100

// mailboxModel is what customers received.
type mailboxModel struct {
	letters []desk.Mail
	names   map[desk.UserID]string
	open    *desk.Mail
	said    *message.Message
}

// showMailbox lists the letters that the demonstration has sent to nobody.
func showMailbox(c *ui.Call) error {
	m, err := readMailbox(c)
	if err != nil {
		return err
	}
	return c.Show(ui.Page{Title: c.T("letters.mailbox"), Shell: ui.Portal, Current: "mailbox", Body: mailboxPage(m)})
}

func readMailbox(c *ui.Call) (m mailboxModel, err error) {
	if !c.Mailbox {
		return m, desk.Missing()
	}
	err = c.Read(func(tx *store.Tx) error {
		found, err := tx.LatestMails(c.Ctx(), desk.MailOut, desk.MailSent, mailboxSize)
		if err != nil {
			return err
		}
		m.letters = found
		return m.readNames(c, tx)
	})
	return m, err
}

func (m *mailboxModel) readNames(c *ui.Call, tx *store.Tx) error {
	var ids []desk.UserID
	for _, l := range m.letters {
		ids = append(ids, l.User)
	}
	found, err := tx.UsersByID(c.Ctx(), ids)
	m.names = map[desk.UserID]string{}
	for _, u := range found {
		m.names[u.ID] = u.Name
	}
	return err
}

// readLetter reads one letter with its source.
func readLetter(c *ui.Call) (l desk.Mail, said *message.Message, err error) {
	id, err := c.ID("id")
	if err != nil || !c.Mailbox {
		return l, nil, desk.Missing()
	}
	err = c.Read(func(tx *store.Tx) error {
		l, err = tx.Mail(c.Ctx(), desk.MailID(id))
		return err
	})
	if err != nil || l.Direction != desk.MailOut || l.Blob == "" {
		return l, nil, missingOr(err)
	}
	source, err := c.Mail.Source(c.Ctx(), l.Blob)
	if err != nil {
		return l, nil, err
	}
	defer source.Close()
	said, err = message.Parse(source)
	return l, said, err
}

func missingOr(err error) error {
	if err != nil {
		return err
	}
	return desk.Missing()
}

func showLetter(c *ui.Call) error {
	m, err := readMailbox(c)
	if err != nil {
		return err
	}
	l, said, err := readLetter(c)
	if err != nil {
		return err
	}
	m.open, m.said = &l, said
	return c.Show(ui.Page{Title: l.Subject, Shell: ui.Portal, Current: "mailbox", Body: mailboxPage(m)})
}

// letterPolicy lets a letter be looked at and its links be followed, and nothing run.
const letterPolicy = "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation; default-src 'none'; style-src 'unsafe-inline'; " +
	"img-src 'self' data:; frame-ancestors 'self'; base-uri 'none'; form-action 'none'"

var headOf = regexp.MustCompile(`(?i)<head>`)

// showLetterBody is the letter as a mail program shows it, in a frame.
func showLetterBody(c *ui.Call) error {
	_, said, err := readLetter(c)
	if err != nil {
		return err
	}
	page := said.HTML
	if page == "" {
		page = "<!doctype html><html><head></head><body><pre>" + html.EscapeString(said.Text) + "</pre></body></html>"
	}
	page = headOf.ReplaceAllLiteralString(page, `<head><base target="_top">`)
	h := c.W.Header()
	h.Set("Content-Security-Policy", letterPolicy)
	h.Set("X-Frame-Options", "SAMEORIGIN")
	h.Set("Referrer-Policy", "no-referrer")
	return httpkit.HTML(c.W, c.R, http.StatusOK, []byte(page))
}
