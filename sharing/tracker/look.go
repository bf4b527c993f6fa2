package tracker

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/wire"
	"interdesk/store"
)

// errStale: the share has changed while the tracker was asked, so the answer may be older than what is known by now.
var errStale = errors.New("the share changed while its issue was read")

// look takes what is new at an issue into the tickets that are shared as it.
func (l *listener) look(ctx context.Context, q *asked, i *issue) error {
	shares, err := l.sharesToTell(ctx, q, i)
	if err != nil || len(shares) == 0 {
		return err
	}
	all, whole, err := allComments(ctx, q.software, i.Number)
	if err != nil {
		return err
	}
	for _, share := range shares {
		h := &hearing{listener: l, asked: q, issue: i, comments: all, whole: whole}
		if err := q.account.Write(ctx, func(tx *store.Tx) error { return h.hear(ctx, tx, share) }); err != nil {
			return err
		}
	}
	return nil
}

// sharesToTell are the shares of an issue that have not heard what it is now.
func (l *listener) sharesToTell(ctx context.Context, q *asked, i *issue) (out []desk.Share, err error) {
	err = q.account.Read(ctx, func(tx *store.Tx) error {
		all, err := tx.SharesByRemoteID(ctx, q.agreement.ID, i.Number)
		if err != nil {
			return err
		}
		for _, share := range all {
			if !share.State.Hears() {
				continue
			}
			seen, err := tx.TrackerComments(ctx, share.ID)
			if err != nil {
				return err
			}
			if seen[""].Digest != i.digest() || i.Comments == unknownCount {
				out = append(out, share)
			}
		}
		return nil
	})
	return out, err
}

// digest is what tells an issue from its former self. Times of trackers are whole seconds, in which much can happen.
func (i *issue) digest() string {
	return i.Number + " " + i.state() + " " + strconv.FormatInt(i.Updated.UnixMicro(), 10) + " " + strconv.Itoa(i.Comments)
}

func (i *issue) state() string {
	if i.Open {
		return "open"
	}
	return "closed"
}

// hearing is one issue being heard for one share.
type hearing struct {
	*listener
	*asked
	issue    *issue
	comments []comment
	whole    bool // those are all
	tx       *store.Tx
	share    desk.Share
	seen     map[string]store.TrackerComment
	notes    []string
	alive    map[desk.CommentID]bool // our comments that stand there
}

func (h *hearing) hear(ctx context.Context, tx *store.Tx, before desk.Share) (err error) {
	h.tx = tx
	if _, err := tx.LockTicket(ctx, before.Ticket); err != nil {
		return sharing.IgnoreMissing(err)
	}
	if h.share, err = tx.LockShare(ctx, before.ID); err != nil {
		return err
	}
	if !h.share.UpdatedAt.Equal(before.UpdatedAt) {
		return errStale
	}
	if h.seen, err = tx.TrackerComments(ctx, h.share.ID); err != nil {
		return err
	}
	if number, _, _ := strings.Cut(h.seen[""].Digest, " "); number != h.issue.Number && len(h.seen) > 0 { // the share had another issue
		h.seen = map[string]store.TrackerComment{}
		if err := tx.DropTrackerComments(ctx, h.share.ID); err != nil {
			return err
		}
	}
	m := h.message()
	if m.Comments.IsSet() || m.Status.IsSet() {
		if err := h.inbox.TakeWord(ctx, tx, h.agreement, h.share.ID, m); err != nil {
			return err
		}
	}
	if err := h.remember(ctx); err != nil {
		return err
	}
	if len(h.notes) == 0 {
		return nil
	}
	if h.share, err = tx.Share(ctx, h.share.ID); err != nil { // a follow-up may have taken it over
		return err
	}
	return h.core.PrivateNote(ctx, tx, h.agreement, h.share.Ticket, sharing.Shorten(strings.Join(h.notes, "\n\n"), maxNote))
}

// maxNote bounds in characters what a note repeats of edits.
const maxNote = 10_000

// message is what the tracker says that was not heard before, as a partner would say it.
func (h *hearing) message() wire.Ticket {
	var m wire.Ticket
	var fresh []wire.Comment
	for n := range h.comments {
		c := &h.comments[n]
		if _, known := h.seen[c.ID]; known || isOwn(&h.agreement, c) {
			continue
		}
		fresh = append(fresh, wire.Comment{UUID: h.uuidOf(c), Author: h.person(c), Body: cmp.Or(strings.TrimSpace(c.Body), "(no text)"), AuthoredAt: wire.On(c.Created), Public: wire.Some(!c.Internal)})
	}
	if len(fresh) > 0 {
		m.Comments = wire.Some(fresh)
	}
	if word := h.status(); word != "" {
		m.Status = wire.Some(word)
	}
	return m
}

