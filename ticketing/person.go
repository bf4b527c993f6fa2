package ticketing

import (
	"context"
	"strings"

	"interdesk/desk"
	"interdesk/store"
)

// PersonAt finds whose address it is, or makes an end user of one that nobody has. The address is normalized.
func PersonAt(ctx context.Context, tx *store.Tx, email, name string) (desk.User, error) {
	u, err := tx.UserByEmail(ctx, email)
	if desk.KindOf(err) != desk.NotFound {
		return u, err
	}
	u = desk.User{Name: strings.TrimSpace(name), Email: email, Role: desk.EndUser}
	if u.Name == "" {
		u.Name, _, _ = strings.Cut(email, "@")
	}
	if err := u.Check().Err(); err != nil {
		return u, err
	}
	return u, tx.InsertUser(ctx, &u)
}

// SpeakFor has an update come from its requester. Who has only named an address does nothing as an agent, whoever the
// address belongs to, and makes nobody else known to the desk; what they say is public and in that name.
func SpeakFor(u *desk.Update, requester desk.User) {
	u.Actor = desk.Actor{ID: requester.ID, Name: requester.Name, Role: desk.EndUser}
	public := true
	if u.Comment != nil {
		u.Comment.Public, u.Comment.Author = &public, 0
	}
}

// MayRequest refuses requests in the name of somebody who is suspended or gone.
func MayRequest(u desk.User) error {
	if u.Suspended || !u.Active {
		return desk.Errorf(desk.Forbidden, "This address may not make requests")
	}
	return nil
}
