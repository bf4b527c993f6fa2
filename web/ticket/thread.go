package ticket

import (
	"context"
	"math"
	"slices"
	"time"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/markup"
	"interdesk/web/text"
	"interdesk/web/ui"
)

// Thread is a part of the conversation, the newest at its end; with Events it is every update.
type Thread struct {
	Ticket  desk.TicketID
	Items   []Item
	Earlier string // cursor behind which the earlier part lies; "" at the beginning
	Count   int    // how many the earlier part shows
	Old     bool   // it does not reach up to now
	Events  bool
}

// Item is one comment, one update without a comment, or with Events both.
type Item struct {
	Said  *CommentItem
	Audit *Update
}

// CommentItem is one comment as it is shown.
type CommentItem struct {
	Ticket    desk.TicketID
	ID        desk.CommentID
	Author    string
	AuthorID  desk.UserID
	Partner   string   // whose desk the author belongs to; "" for our own people
	Audience  []string // partners who show it publicly, or may
	Public    bool
	Customer  bool // the requester is one of our own, who sees public comments
	LocalOnly bool
	At        time.Time
	Via       desk.Via
	Body      markup.Body
	Source    desk.MailID // the mail by which it came, for those who may read its source; 0 for none
	Images    bool        // pictures from elsewhere were asked for
	Files     []desk.Attachment
	Open      bool // the ticket can still be changed
}

// pageOf is how many comments or updates are shown at once.
const pageOf = 40

// readThread reads a part of the conversation: the newest, or what is earlier than a cursor.
func (m *model) readThread(c *ui.Call, tx *store.Tx, before string) error {
	if m.Thread.Events {
		return m.readUpdates(c, tx, before)
	}
	found, err := tx.Comments(c.Ctx(), m.Ticket.ID, store.CommentFilter{Newest: true}, store.Page{Limit: pageOf, After: before})
	if err != nil {
		return err
	}
	slices.Reverse(found.Items)
	m.comments = found.Items
	m.Thread.Ticket, m.Thread.Old = m.Ticket.ID, before != ""
	if found.More {
		m.Thread.Earlier, m.Thread.Count = found.After, min(pageOf, m.Ticket.CommentCount-pageOf)
	}
	return nil
}

// fromNewest is a cursor behind every id: a list that is read backwards from there begins with the newest.
func fromNewest() string { return store.CursorAt(desk.AuditID(math.MaxInt64)) }

// readUpdates reads a part of the audits, with the comments that belong to them.
func (m *model) readUpdates(c *ui.Call, tx *store.Tx, before string) error {
	from := before
	if from == "" {
		from = fromNewest()
	}
	found, err := tx.Audits(c.Ctx(), m.Ticket.ID, store.Page{Limit: pageOf, Before: from})
	if err != nil {
		return err
	}
	m.audits = found.Items
	m.Thread.Ticket, m.Thread.Old = m.Ticket.ID, before != ""
	if found.More {
		m.Thread.Earlier, m.Thread.Count = found.Before, pageOf
	}
	m.comments = nil
	if err := m.readLetters(c, tx); err != nil {
		return err
	}
	for i := range m.audits {
		for _, e := range m.audits[i].Events {
			if e.Type == desk.EventMacro {
				if err := m.Names.learnMacro(c.Ctx(), tx, e.Macro); err != nil {
					return err
				}
			}
			if e.Type != desk.EventComment {
				continue
			}
			said, err := tx.Comment(c.Ctx(), m.Ticket.ID, e.Comment)
			if err != nil && desk.KindOf(err) != desk.NotFound {
				return err
			}
			if err == nil {
				m.comments = append(m.comments, said)
			}
		}
	}
	return nil
}

// authorIDs are the people that a conversation names.
func (m *model) authorIDs() (ids []desk.UserID) {
	for i := range m.comments {
		ids = append(ids, m.comments[i].Author)
	}
	for i := range m.audits {
		ids = append(append(ids, m.audits[i].Author), usersNamedIn(&m.audits[i])...)
	}
	return append(ids, m.peopleWritten()...)
}

// fillItems makes the items of what was read, when all names are known.
func (m *model) fillItems(ctx context.Context, images desk.CommentID) {
	said := make(map[desk.AuditID]*CommentItem, len(m.comments))
	for i := range m.comments {
		s := m.commentItem(ctx, &m.comments[i], images)
		said[m.comments[i].Audit] = s
		if !m.Thread.Events {
			m.Thread.Items = append(m.Thread.Items, Item{Said: s})
		}
	}
	for i := range m.audits {
		a := &m.audits[i]
		u := m.describeUpdate(ctx, a)
		u.Events = append(u.Events, m.lettersOf(ctx, a)...)
		m.Thread.Items = append(m.Thread.Items, Item{Said: said[a.ID], Audit: u})
	}
}

func (m *model) commentItem(ctx context.Context, c *desk.Comment, images desk.CommentID) *CommentItem {
	return &CommentItem{Ticket: c.Ticket, Source: m.sources[c.ID], ID: c.ID, Author: m.Names.User(ctx, c.Author), AuthorID: c.Author, Partner: m.partnerOf(c), Public: c.Public, Audience: m.Writing.Audience,
		LocalOnly: c.LocalOnly, At: c.CreatedAt, Via: c.Via, Files: markup.FilesBeside(c), Images: images == c.ID, Open: m.Ticket.Status != desk.Closed,
		Customer: m.Names.Users[m.Ticket.Requester].Foreign == 0, Body: markup.BodyOf(c.Body, c.HTML, text.T(ctx, "markup.quoted"))}
}

// partnerOf is whose desk wrote a comment: the name it has now, or had then.
func (m *model) partnerOf(c *desk.Comment) string {
	if name := m.Names.Partner(c.Author); name != "" {
		return name
	}
	if c.Via.Channel == desk.ChannelSharing {
		return c.Via.Partner
	}
	return ""
}
