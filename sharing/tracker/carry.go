package tracker

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/peer"
	"interdesk/sharing/wire"
)

// carriage is one message on its way to a tracker.
type carriage struct {
	software
	*sharing.Message
	number string          // of the issue
	there  map[string]bool // uuids of our comments that stand there, once they were looked for
}

// Carry brings a message to the tracker, in as many calls as that takes. What is to be made is looked for first: of an attempt
// that was cut off nobody knows whether it arrived.
func (s *Service) Carry(ctx context.Context, m sharing.Message) (peer.Answer, error) {
	c := &carriage{software: s.software(m.Agreement.Tracker, m.Key), Message: &m, number: m.Share.RemoteID}
	var err error
	switch m.Method {
	case http.MethodPost:
		err = c.share(ctx)
	case http.MethodPut:
		err = c.update(ctx)
	default:
		err = c.end(ctx)
	}
	if err == nil {
		return peer.Answer{Status: http.StatusOK, Verdict: peer.Done, RemoteID: c.number}, nil
	}
	return c.failed(ctx, err), nil
}

// Refuses asks whether the project itself is closed to us.
func (s *Service) Refuses(ctx context.Context, m sharing.Message) bool {
	_, err := s.software(m.Agreement.Tracker, m.Key).project(ctx)
	return deniesProject(err)
}

func deniesProject(err error) bool {
	f := asFault(err)
	return f != nil && (isGone(err) || f.answer.Status == http.StatusUnauthorized || f.answer.Status == http.StatusForbidden)
}

// failed is the answer to a call that failed. That an issue is not there may mean that it was deleted or moved, or that we may
// see nothing of the project any more: trackers do not tell these apart by themselves.
func (c *carriage) failed(ctx context.Context, err error) peer.Answer {
	if !isGone(err) {
		return answerOf(err, c.Key)
	}
	if _, closed := c.project(ctx); deniesProject(closed) {
		a := answerOf(closed, c.Key)
		return peer.Answer{Status: http.StatusForbidden, Text: "The project " + c.Agreement.Tracker.Project + " cannot be reached with this token. " + a.Text}
	} else if closed != nil {
		return answerOf(closed, c.Key)
	}
	if c.Method == http.MethodPost {
		return peer.Answer{Status: http.StatusForbidden, Text: "The project takes no issues with this token. " + answerOf(err, c.Key).Text}
	}
	return peer.Answer{Status: http.StatusNotFound, Text: goneWords(c.number, err)}
}

// goneWords tell what became of an issue.
func goneWords(number string, err error) string {
	if f := asFault(err); f != nil && f.moved != "" {
		return "The issue " + number + " was moved to " + f.moved + "."
	}
	return "The issue " + number + " was deleted."
}

// share makes the issue, or takes up the one that the ticket had when it was shared before.
func (c *carriage) share(ctx context.Context) error {
	if c.number != "" {
		switch found, err := c.known(ctx, c.number); {
		case err == nil:
			return c.takeUp(ctx, found)
		case !isGone(err):
			return err
		}
	}
	found, err := c.find(ctx)
	if err != nil {
		return err
	}
	if c.number = found; found == "" {
		t := &c.Agreement.Tracker
		made, err := c.create(ctx, draft{Title: titleOf(c.Ticket.Subject.Value), Body: issueBody(c.Message), Labels: t.Labels, Confidential: t.Confidential})
		if err != nil {
			return err
		}
		c.number = made.Number
	}
	if word, said := c.Ticket.Status.Get(); said && !c.opens(word) {
		return c.setOpen(ctx, false)
	}
	return nil
}

// known reads an issue; one that was moved is gone.
func (c *carriage) known(ctx context.Context, number string) (issue, error) {
	found, err := c.issue(ctx, number)
	if err == nil && found.Moved != "" {
		err = &fault{answer: peer.Answer{Status: http.StatusMovedPermanently}, moved: found.Moved}
	}
	return found, err
}

// takeUp begins a share again with the issue of its former episode.
func (c *carriage) takeUp(ctx context.Context, found issue) error {
	c.there = map[string]bool{}
	c.note(found.Body)
	if err := c.noteComments(ctx); err != nil {
		return err
	}
	if err := c.addComments(ctx); err != nil {
		return err
	}
	word, said := c.Ticket.Status.Get()
	if !said || c.opens(word) == found.Open {
		return nil
	}
	return c.setOpen(ctx, c.opens(word))
}

// findPages bounds how many pages of changed issues are looked through for one that may have been made.
const findPages = 100

// find looks for the issue of the share among those that changed since the first attempt; "": it was not made.
func (c *carriage) find(ctx context.Context) (string, error) {
	since := c.Delivery.CreatedAt.Add(-clocksDiffer)
	for page := 1; page <= findPages; page++ {
		list, more, err := c.changed(ctx, since, page)
		if err != nil {
			return "", err
		}
		for _, i := range list {
			if markIn(i.Body, markTicket) == c.Share.UUID {
				return i.Number, nil
			}
		}
		if !more {
			return "", nil
		}
	}
	return "", refusal(http.StatusServiceUnavailable, "Nobody can tell whether the issue was made: more than %d pages of others changed since.", findPages)
}

// update tells an issue what is new.
func (c *carriage) update(ctx context.Context) error {
	if c.number == "" {
		return refusal(http.StatusNotFound, "There is no issue yet.")
	}
	if err := c.addComments(ctx); err != nil {
		return err
	}
	if subject, said := c.Ticket.Subject.Get(); said {
		title := titleOf(subject)
		if err := c.edit(ctx, c.number, edit{Title: &title}); err != nil {
			return err
		}
	}
	if err := c.takeBack(ctx); err != nil {
		return err
	}
	word, said := c.Ticket.Status.Get()
	if !said || c.opens(word) == c.opens(c.Share.Status) {
		return nil
	}
	return c.setOpen(ctx, c.opens(word))
}