// status is what the ticket becomes since the issue was closed or opened there; "": it was not, or by us.
func (h *hearing) status() string {
	was := "open"
	if words := strings.Fields(h.seen[""].Digest); len(words) > 1 {
		was = words[1]
	}
	t, told := &h.agreement.Tracker, "open"
	if local, _ := sharing.StatusWordsOf(h.agreement).Inbound(h.share.Status, ""); local == string(desk.Solved) && !t.KeepOpen {
		told = "closed"
	}
	switch {
	case h.issue.state() == was || h.issue.state() == told:
		return ""
	case h.issue.Open:
		return string(ReopenedStatus(t))
	}
	return string(ClosedStatus(t))
}

// ClosedStatus is what a ticket becomes when its issue is closed.
func ClosedStatus(t *desk.Tracker) desk.Status { return cmp.Or(t.Closed, desk.Solved) }

// ReopenedStatus is what a ticket becomes when its issue is opened again.
func ReopenedStatus(t *desk.Tracker) desk.Status { return cmp.Or(t.Reopened, desk.Open) }

// uuidOf is the uuid under which a comment of the tracker's is known here.
func (h *hearing) uuidOf(c *comment) string {
	return wire.MintUUID([]byte(h.agreement.UUID), wire.KindComment, c.ID)
}

func (h *hearing) person(c *comment) wire.Actor {
	return wire.Actor{UUID: wire.MintUUID([]byte(h.agreement.UUID), wire.KindUser, c.Author), Name: c.Name, Role: wire.Some("agent")}
}

// remember keeps what was seen, and finds out what was edited or deleted since the last time.
func (h *hearing) remember(ctx context.Context) error {
	named, err := h.tx.ShareComments(ctx, h.share.ID)
	if err != nil {
		return err
	}
	missing := maps.Clone(h.seen)
	h.alive = map[desk.CommentID]bool{}
	delete(missing, "")
	for n := range h.comments {
		delete(missing, h.comments[n].ID)
		if err := h.rememberOne(ctx, &h.comments[n], named); err != nil {
			return err
		}
	}
	if h.whole {
		for _, id := range slices.Sorted(maps.Keys(missing)) {
			if err := h.deleted(ctx, missing[id]); err != nil {
				return err
			}
		}
	}
	if h.seen[""].Digest == h.issue.digest() {
		return nil
	}
	return h.tx.PutTrackerComment(ctx, h.share.ID, store.TrackerComment{Digest: h.issue.digest()})
}

func (h *hearing) rememberOne(ctx context.Context, c *comment, named map[string]desk.CommentID) error {
	sum := sha256.Sum256([]byte(c.Body))
	now := store.TrackerComment{RemoteID: c.ID, Own: isOwn(&h.agreement, c), Digest: hex.EncodeToString(sum[:16])}
	was, known := h.seen[c.ID]
	now.Comment = named[h.uuidOf(c)]
	if now.Own {
		now.Comment = named[markIn(c.Body, markComment)]
		h.alive[now.Comment] = true
	}
	if known && was.Digest == now.Digest {
		return nil
	}
	if known {
		what := "has edited the comment of " + c.Created.UTC().Format(time.RFC3339)
		if was.Own {
			what = "has edited there a comment that came from here"
		}
		h.notes = append(h.notes, fmt.Sprintf("%s %s in %s, which says now:\n\n%s", whoOr(c.Name, was.Own), what, h.place(), marks.ReplaceAllString(c.Body, "")))
	}
	return h.tx.PutTrackerComment(ctx, h.share.ID, now)
}

// whoOr names who edited a comment: of ours nobody knows that.
func whoOr(name string, own bool) string {
	if own {
		return "Somebody"
	}
	return name
}

func (h *hearing) place() string { return h.agreement.Name + " " + h.issue.Number }

// deleted notes that a comment is there no more. What we took back or replaced ourselves is nothing new.
func (h *hearing) deleted(ctx context.Context, was store.TrackerComment) error {
	c, err := h.tx.Comment(ctx, h.share.Ticket, was.Comment)
	if desk.KindOf(err) != desk.NotFound && err != nil {
		return err
	}
	if !was.Own || err == nil && c.Public && !h.alive[was.Comment] {
		words := "A comment was deleted in " + h.place() + "."
		if err == nil {
			words = fmt.Sprintf("The comment that begins “%s” was deleted in %s.", sharing.Shorten(c.Body, 60), h.place())
		}
		h.notes = append(h.notes, words)
	}
	return h.tx.DropTrackerComment(ctx, h.share.ID, was.RemoteID)
}

// gone ends the shares of an issue that is there no more.
func (l *listener) gone(ctx context.Context, q *asked, number, reason string) error {
	return q.account.Write(ctx, func(tx *store.Tx) error {
		shares, err := tx.SharesByRemoteID(ctx, q.agreement.ID, number)
		for _, share := range shares {
			if err == nil {
				err = l.inbox.TakeEnd(ctx, tx, q.agreement, share.ID, reason)
			}
		}
		return err
	})
}
