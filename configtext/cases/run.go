package cases

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"interdesk/configtext"
	"interdesk/desk"
	"interdesk/notify"
	"interdesk/rule"
	"interdesk/store"
)

// Result is what came of one case.
type Result struct {
	File   string
	Name   string
	Faults []string // what was not as the case wants it, each with its place; none: all is well
	Took   time.Duration
}

// Run tries a folder's cases. Problems of the files are told instead: nothing is tried then.
func Run(ctx context.Context, f configtext.Folder) (results []Result, problems []configtext.Problem, err error) {
	files, problems := configtext.Cases(f)
	if len(problems) > 0 {
		return nil, problems, nil
	}
	if len(files) == 0 {
		return nil, nil, errors.New("there are no cases: they stand in files below the folder tests")
	}
	dir, err := os.MkdirTemp("", "interdesk-cases-")
	if err != nil {
		return nil, nil, err
	}
	defer os.RemoveAll(dir)
	b, problems, err := open(ctx, dir, f, files)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, b.close(ctx)) }()
	if len(problems) > 0 {
		return nil, problems, nil
	}
	for _, file := range files {
		for i := range file.Cases {
			begin := time.Now()
			t := &trial{bench: b, file: file, number: i, one: &file.Cases[i]}
			b.now = begun
			if err := t.run(ctx); err != nil {
				return nil, nil, err
			}
			results = append(results, Result{File: file.File, Name: t.one.Name, Faults: t.faults, Took: time.Since(begin)})
		}
	}
	return results, nil, nil
}

// trial is one case at work.
type trial struct {
	*bench
	file   *configtext.CaseFile
	number int
	one    *configtext.Case
	faults []string

	ticket  desk.TicketID
	by      desk.Actor
	applied []desk.Applied // of the step at hand: the update, and what automations did

	config  *desk.Config // as it is judged
	current *desk.Ticket
}

// fault notes what is not as it should be, at a path in the case.
func (t *trial) fault(where, message string) {
	t.faults = append(t.faults, t.file.At(fmt.Sprintf("cases[%d].%s", t.number, where), message).String())
}

func (t *trial) run(ctx context.Context) error {
	c := t.one
	if !t.begin(ctx) {
		return nil
	}
	if err := t.step(ctx, "ticket", c.Via, &c.Ticket); err != nil || len(t.faults) > 0 {
		return err
	}
	if err := t.judge(ctx, "expect", c.Expect); err != nil {
		return err
	}
	for i := range c.Updates {
		u, where := &c.Updates[i], fmt.Sprintf("updates[%d]", i)
		t.applied = nil
		if u.By != "" {
			var ok bool
			if t.by, ok = t.person(where+".by", u.By); !ok {
				return nil
			}
		}
		if err := t.wait(ctx, u.Hours); err != nil {
			return err
		}
		if u.Reached != "" {
			if err := t.deliver(ctx, where+".delivered_to", u.Reached); err != nil {
				return err
			}
		}
		if u.Ticket != nil {
			if err := t.step(ctx, where+".ticket", u.Via, u.Ticket); err != nil || len(t.faults) > 0 {
				return err
			}
		}
		if err := t.judge(ctx, where+".expect", u.Expect); err != nil {
			return err
		}
	}
	return nil
}

// begin finds who makes the ticket.
func (t *trial) begin(ctx context.Context) (ok bool) {
	address := t.one.By
	if address == "" {
		address = customer
	}
	if t.one.Partner == "" {
		t.by, ok = t.person("by", address)
		return ok
	}
	err := t.store.Account(t.account).Write(ctx, func(tx *store.Tx) error {
		cfg, err := tx.Config(ctx)
		if err != nil {
			return err
		}
		for _, a := range cfg.Agreements {
			if a.Inbound && a.Name == t.one.Partner {
				u := desk.User{Name: "Somebody at " + a.Name, Role: desk.EndUser, Foreign: a.ID}
				err := tx.InsertUser(ctx, &u)
				t.by, ok = desk.Actor{ID: u.ID, Name: u.Name, Role: u.Role, Foreign: a.ID}, err == nil
				return err
			}
		}
		return nil
	})
	if err != nil || !ok {
		t.fault("received_from", "there is no such inbound agreement")
	}
	return ok
}

// person is somebody as who an update is made.
func (t *trial) person(where, address string) (desk.Actor, bool) {
	u, ok := t.people[strings.ToLower(address)]
	if !ok {
		t.fault(where, fmt.Sprintf("nobody has the address %q: name them under people", address))
	}
	return desk.Actor{ID: u.ID, Name: u.Name, Role: u.Role}, ok
}

