package sharing

import (
	"context"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"interdesk/desk"
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

// composer makes messages about one ticket for one partner, from what is stored now.
type composer struct {
	service   *Service
	tx        *store.Tx
	config    *desk.Config
	agreement desk.Agreement
	share     desk.Share
	ticket    desk.Ticket
	full      bool        // the whole ticket, not only what changed
	actor     desk.UserID // who caused the message; 0: nobody
	links     bool        // give files capability links, which is a write
	people    map[desk.UserID]wire.Actor
	minted    map[desk.UserID]string // uuids that people of ours got by this message
	sent      []sentComment
	more      bool // some comments did not fit
	waits     bool // some comment waits for its files
}

// sentComment is a comment in a message.
type sentComment struct {
	uuid string
	id   desk.CommentID
}

// composer reads what a message needs. A deleted ticket is missing.
func (s *Service) composer(ctx context.Context, tx *store.Tx, share desk.Share, a desk.Agreement) (*composer, error) {
	config, err := tx.Config(ctx)
	if err != nil {
		return nil, err
	}
	t, err := tx.Ticket(ctx, share.Ticket)
	if err != nil {
		return nil, err
	}
	return &composer{service: s, tx: tx, config: config, agreement: a, share: share, ticket: t,
		people: map[desk.UserID]wire.Actor{}, minted: map[desk.UserID]string{}}, nil
}

// message is the ticket as the partner shall have it. Members that are as the partner knows them are left out, unless the
// message is full (nhd §5: only what is stated counts).
func (c *composer) message(ctx context.Context) (wire.Ticket, error) {
	m := wire.Ticket{UUID: wire.Some(c.share.UUID)}
	comments, err := c.comments(ctx)
	if err != nil {
		return m, err
	}
	if c.full || len(comments) > 0 {
		m.Comments = wire.Some(comments)
	}
	t := &c.ticket
	if c.full || c.share.Subject != t.Subject {
		m.Subject = wire.Some(c.subject())
	}
	if word, ok := c.status(); ok {
		m.Status = wire.Some(word)
	}
	c.tagsAndFields(&m)
	if c.full {
		m.RequestedAt = wire.Some(wire.On(t.CreatedAt))
		m.OriginalID = wire.Some(strconv.FormatInt(int64(t.ID), 10))
		m.Requester = wire.Some(c.person(t.Requester))
	}
	if c.actor != 0 && !isEmpty(m) {
		m.CurrentActor = wire.Some(c.person(c.actor))
	}
	return m, nil
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
	return shorten(line, 80)
}

func (c *composer) status() (string, bool) {
	words := statusMap(c.agreement)
	if c.full {
		return words.said(c.ticket.Status), true // the member is mandatory in a POST
	}
	word, ok := words.word(c.ticket.Status)
	if !ok || !syncsStatus(c.agreement) || words.knows(c.share.Status, c.ticket.Status) {
		return "", false
	}
	return word, true
}

func (c *composer) tagsAndFields(m *wire.Ticket) {
	if c.agreement.Terms.SyncTags {
		if tags := wire.NormaliseTags(c.ticket.Tags); c.full || !slices.Equal(tags, c.share.Tags) {
			m.Tags = wire.Some(tags)
		}
	}
	if !c.agreement.Terms.SyncFields {
		return
	}
	if c.full {
		m.CustomFields = wire.Some(fieldsOn(c.config, &c.ticket))
	} else if changed := changedFields(c.config, &c.ticket, fieldsOf(c.share.Fields)); len(changed) > 0 {
		m.CustomFields = wire.Some(changed)
	}
}

// travels tells whether a comment may leave under an agreement (nhd §9).
func travels(a desk.Agreement, c *desk.Comment) bool {
	return !c.LocalOnly && (c.Public || a.ShareNotes)
}

// comments are those that go along, in the order in which they were stored.
func (c *composer) comments(ctx context.Context) ([]wire.Comment, error) {
	stored, err := c.tx.CommentsFor(ctx, c.ticket.ID, c.share.ID, c.full, desk.MaxComments)
	if err != nil {
		return nil, err
	}
	stored = slices.DeleteFunc(stored, func(s desk.Comment) bool { return !travels(c.agreement, &s) })
	if err := c.awaitFiles(ctx, stored); err != nil {
		return nil, err
	}
	if err := c.learn(ctx, stored); err != nil {
		return nil, err
	}
	out := []wire.Comment{}
	size, files := 0, 0
	for n := range stored {
		s := &stored[n]
		size += len(s.Body) + len(s.HTML)
		files += len(s.Attachments)
		if len(out) > 0 && (len(out) == maxCommentsOut || size > maxBytesOut || files > wire.MaxAttachments) {
			c.more = true
			break
		}
		w, err := c.comment(ctx, s)
		if err != nil {
			return nil, err
		}
		out = append(out, w)
		c.sent = append(c.sent, sentComment{w.UUID, s.ID})
	}
	return out, nil
}

// awaitFiles looks whether a comment from another partner still waits for its files: they could not follow it.
func (c *composer) awaitFiles(ctx context.Context, stored []desk.Comment) error {
	if !c.ticket.HasAttachments && !slices.ContainsFunc(stored, func(s desk.Comment) bool { return s.UUID != "" }) {
		return nil
	}
	pending, err := c.tx.PendingFetches(ctx, c.ticket.ID)
	for _, s := range stored {
		if since, waits := pending[s.ID]; waits && c.service.now().Sub(since) < filesPatience {
			c.waits = true
		}
	}
	return err
}

func (c *composer) comment(ctx context.Context, s *desk.Comment) (wire.Comment, error) {
	public := s.Public && !(c.agreement.Inbound && !c.agreement.Terms.PublicComments) // nhd §9
	w := wire.Comment{UUID: s.UUID, Author: c.person(s.Author), Body: s.Body, AuthoredAt: wire.On(s.CreatedAt), Public: wire.Some(public)}
	if w.UUID == "" {
		w.UUID = c.service.mint(wire.KindComment, c.tx.Account(), int64(s.ID))
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

// learn loads the people of a message by two queries.
func (c *composer) learn(ctx context.Context, stored []desk.Comment) error {
	ids := []desk.UserID{c.actor}
	if c.full {
		ids = append(ids, c.ticket.Requester)
	}
	for _, s := range stored {
		ids = append(ids, s.Author)
	}
	slices.Sort(ids)
	ids = slices.DeleteFunc(slices.Compact(ids), func(u desk.UserID) bool { return u == 0 })
	for part := range slices.Chunk(ids, 400) {
		if err := c.learnSome(ctx, part); err != nil {
			return err
		}
	}
	return nil
}

func (c *composer) learnSome(ctx context.Context, ids []desk.UserID) error {
	users, err := c.tx.UsersByID(ctx, ids)
	if err != nil {
		return err
	}
	uuids, err := c.tx.ActorUUIDs(ctx, ids)
	if err != nil {
		return err
	}
	for _, u := range users {
		uuid := uuids[u.ID]
		if uuid == "" {
			uuid = c.service.mint(wire.KindUser, c.tx.Account(), int64(u.ID))
			c.minted[u.ID] = uuid
		}
		role := "user"
		if u.Role.Staff() || u.ForeignAgent {
			role = "agent"
		}
		c.people[u.ID] = wire.Actor{UUID: uuid, Name: publicName(u), Role: wire.Some(role)}
	}
	return nil
}

// person is how somebody is named on the wire. What nobody in particular wrote is the desk's own.
func (c *composer) person(id desk.UserID) wire.Actor {
	if w, ok := c.people[id]; ok {
		return w
	}
	return wire.Actor{UUID: c.service.mint(wire.KindUser, c.tx.Account(), 0), Name: c.config.Account.Name, Role: wire.Some("agent")}
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
	out.URL = c.service.sharingURL(c.config.Account) + "/attachments/" + token + "/" + url.PathEscape(wire.CleanFilename(f.FileName))
	return out, err
}

// redacted is a message for the timeline: links to files are capabilities and are cut (nhd §16 row 1).
func redacted(m wire.Ticket) string {
	comments := slices.Clone(m.Comments.Value)
	for n := range comments {
		files := slices.Clone(comments[n].Attachments.Value)
		for k := range files {
			u, err := url.Parse(files[k].URL)
			if err != nil || files[k].URL == "" {
				files[k].URL = "…"
				continue
			}
			files[k].URL = u.Scheme + "://" + u.Host + "/…/" + path.Base(u.Path)
		}
		comments[n].Attachments.Value = files
	}
	m.Comments.Value = comments
	body, err := wire.EncodeTicket(m)
	if err != nil {
		return ""
	}
	return string(body)
}
