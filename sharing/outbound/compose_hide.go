package outbound

import (
	"context"
	"fmt"
	"slices"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/wire"
)

// hide asks the partner to hide comments that it has and that were made private here. Another Interdesk is told by their
// uuids and does it; others have no message for it, so their agents are asked in a private comment of the desk's own.
func (c *composer) hide(ctx context.Context, m *composition) ([]wire.Comment, error) {
	hidden, err := c.hidden(ctx)
	if err != nil || len(hidden) == 0 {
		return nil, err
	}
	if c.agreement.Peer != desk.PeerInterdesk {
		return c.askToHide(ctx, hidden)
	}
	var x wire.Extension
	for _, s := range hidden {
		x.Narrowed = append(x.Narrowed, c.uuidOf(&s))
	}
	m.said.Hidden, m.message.Interdesk = c.said.Hidden, wire.Some(x)
	return nil, nil
}

// hidden are those comments made private that the partner has, and has as public ones. What came from it is its own to hide.
func (c *composer) hidden(ctx context.Context) ([]desk.Comment, error) {
	if len(c.said.Hidden) == 0 || c.agreement.Inbound && !c.agreement.Terms.PublicComments {
		return nil, nil
	}
	had, err := c.tx.ShareComments(ctx, c.share.ID)
	if err != nil {
		return nil, err
	}
	stored, err := c.tx.CommentsOf(ctx, c.ticket.ID, c.said.Hidden)
	return slices.DeleteFunc(stored, func(s desk.Comment) bool {
		theirs := s.Via.Channel == desk.ChannelSharing && s.Via.Agreement == c.agreement.ID
		_, there := had[c.uuidOf(&s)]
		return s.Public || s.LocalOnly || theirs || !there
	}), err
}

// askToHide words the request. Its uuid follows from the comment's, so that a repeat of it is known as one.
func (c *composer) askToHide(ctx context.Context, hidden []desk.Comment) ([]wire.Comment, error) {
	if err := c.loadPeople(ctx, hidden); err != nil {
		return nil, err
	}
	var out []wire.Comment
	for _, s := range hidden {
		author, account := c.people.Actor(s.Author), c.config.Account.Name
		body := fmt.Sprintf("%s has made a comment private that you may still show to customers: the one by %s of %s that begins “%s”. Please hide it.",
			account, author.Name, s.CreatedAt.UTC().Format("2006-01-02 15:04 UTC"), sharing.Shorten(s.Body, 60))
		out = append(out, wire.Comment{UUID: c.service.core.MintUUID(wire.KindComment+" hidden", c.tx.Account(), int64(s.ID)),
			Author: c.people.Actor(0), Body: body, AuthoredAt: wire.On(c.service.core.Now()), Public: wire.Some(false)})
	}
	return out, nil
}