// wait has hours pass, and automations run in each.
func (t *trial) wait(ctx context.Context, hours int) error {
	for range hours {
		t.now = t.now.Add(time.Hour)
		last, err := t.lastAudit(ctx)
		if err != nil {
			return err
		}
		if err := t.automations.Run(ctx, t.account); err != nil {
			return err
		}
		if err := t.collect(ctx, last); err != nil {
			return err
		}
	}
	return nil
}

func (t *trial) lastAudit(ctx context.Context) (last desk.AuditID, err error) {
	err = t.store.Account(t.account).Read(ctx, func(tx *store.Tx) error {
		all, err := tx.Audits(ctx, t.ticket, store.Page{})
		for _, a := range all.Items {
			last = max(last, a.ID)
		}
		return err
	})
	return last, err
}

// collect takes up what automations did since an audit.
func (t *trial) collect(ctx context.Context, last desk.AuditID) error {
	return t.store.Account(t.account).Read(ctx, func(tx *store.Tx) error {
		all, err := tx.Audits(ctx, t.ticket, store.Page{})
		if err != nil {
			return err
		}
		cfg, err := tx.Config(ctx)
		if err != nil {
			return err
		}
		now, err := tx.Ticket(ctx, t.ticket)
		for _, a := range all.Items {
			if a.ID > last {
				t.applied = append(t.applied, desk.Applied{Config: cfg, Before: &now, Ticket: now, Audit: a})
			}
		}
		return err
	})
}

var channels = map[string]desk.Channel{"web": desk.ChannelWeb, "email": desk.ChannelMail, "api": desk.ChannelAPI}

// step makes or changes the ticket.
func (t *trial) step(ctx context.Context, where, via string, in *configtext.CaseTicket) error {
	var cfg *desk.Config
	err := t.store.Account(t.account).Read(ctx, func(tx *store.Tx) (err error) {
		cfg, err = tx.Config(ctx)
		return err
	})
	if err != nil {
		return err
	}
	u := desk.Update{Account: t.account, Ticket: t.ticket, Actor: t.by, Via: desk.Via{Channel: channels[via]}, Vouched: true}
	u.Actor.Groups = cfg.Staff[t.by.ID].Groups
	u.Edits = t.edits(cfg, where, in)
	if len(t.faults) > 0 {
		return nil
	}
	if t.by.Foreign != 0 {
		t.fromPartner(cfg, &u)
	}
	if in.Comment != "" || t.ticket == 0 {
		public := !in.Private
		u.Comment = &desk.NewComment{Body: in.Comment, Public: &public}
		if in.Comment == "" {
			u.Comment.Body = "(nothing was said)"
		}
	}
	t.now = t.now.Add(time.Second)
	applied, err := t.tickets.Apply(ctx, u)
	if err != nil {
		if desk.KindOf(err) == desk.Internal {
			return err
		}
		t.fault(where, "is refused: "+err.Error())
		return nil
	}
	t.ticket, t.applied = applied.Ticket.ID, append(t.applied, applied)
	return nil
}

// deliver has a partner take the ticket, as its answer would.
func (t *trial) deliver(ctx context.Context, where, partner string) error {
	t.now = t.now.Add(time.Second)
	return t.store.Account(t.account).Write(ctx, func(tx *store.Tx) error {
		shares, err := tx.TicketShares(ctx, t.ticket)
		if err != nil {
			return err
		}
		for _, share := range shares {
			a, err := tx.Agreement(ctx, share.Agreement)
			if err != nil {
				return err
			}
			if share.Inbound || a.Name != partner || share.State != desk.ShareSending {
				continue
			}
			share.State, share.StateAt, share.StateBy, share.DeliveredAt = desk.ShareLive, t.now, desk.BySystem, t.now
			if err := tx.UpdateShare(ctx, &share); err != nil {
				return err
			}
			applied, err := t.tickets.ApplyIn(ctx, tx, desk.Update{Account: t.account, Ticket: t.ticket, Actor: desk.Actor{System: true},
				Via:   desk.Via{Channel: desk.ChannelDelivery, Agreement: a.ID, Partner: a.Name},
				Edits: desk.Edits{ShareResults: []desk.ShareResult{{Agreement: a.ID, Action: desk.ActionDelivered}}}})
			t.applied = append(t.applied, applied)
			return err
		}
		t.fault(where, fmt.Sprintf("the ticket is not on its way to %q", partner))
		return nil
	})
}

// fromPartner has an update be one that a partner's desk sent.
func (t *trial) fromPartner(cfg *desk.Config, u *desk.Update) {
	a := cfg.Agreements[t.by.Foreign]
	u.Via = desk.Via{Channel: desk.ChannelSharing, Agreement: a.ID, Partner: a.Name}
	if u.Ticket == 0 {
		u.Edits.Requester = &t.by.ID
		id := t.store.NewID()
		u.Origin.Share = &desk.Share{ID: desk.ShareID(id), Agreement: a.ID, UUID: fmt.Sprint("share ", id), Inbound: true, State: desk.ShareLive, StateAt: t.now,
			StateBy: desk.ByPartner, Episode: 1, DeliveredAt: t.now, CreatedAt: t.now, UpdatedAt: t.now}
	}
}

