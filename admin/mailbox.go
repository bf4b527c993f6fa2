package admin

import (
	"context"
	"fmt"

	"interdesk/desk"
)

// KeepMailbox stores a mailbox that was tried, a new one or a changed one; it is read within seconds.
func (a *Actor) KeepMailbox(ctx context.Context, m *desk.Mailbox) error {
	if err := a.mustAdmin(); err != nil {
		return err
	}
	m.UpdatedBy = a.Me.ID
	if m.ID != 0 {
		return a.tx.UpdateMailbox(ctx, m)
	}
	all, err := a.tx.Mailboxes(ctx)
	if err != nil {
		return err
	}
	if len(all) >= desk.MaxMailboxes {
		return desk.InvalidField("base", "TooManyValues", fmt.Sprintf("An account has %d mailboxes at most", desk.MaxMailboxes))
	}
	return a.tx.InsertMailbox(ctx, m)
}

// DeleteMailbox has a mailbox read no more. Its messages stay where they are.
func (a *Actor) DeleteMailbox(ctx context.Context, id desk.MailboxID) error {
	if err := a.mustAdmin(); err != nil {
		return err
	}
	return a.tx.DeleteMailbox(ctx, id)
}
