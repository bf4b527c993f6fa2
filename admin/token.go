package admin

import (
	"context"
	"slices"

	"interdesk/access"
	"interdesk/desk"
	"interdesk/store"
)

// Tokens lists my API tokens; admins see everybody's.
func (o *Office) Tokens(ctx context.Context) ([]store.Token, error) {
	if o.Me.ID == 0 {
		return nil, access.Refuse(false)
	}
	if access.CanAdmin(o.Me.Role) {
		return o.tx.Tokens(ctx, 0)
	}
	return o.tx.Tokens(ctx, o.Me.ID)
}

// Token reads one of the tokens that Tokens lists.
func (o *Office) Token(ctx context.Context, id desk.TokenID) (store.Token, error) {
	all, err := o.Tokens(ctx)
	if err != nil {
		return store.Token{}, err
	}
	at := slices.IndexFunc(all, func(t store.Token) bool { return t.ID == id })
	if at < 0 {
		return store.Token{}, desk.Missing()
	}
	return all[at], nil
}

// CreateToken makes an API token for me, an admin's also for others; plain is shown once and stored nowhere.
func (o *Office) CreateToken(ctx context.Context, user desk.UserID, description string) (plain string, t store.Token, err error) {
	if err := access.Refuse(o.Me.ID != 0 && (user == o.Me.ID || access.CanAdmin(o.Me.Role))); err != nil {
		return "", t, err
	}
	plain, t, err = access.NewTokenIn(ctx, o.tx, user, description)
	if desk.KindOf(err) == desk.NotFound {
		err = desk.InvalidField("user_id", "InvalidValue", "User: does not exist")
	}
	return plain, t, err
}

// DeleteToken revokes a token at once.
func (o *Office) DeleteToken(ctx context.Context, id desk.TokenID) error {
	if _, err := o.Token(ctx, id); err != nil {
		return err
	}
	o.forget()
	return o.tx.DeleteToken(ctx, id)
}
