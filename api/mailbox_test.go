package api_test

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"testing"

	"interdesk/api"
	"interdesk/api/apitest"
	"interdesk/desk"
	"interdesk/mail/imap"
	"interdesk/mail/mailtest"
	"interdesk/outbound"
	"interdesk/sharing"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// withMailboxes has the API try mailboxes of a server.
func withMailboxes(t *testing.T, server *mailtest.Mailboxes) apitest.Option {
	return func(d *api.Deps) {
		vault, err := sharing.NewVault(make([]byte, 32))
		if err != nil {
			t.Fatal(err)
		}
		d.Mailboxes = imap.New(d.Store, imap.Options{Secrets: vault, Guard: outbound.New(outbound.Config{AllowPrivate: true}), RootCAs: server.Roots,
			Logger: slog.New(slog.DiscardHandler), Accept: func(context.Context, desk.AccountID, string, io.Reader) error { return nil }})
	}
}

func TestMailboxes(t *testing.T) {
	t.Parallel()
	server := mailtest.StartIMAP(t)
	server.Folder("Support")
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s := apitest.Start(t, db, withMailboxes(t, server))
		d := s.Desk(t, "acme")
		address := d.Agent.Get("recipient_addresses", 200).Text("recipient_addresses.0.email")
		in := object{"host": "127.0.0.1", "port": server.Port, "username": mailtest.MailboxUser, "password": mailtest.MailboxPassword, "address": address}
		made := d.Admin.Post("mailboxes", wrapped("mailbox", in), 201)
		path := "mailboxes/" + num(made.ID("mailbox.id"))
		for field, want := range map[string]any{"folder": "INBOX", "security": "tls", "auth": "password", "after": "flag", "enabled": true, "reason": nil, "move_to": nil} {
			if got := made.At("mailbox." + field); got != want {
				t.Errorf("%s is %v, want %v", field, got, want)
			}
		}
		if strings.Contains(string(made.Body), mailtest.MailboxPassword) {
			t.Errorf("the password is shown: %s", made.Body)
		}
		changed := d.Admin.Put(path, wrapped("mailbox", object{"folder": "Support", "after": "move", "move_to": "Done"}), 200)
		if changed.Text("mailbox.folder") != "Support" || changed.Text("mailbox.move_to") != "Done" || changed.Text("mailbox.username") != mailtest.MailboxUser {
			t.Errorf("changed: %s", changed.Body)
		}
		if all := d.Admin.Get("mailboxes", 200).List("mailboxes"); len(all) != 1 {
			t.Errorf("%d mailboxes", len(all))
		}
		for name, wrong := range map[string]object{
			"password": {"password": "wrong"}, "folder": {"folder": "Nowhere"}, "address": {"address": "x@example.com"}, "host": {"host": "localhost"},
			"after": {"after": "burn"}, "port": {"port": 0, "host": "127.0.0.1", "security": "none"},
		} {
			if said := d.Admin.Put(path, wrapped("mailbox", wrong), 422); !strings.Contains(string(said.Body), "description") {
				t.Errorf("%s: %s", name, said.Body)
			}
		}
		for _, c := range []*apitest.Client{d.Agent, d.EndUser} {
			c.Get("mailboxes", 403)
			c.Post("mailboxes", wrapped("mailbox", in), 403)
			c.Put(path, wrapped("mailbox", in), 403)
			c.Delete(path, 403)
		}
		other := s.Desk(t, "kongen")
		other.Admin.Get(path, 404)
		other.Admin.Put(path, wrapped("mailbox", object{}), 404)
		other.Admin.Delete(path, 404)
		d.Admin.Delete(path, 204)
		d.Admin.Get(path, 404)
	})
}
