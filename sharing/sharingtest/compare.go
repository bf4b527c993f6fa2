package sharingtest

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/store"
)

// Copy is what one desk has of a shared ticket when nothing is on its way any more.
type Copy struct {
	Config    *desk.Config
	Agreement desk.Agreement
	Ticket    desk.Ticket
	Share     desk.Share
	Comments  []desk.Comment
	Audits    []desk.Audit // the oldest first
	Timeline  []desk.Delivery
}

// ReadCopy reads a ticket that is shared under an agreement.
func ReadCopy(ctx context.Context, tx *store.Tx, t desk.TicketID, a desk.AgreementID) (*Copy, error) {
	c := &Copy{}
	var comments store.Listed[desk.Comment]
	var audits store.Listed[desk.Audit]
	var err error
	for _, read := range []func() error{
		func() error { c.Config, err = tx.Config(ctx); return err },
		func() error { c.Agreement, err = tx.FindAgreement(ctx, a); return err },
		func() error { c.Ticket, err = tx.Ticket(ctx, t); return err },
		func() error { c.Share, err = tx.TicketShare(ctx, t, a); return err },
		func() error {
			comments, err = tx.Comments(ctx, t, store.CommentFilter{}, store.Page{Limit: 5000})
			return err
		},
		func() error { audits, err = tx.Audits(ctx, t, store.Page{Limit: 5000}); return err },
		func() error { c.Timeline, err = tx.ShareDeliveries(ctx, c.Share.ID, 0, 500); return err },
	} {
		if err := read(); err != nil {
			return nil, err
		}
	}
	c.Comments, c.Audits = comments.Items, audits.Items
	return c, nil
}

// MarkTag begins the tags by which Compare knows what left: each is set once, by one desk.
const MarkTag = "mark_"

// Compare tells what is wrong between the desk that shared a ticket and the one that received it: items that differ, comments
// that are missing or doubled, and what left although it was committed after an end (share-life §1, §3).
func Compare(sender, receiver *Copy) []string {
	c := comparison{}
	a, b := historyOf(sender, false), historyOf(receiver, true)
	if a.begins > 1 {
		b.again() // of the beginnings after the first the receiver's audits do not tell
	}
	c.states(sender, receiver, b)
	c.comments(sender, receiver, a, b)
	c.comments(receiver, sender, b, a)
	c.marks(receiver, a)
	c.marks(sender, b)
	if sender.Share.State == desk.ShareLive && receiver.Share.State == desk.ShareLive {
		c.items(sender, receiver)
	}
	return c.faults
}

type comparison struct{ faults []string }

func (c *comparison) fault(format string, args ...any) {
	c.faults = append(c.faults, fmt.Sprintf(format, args...))
}

// states: both know whether the ticket is shared. Of an end by the desk that received it the other hears at its next word.
func (c *comparison) states(sender, receiver *Copy, h *history) {
	x, y := sender.Share, receiver.Share
	switch {
	case x.State == y.State && (x.State == desk.ShareLive || x.State == desk.ShareEnded):
	case x.State == desk.ShareLive && y.State == desk.ShareEnded && h.ends > 0:
	default:
		c.fault("the share is %s (%s, %s) at the sender, %s (%s, %s) at the receiver", x.State, x.StateBy, x.Reason, y.State, y.StateBy, y.Reason)
	}
}

// comments: what one desk said is at the other as often as was promised, in order.
func (c *comparison) comments(from, to *Copy, said, heard *history) {
	here, there := bodies(from.Comments), bodies(to.Comments)
	var sent []string
	for _, one := range from.Comments {
		p, own := said.comments[one.ID]
		if !own || one.LocalOnly {
			continue
		}
		if heard.ends > 0 && p == must {
			p = may // the other desk stopped listening some time
		}
		if n := count(here, one.Body); n != 1 {
			c.fault("%q is %d times at the desk where it was said", one.Body, n)
		}
		if n := count(there, one.Body); n > 1 || p == must && n != 1 || p == mayNot && n != 0 {
			c.fault("%q, which %s, is %d times at the other desk", one.Body, p, n)
		}
		if slices.Contains(there, one.Body) {
			sent = append(sent, one.Body)
		}
	}
	arrived := slices.DeleteFunc(slices.Compact(slices.Clone(there)), func(body string) bool { return !slices.Contains(sent, body) })
	if !slices.Equal(sent, arrived) {
		c.fault("comments %q arrived as %q", sent, arrived)
	}
}

