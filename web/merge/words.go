package merge

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"interdesk/desk"
	"interdesk/web/text"
	"interdesk/web/ui"
)

func backQuery(r *request) string { return url.Values{"back": {r.leave()}}.Encode() }

// clip shortens a text to so many characters.
func clip(s string, characters int) string {
	if r := []rune(strings.TrimSpace(s)); len(r) > characters {
		return string(r[:characters-1]) + "…"
	}
	return strings.TrimSpace(s)
}

func (m *model) title(ctx context.Context) string {
	switch {
	case m.target == nil && m.many:
		return text.N(ctx, "merge.title.many", len(m.ticked))
	case m.target == nil:
		return text.T(ctx, "merge.title", named(&m.from[0]))
	case len(m.from) > 1:
		return text.N(ctx, "merge.title.many.into", len(m.from), named(m.target))
	}
	return text.T(ctx, "merge.title.into", named(&m.from[0]), named(m.target))
}

func named(s *side) string { return "#" + ui.IDText(s.ID) }

func subject(ctx context.Context, s *side) string {
	if s.Subject == "" {
		return text.T(ctx, "ticket.nosubject")
	}
	return s.Subject
}

// words fills the comments, unless they were written already, and says what partners see.
func (m *model) words(ctx context.Context) {
	if !m.form.sent {
		m.form.sourceComment = text.T(ctx, "merge.said.source", named(m.target))
		m.form.targetComment = m.suggestion(ctx)
	}
	for i := range m.from {
		m.partnersOf(ctx, &m.from[i])
	}
	for _, r := range m.target.Shares {
		if a, ok := m.config.Agreements[r.Agreement]; ok && r.Active() {
			m.staying = append(m.staying, text.T(ctx, sees("merge.partner.target", &a), a.Name, named(m.target)))
		}
	}
}

// suggestion is what is said on the ticket that goes on. It quotes only what the requester has read, so that no note gets out
// when somebody makes it public.
func (m *model) suggestion(ctx context.Context) string {
	all := make([]string, len(m.from))
	for i := range m.from {
		all[i] = named(&m.from[i]) + " “" + subject(ctx, &m.from[i]) + "”"
	}
	said := text.N(ctx, "merge.said.target", len(all), strings.Join(all, ", "))
	if m.quoted == "" {
		return said
	}
	return said + " " + text.T(ctx, "merge.said.last") + "\n\n" + m.quoted
}

// partnersOf says what each partner sees that one of the merged tickets is shared with.
func (m *model) partnersOf(ctx context.Context, s *side) {
	for _, r := range s.Shares {
		a, ok := m.config.Agreements[r.Agreement]
		switch {
		case !ok || !r.Active():
		case r.Inbound:
			m.staying = append(m.staying, text.T(ctx, sees("merge.partner.theirs", &a), a.Name, named(s)))
		default:
			m.ending = append(m.ending, text.T(ctx, sees("merge.partner.end", &a), a.Name, named(s)))
			key := "merge.partner.move"
			if _, has := m.target.ActiveShare(r.Agreement); has {
				key = "merge.partner.has"
			}
			if words := text.T(ctx, key, a.Name, named(m.target)); !slices.Contains(m.moving, words) {
				m.moving = append(m.moving, words)
			}
		}
	}
}

// sees is the key of a sentence for partners who see internal notes, or who do not.
func sees(key string, a *desk.Agreement) string {
	if a.ShareNotes {
		return key + ".notes"
	}
	return key
}

// readers are who asked in the tickets that are merged.
func (m *model) readers(ctx context.Context) string {
	var all []string
	for i := range m.from {
		if name := m.name(ctx, m.from[i].Requester); !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return strings.Join(all, ", ")
}

// strangers tells whether somebody asked in one of the tickets who did not ask in the one that goes on.
func (m *model) strangers() bool {
	return slices.ContainsFunc(m.from, func(s side) bool { return s.Requester != m.target.Requester })
}

// sourceLabel names where the first comment is said.
func (m *model) sourceLabel(ctx context.Context) string {
	if len(m.from) > 1 {
		return text.N(ctx, "merge.said.each", len(m.from))
	}
	return text.T(ctx, "merge.said.on", named(&m.from[0]))
}

// targetHint says who reads the second comment when customers see it.
func (m *model) targetHint(ctx context.Context) string {
	if m.strangers() {
		return text.T(ctx, "merge.public.target.strangers", m.name(ctx, m.target.Requester), m.readers(ctx))
	}
	return text.T(ctx, "merge.public.target", m.name(ctx, m.target.Requester))
}
