package inbound

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"interdesk/desk"
)

// correspond counts a message against its correspondence, notes what it tells of another help desk, and pauses automatic mail to
// an address that seems to be a machine answering ours. Staff's own mail is no correspondence.
func (t *taking) correspond(ctx context.Context, a *desk.Applied) error {
	if a.Actor.Role.Staff() {
		return nil
	}
	c, err := t.tx.Correspondence(ctx, a.Ticket.ID, t.author.Email)
	if err != nil {
		return err
	}
	if t.fromDesk && !t.auth.Forged {
		if err := t.noteDesk(ctx, &c); err != nil {
			return err
		}
	}
	paused := c.Receive(t.wordsDigest(), a.Ticket.Replies, t.at)
	if err := t.tx.SaveCorrespondence(ctx, &c); err != nil {
		return err
	}
	if !paused {
		return nil
	}
	return t.remark(ctx, a.Ticket.ID, desk.EventMail, fmt.Sprintf("Automatic mail to %s is paused. %s What people here write still goes.", c.Address, c.PauseReason))
}

// sharedName is how the other desk's shares name the comment that the message is; "" where it has no such name, or may not come
// from there.
func (t *taking) sharedName() string {
	if !t.fromDesk || t.auth.Forged {
		return ""
	}
	return t.remote.Comment
}

// cameByShare tells whether what the message says stands on the ticket already, since a share brought it.
func (t *taking) cameByShare(ctx context.Context, ticket *desk.Ticket) (bool, error) {
	name := t.sharedName()
	if ticket == nil || name == "" {
		return false, nil
	}
	if _, err := t.tx.LockTicket(ctx, ticket.ID); err != nil { // the share may be bringing it right now
		return false, err
	}
	named, _, err := t.tx.CommentNames(ctx, ticket.ID)
	_, here := named[name]
	return here, err
}

// isReceipt: another desk says by itself that it got what was written here. That is of no use to partners, least of all to the
// one that says it.
func (t *taking) isReceipt() bool { return t.fromDesk && t.remote.Automatic && t.ticket != nil }

// noteDesk keeps what the message tells of the help desk that sent it, and its number of the ticket. Where a desk is, only mail
// that is proven to come from there changes.
func (t *taking) noteDesk(ctx context.Context, c *desk.Correspondence) error {
	d, err := t.tx.RemoteDeskAt(ctx, t.author.Email)
	if err != nil && desk.KindOf(err) != desk.NotFound {
		return err
	}
	d.Address, d.Kind, d.SeenAt = t.author.Email, t.remote.Kind, t.at
	keep(&d.Name, cut(t.author.Name, desk.MaxName))
	if d.URL == "" || t.auth.Proven {
		keep(&d.URL, t.remote.URL)
	}
	keep(&d.RemoteID, cut(t.remote.AccountID, desk.MaxExternalID))
	if err := t.tx.SaveRemoteDesk(ctx, &d); err != nil {
		return err
	}
	c.Desk = d.ID
	keep(&c.RemoteTicket, cut(t.remote.Ticket, desk.MaxExternalID))
	return nil
}

// keep takes a value where the message tells one.
func keep(to *string, value string) {
	if value != "" {
		*to = value
	}
}

// wordsDigest tells whether two messages say the same, apart from blanks.
func (t *taking) wordsDigest() string {
	sum := sha256.Sum256([]byte(strings.Join(strings.Fields(t.message.Text), " ")))
	return hex.EncodeToString(sum[:8])
}