// marks: nothing left that was set after an end.
func (c *comparison) marks(to *Copy, h *history) {
	for tag, p := range h.marks {
		if p == mayNot && slices.Contains(to.Ticket.Tags, tag) {
			c.fault("the tag %s left although the share had ended", tag)
		}
	}
}

// items: every synced item is the same, but what one of the two cannot hold and knows so.
func (c *comparison) items(a, b *Copy) {
	if a.Ticket.Subject != b.Ticket.Subject {
		c.fault("the subject is %q and %q", a.Ticket.Subject, b.Ticket.Subject)
	}
	if x, y := a.word(), b.word(); x != y && x+y != "newopen" && x+y != "opennew" { // what was opened is never new again
		c.fault("the status is %s and %s", x, y)
	}
	ofFields := append(a.optionTags(), b.optionTags()...)
	if x, y := without(a.Ticket.Tags, ofFields), without(b.Ticket.Tags, ofFields); !slices.Equal(x, y) {
		c.fault("tags are %v and %v", without(x, y), without(y, x))
	}
	fields, others := sharing.SyncedFields(a.Config), sharing.SyncedFields(b.Config)
	for title, f := range fields {
		g := others[title]
		if g == nil {
			continue
		}
		x, y := a.Ticket.Fields[f.ID], b.Ticket.Fields[g.ID]
		unlike := f.Type != g.Type || f.Regexp != g.Regexp || !slices.Equal(values(f), values(g))
		if !same(x, y) && !(unlike && sameNumber(x, y)) && !(unlike && (a.notHeld(title) || b.notHeld(title))) {
			c.fault("%s is %q and %q", f.Title, x, y)
		}
	}
}

// word is the ticket's status as it travels.
func (c *Copy) word() string { return sharing.StatusWordsOf(c.Agreement).Stated(c.Ticket.Status) }

// notHeld tells whether the desk knows that one of the two cannot hold the other's value.
func (c *Copy) notHeld(title string) bool {
	item, sync := sharing.ItemField(title), c.Share.Sync
	_, here := sync.NotHeldHere[item]
	_, there := sync.NotHeldThere[item]
	_, ours := sync.Ours[item]
	return here || there || ours
}

func (c *Copy) optionTags() (all []string) {
	for _, f := range c.Config.Fields {
		all = append(append(all, values(&f)...), f.Tag)
	}
	return all
}

func values(f *desk.TicketField) (all []string) {
	for _, o := range f.Options {
		all = append(all, o.Value)
	}
	slices.Sort(all)
	return all
}

func without(list, some []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(some, s) })
}

func same(x, y desk.FieldValue) bool {
	no := func(v desk.FieldValue) bool { return len(v) == 0 || v.Text() == "false" }
	return slices.Equal(x, y) || no(x) && no(y)
}

// sameNumber: a text and a number may be one value that each type spells in its own way.
func sameNumber(x, y desk.FieldValue) bool {
	a, errA := strconv.ParseFloat(x.Text(), 64)
	b, errB := strconv.ParseFloat(y.Text(), 64)
	return errA == nil && errB == nil && a == b
}

func bodies(all []desk.Comment) (out []string) {
	for _, c := range all {
		out = append(out, c.Body)
	}
	return out
}

func count(list []string, one string) (n int) {
	for _, s := range list {
		if s == one {
			n++
		}
	}
	return n
}

// String tells what a failed test shows of a copy.
func (c *Copy) String() string {
	s := c.Share
	out := fmt.Sprintf("%s: share %s by %q, %q, episode %d, sent %d, received %d, sync %+v\n  status %s, tags %v", c.Config.Account.Name, s.State, s.StateBy, s.Reason,
		s.Episode, s.SentSeq, s.ReceivedSeq, s.Sync, c.Ticket.Status, c.Ticket.Tags)
	for _, d := range slices.Backward(c.Timeline) {
		way := "out"
		if d.Inbound {
			way = "in "
		}
		out += fmt.Sprintf("\n  %s %s %s #%d seen %d %s: %s; %d %s %s", d.CreatedAt.Format("05.000000"), way, d.Kind, d.Seq, d.Seen, d.State,
			strings.TrimSpace(d.Summary), d.Code, d.Answer, d.Body)
	}
	return out
}
