package cases

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	"interdesk/access"
	"interdesk/admin"
	"interdesk/automation"
	"interdesk/configtext"
	"interdesk/desk"
	"interdesk/outbound"
	"interdesk/setup"
	"interdesk/sharing"
	"interdesk/sharing/agreement"
	"interdesk/sharing/inbound"
	outbox "interdesk/sharing/outbound"
	"interdesk/sharing/peer"
	"interdesk/sharing/tracker"
	"interdesk/store"
	"interdesk/store/migration"
	"interdesk/store/sqldb"
	"interdesk/ticketing"
	"interdesk/webhook"
)

// bench is a help desk made of a folder.
type bench struct {
	store       *store.Store
	account     desk.AccountID
	tickets     *ticketing.Service
	automations *automation.Service
	texts       *configtext.Service
	db          *sqldb.DB

	now    time.Time
	people map[string]desk.User // by address
	named  map[string]string    // people and organizations, by id
}

// begun is when every case begins: 14 January 2026, a Wednesday, at noon UTC, within most working hours.
var begun = time.Unix(1768392000, 0).UTC()

// host is where the desk of cases answers: support addresses without a host are at it.
const host = "cases.example"

// open makes the desk in a folder on disk.
func open(ctx context.Context, dir string, f configtext.Folder, files []*configtext.CaseFile) (b *bench, problems []configtext.Problem, err error) {
	quiet := slog.New(slog.DiscardHandler)
	b = &bench{now: begun, people: map[string]desk.User{}, named: map[string]string{}}
	if b.db, err = sqldb.Open(ctx, "sqlite:"+filepath.Join(dir, "cases.db"), sqldb.Options{}); err != nil {
		return nil, nil, err
	}
	if err = migration.Run(ctx, b.db, quiet); err == nil {
		b.store, err = store.Open(ctx, b.db)
	}
	if err == nil {
		err = b.assemble(quiet)
	}
	if err == nil {
		err = b.furnish(ctx, f, files)
	}
	if err == nil {
		var plan configtext.Plan
		plan, err = b.texts.Apply(ctx, b.account, operator(), f, configtext.Options{Prune: true, Secrets: configtext.HookSecrets(f)})
		problems = plan.Problems
	}
	if err == nil && len(problems) == 0 {
		err = b.join(ctx, files)
	}
	if err != nil {
		return nil, nil, errors.Join(err, b.close(ctx))
	}
	return b, problems, nil
}

func (b *bench) close(ctx context.Context) error {
	var err error
	if b.store != nil {
		err = b.store.Close(context.WithoutCancel(ctx))
	}
	return errors.Join(err, b.db.Close())
}

func (b *bench) clock() time.Time { return b.now }

// assemble wires the rooms that rules act through. Nobody runs their jobs.
func (b *bench) assemble(log *slog.Logger) error {
	vault, err := sharing.NewVault([]byte("nothing that cases seal is secret"))
	if err != nil {
		return err
	}
	client := outbound.New(outbound.Config{AllowPrivate: true})
	partners := peer.New(client, peer.Options{})
	b.tickets = ticketing.New(b.store, ticketing.Options{Clock: b.clock, Logger: log})
	core := sharing.New(b.store, b.tickets, sharing.Options{Secrets: vault, BaseURL: func(desk.Account) string { return "https://" + host },
		LocalAccount: func(string) (desk.AccountID, bool) { return 0, false }, Clock: b.clock, Logger: log})
	trackers := tracker.New(core, client, tracker.Options{})
	out := outbox.New(core, partners, outbox.Options{Trackers: trackers})
	agreements := agreement.New(core, partners, agreement.Options{CatchUp: out.CatchUp, SendAgain: out.SendAgain})
	b.tickets.With(inbound.New(core, partners, inbound.Options{Agreements: agreements, Outbox: out}), out)
	b.automations = automation.New(b.store, b.tickets, automation.Options{Clock: b.clock, Logger: log})
	administration := admin.New(access.New(b.store, access.Options{Logger: log}), b.tickets, func(context.Context, *store.Tx) error { return nil })
	b.texts = &configtext.Service{Store: b.store, Admin: administration, Agreements: agreements, Trackers: trackers,
		Webhooks: webhook.New(b.store, webhook.Options{Secrets: vault, Client: client, Clock: b.clock})}
	return nil
}

func operator() desk.User { return desk.User{Name: "Interdesk", Role: desk.Admin} }

