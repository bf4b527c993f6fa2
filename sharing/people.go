package sharing

import (
	"context"
	"maps"
	"slices"
	"strings"

	"interdesk/desk"
	"interdesk/sharing/wire"
	"interdesk/store"
)

// People names persons on the wire, for one message: by name and uuid, never by an address (nhd §5.5).
type People struct {
	service *Service
	tx      *store.Tx
	account desk.Account
	known   map[desk.UserID]wire.Actor
	minted  map[desk.UserID]string
}

// People begins without anybody.
func (s *Service) People(tx *store.Tx, config *desk.Config) *People {
	return &People{service: s, tx: tx, account: config.Account, known: map[desk.UserID]wire.Actor{}, minted: map[desk.UserID]string{}}
}

// maxPeople is how many persons one query asks for.
const maxPeople = 400

// Load reads persons; 0 is nobody.
func (p *People) Load(ctx context.Context, ids ...desk.UserID) error {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	ids = slices.DeleteFunc(slices.Compact(ids), func(u desk.UserID) bool { return u == 0 })
	for part := range slices.Chunk(ids, maxPeople) {
		if err := p.loadSome(ctx, part); err != nil {
			return err
		}
	}
	return nil
}

func (p *People) loadSome(ctx context.Context, ids []desk.UserID) error {
	users, err := p.tx.UsersByID(ctx, ids)
	if err != nil {
		return err
	}
	uuids, err := p.tx.ActorUUIDs(ctx, ids)
	if err != nil {
		return err
	}
	for _, u := range users {
		uuid := uuids[u.ID]
		if uuid == "" {
			uuid = p.service.MintUUID(wire.KindUser, p.tx.Account(), int64(u.ID))
			p.minted[u.ID] = uuid
		}
		role := "user"
		if u.Role.Staff() || u.ForeignAgent {
			role = "agent"
		}
		p.known[u.ID] = wire.Actor{UUID: uuid, Name: publicName(u), Role: wire.Some(role)}
	}
	return nil
}

// Actor is how somebody who was loaded is named. What nobody in particular wrote is the desk's own.
func (p *People) Actor(id desk.UserID) wire.Actor {
	if w, ok := p.known[id]; ok {
		return w
	}
	return wire.Actor{UUID: p.service.MintUUID(wire.KindUser, p.tx.Account(), 0), Name: p.account.Name, Role: wire.Some("agent")}
}

// Minted are the uuids that loaded people of ours do not have in the database yet.
func (p *People) Minted() map[desk.UserID]string { return maps.Clone(p.minted) }

// publicName is what a partner sees of a person: never an address, which some people go by (nhd §5.5).
func publicName(u desk.User) string {
	words := strings.Fields(u.Name)
	for i, word := range words {
		local, _, _ := strings.Cut(word, "@")
		words[i] = strings.Trim(local, `<>()"`)
	}
	if name := strings.TrimSpace(strings.Join(words, " ")); name != "" {
		return name
	}
	return "Unknown"
}
