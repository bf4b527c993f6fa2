package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"interdesk/access"
	"interdesk/config"
	"interdesk/desk"
	"interdesk/setup"
)

// signIn is how a person gets in, told once.
type signIn struct {
	Email    string `json:"email"`
	Password string `json:"password,omitempty"`
	Token    string `json:"token,omitempty"`
	Link     string `json:"sign_in_link,omitempty"` // of the demo: signs in at one click
}

// openedAccount is a new help desk as the command prints it.
type openedAccount struct {
	Subdomain string `json:"subdomain"`
	URL       string `json:"url"`
	Admin     signIn `json:"admin"`
}

type accountCommand struct {
	config.Database
	config.Address
	config.Log
	Subdomain string `arg:"" help:"First part of its host name, such as acme: small letters, digits, inner hyphens."`
	Name      string `required:"" help:"The company's name, as customers and partners see it."`
	Admin     string `required:"" placeholder:"EMAIL" help:"Address of its first admin."`
	TimeZone  string `default:"UTC" placeholder:"ZONE" help:"Time zone, such as Europe/Berlin. ${default} unless set."`
	JSON      bool   `name:"json" help:"Print one line of JSON."`
}

// Run opens the account.
func (c *accountCommand) Run(ctx context.Context, t *terminal) error {
	return withDirectory(ctx, c.Database, newLog(t, c.Log), func(p directory) error {
		o, err := p.openAccount(ctx, desk.Account{Subdomain: c.Subdomain, Name: c.Name, TimeZone: c.TimeZone}, c.Host(c.Subdomain), c.Admin)
		if err != nil {
			return err
		}
		o.URL = c.AccountURL(o.Subdomain, c.Port())
		if c.JSON {
			return json.NewEncoder(t.out).Encode(o)
		}
		_, err = fmt.Fprintf(t.out, "%s is open at %s\n", c.Name, o.URL)
		return errors.Join(err, o.Admin.print(t.out))
	})
}

func (s signIn) print(to io.Writer) error {
	var b strings.Builder
	for _, line := range [...]struct{ name, value string }{{"address", s.Email}, {"password", s.Password}, {"API token", s.Token}} {
		if line.value != "" {
			fmt.Fprintf(&b, "  %-10s %s\n", line.name, line.value)
		}
	}
	b.WriteString("Password and token are shown only now.\n")
	_, err := io.WriteString(to, b.String())
	return err
}

// directory makes accounts, users and their ways in. The commands use it, and the demo.
type directory struct {
	*database
	access *access.Service
}

// withDirectory opens the database for one command.
func withDirectory(ctx context.Context, c config.Database, log *slog.Logger, fn func(directory) error) error {
	d, err := openDatabase(ctx, c, log)
	if err != nil {
		return err
	}
	err = fn(directory{d, access.New(d.store, access.Options{Logger: log})})
	return errors.Join(err, d.close(ctx))
}

// openAccount makes a help desk and its first admin with a password and a token.
func (p directory) openAccount(ctx context.Context, a desk.Account, host, email string) (o openedAccount, err error) {
	email, ok := desk.NormalizeEmail(email)
	if !ok {
		return o, desk.InvalidField("admin", "InvalidValue", "--admin: is not an address such as ann@example.com")
	}
	password := access.NewPassword()
	hash, err := p.access.Hash(ctx, password)
	if err != nil {
		return o, err
	}
	name, _, _ := strings.Cut(email, "@")
	admin := desk.User{Name: name, Email: email, Role: desk.Admin, Verified: true}
	a, admin, err = setup.CreateAccount(ctx, p.store, a, host, admin, hash)
	if err != nil {
		return o, err
	}
	token, _, err := p.access.NewToken(ctx, a.ID, admin.ID, "made with the account")
	return openedAccount{Subdomain: a.Subdomain, Admin: signIn{Email: admin.Email, Password: password, Token: token}}, err
}
