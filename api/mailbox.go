package api

import (
	"interdesk/admin"
	"interdesk/desk"
	"interdesk/mail/imap"
	"interdesk/store"
)

func mailboxRoutes() []route {
	return []route{
		{"GET", "/mailboxes", admins, (*call).listMailboxes},
		{"GET", "/mailboxes/{id}", admins, (*call).showMailbox},
		{"POST", "/mailboxes", admins, (*call).createMailbox},
		{"PUT", "/mailboxes/{id}", admins, (*call).updateMailbox},
		{"DELETE", "/mailboxes/{id}", admins, (*call).deleteMailbox},
	}
}

// mailboxJSON is a mailbox elsewhere that the account reads. It is ours; what signs in is never shown.
type mailboxJSON struct {
	URL         string             `json:"url"`
	ID          desk.MailboxID     `json:"id"`
	Host        string             `json:"host"`
	Port        int                `json:"port"`
	Security    desk.RelaySecurity `json:"security"`
	Username    string             `json:"username"`
	Auth        desk.MailboxAuth   `json:"auth"`
	TokenURL    *string            `json:"token_url"`
	ClientID    *string            `json:"client_id"`
	Folder      string             `json:"folder"`
	Address     string             `json:"address"`
	After       desk.MailboxAfter  `json:"after"`
	MoveTo      *string            `json:"move_to"`
	Enabled     bool               `json:"enabled"`
	Fetched     int64              `json:"fetched"`
	FetchedAt   *string            `json:"fetched_at"`
	FailedSince *string            `json:"failed_since"`
	Reason      *string            `json:"reason"`
	CreatedAt   string             `json:"created_at"`
	UpdatedAt   string             `json:"updated_at"`
}

func (c *call) mailboxOf(m desk.Mailbox) mailboxJSON {
	return mailboxJSON{
		URL: c.url("mailboxes", int64(m.ID)), ID: m.ID, Host: m.Host, Port: m.Port, Security: m.Security, Username: m.Username, Auth: m.Auth,
		TokenURL: nullString(m.TokenURL), ClientID: nullString(m.ClientID), Folder: m.Folder, Address: m.Address, After: m.After,
		MoveTo: nullString(m.MoveTo), Enabled: m.Enabled, Fetched: m.Fetched, FetchedAt: nullTime(m.FetchedAt), FailedSince: nullTime(m.FailedSince),
		Reason: nullString(m.Reason), CreatedAt: formatTime(m.CreatedAt), UpdatedAt: formatTime(m.UpdatedAt),
	}
}

func (c *call) listMailboxes() error {
	return answerWholeList(c, "mailboxes", func(tx *store.Tx) ([]desk.Mailbox, error) {
		return tx.Mailboxes(c.ctx())
	}, func(m desk.Mailbox) int64 { return int64(m.ID) }, showEach(c.mailboxOf))
}

func (c *call) showMailbox() error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.readOK(func(tx *store.Tx) (object, error) {
		m, err := tx.Mailbox(c.ctx(), desk.MailboxID(id))
		return objectOf("mailbox", c.mailboxOf(m)), err
	})
}

// mailboxInput is what clients may say of a mailbox.
type mailboxInput struct {
	Host         textInput   `json:"host"`
	Port         numberInput `json:"port"`
	Security     textInput   `json:"security"`
	Username     textInput   `json:"username"`
	Auth         textInput   `json:"auth"`
	Password     textInput   `json:"password"`
	TokenURL     textInput   `json:"token_url"`
	ClientID     textInput   `json:"client_id"`
	ClientSecret textInput   `json:"client_secret"`
	RefreshToken textInput   `json:"refresh_token"`
	Folder       textInput   `json:"folder"`
	Address      textInput   `json:"address"`
	After        textInput   `json:"after"`
	MoveTo       textInput   `json:"move_to"`
	Enabled      flagInput   `json:"enabled"`
}

func (in *mailboxInput) edit(to *imap.Input) {
	security, auth, after := string(to.Security), string(to.Auth), string(to.After)
	for text, value := range map[*string]textInput{
		&to.Host: in.Host, &security: in.Security, &to.Username: in.Username, &auth: in.Auth, &to.Password: in.Password, &to.TokenURL: in.TokenURL,
		&to.ClientID: in.ClientID, &to.ClientSecret: in.ClientSecret, &to.RefreshToken: in.RefreshToken, &to.Folder: in.Folder, &to.Address: in.Address,
		&after: in.After, &to.MoveTo: in.MoveTo,
	} {
		setText(text, value)
	}
	to.Security, to.Auth, to.After = desk.RelaySecurity(security), desk.MailboxAuth(auth), desk.MailboxAfter(after)
	if in.Port.set {
		to.Port = int(in.Port.v)
	}
	to.Enabled = in.Enabled.or(to.Enabled)
}

// createMailbox connects before anything is kept: what cannot be read is refused with the reason.
func (c *call) createMailbox() error {
	m, err := c.tryMailbox(0, imap.Input{Enabled: true})
	if err != nil {
		return err
	}
	return c.changeCreated(func(_ *store.Tx, actor *admin.Actor) (string, object, error) {
		err := actor.KeepMailbox(c.ctx(), &m)
		return c.url("mailboxes", int64(m.ID)), objectOf("mailbox", c.mailboxOf(m)), err
	})
}

// updateMailbox connects anew. Sending a mailbox as it is has it tried again at once.
func (c *call) updateMailbox() error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	var before desk.Mailbox
	err = c.readTx(func(tx *store.Tx) (err error) {
		before, err = tx.Mailbox(c.ctx(), desk.MailboxID(id))
		return err
	})
	if err != nil {
		return err
	}
	m, err := c.tryMailbox(before.ID, imap.InputOf(&before))
	if err != nil {
		return err
	}
	return c.changeOK(func(tx *store.Tx, actor *admin.Actor) (object, error) {
		if err := actor.KeepMailbox(c.ctx(), &m); err != nil {
			return nil, err
		}
		m, err := tx.Mailbox(c.ctx(), m.ID)
		return objectOf("mailbox", c.mailboxOf(m)), err
	})
}

func (c *call) tryMailbox(id desk.MailboxID, as imap.Input) (desk.Mailbox, error) {
	var in mailboxInput
	if err := c.parseRecord("mailbox", &in); err != nil {
		return desk.Mailbox{}, err
	}
	in.edit(&as)
	m, _, err := c.Mailboxes.Try(c.ctx(), c.account, id, as)
	return m, err
}

func (c *call) deleteMailbox() error {
	return c.deleteOne(func(actor *admin.Actor, id int64) error {
		return actor.DeleteMailbox(c.ctx(), desk.MailboxID(id))
	})
}
