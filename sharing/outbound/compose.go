package outbound

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/wire"
	"interdesk/store"
)

// composer makes a message about one ticket for one partner: the values of a snapshot, the comments as they are stored now.
type composer struct {
	service   *Service
	tx        *store.Tx
	config    *desk.Config
	agreement desk.Agreement
	share     desk.Share
	ticket    desk.Ticket // as it is now
	said      desk.Snapshot
	meant     bool        // all that is said goes out, also what the partner has: it may have spoken otherwise meanwhile
	actor     desk.UserID // who caused the message; 0: nobody
	sends     bool        // the message leaves; else it is only looked at
	links     bool        // files have capability links, which are written
	people    *sharing.People
	language  sharing.StatusWords
	out       *sharing.Translator
}

// composition is a message, and what is to be remembered of it once the partner has it.
type composition struct {
	message      wire.Ticket
	own          wire.Ticket             // what it says of the ticket itself, in our words
	said         desk.Snapshot           // what it says of the delivery's snapshot
	subject      string                  // of the ticket; the message may name one that has none
	titles       map[string]string       // of fields in the message → their titles here
	words        wire.Fields             // how fields go out, by their titles here
	ours         wire.Fields             // our values of fields that go out otherwise
	fieldIDs     map[string]desk.FieldID // of the titles in the message
	comments     []sentComment
	minted       map[desk.UserID]string // uuids that people of ours got by this message
	rest         *desk.Snapshot         // what did not fit and follows at once; nil: nothing
	remarks      []string               // what travels otherwise than it stands here
	redacted     []string               // what was done to it so that it may leave
	held         []string               // what a person has to look at first
	filesPending bool                   // some comment waits for files that it came with
}

// sentComment is a comment in a message.
type sentComment struct {
	uuid string
	id   desk.CommentID
}

// composer reads what a message needs. A deleted ticket is missing.
func (s *Service) composer(ctx context.Context, tx *store.Tx, share desk.Share, a desk.Agreement) (*composer, error) {
	t, err := tx.Ticket(ctx, share.Ticket)
	if err != nil {
		return nil, err
	}
	config, err := tx.Config(ctx)
	if err != nil {
		return nil, err
	}
	translator, err := sharing.TranslatorOf(a)
	if err != nil {
		return nil, err
	}
	return &composer{out: translator, service: s, tx: tx, config: config, agreement: a, share: share, ticket: t, people: s.core.People(tx, config),
		language: sharing.StatusWordsOf(a)}, nil
}

// Show is the whole of a shared ticket as its partner may see it. A deleted ticket is missing.
func (s *Service) Show(ctx context.Context, tx *store.Tx, share desk.Share, a desk.Agreement) (wire.Ticket, error) {
	_, composed, err := s.composeNow(ctx, tx, share, a)
	if err != nil {
		return wire.Ticket{}, err
	}
	return composed.message, nil
}

// composeNow is the whole ticket as it is now, without links to its files.
func (s *Service) composeNow(ctx context.Context, tx *store.Tx, share desk.Share, a desk.Agreement) (*composer, *composition, error) {
	c, err := s.composer(ctx, tx, share, a)
	if err != nil {
		return nil, nil, err
	}
	comments, err := tx.CommentIDs(ctx, c.ticket.ID)
	if err != nil {
		return nil, nil, err
	}
	c.said, c.meant = wholeOf(&c.ticket, a, comments), true
	composed, err := c.compose(ctx)
	return c, composed, err
}

// compose is the message. Members that are as the partner has them are left out, unless it is the whole ticket (nhd §5: only
// what is stated counts).
func (c *composer) compose(ctx context.Context) (*composition, error) {
	out := &composition{}
	m := &out.message
	m.UUID = wire.Some(c.share.UUID)
	comments, err := c.comments(ctx, out)
	if err != nil {
		return nil, err
	}
	requests, err := c.withdraw(ctx, out)
	if err != nil {
		return nil, err
	}
	if comments = append(comments, requests...); c.said.All || len(comments) > 0 {
		m.Comments = wire.Some(comments)
	}
	c.addSubject(out)
	c.addStatus(out)
	c.addTags(out)
	c.addFields(out)
	c.addRequester(out)
	if c.said.All {
		out.said.All = true
		m.RequestedAt = wire.Some(wire.On(c.ticket.CreatedAt))
		m.OriginalID = wire.Some(strconv.FormatInt(int64(c.ticket.ID), 10))
		if err := c.addMailed(ctx, out); err != nil {
			return nil, err
		}
	}
	if c.actor != 0 && !isEmpty(*m) {
		m.CurrentActor = wire.Some(c.person("somebody's name", c.actor))
	}
	out.redacted, out.held = c.out.Notes(), c.out.Held()
	out.remarks = append(out.remarks, out.redacted...)
	return out, nil
}

