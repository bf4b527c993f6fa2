package inbound

import (
	"context"
	"strings"

	"interdesk/desk"
	"interdesk/mail/message"
	"interdesk/store"
)

// commanded is what staff ask for by lines that begin with #, above their words.
type commanded struct {
	edits   desk.Edits
	public  *bool
	remarks []desk.Remark // what could not be understood
}

func (c commanded) isPublic(otherwise bool) bool {
	if c.public != nil {
		return *c.public
	}
	return otherwise
}

// command reads the commands and takes them off the words.
func (t *taking) command(ctx context.Context, by desk.Actor, w words) (commanded, words, error) {
	read, text, html := message.ReadCommands(w.text, w.html)
	if !read.Any() {
		return commanded{}, w, nil
	}
	c := commanded{public: read.Public}
	c.labels(read)
	if read.Assignee != "" {
		c.assign(t.config, by, read.Assignee)
	}
	if read.Group != "" {
		c.move(t.config, read.Group)
	}
	if read.Requester != "" {
		if err := c.ask(ctx, t.tx, read.Requester); err != nil {
			return c, w, err
		}
	}
	return c, words{text: strings.TrimSpace(text), html: html}, nil
}

// labels are the commands that set one of a few words.
func (c *commanded) labels(read message.Commands) {
	if status := desk.Status(read.Status); status.Rank() >= 0 {
		c.edits.Status = &status
	} else if read.Status != "" {
		c.fail("#status " + read.Status + ": there is no such status")
	}
	if priority := desk.Priority(read.Priority); priority != "" && priority.Rank() >= 0 {
		c.edits.Priority = &priority
	} else if read.Priority != "" {
		c.fail("#priority " + read.Priority + ": there is no such priority")
	}
	if kind := desk.TicketType(read.Type); kind != "" && kind.Valid() {
		c.edits.Type = &kind
	} else if read.Type != "" {
		c.fail("#type " + read.Type + ": there is no such type")
	}
	c.edits.AddTags = read.Tags
}

func (c *commanded) fail(words string) {
	c.remarks = append(c.remarks, desk.Remark{Type: desk.EventError, Message: "A command in the mail was not carried out. " + words + "."})
}

// assign finds the member of staff: "me", an address or a name.
func (c *commanded) assign(config *desk.Config, by desk.Actor, who string) {
	if strings.EqualFold(who, "me") {
		c.edits.Assignee = &by.ID
		return
	}
	for _, s := range config.Staff {
		if strings.EqualFold(s.Email, who) || strings.EqualFold(s.Name, who) {
			id := s.ID
			c.edits.Assignee = &id
			return
		}
	}
	c.fail("#assignee " + who + ": nobody of that name or address works here")
}

func (c *commanded) move(config *desk.Config, name string) {
	for _, g := range config.Groups {
		if strings.EqualFold(g.Name, name) {
			id := g.ID
			c.edits.Group = &id
			return
		}
	}
	c.fail("#group " + name + ": there is no such group")
}

func (c *commanded) ask(ctx context.Context, tx *store.Tx, address string) error {
	u, err := tx.UserByAddress(ctx, address)
	if desk.KindOf(err) == desk.NotFound {
		c.fail("#requester " + address + ": nobody has that address")
		return nil
	}
	c.edits.Requester = &u.ID
	return err
}

// merge adds the commands to what the update does anyway.
func (c commanded) merge(u desk.Update) desk.Update {
	e := &u.Edits
	set(&e.Status, c.edits.Status)
	set(&e.Priority, c.edits.Priority)
	set(&e.Type, c.edits.Type)
	set(&e.Assignee, c.edits.Assignee)
	set(&e.Group, c.edits.Group)
	set(&e.Requester, c.edits.Requester)
	e.AddTags = append(e.AddTags[:len(e.AddTags):len(e.AddTags)], c.edits.AddTags...)
	e.Remarks = append(e.Remarks[:len(e.Remarks):len(e.Remarks)], c.remarks...)
	return u
}

func set[T any](to **T, value *T) {
	if value != nil {
		*to = value
	}
}

// apply carries out an update with its commands. Where the ticket refuses them, the words are kept all the same, and its history
// says what was refused.
func (t *taking) apply(ctx context.Context, u desk.Update, c commanded) (applied desk.Applied, err error) {
	if !c.edits.Any() {
		return t.options.Tickets.ApplyIn(ctx, t.tx, c.merge(u))
	}
	err = t.tx.Savepoint(ctx, func() error {
		applied, err = t.options.Tickets.ApplyIn(ctx, t.store.Account(u.Account).WithTx(t.tx.Tx), c.merge(u))
		return err
	})
	if desk.KindOf(err) != desk.Invalid || err == nil {
		return applied, err
	}
	c.edits = desk.Edits{}
	c.fail(err.Error())
	return t.options.Tickets.ApplyIn(ctx, t.tx, c.merge(u))
}
