package outbound

import (
	"slices"
	"strconv"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/wire"
)

// wholeOf is what the first message of a share says: all that travels of a ticket as it stood, with some comments.
func wholeOf(t *desk.Ticket, a desk.Agreement, comments []desk.CommentID) desk.Snapshot {
	s := desk.Snapshot{All: true, Subject: &t.Subject, Status: &t.Status, Requester: t.Requester, Comments: comments}
	if a.Terms.SyncTags {
		s.Tags = t.Tags
	}
	if a.Terms.SyncFields {
		s.Fields = t.Fields
	}
	return s
}

// currentOf is what a message says that has no snapshot: all that travels, as it is now. Only what the partner has otherwise
// goes out of it.
func currentOf(c *desk.Config, t *desk.Ticket, share *desk.Share, a desk.Agreement) desk.Snapshot {
	s := wholeOf(t, a, nil)
	s.All, s.Requester = false, 0
	if !sharing.SyncsStatus(a) {
		s.Status = nil
	}
	if a.Terms.SyncTags {
		mine, theirs := tagKeys(a, t.Tags), tagKeys(a, share.Tags)
		for n, tag := range t.Tags {
			if !slices.Contains(theirs, mine[n]) {
				s.Added = append(s.Added, tag)
			}
		}
		for n, tag := range share.Tags {
			if _, foreign := share.Sync.NotHeldHere[sharing.ItemTag(theirs[n])]; !foreign && !slices.Contains(mine, theirs[n]) {
				s.Removed = append(s.Removed, tag)
			}
		}
	}
	s.Fields = nil
	for _, f := range sharing.SyncedFields(c) {
		if a.Terms.SyncFields {
			s.SetField(f.ID, t.Fields[f.ID])
		}
	}
	return s
}

// tagKeys are tags as items name them.
func tagKeys(a desk.Agreement, tags []string) []string {
	out := make([]string, len(tags))
	for n, tag := range tags {
		out[n] = sharing.TagKey(a, tag)
	}
	return out
}

// itemsOf names what a snapshot says, as both sides' memories do.
func itemsOf(c *desk.Config, a desk.Agreement, s *desk.Snapshot) []string {
	var items []string
	if s.Subject != nil {
		items = append(items, sharing.ItemSubject)
	}
	if s.Status != nil {
		items = append(items, sharing.ItemStatus)
	}
	if s.Requester != 0 {
		items = append(items, sharing.ItemRequester)
	}
	tags := slices.Concat(s.Added, s.Removed)
	if s.All {
		tags = s.Tags
	}
	for _, key := range tagKeys(a, tags) {
		items = append(items, sharing.ItemTag(key))
	}
	for id := range s.Fields {
		if f := c.Field(id); f != nil {
			items = append(items, sharing.ItemField(f.Title))
		}
	}
	return items
}

// news is what an update means for one partner: what to say, and the same in words for the timeline.
type news struct {
	said  desk.Snapshot
	words []string
}

// newsFor finds what of an update concerns a partner. Of what came from that very partner only what rules made of it does
// (nhd §14).
func newsFor(a *desk.Applied, agreement desk.Agreement) news {
	var out news
	echo := isEcho(a, agreement.ID)
	if echo && !a.ByRules {
		return out
	}
	if tellsComment(a, agreement) {
		out.said.Comments = []desk.CommentID{a.Comment.ID}
		out.words = append(out.words, commentWords(a))
	}
	for n := range a.Audit.Events {
		e := &a.Audit.Events[n]
		if e.Type == desk.EventCommentPrivacy && !echo {
			out.said.Hidden = append(out.said.Hidden, e.Comment)
			out.words = append(out.words, "ask to hide a comment that was made private")
		}
		if !echo && out.addRedacted(e) {
			out.words = append(out.words, "ask to redact a comment as it was redacted here")
		}
		if (e.Type != desk.EventChange && e.Type != desk.EventCreate) || (echo && (e.Via == nil || e.Via.Channel != desk.ChannelRule)) {
			continue
		}
		if w := out.add(a, agreement, e); w != "" && !slices.Contains(out.words, w) {
			out.words = append(out.words, w)
		}
	}
	return out
}

// addRedacted adds what an event blacked out, and tells whether the comment is named for the first time.
func (n *news) addRedacted(e *desk.Event) bool {
	if e.Type != desk.EventRedaction && e.Type != desk.EventFileRedaction {
		return false
	}
	at := slices.IndexFunc(n.said.Redacted, func(r desk.RedactedComment) bool { return r.ID == e.Comment })
	first := at < 0
	if first {
		n.said.Redacted, at = append(n.said.Redacted, desk.RedactedComment{ID: e.Comment}), len(n.said.Redacted)
	}
	r := &n.said.Redacted[at]
	r.Plain = r.Plain || e.Action == desk.ActionPlain
	if e.Type == desk.EventFileRedaction {
		r.Files = append(r.Files, e.Message)
	}
	return first
}

