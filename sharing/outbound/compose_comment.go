package outbound

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"interdesk/desk"
	"interdesk/sharing/wire"
)

// Bounds of one outgoing message, below those that we set for others (nhd §16 row 12). What does not fit goes into the next.
const (
	maxCommentsOut = 500
	maxBytesOut    = 3 << 20 // as encoded
)

// maxComments is how many comments one message has at most. A tracker takes one at a time, so that it is known of each whether
// it arrived.
func (c *composer) maxComments() int {
	if c.sends && c.agreement.IsTracker() {
		return 1
	}
	return maxCommentsOut
}

// filesPatience is how long a comment waits for files that are still being fetched from the partner it came from.
const filesPatience = 10 * time.Minute

// comments are those of the snapshot that still may travel, in the order in which they were stored.
func (c *composer) comments(ctx context.Context, m *composition) ([]wire.Comment, error) {
	var stored []desk.Comment
	var err error
	if len(c.said.Comments) > 0 {
		if stored, err = c.tx.CommentsOf(ctx, c.ticket.ID, c.said.Comments); err != nil {
			return nil, err
		}
	}
	stored = slices.DeleteFunc(stored, func(s desk.Comment) bool { return !travels(c.agreement, &s) })
	if err := c.awaitFiles(ctx, stored, m); err != nil {
		return nil, err
	}
	if err := c.loadPeople(ctx, stored); err != nil {
		return nil, err
	}
	out, err := c.fitting(ctx, m, stored)
	m.minted = c.people.Minted()
	return out, err
}

// fitting are the first comments, as many as fit into a message.
func (c *composer) fitting(ctx context.Context, m *composition, stored []desk.Comment) ([]wire.Comment, error) {
	out := []wire.Comment{}
	size, files := 0, 0
	for n := range stored {
		s := &stored[n]
		w, leaves, err := c.comment(ctx, s)
		if err != nil {
			return nil, err
		}
		if !leaves {
			continue
		}
		size += encodedSize(w)
		files += len(w.Attachments.Value)
		if len(out) > 0 && (len(out) == c.maxComments() || size > maxBytesOut || files > wire.MaxAttachments) {
			for k := range stored[n:] {
				m.follow(desk.Snapshot{Comments: []desk.CommentID{stored[n+k].ID}})
			}
			break
		}
		out = append(out, w)
		m.comments = append(m.comments, sentComment{w.UUID, s.ID})
		m.said.Comments = append(m.said.Comments, s.ID)
	}
	return out, nil
}

// smallComment is a length in bytes below which a comment is taken for six times as long, which no encoding exceeds.
const smallComment = 4 << 10

// encodedSize is how many bytes a comment takes in a message, at most.
func encodedSize(w wire.Comment) int {
	if n := len(w.Body) + len(w.HTMLBody.Value); n < smallComment && len(w.Attachments.Value) == 0 {
		return 6*n + 1024
	}
	raw, err := json.Marshal(w)
	if err != nil {
		return maxBytesOut
	}
	return len(raw)
}

// awaitFiles looks whether a comment from another partner still waits for its files: they could not follow it.
func (c *composer) awaitFiles(ctx context.Context, stored []desk.Comment, m *composition) error {
	if !slices.ContainsFunc(stored, func(s desk.Comment) bool { return s.Via.Channel == desk.ChannelSharing }) {
		return nil
	}
	pending, err := c.tx.PendingFetches(ctx, c.ticket.ID)
	for _, s := range stored {
		if since, waits := pending[s.ID]; waits && c.service.core.Now().Sub(since) < filesPatience {
			m.filesPending = true
		}
	}
	return err
}

// comment is one as it goes out; false: it stays here.
func (c *composer) comment(ctx context.Context, s *desk.Comment) (wire.Comment, bool, error) {
	public := s.Public && !(c.agreement.Inbound && !c.agreement.Terms.PublicComments) // nhd §9
	w := wire.Comment{UUID: c.uuidOf(s), Author: c.person("somebody's name", s.Author), Body: s.Body, AuthoredAt: wire.On(s.CreatedAt), Public: wire.Some(public)}
	if s.HTML != "" {
		w.HTMLBody = wire.Some(s.HTML)
	}
	stored, files, err := c.files(ctx, s)
	if err != nil {
		return w, false, err
	}
	if len(files) > 0 {
		w.Attachments = wire.Some(files)
	}
	return w, c.writeBodies(&w, stored, files), nil
}

// files are those of a comment that go along, as they are stored and as they are sent.
func (c *composer) files(ctx context.Context, s *desk.Comment) (stored []desk.Attachment, sent []wire.Attachment, err error) {
	for n := range s.Attachments {
		f := s.Attachments[n]
		if len(sent) == wire.MaxAttachments {
			break
		}
		if !c.out.File(&f) {
			continue
		}
		name, leaves := c.out.Text("the name of a file", f.FileName)
		if !leaves {
			continue
		}
		f.FileName = name
		w, err := c.file(ctx, &f)
		if err != nil {
			return nil, nil, err
		}
		stored, sent = append(stored, f), append(sent, w)
	}
	return stored, sent, nil
}

// uuidOf is a comment's uuid on the wire.
func (c *composer) uuidOf(s *desk.Comment) string {
	if s.UUID != "" {
		return s.UUID
	}
	return c.service.core.CommentUUID(c.tx.Account(), s.ID)
}

// loadPeople reads the people of a message.
func (c *composer) loadPeople(ctx context.Context, stored []desk.Comment) error {
	ids := []desk.UserID{c.actor, c.said.Requester}
	for _, s := range stored {
		ids = append(ids, s.Author)
	}
	return c.people.Load(ctx, ids...)
}

// file is a capability link to an attachment (nhd §10). Without links it names the file only.
func (c *composer) file(ctx context.Context, f *desk.Attachment) (wire.Attachment, error) {
	out := wire.Attachment{Filename: f.FileName, ContentType: wire.Some(f.ContentType), DisplayFilename: wire.Some(f.FileName)}
	if f.ContentType == "" {
		out.ContentType = wire.Opt[string]{}
	}
	if !c.links {
		return out, nil
	}
	token, err := c.service.linkTo(ctx, c.tx, c.share.ID, f.ID)
	out.URL = c.linkURL(token, f)
	return out, err
}
