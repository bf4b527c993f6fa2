package admin

import (
	"context"
	"slices"

	"interdesk/access"
	"interdesk/desk"
	"interdesk/store"
)

// Tokens lists my API tokens; admins see everybody's.
func (a *Actor) Tokens(ctx context.Context) ([]store.Token, error) {
	if a.Me.ID == 0 {
		return nil, access.ForbidUnless(false)
	}
	if access.CanAdmin(a.Me.Role) {
		return a.tx.Tokens(ctx, 0)
	}
	return a.tx.Tokens(ctx, a.Me.ID)
}

// Token reads one of the tokens that Tokens lists.
func (a *Actor) Token(ctx context.Context, id desk.TokenID) (store.Token, error) {
	all, err := a.Tokens(ctx)
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
func (a *Actor) CreateToken(ctx context.Context, user desk.UserID, description string) (plain string, t store.Token, err error) {
	if err := access.ForbidUnless(a.Me.ID != 0 && (user == a.Me.ID || access.CanAdmin(a.Me.Role))); err != nil {
		return "", t, err
	}
	plain, t, err = access.NewTokenIn(ctx, a.tx.Tx, user, description)
	if desk.KindOf(err) == desk.NotFound {
		err = desk.InvalidField("user_id", "InvalidValue", "User: does not exist")
	}
	if err != nil {
		return "", t, err
	}
	return plain, t, a.tx.logToken(ctx, desk.AuditCreate, t)
}

// DeleteToken revokes a token at once.
func (a *Actor) DeleteToken(ctx context.Context, id desk.TokenID) error {
	t, err := a.Token(ctx, id)
	if err != nil {
		return err
	}
	a.forgetCallers()
	if err := a.tx.DeleteToken(ctx, id); err != nil {
		return err
	}
	return a.tx.logToken(ctx, desk.AuditDestroy, t)
}
