package outbound

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/wire"
	"interdesk/ticketing"
)

// withdraw asks the partner to hide comments that it has and that were made private here, and to black out what was blacked out
// here. Another Interdesk is told by their uuids and does it, and in a tracker they are ours to take back; others have no message
// for it, so their agents are asked in a private comment of the desk's own.
func (c *composer) withdraw(ctx context.Context, m *composition) ([]wire.Comment, error) {
	if len(c.said.Hidden)+len(c.said.Redacted) == 0 {
		return nil, nil
	}
	hidden, err := c.held(ctx, c.said.Hidden)
	if err != nil {
		return nil, err
	}
	hidden = slices.DeleteFunc(hidden, func(s desk.Comment) bool { return s.Public })
	if c.agreement.Inbound && !c.agreement.Terms.PublicComments {
		hidden = nil // the partner shows none to customers
	}
	redacted, err := c.held(ctx, redactedIDs(c.said.Redacted))
	if err != nil || len(hidden)+len(redacted) == 0 {
		return nil, err
	}
	if !c.agreement.Withdraws() {
		return c.askToWithdraw(ctx, hidden, redacted)
	}
	var x wire.Extension
	for i := range hidden {
		x.Narrowed = append(x.Narrowed, c.uuidOf(&hidden[i]))
	}
	for i := range redacted {
		s := &redacted[i]
		r := wire.Redacted{UUID: c.uuidOf(s), Body: c.out.Quiet(s.Body)}
		for _, said := range c.said.Redacted {
			if said.ID == s.ID {
				r.Plain, r.Files = r.Plain || said.Plain, append(r.Files, c.quietAll(said.Files)...)
			}
		}
		x.Redacted = append(x.Redacted, r)
	}
	m.said.Hidden, m.said.Redacted, m.message.Interdesk = c.said.Hidden, c.said.Redacted, wire.Some(x)
	return nil, nil
}

func (c *composer) quietAll(names []string) []string {
	out := make([]string, len(names))
	for n, name := range names {
		out[n] = c.out.Quiet(name)
	}
	return out
}

func redactedIDs(all []desk.RedactedComment) []desk.CommentID {
	var ids []desk.CommentID
	for _, r := range all {
		if !slices.Contains(ids, r.ID) {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// held are those of some comments that the partner has. What came from it is its own.
func (c *composer) held(ctx context.Context, ids []desk.CommentID) ([]desk.Comment, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	had, err := c.tx.ShareComments(ctx, c.share.ID)
	if err != nil {
		return nil, err
	}
	stored, err := c.tx.CommentsOf(ctx, c.ticket.ID, ids)
	return slices.DeleteFunc(stored, func(s desk.Comment) bool {
		theirs := s.Via.Channel == desk.ChannelSharing && s.Via.Agreement == c.agreement.ID
		_, there := had[c.uuidOf(&s)]
		return s.LocalOnly || theirs || !there
	}), err
}

// askToWithdraw words the requests. Their uuids follow from the comments', so that a repeat of one is known.
func (c *composer) askToWithdraw(ctx context.Context, hidden, redacted []desk.Comment) ([]wire.Comment, error) {
	if err := c.loadPeople(ctx, append(slices.Clone(hidden), redacted...)); err != nil {
		return nil, err
	}
	var out []wire.Comment
	ask := func(s *desk.Comment, kind, words string) {
		author, account := c.person("somebody's name", s.Author), c.config.Account.Name
		body := fmt.Sprintf(words, account, author.Name, s.CreatedAt.UTC().Format("2006-01-02 15:04 UTC"), sharing.Shorten(c.out.Quiet(s.Body), 60))
		out = append(out, wire.Comment{UUID: c.service.core.MintUUID(wire.KindComment+" "+kind, c.tx.Account(), int64(s.ID)),
			Author: c.people.Actor(0), Body: body, AuthoredAt: wire.On(c.service.core.Now()), Public: wire.Some(false)})
	}
	for i := range hidden {
		ask(&hidden[i], "hidden", "%s has made a comment private that you may still show to customers: the one by %s of %s that begins “%s”. Please hide it.")
	}
	for i := range redacted {
		ask(&redacted[i], fmt.Sprint("redacted ", strings.Count(redacted[i].Body, ticketing.RedactedLetter), len(redacted[i].Attachments)), "%s has redacted a comment that you have: the one by %s of %s that reads “%s” now. Please redact the same in yours, and its files.")
	}
	return out, nil
}
