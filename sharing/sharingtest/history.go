package sharingtest

import (
	"fmt"
	"slices"
	"strings"

	"interdesk/desk"
)

// promise is what may become at the other desk of something that was said at this one.
type promise string

const (
	must   promise = "must be there once"
	may    promise = "may be there"
	mayNot promise = "must not be there"
)

// history is what a desk's audits tell of a share.
type history struct {
	agreement    desk.AgreementID
	on           bool
	begins, ends int                        // by this desk
	comments     map[desk.CommentID]promise // of this desk's people
	marks        map[string]promise         // tags that begin with MarkTag, of this desk's people
}

// historyOf walks through a desk's audits. on: the share was on from the first of them.
func historyOf(c *Copy, on bool) *history {
	h := &history{agreement: c.Share.Agreement, on: on, comments: map[desk.CommentID]promise{}, marks: map[string]promise{}}
	for _, a := range c.Audits {
		before, came := h.on, a.Via.Channel == desk.ChannelSharing
		for _, e := range a.Events {
			if e.Type == desk.EventSharing && e.Agreement == h.agreement {
				h.sharing(e.Action, came && e.Via == nil)
			}
		}
		if !came {
			h.said(a, before)
		}
	}
	return h
}

func (h *history) sharing(action string, byPartner bool) {
	switch action {
	case desk.ActionShared:
		h.again()
		h.on = true
		if !byPartner {
			h.begins++
		}
	case desk.ActionUnshared:
		h.on = false
		if !byPartner {
			h.ends++
		}
	}
}

// again: what was said while the share was off may go along with its next beginning.
func (h *history) again() {
	for id, p := range h.comments {
		if p == mayNot {
			h.comments[id] = may
		}
	}
	for tag, p := range h.marks {
		if p == mayNot {
			h.marks[tag] = may
		}
	}
}

// said notes what one update said. Of one that ends the share only the comment leaves; of one that begins and ends it, also
// what stood when it began.
func (h *history) said(a desk.Audit, before bool) {
	comment, tags := mayNot, mayNot
	switch {
	case h.on:
		comment, tags = must, must
	case before:
		comment = must
	case h.beganIn(a):
		comment, tags = must, may
	}
	for _, e := range a.Events {
		if e.Type == desk.EventComment && e.Comment != 0 {
			h.comments[e.Comment] = comment
		}
		if e.Field == "tags" {
			h.marked(e, tags)
		}
	}
}

func (h *history) beganIn(a desk.Audit) bool {
	return slices.ContainsFunc(a.Events, func(e desk.Event) bool {
		return e.Type == desk.EventSharing && e.Agreement == h.agreement && e.Action == desk.ActionShared
	})
}

func (h *history) marked(e desk.Event, p promise) {
	was := words(e.Previous)
	for _, tag := range words(e.Value) {
		if strings.HasPrefix(tag, MarkTag) && !slices.Contains(was, tag) {
			h.marks[tag] = p
		}
	}
}

func words(v any) (all []string) {
	switch v := v.(type) {
	case []string:
		return v
	case []any:
		for _, w := range v {
			all = append(all, fmt.Sprint(w))
		}
	case string:
		return strings.Fields(v)
	}
	return all
}
