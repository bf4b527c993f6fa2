package outbound

import (
	"maps"
	"slices"

	"interdesk/desk"
	"interdesk/sharing/wire"
)

// split parts a message into messages of one item or comment each.
func (m *composition) split() []*composition {
	var parts []*composition
	part := func() *composition {
		p := &composition{minted: m.minted}
		p.message.UUID, p.message.CurrentActor = m.message.UUID, m.message.CurrentActor
		parts = append(parts, p)
		return p
	}
	for n := range m.message.Comments.Value {
		p := part()
		p.message.Comments = wire.Some(m.message.Comments.Value[n : n+1])
		if n < len(m.comments) { // behind them stand requests to hide comments
			p.comments, p.said.Comments = m.comments[n:n+1], m.said.Comments[n:n+1]
		}
	}
	if m.message.Subject.IsSet() {
		p := part()
		p.message.Subject, p.own.Subject, p.said.Subject, p.subject = m.message.Subject, m.own.Subject, m.said.Subject, m.subject
	}
	if m.message.Tags.IsSet() {
		p := part()
		p.message.Tags, p.own.Tags, p.message.Interdesk = m.message.Tags, m.own.Tags, m.message.Interdesk
		p.said.Tags, p.said.Added, p.said.Removed = m.said.Tags, m.said.Added, m.said.Removed
	}
	for _, title := range slices.Sorted(maps.Keys(m.message.CustomFields.Value)) {
		p := part()
		p.message.CustomFields = wire.Some(wire.Fields{title: m.message.CustomFields.Value[title]})
		id, ours := m.fieldIDs[title]
		if !ours {
			continue // the same of each ticket
		}
		p.own.CustomFields = wire.Some(wire.Fields{m.titles[title]: m.own.CustomFields.Value[m.titles[title]]})
		p.fieldIDs, p.ours, p.words, p.titles = map[string]desk.FieldID{title: id}, m.ours, m.words, m.titles
		p.said.SetField(id, m.said.Fields[id])
	}
	if m.message.Requester.IsSet() {
		p := part()
		p.message.Requester, p.own.Requester, p.said.Requester = m.message.Requester, m.message.Requester, m.said.Requester
	}
	if m.message.Status.IsSet() {
		p := part()
		p.message.Status, p.own.Status, p.said.Status = m.message.Status, m.own.Status, m.said.Status
	}
	return parts
}

// withoutStatus parts a message into all but the status, and the status.
func (m *composition) withoutStatus() (rest, status *composition) {
	parts := m.split()
	status = parts[len(parts)-1]
	all := *m
	all.message.Status, all.own.Status, all.said.Status, all.rest = wire.Opt[string]{}, wire.Opt[string]{}, nil, nil
	return &all, status
}

// together is what several parts say, and what was to follow them.
func together(parts []*composition, after *desk.Snapshot) *desk.Snapshot {
	var out desk.Snapshot
	for _, p := range parts {
		merge(&out, p.said)
	}
	if after != nil {
		merge(&out, *after)
	}
	return &out
}

// merge adds what a later snapshot says to an earlier one.
func merge(s *desk.Snapshot, later desk.Snapshot) {
	if later.Subject != nil {
		s.Subject = later.Subject
	}
	if later.Status != nil {
		s.Status = later.Status
	}
	if later.Requester != 0 {
		s.Requester = later.Requester
	}
	if later.Tags != nil {
		s.Tags = later.Tags
	}
	s.Added, s.Removed = moved(s.Added, s.Removed, later.Added)
	s.Removed, s.Added = moved(s.Removed, s.Added, later.Removed)
	for id, v := range later.Fields {
		s.SetField(id, v)
	}
	s.Comments = append(s.Comments, later.Comments...)
	s.Hidden = append(s.Hidden, later.Hidden...)
	s.Redacted = append(s.Redacted, later.Redacted...)
}
