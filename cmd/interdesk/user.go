package main

import (
	"context"
	"encoding/json"
	"fmt"

	"interdesk/access"
	"interdesk/config"
	"interdesk/desk"
	"interdesk/store"
)

type userCommand struct {
	config.Database
	config.Log
	Subdomain string `arg:"" help:"Whose help desk: the first part of its host name."`
	Email     string `arg:"" help:"Address of the person."`
	Name      string `help:"Name of the person; the address unless set."`
	Role      string `default:"agent" enum:"end-user,agent,admin" help:"What the person may do: end-user, agent or admin. ${default} unless set."`
	JSON      bool   `name:"json" help:"Print one line of JSON."`
}

// Run adds the person.
func (c *userCommand) Run(ctx context.Context, t *terminal) error {
	return withDirectory(ctx, c.Database, newLog(t, c.Log), func(p directory) error {
		a, err := p.accountBySubdomain(ctx, c.Subdomain)
		if err != nil {
			return err
		}
		u := desk.User{Name: c.Name, Email: c.Email, Role: desk.Role(c.Role), Verified: true}
		password, err := p.addUser(ctx, a.ID, &u)
		if err != nil {
			return err
		}
		return printSignIn(t, signIn{Email: u.Email, Password: password}, c.JSON)
	})
}

type tokenCommand struct {
	config.Database
	config.Log
	Subdomain   string `arg:"" help:"Whose help desk: the first part of its host name."`
	Email       string `arg:"" help:"Address of the person."`
	Description string `default:"made on the command line" help:"What the token is for, to know it again."`
	JSON        bool   `name:"json" help:"Print one line of JSON."`
}

// Run makes the token.
func (c *tokenCommand) Run(ctx context.Context, t *terminal) error {
	return withDirectory(ctx, c.Database, newLog(t, c.Log), func(p directory) error {
		a, err := p.accountBySubdomain(ctx, c.Subdomain)
		if err != nil {
			return err
		}
		u, err := p.findUser(ctx, a.ID, c.Email)
		if err != nil {
			return err
		}
		token, _, err := p.access.NewToken(ctx, a.ID, u.ID, c.Description)
		if err != nil {
			return err
		}
		return printSignIn(t, signIn{Email: u.Email, Token: token}, c.JSON)
	})
}

func printSignIn(t *terminal, s signIn, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(t.out).Encode(s)
	}
	return s.print(t.out)
}

func (p directory) accountBySubdomain(ctx context.Context, subdomain string) (desk.Account, error) {
	a, err := p.store.AccountBySubdomain(ctx, subdomain)
	if desk.KindOf(err) == desk.NotFound {
		return a, fmt.Errorf("there is no help desk %s here", subdomain)
	}
	return a, err
}

func (p directory) findUser(ctx context.Context, account desk.AccountID, email string) (u desk.User, err error) {
	err = p.store.Account(account).Read(ctx, func(tx *store.Tx) error {
		u, err = tx.UserByAddress(ctx, email)
		return err
	})
	if desk.KindOf(err) == desk.NotFound {
		return u, fmt.Errorf("nobody has the address %s there", email)
	}
	return u, err
}

// addUser stores a new user with a password that it returns. Staff join the default group.
func (p directory) addUser(ctx context.Context, account desk.AccountID, u *desk.User) (password string, err error) {
	password = access.NewPassword()
	hash, err := p.access.Hash(ctx, password)
	if err != nil {
		return "", err
	}
	if u.Name == "" {
		u.Name = u.Email
	}
	if err := u.Check().Err(); err != nil {
		return "", err
	}
	err = p.store.Account(account).Write(ctx, func(tx *store.Tx) error {
		next := *u
		if next.Role.Staff() {
			if next.DefaultGroup, err = defaultGroup(ctx, tx); err != nil {
				return err
			}
		}
		if err := tx.InsertUser(ctx, &next); err != nil {
			return err
		}
		if err := tx.SetPasswordHash(ctx, next.ID, hash); err != nil {
			return err
		}
		*u = next
		return nil
	})
	return password, err
}

func defaultGroup(ctx context.Context, tx *store.Tx) (desk.GroupID, error) {
	groups, err := tx.Groups(ctx)
	for _, g := range groups {
		if g.Default {
			return g.ID, err
		}
	}
	return 0, err
}
