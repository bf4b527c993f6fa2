package api

import (
	"slices"
	"strconv"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/ticketing"
)

// readPeople finds whom the input names as requester, assignee, followers and copied people.
func (c *call) readPeople(tx *store.Tx, cfg *desk.Config, in *ticketInput, id desk.TicketID, e *desk.Edits) error {
	if in.Requester.set && e.Requester == nil {
		u, err := c.findOrCreatePerson(tx, in.Requester, "requester")
		if err != nil {
			return err
		}
		e.Requester = &u.ID
	}
	if in.AssigneeEmail.v != "" {
		u, err := tx.UserByAddress(c.ctx(), in.AssigneeEmail.v)
		if desk.KindOf(err) == desk.NotFound {
			return desk.InvalidField("assignee", "InvalidValue", "Assignee: no agent has this email")
		}
		if err != nil {
			return err
		}
		e.Assignee = &u.ID
	}
	if !in.namesCollaborators() {
		return nil
	}
	var before desk.Ticket
	if id != 0 {
		var err error
		if before, err = tx.LockTicket(c.ctx(), id); err != nil {
			return err
		}
	}
	l := &collaboratorEdit{call: c, tx: tx, cfg: cfg, followers: before.Followers, ccs: before.EmailCCs}
	if err := l.apply(in); err != nil {
		return err
	}
	if !slices.Equal(l.followers, before.Followers) {
		e.Followers = &l.followers
	}
	if !slices.Equal(l.ccs, before.EmailCCs) {
		e.EmailCCs = &l.ccs
	}
	return nil
}

// namesCollaborators tells whether the input says anything of followers and copied people.
func (in *ticketInput) namesCollaborators() bool {
	return in.CollaboratorIDs.set || in.Collaborators.set || len(in.AdditionalCollaborators.v)+len(in.Followers.v)+len(in.EmailCCs.v) > 0
}

// collaboratorEdit is who follows and who is copied, while it changes.
type collaboratorEdit struct {
	*call
	tx        *store.Tx
	cfg       *desk.Config
	followers []desk.UserID
	ccs       []desk.UserID
}

func (l *collaboratorEdit) apply(in *ticketInput) error {
	for _, whole := range [...]peopleInput{in.CollaboratorIDs, in.Collaborators} {
		if !whole.set {
			continue
		}
		if err := l.keepOnly(whole); err != nil {
			return err
		}
	}
	if err := l.addAll(in.AdditionalCollaborators); err != nil {
		return err
	}
	if err := l.addOrRemove(in.Followers, &l.followers, "followers"); err != nil {
		return err
	}
	return l.addOrRemove(in.EmailCCs, &l.ccs, "email_ccs")
}

// find is findOrCreatePerson, but for who has a part already: they are not judged again, though they have gone since.
func (l *collaboratorEdit) find(p personInput, field string) (desk.UserID, error) {
	if id := desk.UserID(p.ID); slices.Contains(l.followers, id) || slices.Contains(l.ccs, id) {
		return id, nil
	}
	u, err := l.findOrCreatePerson(l.tx, p, field)
	return u.ID, err
}

// keepOnly keeps those who are named where they stand, drops the others and adds who is new.
func (l *collaboratorEdit) keepOnly(in peopleInput) error {
	named := make([]desk.UserID, 0, len(in.v))
	for _, p := range in.v {
		id, err := l.find(p, "collaborators")
		if err != nil {
			return err
		}
		named = append(named, id)
	}
	gone := func(id desk.UserID) bool { return !slices.Contains(named, id) }
	l.followers = slices.DeleteFunc(slices.Clone(l.followers), gone)
	l.ccs = slices.DeleteFunc(slices.Clone(l.ccs), gone)
	for _, id := range named {
		l.add(id)
	}
	return nil
}

// add: colleagues follow, everybody else is copied.
func (l *collaboratorEdit) add(id desk.UserID) {
	if slices.Contains(l.followers, id) || slices.Contains(l.ccs, id) {
		return
	}
	if _, staff := l.cfg.Staff[id]; staff {
		l.followers = withID(l.followers, id)
	} else {
		l.ccs = withID(l.ccs, id)
	}
}

func (l *collaboratorEdit) addAll(in peopleInput) error {
	for _, p := range in.v {
		id, err := l.find(p, "collaborators")
		if err != nil {
			return err
		}
		l.add(id)
	}
	return nil
}

func (l *collaboratorEdit) addOrRemove(in peopleInput, to *[]desk.UserID, field string) error {
	for _, p := range in.v {
		id, err := l.find(p, field)
		if err != nil {
			return err
		}
		if p.Remove {
			*to = slices.DeleteFunc(slices.Clone(*to), func(has desk.UserID) bool { return has == id })
		} else {
			*to = withID(*to, id)
		}
	}
	return nil
}

func withID(ids []desk.UserID, id desk.UserID) []desk.UserID {
	if slices.Contains(ids, id) {
		return ids
	}
	return append(slices.Clip(ids), id)
}

// findOrCreatePerson finds one of our people, or makes an end user of an address that nobody has.
func (c *call) findOrCreatePerson(tx *store.Tx, in personInput, field string) (desk.User, error) {
	if in.ID != 0 {
		u, err := tx.User(c.ctx(), desk.UserID(in.ID))
		if desk.KindOf(err) == desk.NotFound || err == nil && !u.Active {
			err = desk.InvalidField(field, "InvalidValue", fieldSentence(field)+": no user has the id "+strconv.FormatInt(in.ID, 10))
		}
		return u, err
	}
	email, err := addressOf(in, field)
	if err != nil {
		return desk.User{}, err
	}
	return ticketing.PersonAt(c.ctx(), tx, email, in.Name)
}

// addressOf is a person's address in its one form.
func addressOf(in personInput, field string) (string, error) {
	email, ok := desk.NormalizeEmail(in.Email)
	if !ok {
		return "", desk.InvalidField(field, "InvalidValue", fieldSentence(field)+": Email: "+strconv.Quote(in.Email)+" is not properly formatted")
	}
	return email, nil
}
