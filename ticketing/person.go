package ticketing

import (
	"context"
	"strings"

	"interdesk/desk"
	"interdesk/store"
)

// PersonAt finds whose address it is, or makes an end user of one that nobody has. The address is normalized.
func PersonAt(ctx context.Context, tx *store.Tx, email, name string) (desk.User, error) {
	u, err := tx.UserByAddress(ctx, email)
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

// SpeakFor has an update come from somebody as an end user: in the portal and by requests agents are end users, too, and who
// has only named an address does nothing as an agent, whoever the address belongs to.
func SpeakFor(u *desk.Update, requester desk.User) {
	u.Actor = desk.Actor{ID: requester.ID, Name: requester.Name, Role: desk.EndUser}
}

// StrangerAt is who speaks when somebody names an address without signing in: whose address it is, or a new end user. Who
// works here, or is suspended, cannot be spoken for so: then it is a new person without address, of whom staff read which one
// was given. Outside nobody learns the difference.
func StrangerAt(ctx context.Context, tx *store.Tx, email, name string) (desk.User, error) {
	u, err := PersonAt(ctx, tx, email, name)
	if err != nil || !u.Role.Staff() && MayRequest(u) == nil {
		return u, err
	}
	whose := "somebody who works here"
	if !u.Role.Staff() {
		whose = "somebody who is suspended"
	}
	u = desk.User{Name: strings.TrimSpace(name), Role: desk.EndUser, Details: "Gave the address " + email + " without signing in; it belongs to " + whose + "."}
	if u.Name == "" {
		u.Name, _, _ = strings.Cut(email, "@")
	}
	if err := u.Check().Err(); err != nil {
		return u, err
	}
	return u, tx.InsertUser(ctx, &u)
}

// MayRequest refuses requests in the name of somebody who is suspended or gone.
func MayRequest(u desk.User) error {
	if u.Suspended || !u.Active {
		return desk.Errorf(desk.Forbidden, "This address may not make requests")
	}
	return nil
}