// edits are what a case says of the ticket.
func (t *trial) edits(cfg *desk.Config, where string, in *configtext.CaseTicket) (e desk.Edits) {
	if in.Subject != "" {
		e.Subject = &in.Subject
	}
	setWord(&e.Status, in.Status)
	setWord(&e.Priority, in.Priority)
	setWord(&e.Type, in.Type)
	if in.Group != "" {
		if id, ok := groupNamed(cfg, in.Group); ok {
			e.Group = &id
		} else {
			t.fault(where+".group", fmt.Sprintf("there is no group %q", in.Group))
		}
	}
	if in.Form != "" {
		at := slices.IndexFunc(cfg.Forms, func(f desk.TicketForm) bool { return f.Name == in.Form })
		if at < 0 {
			t.fault(where+".form", fmt.Sprintf("there is no form %q", in.Form))
		} else {
			e.Form = &cfg.Forms[at].ID
		}
	}
	if in.Assignee != "" {
		who, _ := t.person(where+".assignee", in.Assignee)
		e.Assignee = &who.ID
	}
	e.AddTags, e.RemoveTags = in.Tags, in.Untag
	for _, title := range slices.Sorted(maps.Keys(in.Fields)) {
		value := in.Fields[title]
		f := fieldNamed(cfg, title)
		if f == nil {
			t.fault(where+".fields."+title, fmt.Sprintf("there is no ticket field %q", title))
			continue
		}
		if e.Fields == nil {
			e.Fields = map[desk.FieldID][]string{}
		}
		e.Fields[f.ID] = valueOf(f, value)
	}
	return e
}

func setWord[T ~string](to **T, word string) {
	if word != "" {
		v := T(word)
		*to = &v
	}
}

func groupNamed(cfg *desk.Config, name string) (desk.GroupID, bool) {
	at := slices.IndexFunc(cfg.Groups, func(g desk.Group) bool { return g.Name == name })
	if at < 0 {
		return 0, false
	}
	return cfg.Groups[at].ID, true
}

func fieldNamed(cfg *desk.Config, title string) *desk.TicketField {
	at := slices.IndexFunc(cfg.Fields, func(f desk.TicketField) bool { return f.Title == title && f.Type.Custom() })
	if at < 0 {
		return nil
	}
	return &cfg.Fields[at]
}

// valueOf is a text as the value of a field.
func valueOf(f *desk.TicketField, text string) []string {
	if f.Type == desk.FieldMultiselect {
		return strings.Fields(text)
	}
	return []string{text}
}

// told are the addresses of the people whom rules tell with the step at hand.
func (t *trial) told() (addresses []string) {
	for i := range t.applied {
		for _, id := range notify.Told(&t.applied[i]) {
			for address, u := range t.people {
				if u.ID == id {
					addresses = append(addresses, address)
				}
			}
		}
	}
	slices.Sort(addresses)
	return slices.Compact(addresses)
}

// called are the names of the webhooks that rules call with the step at hand.
func (t *trial) called() (names []string) {
	for i := range t.applied {
		a := &t.applied[i]
		for _, e := range a.Audit.Events {
			if e.Notice == nil {
				continue
			}
			if h := rule.HookOf(a.Config, *e.Notice); h != nil {
				names = append(names, h.Name)
			}
		}
	}
	return names
}

// fired are the titles of the rules that acted with the step at hand.
func (t *trial) fired() (titles []string) {
	note := func(title string) {
		if title != "" && !slices.Contains(titles, title) {
			titles = append(titles, title)
		}
	}
	for i := range t.applied {
		a := &t.applied[i]
		if a.Audit.Via.Channel == desk.ChannelRule {
			note(a.Audit.Via.Title)
		}
		for _, l := range t.looks(a) {
			if l.Verdict == "fired" {
				note(l.Title)
			}
		}
	}
	return titles
}

// looks are what the triggers made of an update.
func (t *trial) looks(a *desk.Applied) []rule.Explanation {
	tr, err := rule.Unpack(a.Audit.Trace)
	if err != nil {
		return nil
	}
	members := make([]rule.Member, len(a.Config.Triggers))
	for i := range a.Config.Triggers {
		one := &a.Config.Triggers[i]
		members[i] = rule.Member{ID: one.ID, Revision: one.Revision, Snapshot: one}
	}
	return rule.Explain(a.Config, tr, members)
}

// base is a file's name without folder and ending, as reports call its cases.
func base(file string) string { return strings.TrimSuffix(path.Base(file), path.Ext(file)) }
