package outbound

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/wire"
	"interdesk/store"
)

// Bounds of one outgoing message, below those that we set for others (nhd §16 row 12). What does not fit goes into the next.
const (
	maxCommentsOut = 500
	maxBytesOut    = 3 << 20
)

// filesPatience is how long a comment waits for files that are still being fetched from the partner it came from.
const filesPatience = 10 * time.Minute

// extent says what a message shall hold.
type extent struct {
	whole bool        // the whole ticket, not only what the partner lacks
	links bool        // files have capability links, which are written
	actor desk.UserID // who caused the message; 0: nobody
}

// composer makes a message about one ticket for one partner, from what is stored now.
type composer struct {
	extent
	service   *Service
	tx        *store.Tx
	config    *desk.Config
	agreement desk.Agreement
	share     desk.Share
	ticket    desk.Ticket
	people    *sharing.People
}

// composition is a message, and what is to be remembered of it once the partner has it.
type composition struct {
	message      wire.Ticket
	subject      string // of the ticket; the message may name one that has none
	comments     []sentComment
	minted       map[desk.UserID]string // uuids that people of ours got by this message
	more         bool                   // some comments did not fit
	filesPending bool                   // some comment waits for files that it came with
}

// sentComment is a comment in a message.
type sentComment struct {
	uuid string
	id   desk.CommentID
}

// composer reads what a message needs. A deleted ticket is missing.
func (s *Service) composer(ctx context.Context, tx *store.Tx, share desk.Share, a desk.Agreement, e extent) (*composer, error) {
	config, err := tx.Config(ctx)
	if err != nil {
		return nil, err
	}
	t, err := tx.Ticket(ctx, share.Ticket)
	if err != nil {
		return nil, err
	}
	return &composer{extent: e, service: s, tx: tx, config: config, agreement: a, share: share, ticket: t, people: s.core.People(tx, config)}, nil
}

// Show is the whole of a shared ticket as its partner may see it. A deleted ticket is missing.
func (s *Service) Show(ctx context.Context, tx *store.Tx, share desk.Share, a desk.Agreement) (wire.Ticket, error) {
	c, err := s.composer(ctx, tx, share, a, extent{whole: true})
	if err != nil {
		return wire.Ticket{}, err
	}
	composed, err := c.compose(ctx)
	if err != nil {
		return wire.Ticket{}, err
	}
	return composed.message, nil
}

// compose is the ticket as the partner shall have it. Members that are as the partner knows them are left out, unless the
// message is the whole ticket (nhd §5: only what is stated counts).
func (c *composer) compose(ctx context.Context) (*composition, error) {
	out := &composition{subject: c.ticket.Subject}
	m := &out.message
	m.UUID = wire.Some(c.share.UUID)
	comments, err := c.comments(ctx, out)
	if err != nil {
		return nil, err
	}
	if c.whole || len(comments) > 0 {
		m.Comments = wire.Some(comments)
	}
	if c.whole || c.share.Subject != c.ticket.Subject {
		m.Subject = wire.Some(c.subject())
	}
	if word, ok := c.status(); ok {
		m.Status = wire.Some(word)
	}
	c.tagsAndFields(m)
	if c.whole {
		m.RequestedAt = wire.Some(wire.On(c.ticket.CreatedAt))
		m.OriginalID = wire.Some(strconv.FormatInt(int64(c.ticket.ID), 10))
		m.Requester = wire.Some(c.people.Actor(c.ticket.Requester))
	}
	if c.actor != 0 && !isEmpty(*m) {
		m.CurrentActor = wire.Some(c.people.Actor(c.actor))
	}
	return out, nil
}

// isEmpty tells that a message has nothing to say.
func isEmpty(m wire.Ticket) bool {
	return !m.Subject.IsSet() && !m.Status.IsSet() && !m.Tags.IsSet() && !m.CustomFields.IsSet() && len(m.Comments.Value) == 0
}

// subject names a ticket without one after its description, unless that may be a private note.
func (c *composer) subject() string {
	if c.ticket.Subject != "" {
		return c.ticket.Subject
	}
	line, _, _ := strings.Cut(strings.TrimSpace(c.ticket.Description), "\n")
	if line == "" || !c.agreement.ShareNotes {
		return "(no subject)"
	}
	return sharing.Shorten(line, 80)
}

