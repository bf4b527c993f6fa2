package imap

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"interdesk/desk"
	"interdesk/store"
)

// Input is a mailbox as an admin describes it. Empty secrets keep those before, as long as the server, the name and the way
// to sign in stay: what somebody else typed is not sent to another server.
type Input struct {
	Host         string
	Port         int
	Security     desk.RelaySecurity
	Username     string
	Auth         desk.MailboxAuth
	Password     string
	TokenURL     string
	ClientID     string
	ClientSecret string
	RefreshToken string
	Folder       string
	Address      string
	After        desk.MailboxAfter
	MoveTo       string
	Enabled      bool
}

// InputOf is a mailbox as it would be typed, without its secrets.
func InputOf(m *desk.Mailbox) Input {
	return Input{Host: m.Host, Port: m.Port, Security: m.Security, Username: m.Username, Auth: m.Auth, TokenURL: m.TokenURL, ClientID: m.ClientID,
		Folder: m.Folder, Address: m.Address, After: m.After, MoveTo: m.MoveTo, Enabled: m.Enabled}
}

// The limits of what is typed.
const (
	maxFolder = 200
	maxSecret = 8192
)

// withDefaults fills in what is left out: INBOX by TLS with a password, messages marked as read.
func (in Input) withDefaults() Input {
	in.Host, in.Username = strings.ToLower(strings.TrimSpace(in.Host)), strings.TrimSpace(in.Username)
	in.Address, in.Folder, in.MoveTo = strings.ToLower(strings.TrimSpace(in.Address)), strings.TrimSpace(in.Folder), strings.TrimSpace(in.MoveTo)
	if in.Security == "" {
		in.Security = desk.RelayTLS
	}
	if in.Auth == "" {
		in.Auth = desk.MailboxPassword
	}
	if in.After == "" {
		in.After = desk.MailboxFlag
	}
	if in.Folder == "" {
		in.Folder = "INBOX"
	}
	if in.Port == 0 {
		in.Port = map[desk.RelaySecurity]int{desk.RelayTLS: 993, desk.RelayStartTLS: 143}[in.Security]
	}
	return in
}

func (in *Input) check() error {
	faults := desk.Faults{}
	if in.Host == "" || strings.ContainsAny(in.Host, " /@") || len(in.Host) > 253 {
		faults.Add("host", "InvalidValue", "Host: must be the name of a mail server, such as imap.example.com")
	}
	if in.Port < 1 || in.Port > 65535 {
		faults.Add("port", "InvalidValue", "Port: must be a number from 1 to 65535")
	}
	if in.Security != desk.RelayTLS && in.Security != desk.RelayStartTLS {
		faults.Add("security", "InvalidValue", "Security: must be tls or starttls")
	}
	if in.Username == "" || len(in.Username) > desk.MaxEmail || strings.ContainsAny(in.Username, "\r\n\x00\x01") {
		faults.Add("username", "InvalidValue", "Username: must be the name that signs in, mostly the address")
	}
	if len(in.Password)+len(in.ClientSecret)+len(in.RefreshToken) > maxSecret || strings.ContainsAny(in.Password, "\r\n\x00") {
		faults.Add("password", "InvalidValue", "Password: is too long, or has line breaks")
	}
	in.checkFolders(faults)
	in.checkOAuth(faults)
	return faults.Err()
}

func (in *Input) checkFolders(faults desk.Faults) {
	if len(in.Folder) > maxFolder || strings.ContainsAny(in.Folder, "\r\n\x00") {
		faults.Add("folder", "InvalidValue", "Folder: must be the name of a folder, such as INBOX")
	}
	switch {
	case in.After != desk.MailboxFlag && in.After != desk.MailboxMove:
		faults.Add("after", "InvalidValue", "After: must be flag or move")
	case in.After == desk.MailboxMove && (in.MoveTo == "" || len(in.MoveTo) > maxFolder || strings.ContainsAny(in.MoveTo, "\r\n\x00")):
		faults.Add("move_to", "InvalidValue", "Move to: must be the name of a folder")
	case in.After == desk.MailboxMove && strings.EqualFold(in.MoveTo, in.Folder):
		faults.Add("move_to", "InvalidValue", "Move to: must be another folder than the one that is read")
	}
}

