package sla

import (
	"slices"

	"interdesk/desk"
)

// Live is the life that moments tell, oldest first.
func Live(moments []desk.Moment) (l desk.Life) {
	for _, m := range moments {
		l = Step(l, m)
	}
	return l
}

// Step is a life and one moment more. The life itself stays as it is.
func Step(l desk.Life, m desk.Moment) desk.Life {
	begins := len(l.Spans) == 0
	for partners := range l.Talks {
		l.Talks[partners] = listen(l.Talks[partners], m, begins, partners == 1)
	}
	if m.Said != desk.Silence || m.Shared && !l.Shared {
		l.Ours = !m.Foreign
	}
	l.Shared = m.Shared
	span := desk.Span{At: m.At.UnixMicro(), Status: m.Status.Rank(), Ball: m.Status == desk.Hold || l.Shared && l.Ours}
	if begins || l.Spans[len(l.Spans)-1].Status != span.Status || l.Spans[len(l.Spans)-1].Ball != span.Ball {
		l.Spans = append(slices.Clip(l.Spans), span)
	}
	if len(l.Spans) > desk.MaxSpans {
		l.Spans = slices.Delete(slices.Clone(l.Spans), 1, 2)
	}
	return l
}

// listen notes who waits for whose word.
func listen(t desk.Talk, m desk.Moment, begins, partners bool) desk.Talk {
	at := m.At.UnixMicro()
	ours := m.Public && (m.Said == desk.OfAgent || partners && m.Said == desk.OfPartner)
	theirs := m.Public && m.Said == desk.OfCustomer
	if begins {
		t.Update = at
	}
	switch {
	case ours:
		if t.First == 0 && t.Replied == 0 {
			t.Replied = desk.NoFirstReply
		} else if t.Replied == 0 {
			t.Replied = at
		}
		t.Next, t.Update = 0, at
		if !begins {
			t.Replies++
		}
	case theirs && t.First == 0 && t.Replied == 0:
		t.First = at
	case theirs && t.Replied != 0 && t.Next == 0:
		t.Next = at
		t.Rounds++
	}
	return t
}