// isEmpty tells that a message has nothing to say.
func isEmpty(m wire.Ticket) bool {
	return !m.Subject.IsSet() && !m.Status.IsSet() && !m.Tags.IsSet() && !m.CustomFields.IsSet() && !m.Requester.IsSet() &&
		len(m.Comments.Value)+len(m.Interdesk.Value.Narrowed)+len(m.Interdesk.Value.Redacted) == 0
}

// addMailed names the partner's ticket that mails about this one have told of, so that another Interdesk can join the two. Both
// must know of each other: mail alone proves too little.
func (c *composer) addMailed(ctx context.Context, out *composition) error {
	all, err := c.tx.CorrespondencesOf(ctx, c.ticket.ID)
	if err != nil {
		return err
	}
	for n := range all {
		if all[n].Desk == 0 || all[n].RemoteTicket == "" {
			continue
		}
		d, err := c.tx.RemoteDesk(ctx, all[n].Desk)
		if err != nil {
			return err
		}
		if d.IsAt(c.agreement) && d.Kind == string(desk.PeerInterdesk) {
			x := out.message.Interdesk.Value
			x.Mailed = all[n].RemoteTicket
			out.message.Interdesk = wire.Some(x)
			return nil
		}
	}
	return nil
}

func (c *composer) addSubject(out *composition) {
	s := c.said.Subject
	if s == nil || !c.meant && sharing.Knows(&c.share, sharing.ItemSubject, *s) {
		return
	}
	own := c.named(*s)
	word, leaves := c.out.Text("the subject", own)
	switch altered := word != own || !leaves; {
	case altered && !c.said.All && sharing.HasInClear(&c.share, sharing.ItemSubject, own):
		return // the partner has it as it is, and said it itself
	case !leaves && !c.said.All:
		return
	case !leaves:
		word = noSubject
	}
	out.said.Subject, out.subject = s, *s
	out.message.Subject, out.own.Subject = wire.Some(word), wire.Some(own)
}

// noSubject stands where a message must have a subject and none may leave.
const noSubject = "(no subject)"

// person names somebody who was loaded, as the partner may hear it.
func (c *composer) person(place string, id desk.UserID) wire.Actor {
	return c.out.Person(place, c.people.Actor(id))
}

// named gives a ticket without subject a name after its description, unless that may be a private note.
func (c *composer) named(subject string) string {
	if subject != "" {
		return subject
	}
	line, _, _ := strings.Cut(strings.TrimSpace(c.ticket.Description), "\n")
	if line == "" || !c.agreement.ShareNotes {
		return noSubject
	}
	line, leaves := c.out.Text("the subject", line) // before it is cut, after which it may not be known any more
	if !leaves {
		return noSubject
	}
	return sharing.Shorten(line, 80)
}

// addStatus states the status, where the partner does not have it. Request Tracker makes tickets that are open and no others;
// the true status follows (share-life §6).
func (c *composer) addStatus(out *composition) {
	s := c.said.Status
	if s == nil {
		return
	}
	if c.said.All {
		out.said.Status = s
		word := c.language.Stated(*s) // the member is mandatory in a POST
		if c.agreement.Dialect == desk.DialectRT && word != wire.Open {
			word = wire.Open
			out.follow(desk.Snapshot{Status: s})
		}
		out.message.Status, out.own.Status = wire.Some(word), wire.Some(word)
		return
	}
	if word, ok := c.language.Word(*s); ok && (c.meant || !c.knowsStatus(*s)) {
		out.said.Status, out.message.Status, out.own.Status = s, wire.Some(word), wire.Some(word)
	}
}

// knowsStatus tells whether the partner has a status, or cannot hold it.
func (c *composer) knowsStatus(s desk.Status) bool {
	if _, differs := c.share.Sync.Ours[sharing.ItemStatus]; differs {
		return sharing.Knows(&c.share, sharing.ItemStatus, c.language.Stated(s))
	}
	return c.language.Knows(c.share.Status, s)
}

// follow adds to what goes out at once after this message.
func (m *composition) follow(more desk.Snapshot) {
	if m.rest == nil {
		m.rest = &desk.Snapshot{}
	}
	if more.Status != nil {
		m.rest.Status = more.Status
	}
	m.rest.Comments = append(m.rest.Comments, more.Comments...)
}

