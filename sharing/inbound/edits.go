package inbound

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/wire"
)

// edits merges the message's fields into the ticket, three ways: what equals the baseline the partner has not changed, and
// it does not count, whatever we have made of it since (nhd §5, §11). The baseline in i.share becomes what the partner
// said.
func (i *intake) edits(ctx context.Context) (desk.Edits, error) {
	config, err := i.tx.Config(ctx)
	if err != nil {
		return desk.Edits{}, err
	}
	e := desk.Edits{}
	i.subject(&e)
	i.status(&e)
	i.fields(&e, config)
	i.tags(&e)
	return e, nil
}

func (i *intake) subject(e *desk.Edits) {
	subject, stated := i.message.Subject.Get()
	if !stated || (i.share.Subject == subject && i.ticket.ID != 0) {
		return
	}
	i.share.Subject = subject
	short := sharing.Shorten(strings.TrimSpace(subject), desk.MaxSubjectRunes)
	if short != i.ticket.Subject {
		e.Subject = &short
		i.change("subject")
	}
}

func (i *intake) status(e *desk.Edits) {
	word, stated := i.message.Status.Get()
	// nhd §9: without full delegation the receiver's status is not ours to follow.
	if !stated || (sharing.OurSide(i.agreement) == wire.Sender && !i.agreement.Terms.PublicComments) {
		return
	}
	words := sharing.StatusWordsOf(i.agreement)
	current := i.ticket.Status
	local, known := words.Inbound(word, string(current))
	if !known {
		i.remarks = append(i.remarks, "the status word "+strconv.Quote(sharing.Shorten(word, 40))+" is unknown, so the status stays")
		return
	}
	if i.ticket.ID != 0 && words.Same(word, i.share.Status) {
		return
	}
	i.share.Status = sharing.Shorten(strings.ToLower(strings.TrimSpace(word)), 40)
	next := desk.Status(local)
	if next != current && !(current == desk.Closed && next == desk.Solved) {
		e.Status = &next
		if current != "" {
			i.change("status " + string(current) + " → " + string(next))
		}
	}
}

// change notes what the message changes, in words; of a new ticket everything is new.
func (i *intake) change(words string) {
	if i.ticket.ID != 0 {
		i.changes = append(i.changes, words)
	}
}

func (i *intake) tags(e *desk.Edits) {
	theirs, stated := i.message.Tags.Get()
	if !stated || !i.agreement.Terms.SyncTags {
		return
	}
	add, remove := wire.MergeTags(i.share.Tags, i.ticket.Tags, theirs)
	i.share.Tags = wire.NormaliseTags(theirs)
	if room := max(0, desk.MaxTags-len(i.ticket.Tags)-len(e.Fields)); len(add) > room {
		i.remarks = append(i.remarks, "some tags did not fit: a ticket holds "+strconv.Itoa(desk.MaxTags))
		add = add[:room]
	}
	e.AddTags, e.RemoveTags = add, remove
	if len(add) > 0 {
		i.change("tags +" + strings.Join(add, " +"))
	}
	if len(remove) > 0 {
		i.change("tags -" + strings.Join(remove, " -"))
	}
}

// fields takes custom fields by title, where type and options agree. What has no place here is kept raw and shown as the
// partner's (nhd §11.3).
func (i *intake) fields(e *desk.Edits, config *desk.Config) {
	theirs, stated := i.message.CustomFields.Get()
	if !stated || !i.agreement.Terms.SyncFields {
		return
	}
	local := sharing.SyncedFields(config)
	known, foreign := wire.Fields{}, map[string]string{}
	for _, title := range slices.Sorted(maps.Keys(theirs)) {
		value := theirs[title]
		if _, here := local[sharing.FoldTitle(title)]; here {
			known[title] = value
		} else if value != nil {
			foreign[sharing.Shorten(title, desk.MaxName)] = sharing.RawJSON(value)
		}
	}
	i.share.Foreign = mergeForeign(i.share.Foreign, foreign)
	baseline := sharing.DecodeFields(i.share.Fields)
	for title, value := range wire.MergeFields(baseline, sharing.FieldValues(config, &i.ticket), known) {
		f := local[sharing.FoldTitle(title)]
		in, reason := sharing.LocalValue(f, value)
		if reason != "" {
			i.remarks = append(i.remarks, "the field "+f.Title+" was left as it is: "+reason)
			i.share.Foreign = mergeForeign(i.share.Foreign, map[string]string{f.Title: sharing.RawJSON(value)})
			continue
		}
		if e.Fields == nil {
			e.Fields = map[desk.FieldID][]string{}
		}
		e.Fields[f.ID] = in
		i.change(f.Title)
	}
	i.share.Fields = sharing.EncodeFields(wire.Overlay(baseline, known))
}

// maxForeign bounds how many of a partner's own fields a share keeps.
const maxForeign = 100

func mergeForeign(had, more map[string]string) map[string]string {
	if len(more) == 0 {
		return had
	}
	out := maps.Clone(had)
	if out == nil {
		out = map[string]string{}
	}
	for _, title := range slices.Sorted(maps.Keys(more)) {
		if _, known := out[title]; known || len(out) < maxForeign {
			out[title] = more[title]
		}
	}
	return out
}
