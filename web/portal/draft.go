package portal

import (
	"context"
	"strconv"

	"github.com/a-h/templ"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/text"
	"interdesk/web/ui"
)

// draftName is the name by which the browser keeps what somebody writes to a request; to none: to a new one.
func draftName(ctx context.Context, id desk.TicketID) string {
	name := "draft/" + strconv.FormatInt(int64(ui.FrameOf(ctx).User.ID), 10) + "/requests/"
	if id == 0 {
		return name + "new"
	}
	return name + strconv.FormatInt(int64(id), 10)
}

// newDraft names the draft of the form for a new request. A follow-up begins with what was written to the closed one. What
// somebody writes who has not signed in is not kept: who sits at their computer next need not read it.
func newDraft(ctx context.Context, m formModel) templ.Attributes {
	switch {
	case m.stranger:
		return nil
	case m.followup.ID != 0:
		return templ.Attributes{"data-draft": draftName(ctx, m.followup.ID) + "/followup", "data-draft-from": draftName(ctx, m.followup.ID)}
	}
	return templ.Attributes{"data-draft": draftName(ctx, 0)}
}

// wordsAttributes are what the script of a customer's form says and keeps to.
func wordsAttributes(ctx context.Context) templ.Attributes {
	return templ.Attributes{"data-part": "words", "data-max-text": strconv.Itoa(desk.MaxCommentBody), "data-text-draft": text.T(ctx, "ticket.draft"),
		"data-text-discard": text.T(ctx, "ticket.draft.discard"), "data-text-long": text.T(ctx, "ticket.long", desk.MaxCommentBody>>10),
		"data-text-as-file": text.T(ctx, "ticket.long.file"), "data-text-filed": text.T(ctx, "portal.filed")}
}

// showNews tells which version a request has, so that an open page asks for the rest only when there is something new.
func (p *portal) showNews(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	var version int64
	err = c.Read(func(tx *store.Tx) error {
		t, err := readRequest(c, tx, desk.TicketID(id))
		version = t.Version
		return err
	})
	if err != nil {
		return err
	}
	return c.JSON(map[string]string{"version": strconv.FormatInt(version, 10)})
}
