package letters

import (
	"net/http"
	"slices"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

// unfollow takes somebody from a ticket's followers. Mail programs post here without asking, too (RFC 8058).
func unfollow(c *ui.Call) error {
	ticket, user, err := c.Access.LinkedFollower(c.Account.ID, c.Value("link"))
	if err == nil {
		err = c.Write(func(tx *store.Tx) error { return leave(c, tx, ticket, user) })
	}
	if err != nil {
		return orOver(c, err)
	}
	m := linkModel{title: c.T("letters.unfollowed"), words: c.T("letters.unfollowed.words", int64(ticket)), over: true}
	return m.show(c, http.StatusOK)
}

// leave edits the ticket in the follower's own name. One that is closed, and one they do not follow, is left as it is.
func leave(c *ui.Call, tx *store.Tx, id desk.TicketID, user desk.UserID) error {
	t, err := tx.Ticket(c.Ctx(), id)
	if err != nil {
		return err
	}
	at := slices.Index(t.Followers, user)
	if at < 0 || t.Status == desk.Closed {
		return nil
	}
	u, err := tx.User(c.Ctx(), user)
	if err != nil {
		return err
	}
	rest := slices.Delete(slices.Clone(t.Followers), at, at+1)
	_, err = c.Tickets.ApplyIn(c.Ctx(), tx, desk.Update{Account: c.Account.ID, Ticket: id, Via: c.Via(), Client: c.Client(),
		Actor: desk.Actor{ID: u.ID, Name: u.Name, Role: u.Role}, Edits: desk.Edits{Followers: &rest}})
	return err
}