// isEcho tells whether an update is a message of a partner.
func isEcho(a *desk.Applied, id desk.AgreementID) bool {
	return a.Via.Channel == desk.ChannelSharing && a.Via.Agreement == id && !a.Human
}

func tellsComment(a *desk.Applied, agreement desk.Agreement) bool {
	return a.Comment != nil && !isEcho(a, agreement.ID) && travels(agreement, a.Comment)
}

func commentWords(a *desk.Applied) string {
	what := "private note"
	if a.Comment.Public {
		what = "public reply"
	}
	if a.Actor.Name == "" {
		return what
	}
	return what + " by " + a.Actor.Name
}

// add takes over a field's change with its value at the end of the update, when the field travels under the agreement.
func (n *news) add(a *desk.Applied, agreement desk.Agreement, e *desk.Event) string {
	t := &a.Ticket
	switch e.Field {
	case "subject":
		n.said.Subject = &t.Subject
		return "subject"
	case "status":
		if sharing.SyncsStatus(agreement) {
			n.said.Status = &t.Status
			was, _ := e.Previous.(string)
			is, _ := e.Value.(string)
			return "status " + was + " → " + is
		}
	case "tags":
		if agreement.Terms.SyncTags {
			n.addTags(e)
			return "tags"
		}
	case "requester_id":
		if !agreement.Inbound {
			n.said.Requester = t.Requester
			return "requester"
		}
	default:
		return n.addField(a, agreement, e)
	}
	return ""
}

func (n *news) addField(a *desk.Applied, agreement desk.Agreement, e *desk.Event) string {
	id, err := strconv.ParseInt(e.Field, 10, 64)
	if err != nil || !agreement.Terms.SyncFields {
		return ""
	}
	f := a.Config.Field(desk.FieldID(id))
	if f == nil || !f.Type.Custom() || f.Type == desk.FieldLookup || !sharing.FieldLeaves(agreement, f.Title) {
		return ""
	}
	n.said.SetField(f.ID, a.Ticket.Fields[f.ID])
	return f.Title
}

// addTags adds up what a change did to the tags; what is undone again counts for nothing.
func (n *news) addTags(e *desk.Event) {
	is, _ := e.Value.([]string)
	was, _ := e.Previous.([]string)
	n.said.Added, n.said.Removed = moved(n.said.Added, n.said.Removed, without(is, was))
	n.said.Removed, n.said.Added = moved(n.said.Removed, n.said.Added, without(was, is))
}

// moved puts tags into a list, or takes them back out of the other.
func moved(into, from, tags []string) (_, _ []string) {
	for _, tag := range tags {
		if at := slices.Index(from, tag); at >= 0 {
			from = slices.Delete(slices.Clone(from), at, at+1)
		} else {
			into = append(into, tag)
		}
	}
	return into, from
}

// without are the tags of a list that are not in another.
func without(tags, others []string) []string {
	var out []string
	for _, tag := range tags {
		if !slices.Contains(others, tag) {
			out = append(out, tag)
		}
	}
	return out
}

// travels tells whether a comment may leave under an agreement (nhd §9). A note of another partner stays, unless the agreement
// passes notes on; those from before notes were shared stay, too.
func travels(a desk.Agreement, c *desk.Comment) bool {
	switch {
	case c.LocalOnly:
		return false
	case c.Public:
		return true
	case c.Via.Channel == desk.ChannelSharing && c.Via.Agreement != a.ID && !a.PassNotes:
		return false
	}
	return a.ShareNotes && !c.CreatedAt.Before(a.NotesSince)
}

// tagRemarks names the tags that a partner gets in another form, or not at all (nhd §11.2).
func tagRemarks(a desk.Agreement, tags []string) []string {
	var out []string
	if a.Peer == desk.PeerInterdesk {
		return nil
	}
	for _, tag := range tags {
		switch form := wire.NormaliseTag(tag); form {
		case tag:
		case "":
			out = append(out, "the tag "+tag+" cannot travel")
		default:
			out = append(out, "the tag "+tag+" travels as "+form)
		}
	}
	return out
}

// valuesOf are a ticket's values of some items.
func valuesOf(c *desk.Config, a desk.Agreement, t *desk.Ticket, items []string) desk.Snapshot {
	s := desk.Snapshot{Tags: t.Tags}
	for _, item := range items {
		tag, isTag := sharing.TagOf(item)
		title, isField := sharing.FieldOf(item)
		switch {
		case item == sharing.ItemSubject:
			s.Subject = &t.Subject
		case item == sharing.ItemStatus:
			s.Status = &t.Status
		case item == sharing.ItemRequester:
			s.Requester = t.Requester
		case isTag && slices.Contains(tagKeys(a, t.Tags), tag):
			s.Added = append(s.Added, tag)
		case isTag:
			s.Removed = append(s.Removed, tag)
		case isField:
			if f := sharing.SyncedFields(c)[title]; f != nil {
				s.SetField(f.ID, t.Fields[f.ID])
			}
		}
	}
	return s
}