// furnish gives the account what the texts name and do not bring.
func (b *bench) furnish(ctx context.Context, f configtext.Folder, files []*configtext.CaseFile) error {
	a, _, err := setup.CreateAccount(ctx, b.store, desk.Account{Subdomain: "cases", Name: "Cases"}, host, desk.User{Name: "Admin of the cases", Email: "admin@" + host}, "")
	if err != nil {
		return err
	}
	b.account = a.ID
	people, organizations := configtext.Named(f)
	return b.store.Account(a.ID).Write(ctx, func(tx *store.Tx) error {
		for _, o := range organizations {
			if err := b.addOrganization(ctx, tx, &desk.Organization{Name: o}); err != nil {
				return err
			}
		}
		for i, p := range configtext.Partners(f) {
			p.ID, p.UUID, p.CreatedAt, p.UpdatedAt = desk.AgreementID(tx.NewID()), fmt.Sprint("agreement ", i), b.now, b.now
			if err := tx.InsertAgreement(ctx, &p, ""); err != nil {
				return err
			}
		}
		groups, err := tx.Groups(ctx)
		if err != nil {
			return err
		}
		for _, file := range files {
			for _, p := range file.People {
				if err := b.add(ctx, tx, p, groups[0].ID); err != nil {
					return err
				}
			}
		}
		for _, address := range people {
			if err := b.add(ctx, tx, configtext.CasePerson{Email: address, Role: string(desk.Agent)}, groups[0].ID); err != nil {
				return err
			}
		}
		return b.add(ctx, tx, configtext.CasePerson{Email: customer, Name: "A customer", Role: string(desk.EndUser)}, 0)
	})
}

// customer is who asks where a case names nobody.
const customer = "customer@customer.example"

// add makes somebody, once.
func (b *bench) add(ctx context.Context, tx *store.Tx, p configtext.CasePerson, group desk.GroupID) error {
	address, ok := desk.NormalizeEmail(p.Email)
	if _, known := b.people[address]; known || !ok {
		return nil
	}
	u := desk.User{Name: p.Name, Email: address, Role: desk.Role(p.Role), Verified: true}
	if u.Name == "" {
		u.Name, _, _ = strings.Cut(address, "@")
	}
	if u.Role.Staff() {
		u.DefaultGroup = group
	}
	if p.Organization != "" {
		o, err := tx.OrganizationByName(ctx, p.Organization)
		if desk.KindOf(err) == desk.NotFound {
			o = desk.Organization{Name: p.Organization}
			err = b.addOrganization(ctx, tx, &o)
		}
		if err != nil {
			return err
		}
		u.Organization = o.ID
	}
	if err := tx.InsertUser(ctx, &u); err != nil {
		return err
	}
	b.people[address], b.named[fmt.Sprint(u.ID)] = u, address
	return nil
}

func (b *bench) addOrganization(ctx context.Context, tx *store.Tx, o *desk.Organization) error {
	err := tx.InsertOrganization(ctx, o)
	b.named[fmt.Sprint(o.ID)] = o.Name
	return err
}

// join puts agents into their groups: those that the cases say, else all.
func (b *bench) join(ctx context.Context, files []*configtext.CaseFile) error {
	said := map[string][]string{}
	for _, file := range files {
		for _, p := range file.People {
			said[strings.ToLower(p.Email)] = p.Groups
		}
	}
	return b.store.Account(b.account).Write(ctx, func(tx *store.Tx) error {
		groups, err := tx.Groups(ctx)
		if err != nil {
			return err
		}
		for address, u := range b.people {
			if !u.Role.Staff() {
				continue
			}
			if err := joinGroups(ctx, tx, u, groups, said[address]); err != nil {
				return err
			}
		}
		return nil
	})
}

func joinGroups(ctx context.Context, tx *store.Tx, u desk.User, groups []desk.Group, names []string) error {
	had, err := tx.Memberships(ctx, store.MembershipFilter{User: u.ID}, store.Page{})
	if err != nil {
		return err
	}
	in := map[desk.GroupID]bool{}
	for _, m := range had.Items {
		in[m.Group] = true
	}
	wanted := map[string]bool{}
	for _, name := range names {
		wanted[name] = true
	}
	for _, g := range groups {
		if in[g.ID] || len(names) > 0 && !wanted[g.Name] {
			continue
		}
		if err := tx.InsertMembership(ctx, &desk.Membership{User: u.ID, Group: g.ID, Default: len(names) > 0 && names[0] == g.Name}); err != nil {
			return err
		}
	}
	for _, m := range had.Items {
		for _, g := range groups {
			if g.ID == m.Group && len(names) > 0 && !wanted[g.Name] {
				if err := tx.DeleteMembership(ctx, m.ID); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
