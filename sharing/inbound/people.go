package inbound

import (
	"context"
	"strings"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/wire"
)

// person finds or makes the placeholder of a partner's person. Whatever uuid a partner names, it gets a person of its own
// under its own agreement: never one of ours, never another partner's (nhd §16 rows 6 and 8).
func (i *intake) person(ctx context.Context, w wire.Actor) (desk.Actor, error) {
	name := sharing.Shorten(strings.TrimSpace(desk.PlainName(w.Name)), desk.MaxName/4)
	if name == "" {
		name = "Unknown"
	}
	id, err := i.tx.Actor(ctx, i.agreement.ID, w.UUID)
	switch {
	case desk.KindOf(err) == desk.NotFound && i.people >= i.peopleLimit():
		return i.others(ctx)
	case desk.KindOf(err) == desk.NotFound:
		i.people++
		id, err = i.newPerson(ctx, w, name)
	case err == nil:
		err = i.rename(ctx, id, w, name)
	}
	return desk.Actor{ID: id, Name: name, Role: desk.EndUser, Foreign: i.agreement.ID}, err
}

func (i *intake) peopleLimit() int {
	if i.agreement.PeopleLimit > 0 {
		return i.agreement.PeopleLimit
	}
	return desk.DefaultPeopleLimit
}

// othersUUID names the one who stands for people beyond the limit. It is no uuid that a partner could give to somebody.
const othersUUID = "(others)"

// others stands for those unknown people of a message that are too many (share-life §7).
func (i *intake) others(ctx context.Context) (desk.Actor, error) {
	name := sharing.Shorten(i.agreement.Name, desk.MaxName/4) + ": others"
	id, err := i.tx.Actor(ctx, i.agreement.ID, othersUUID)
	if desk.KindOf(err) == desk.NotFound {
		id, err = i.newPerson(ctx, wire.Actor{UUID: othersUUID, Name: name}, name)
	}
	return desk.Actor{ID: id, Name: name, Role: desk.EndUser, Foreign: i.agreement.ID}, err
}

// newPerson: no address, no sign-in; the role is for show (nhd §5.5).
func (i *intake) newPerson(ctx context.Context, w wire.Actor, name string) (desk.UserID, error) {
	u := desk.User{Name: name, Role: desk.EndUser, Foreign: i.agreement.ID, ForeignAgent: w.IsAgent(), CreatedAt: i.at, UpdatedAt: i.at}
	if err := i.tx.InsertUser(ctx, &u); err != nil {
		return 0, err
	}
	return u.ID, i.tx.InsertActor(ctx, i.agreement.ID, w.UUID, u.ID)
}

func (i *intake) rename(ctx context.Context, id desk.UserID, w wire.Actor, name string) error {
	u, err := i.tx.User(ctx, id)
	if err != nil || (u.Name == name && (u.ForeignAgent || !w.IsAgent())) || name == "Unknown" {
		return err
	}
	u.Name, u.ForeignAgent = name, u.ForeignAgent || w.IsAgent()
	return i.tx.UpdateUser(ctx, &u)
}

// partner is the partner's desk as such, for what no person is named for.
func (i *intake) partner() wire.Actor {
	return wire.Actor{UUID: i.agreement.UUID, Name: i.agreement.Name, Role: wire.Some("agent")}
}

// causer is who made the change.
func (i *intake) causer(ctx context.Context) (desk.Actor, error) {
	return i.person(ctx, i.message.CurrentActor.Or(i.partner()))
}

// newRequester follows the origin's choice of a requester. The origin's own requester is never ours to be told (nhd §5.2).
func (i *intake) newRequester(ctx context.Context, e *desk.Edits) error {
	w, stated := i.message.Requester.Get()
	if !stated || !i.share.Inbound || w.UUID == i.share.Requester {
		return nil
	}
	// In a ring or chain a partner may name one of our people: a mention is no reason to make a stranger of them.
	if _, err := i.tx.Actor(ctx, 0, w.UUID); err == nil {
		return nil
	}
	p, err := i.person(ctx, w)
	if err != nil {
		return err
	}
	i.share.Requester = w.UUID
	if p.ID != i.ticket.Requester {
		e.Requester = &p.ID
		i.changes = append(i.changes, "requester "+p.Name)
	}
	return nil
}