// opens tells whether an issue is open while its ticket has a status. One that stays open when the ticket is solved always is.
func (c *carriage) opens(word string) bool {
	local, _ := sharing.StatusWordsOf(c.Agreement).Inbound(word, "")
	return local != string(desk.Solved) || c.Agreement.Tracker.KeepOpen
}

func (c *carriage) setOpen(ctx context.Context, open bool) error {
	return c.edit(ctx, c.number, edit{Open: &open})
}

func (c *carriage) addComments(ctx context.Context) error {
	list := c.Ticket.Comments.Value
	if len(list) > 0 && c.there == nil {
		if err := c.lookForComments(ctx); err != nil {
			return err
		}
	}
	for n := range list {
		if c.there[list[n].UUID] {
			continue
		}
		if err := c.addComment(ctx, c.number, commentBody(&list[n]), !list[n].Public.Or(true)); err != nil {
			return err
		}
	}
	return nil
}

// lookForComments finds out which of our comments stand there.
func (c *carriage) lookForComments(ctx context.Context) error {
	c.there = map[string]bool{}
	found, err := c.known(ctx, c.number)
	if err != nil {
		return err
	}
	c.note(found.Body)
	return c.noteComments(ctx)
}

func (c *carriage) noteComments(ctx context.Context) error {
	all, _, err := allComments(ctx, c.software, c.number)
	for n := range all {
		if isOwn(&c.Agreement, &all[n]) {
			c.note(all[n].Body)
		}
	}
	return err
}

func (c *carriage) note(body string) {
	for _, kind := range [...]string{markComment, markEnd} {
		if uuid := markIn(body, kind); uuid != "" {
			c.there[uuid] = true
		}
	}
}

// takeBack removes comments of ours that were made private here, and puts others in the place of those that were blacked out:
// what is edited at a tracker can still be read in its history, but what is deleted cannot.
func (c *carriage) takeBack(ctx context.Context) error {
	x := &c.Ticket.Interdesk.Value
	if len(x.Narrowed)+len(x.Redacted) == 0 {
		return nil
	}
	there, err := c.known(ctx, c.number)
	if err != nil {
		return err
	}
	all, _, err := allComments(ctx, c.software, c.number)
	if err != nil {
		return err
	}
	for _, uuid := range x.Narrowed {
		if err := c.replace(ctx, &there, all, uuid, ""); err != nil {
			return err
		}
	}
	for _, r := range x.Redacted {
		if err := c.replace(ctx, &there, all, r.UUID, harmless(r.Body)); err != nil {
			return err
		}
	}
	return nil
}

// replace puts other words in the place of a comment of ours; "": none.
func (c *carriage) replace(ctx context.Context, there *issue, all []comment, uuid, text string) error {
	if markIn(there.Body, markComment) == uuid {
		body := headOf(there.Body) + text + "\n\n" + mark(markComment, uuid) + "\n" + mark(markTicket, c.Share.UUID)
		if text == "" {
			body = removedWords + "\n\n" + mark(markTicket, c.Share.UUID)
		}
		if err := c.edit(ctx, c.number, edit{Body: &body}); err != nil {
			return err
		}
	}
	added := text == ""
	for n := range all {
		old := &all[n]
		if markIn(old.Body, markComment) != uuid || !isOwn(&c.Agreement, old) {
			continue
		}
		body := headOf(old.Body) + text + "\n\n" + mark(markComment, uuid)
		if text != "" && old.Body == body {
			added = true
			continue
		}
		if !added {
			if err := c.addComment(ctx, c.number, body, old.Internal); err != nil {
				return err
			}
			added = true
		}
		if err := c.deleteComment(ctx, c.number, old.ID); err != nil && !isGone(err) {
			return err
		}
	}
	return nil
}

// end leaves a word at the issue, once for an episode.
func (c *carriage) end(ctx context.Context) error {
	if c.number == "" {
		return nil
	}
	uuid := fmt.Sprintf("%s-%d", c.Share.UUID, c.Share.Episode)
	if err := c.lookForComments(ctx); err != nil || c.there[uuid] {
		return err
	}
	word := "The help desk no longer shares its ticket with this issue: what is written here from now on does not reach it."
	return c.addComment(ctx, c.number, word+"\n\n"+mark(markEnd, uuid), false)
}

// maxCommentPages bounds how much of a long conversation is read at once.
const maxCommentPages = 20

// allComments reads the comments of an issue; whole: these are all.
func allComments(ctx context.Context, t software, number string) (all []comment, whole bool, err error) {
	for page := 1; page <= maxCommentPages; page++ {
		list, more, err := t.comments(ctx, number, page)
		if err != nil {
			return nil, false, err
		}
		all = append(all, list...)
		if !more {
			return all, true, nil
		}
	}
	return all, false, nil
}

// isOwn tells whether we wrote a comment: it bears our mark, and whose token we have is its author. Others can copy the mark.
func isOwn(a *desk.Agreement, c *comment) bool {
	return marks.MatchString(c.Body) && (a.Tracker.User == "" || strings.EqualFold(c.Login, a.Tracker.User))
}

// answerOf is what an error of a call means.
func answerOf(err error, token string) peer.Answer {
	if f := asFault(err); f != nil {
		return f.answer
	}
	return peer.Failure(err, wire.DialectUnknown, token)
}