func (c *composer) status() (string, bool) {
	words := sharing.StatusWordsOf(c.agreement)
	if c.whole {
		return words.Stated(c.ticket.Status), true // the member is mandatory in a POST
	}
	word, ok := words.Word(c.ticket.Status)
	if !ok || !sharing.SyncsStatus(c.agreement) || words.Knows(c.share.Status, c.ticket.Status) {
		return "", false
	}
	return word, true
}

func (c *composer) tagsAndFields(m *wire.Ticket) {
	if c.agreement.Terms.SyncTags {
		if tags := wire.NormaliseTags(c.ticket.Tags); c.whole || !slices.Equal(tags, c.share.Tags) {
			m.Tags = wire.Some(tags)
		}
	}
	if !c.agreement.Terms.SyncFields {
		return
	}
	if c.whole {
		m.CustomFields = wire.Some(sharing.FieldValues(c.config, &c.ticket))
	} else if changed := sharing.ChangedFields(c.config, &c.ticket, sharing.DecodeFields(c.share.Fields)); len(changed) > 0 {
		m.CustomFields = wire.Some(changed)
	}
}

// travels tells whether a comment may leave under an agreement (nhd §9).
func travels(a desk.Agreement, c *desk.Comment) bool {
	return !c.LocalOnly && (c.Public || a.ShareNotes)
}

// comments are those that go along, in the order in which they were stored.
func (c *composer) comments(ctx context.Context, m *composition) ([]wire.Comment, error) {
	stored, err := c.tx.CommentsFor(ctx, c.ticket.ID, c.share.ID, c.whole, desk.MaxComments)
	if err != nil {
		return nil, err
	}
	stored = slices.DeleteFunc(stored, func(s desk.Comment) bool { return !travels(c.agreement, &s) })
	if err := c.awaitFiles(ctx, stored, m); err != nil {
		return nil, err
	}
	if err := c.loadPeople(ctx, stored); err != nil {
		return nil, err
	}
	out := []wire.Comment{}
	size, files := 0, 0
	for n := range stored {
		s := &stored[n]
		size += len(s.Body) + len(s.HTML)
		files += len(s.Attachments)
		if len(out) > 0 && (len(out) == maxCommentsOut || size > maxBytesOut || files > wire.MaxAttachments) {
			m.more = true
			break
		}
		w, err := c.comment(ctx, s)
		if err != nil {
			return nil, err
		}
		out = append(out, w)
		m.comments = append(m.comments, sentComment{w.UUID, s.ID})
	}
	m.minted = c.people.Minted()
	return out, nil
}

// awaitFiles looks whether a comment from another partner still waits for its files: they could not follow it.
func (c *composer) awaitFiles(ctx context.Context, stored []desk.Comment, m *composition) error {
	if !c.ticket.HasAttachments && !slices.ContainsFunc(stored, func(s desk.Comment) bool { return s.UUID != "" }) {
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

func (c *composer) comment(ctx context.Context, s *desk.Comment) (wire.Comment, error) {
	public := s.Public && !(c.agreement.Inbound && !c.agreement.Terms.PublicComments) // nhd §9
	w := wire.Comment{UUID: s.UUID, Author: c.people.Actor(s.Author), Body: s.Body, AuthoredAt: wire.On(s.CreatedAt), Public: wire.Some(public)}
	if w.UUID == "" {
		w.UUID = c.service.core.MintUUID(wire.KindComment, c.tx.Account(), int64(s.ID))
	}
	if s.HTML != "" {
		w.HTMLBody = wire.Some(s.HTML)
	}
	var files []wire.Attachment
	for n := range s.Attachments {
		if n == wire.MaxAttachments {
			break
		}
		f, err := c.file(ctx, &s.Attachments[n])
		if err != nil {
			return w, err
		}
		files = append(files, f)
	}
	if len(files) > 0 {
		w.Attachments = wire.Some(files)
	}
	return w, nil
}

// loadPeople reads the people of a message.
func (c *composer) loadPeople(ctx context.Context, stored []desk.Comment) error {
	ids := []desk.UserID{c.actor}
	if c.whole {
		ids = append(ids, c.ticket.Requester)
	}
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
	out.URL = c.service.core.URL(c.config.Account) + "/attachments/" + token + "/" + url.PathEscape(wire.CleanFilename(f.FileName))
	return out, err
}