// addTags states the set of tags that the partner shall have. An Interdesk is told besides what was added and removed.
func (c *composer) addTags(out *composition) {
	if !c.agreement.Terms.SyncTags || !c.said.All && len(c.said.Added)+len(c.said.Removed) == 0 {
		return
	}
	interdesk := c.agreement.Peer == desk.PeerInterdesk
	said := c.tagsToLeave()
	if !c.said.All && len(said.Added)+len(said.Removed) == 0 {
		return
	}
	out.said.Tags, out.said.Added, out.said.Removed = said.Tags, said.Added, said.Removed
	own := sharing.TagsToSay(&c.share, said, interdesk)
	stated := sharing.WireTags(c.agreement, append(c.out.TagNames(own), c.share.Sync.ForeignTags...))
	fresh := said.Added
	if c.said.All {
		fresh = said.Tags
	}
	out.remarks = append(out.remarks, tagRemarks(c.agreement, c.out.TagNames(fresh))...)
	if !interdesk && len(stated) > wire.MaxTags {
		for _, tag := range stated[wire.MaxTags:] {
			out.remarks = append(out.remarks, "the tag "+tag+" is one too many and stays here")
		}
		stated = stated[:wire.MaxTags]
	}
	out.message.Tags, out.own.Tags = wire.Some(stated), wire.Some(sharing.WireTags(c.agreement, own))
	if interdesk && !c.said.All {
		x := out.message.Interdesk.Value
		x.TagsAdded, x.TagsRemoved = c.out.TagNames(said.Added), c.out.TagNames(said.Removed)
		out.message.Interdesk = wire.Some(x)
	}
}

// tagsToLeave is the snapshot without the tags that may not leave. Those that the partner has are no secret to it.
func (c *composer) tagsToLeave() desk.Snapshot {
	said, theirs := c.said, tagKeys(c.agreement, c.share.Tags)
	stays := func(tag string) bool {
		return !slices.Contains(theirs, sharing.TagKey(c.agreement, tag)) && !c.out.Tag(tag)
	}
	said.Tags = slices.DeleteFunc(slices.Clone(said.Tags), stays)
	said.Added = slices.DeleteFunc(slices.Clone(said.Added), stays)
	said.Removed = slices.DeleteFunc(slices.Clone(said.Removed), stays)
	return said
}

// addFields states custom fields by title. The first message leaves out what is empty, unless the partner had a value, or an
// Interdesk may have one that it could not tell before the share ended.
func (c *composer) addFields(out *composition) {
	if !c.agreement.Terms.SyncFields {
		return
	}
	say, ours := sharing.FieldsToSay(&c.share, c.agreement, c.config, c.said)
	out.ours, out.fieldIDs = ours, map[string]desk.FieldID{}
	words := wire.Fields{}
	out.words, out.titles = wire.Fields{}, map[string]string{}
	for _, f := range sharing.SyncedFields(c.config) {
		item := sharing.ItemField(f.Title)
		value, said := say[f.Title]
		if c.said.All && !said && c.mayHaveValue(f) {
			value, said = sharing.Cleared(f), true
			say[f.Title] = value
		}
		if !said || !c.meant && sharing.Knows(&c.share, item, ownValue(ours, f.Title, value)) {
			delete(say, f.Title)
			continue
		}
		word, leaves := c.fieldWord(f.Title, item, value)
		if !leaves {
			delete(say, f.Title)
			continue
		}
		there := c.out.Title(f.Title)
		words[there], out.words[f.Title] = word, word
		out.fieldIDs[there], out.titles[there] = f.ID, f.Title
		out.said.SetField(f.ID, c.said.Fields[f.ID])
	}
	if c.said.All {
		for title, value := range c.out.Constants() {
			words[title] = value
		}
	}
	if c.said.All || len(say) > 0 {
		out.message.CustomFields, out.own.CustomFields = wire.Some(words), wire.Some(say)
	}
}

// fieldWord is a field's value as it goes out; false: it does not, or the partner has it as it is.
func (c *composer) fieldWord(title, item string, value any) (any, bool) {
	word, leaves := c.out.Value(title, value)
	altered := !leaves || !wire.SameValue(word, value)
	return word, leaves && !(altered && !c.said.All && sharing.HasInClear(&c.share, item, value))
}

// ownValue is our value behind one that goes out otherwise.
func ownValue(ours wire.Fields, title string, said any) any {
	if own, differs := ours[title]; differs {
		return own
	}
	return said
}

// mayHaveValue tells whether the partner has a value of a field, or may have one, and not one that only it can hold.
func (c *composer) mayHaveValue(f *desk.TicketField) bool {
	_, foreign := c.share.Sync.NotHeldHere[sharing.ItemField(f.Title)]
	value, known := sharing.DecodeFields(c.share.Fields).Find(f.Title)
	again := c.share.Episode > 1 && c.agreement.Peer == desk.PeerInterdesk
	return !foreign && (again || known && !wire.Blank(value))
}

func (c *composer) addRequester(out *composition) {
	if c.said.Requester == 0 {
		return
	}
	who := c.person("the requester's name", c.said.Requester)
	if !c.said.All && who.UUID == c.share.Requester {
		return
	}
	out.said.Requester, out.message.Requester, out.own.Requester = c.said.Requester, wire.Some(who), wire.Some(who)
}
