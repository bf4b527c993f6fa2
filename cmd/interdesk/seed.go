package main

import (
	"context"
	"errors"

	"interdesk/access"
	"interdesk/desk"
	"interdesk/setup"
	"interdesk/store"
)

// demoPerson is somebody of the demo.
type demoPerson struct {
	name, email string
	role        desk.Role
}

// demoDesk is one help desk of the demo with its people: an admin, an agent, a customer.
type demoDesk struct {
	subdomain, name        string
	admin, agent, customer demoPerson
}

func demoDesks() []demoDesk {
	return []demoDesk{
		{"acme", "Acme Cameras",
			demoPerson{"Ada Keller", "ada@acme.example", desk.Admin},
			demoPerson{"Ben Ortiz", "ben@acme.example", desk.Agent},
			demoPerson{"Carla Nunes", "carla@customer.example", desk.EndUser}},
		{"kongen", "Kongen Image Sensors",
			demoPerson{"Kari Holm", "kari@kongen.example", desk.Admin},
			demoPerson{"Leif Berg", "leif@kongen.example", desk.Agent},
			demoPerson{"Mona Dahl", "mona@factory.example", desk.EndUser}},
	}
}

// seed sets up the demo on its first start. On later ones everybody keeps the password and token that lie beside the data,
// unless they were changed: then there are new ones.
func seed(ctx context.Context, s *server, all *demoSignIns) ([]demoAccount, error) {
	p := directory{s.database, s.access}
	var out []demoAccount
	for _, d := range demoDesks() {
		a, err := p.openDesk(ctx, d, s.Host(d.subdomain))
		if err != nil {
			return nil, err
		}
		shown := demoAccount{Subdomain: a.Subdomain, Name: a.Name, URL: s.accountURL(a)}
		for _, who := range [...]struct {
			demoPerson
			to *signIn
		}{{d.admin, &shown.Admin}, {d.agent, &shown.Agent}, {d.customer, &shown.EndUser}} {
			in, known := all.known[who.email]
			if !known || !holds(ctx, s.access, a.ID, in) {
				if in, err = p.createSignIn(ctx, a.ID, who.demoPerson); err != nil {
					return nil, err
				}
			}
			all.known[who.email] = in
			in.Link = all.link(shown.URL, a.ID, in)
			*who.to = in
		}
		out = append(out, shown)
	}
	return out, nil
}

// openDesk opens a desk unless it is there.
func (p directory) openDesk(ctx context.Context, d demoDesk, host string) (desk.Account, error) {
	a, err := p.store.AccountBySubdomain(ctx, d.subdomain)
	if desk.KindOf(err) != desk.NotFound {
		return a, err
	}
	admin := desk.User{Name: d.admin.name, Email: d.admin.email, Role: d.admin.role, Verified: true}
	a, _, err = setup.CreateAccount(ctx, p.store, desk.Account{Subdomain: d.subdomain, Name: d.name}, host, admin, "")
	return a, err
}

// demoToken is how seed knows its own tokens again.
const demoToken = "demo"

// createSignIn gives a person, who is made when missing, a new password and a new token in place of the old ones.
func (p directory) createSignIn(ctx context.Context, account desk.AccountID, who demoPerson) (in signIn, err error) {
	in.Email = who.email
	u, err := p.findUserOrNone(ctx, account, who.email)
	if err != nil {
		return in, err
	}
	if u.ID == 0 {
		u = desk.User{Name: who.name, Email: who.email, Role: who.role, Verified: true}
		in.Password, err = p.addUser(ctx, account, &u)
	} else {
		in.Password = access.NewPassword()
		err = errors.Join(p.dropTokens(ctx, account, u.ID), p.access.SetPassword(ctx, account, u.ID, in.Password))
	}
	if err != nil {
		return in, err
	}
	in.Token, _, err = p.access.NewToken(ctx, account, u.ID, demoToken)
	return in, err
}

func (p directory) dropTokens(ctx context.Context, account desk.AccountID, user desk.UserID) error {
	return p.store.Account(account).Write(ctx, func(tx *store.Tx) error {
		tokens, err := tx.Tokens(ctx, user)
		for _, t := range tokens {
			if t.Description == demoToken {
				err = errors.Join(err, tx.DeleteToken(ctx, t.ID))
			}
		}
		return err
	})
}

// findUserOrNone gives no user where nobody has the address.
func (p directory) findUserOrNone(ctx context.Context, account desk.AccountID, email string) (u desk.User, err error) {
	err = p.store.Account(account).Read(ctx, func(tx *store.Tx) error {
		u, err = tx.UserByAddress(ctx, email)
		return err
	})
	if desk.KindOf(err) == desk.NotFound {
		return desk.User{}, nil
	}
	return u, err
}
