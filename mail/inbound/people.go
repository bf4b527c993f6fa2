package inbound

import (
	"context"
	"slices"
	"strings"

	"interdesk/desk"
	"interdesk/ticketing"
)

// ours tells whether mail to an address comes to this help desk: one of its support addresses, or any name at one of its hosts.
func (t *taking) ours(email string) bool {
	_, host, _ := strings.Cut(strings.ToLower(email), "@")
	return desk.OwnAddress(t.config.Addresses, email) || slices.Contains(t.hosts, host)
}

// copied are those whom a message names beside its author and the desk itself, each made where nobody knew them. Those beyond room
// are left out, with a flag.
func (t *taking) copied(ctx context.Context, room int, without ...desk.UserID) ([]desk.UserID, error) {
	var out []desk.UserID
	for _, a := range slices.Concat(t.message.To, t.message.CC) {
		email, ok := desk.NormalizeEmail(a.Email)
		if !ok || t.ours(email) || a.TakesNoAnswers() {
			continue
		}
		if len(out) >= room {
			t.flag(desk.FlagPeopleDropped)
			break
		}
		u, err := ticketing.PersonAt(ctx, t.tx, email, cut(a.Name, desk.MaxName))
		if desk.KindOf(err) == desk.Invalid {
			continue // not an address after all
		}
		if err != nil {
			return nil, err
		}
		if ticketing.MayRequest(u) == nil && !slices.Contains(without, u.ID) && !slices.Contains(out, u.ID) {
			out = append(out, u.ID)
		}
	}
	return out, nil
}