func (in *Input) checkOAuth(faults desk.Faults) {
	if in.Auth != desk.MailboxPassword && in.Auth != desk.MailboxOAuth {
		faults.Add("auth", "InvalidValue", "Auth: must be password or oauth")
	}
	if in.Auth != desk.MailboxOAuth {
		return
	}
	if u, err := url.Parse(in.TokenURL); err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil {
		faults.Add("token_url", "InvalidValue", "Token URL: must be an https address")
	}
	if in.ClientID == "" || len(in.ClientID) > desk.MaxEmail {
		faults.Add("client_id", "InvalidValue", "Client ID: must be that of the application registered with the mail provider")
	}
}

// box is the input as it is kept, without its secret.
func (in *Input) box(before desk.Mailbox) desk.Mailbox {
	m := before
	m.Host, m.Port, m.Security, m.Username, m.Auth = in.Host, in.Port, in.Security, in.Username, in.Auth
	m.TokenURL, m.ClientID = "", ""
	if in.Auth == desk.MailboxOAuth {
		m.TokenURL, m.ClientID = in.TokenURL, in.ClientID
	}
	m.Folder, m.Address, m.After, m.MoveTo, m.Enabled = in.Folder, in.Address, in.After, "", in.Enabled
	if in.After == desk.MailboxMove {
		m.MoveTo = in.MoveTo
	}
	if !m.SameSource(&before) {
		m.UIDValidity, m.LastUID = 0, 0
	}
	return m
}

// seal sets the secret of a mailbox, a new one or the one before.
func (s *Service) seal(m *desk.Mailbox, in Input, before desk.Mailbox) (err error) {
	typed := in.Password
	if in.Auth == desk.MailboxOAuth {
		typed = ""
		if in.RefreshToken != "" {
			plain, err := json.Marshal(oauthSecret{in.RefreshToken, in.ClientSecret})
			if err != nil {
				return err
			}
			typed = string(plain)
		}
	}
	same := before.Host == m.Host && before.Username == m.Username && before.Auth == m.Auth && before.TokenURL == m.TokenURL && before.ClientID == m.ClientID
	switch {
	case typed == "" && before.Secret != "" && same:
		m.Secret = before.Secret
		return nil
	case typed == "" && in.Auth == desk.MailboxOAuth:
		return desk.InvalidField("refresh_token", "BlankValue", "Refresh token: cannot be blank")
	case typed == "":
		return desk.InvalidField("password", "BlankValue", "Password: cannot be blank")
	}
	m.Secret, err = s.options.Secrets.Seal(typed)
	return err
}

// Try connects to a mailbox, signs in and opens its folder, before it is kept: the one with this id as it would become, or a
// new one for 0. It gives the mailbox to keep, and how many messages the folder has; the error says in a sentence what did
// not work. It talks to the network: call it outside of a transaction.
func (s *Service) Try(ctx context.Context, account desk.AccountID, id desk.MailboxID, in Input) (desk.Mailbox, uint32, error) {
	in = in.withDefaults()
	before, err := s.before(ctx, account, id, &in)
	if err != nil {
		return before, 0, err
	}
	m := in.box(before)
	if err := s.seal(&m, in, before); err != nil {
		return m, 0, err
	}
	if !m.Enabled {
		return m, 0, nil
	}
	c, err := s.connect(ctx, account, &m)
	if err != nil {
		return m, 0, desk.InvalidField("host", "InvalidValue", "Host: "+reasonOf(err))
	}
	defer c.close()
	return m, c.selected.NumMessages, nil
}

// before reads the mailbox as it is, and checks what is asked for.
func (s *Service) before(ctx context.Context, account desk.AccountID, id desk.MailboxID, in *Input) (before desk.Mailbox, err error) {
	if err := in.check(); err != nil {
		return before, err
	}
	err = s.store.Account(account).Look(ctx, func(tx *store.Tx) error {
		addresses, err := tx.SupportAddresses(ctx)
		if err != nil {
			return err
		}
		if !receives(addresses, in.Address) {
			return desk.InvalidField("address", "InvalidValue", fmt.Sprintf("Address: %s is not a support address of this account", in.Address))
		}
		if id != 0 {
			before, err = tx.Mailbox(ctx, id)
			return err
		}
		return nil
	})
	return before, err
}

func receives(addresses []desk.SupportAddress, address string) bool {
	for _, a := range addresses {
		if strings.EqualFold(a.Address, address) {
			return true
		}
	}
	return false
}
