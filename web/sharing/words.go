package sharing

import (
	"bytes"
	"context"
	"encoding/json"
	"net/url"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/agreement"
	"interdesk/web/text"
	"interdesk/web/ui"
)

func number[T ~int64](id T) string { return strconv.FormatInt(int64(id), 10) }

func directionName(inbound bool) string {
	if inbound {
		return "in"
	}
	return "out"
}

// needsAttention tells whether somebody should look at a share.
func needsAttention(s *sharing.ShareStatus) bool { return toneOf(s) == "bad" }

// toneOf is how a share is to be coloured; words say the same.
func toneOf(s *sharing.ShareStatus) string {
	switch s.Phase {
	case sharing.InSync:
		return "good"
	case sharing.Ended, sharing.Stopped:
		return "quiet"
	case sharing.Waiting, sharing.Paused:
		return "warn"
	case sharing.Sending, sharing.Ending, sharing.Slowed:
		if !s.IsFailing() && s.Agreement.PausedBy != desk.PausedByPartner {
			return "warn"
		}
	}
	return "bad"
}

// hasArrived tells whether the partner has the ticket.
func hasArrived(s *desk.Share) bool { return s.Inbound || !s.DeliveredAt.IsZero() }

func arrivedName(s *desk.Share) string {
	if hasArrived(s) {
		return "there"
	}
	return "never"
}

// chipWords is how a share does, in few words.
func chipWords(ctx context.Context, s *sharing.ShareStatus) string {
	words := ""
	switch s.Phase {
	case sharing.Waiting:
		return text.T(ctx, "sharing.chip.waiting", s.Open())
	case sharing.Ending:
		words = text.N(ctx, "sharing.chip.ending", s.Open())
	default:
		words = text.T(ctx, "sharing.phase."+string(s.Phase))
	}
	if needsAttention(s) && s.Cause != desk.CauseNone {
		words += ": " + text.T(ctx, "sharing.cause."+string(s.Cause))
	}
	return words
}

// agoWords is a past time, to the second while it is fresh: a share that is in step was so a moment ago.
func agoWords(ctx context.Context, t time.Time) string {
	d := ui.FrameOf(ctx).Now.Sub(t)
	if t.IsZero() || d >= time.Minute || d < 0 {
		return ui.Ago(ctx, t)
	}
	return text.T(ctx, "sharing.seconds", int(d.Seconds()))
}

// standingTitle is what a chip says on hover: the whole reason.
func standingTitle(ctx context.Context, s *sharing.ShareStatus) string {
	words := text.T(ctx, "sharing.direction."+directionName(s.Share.Inbound))
	if s.Reason != "" {
		words += " – " + s.Reason
	}
	return words
}

// unheldTitle names what one of the desks cannot hold.
func unheldTitle(ctx context.Context, u sharing.Unheld) string {
	if _, isField := sharing.FieldOf(u.Item); isField {
		return u.Title
	}
	return text.T(ctx, "sharing.item."+u.Title)
}

// shortenValue is a value that may be long.
func shortenValue(v string) string { return sharing.Shorten(v, 80) }

// asksByNote tells whether a note written on the ticket reaches the partner's agents.
func asksByNote(v *shareView) bool { return v.Share.State.Active() && v.Agreement.ShareNotes }

// askPath leads to the ticket with a note to the partner prepared about something that it cannot hold.
func askPath(s *desk.Share, item string) string {
	return ticketPath(s.Ticket) + "?" + url.Values{"ask": {number(s.ID)}, "item": {item}}.Encode()
}

// indentJSON is a message as people can read it; one that was cut short stays as it is.
func indentJSON(body string) string {
	var b bytes.Buffer
	if json.Indent(&b, []byte(body), "", "  ") != nil {
		return body
	}
	return b.String()
}

// previewRunes is how much of a comment a preview shows.
const previewRunes = 600

func shortenBody(body string) string {
	if r := []rune(body); len(r) > previewRunes {
		return string(r[:previewRunes]) + "…"
	}
	return body
}

// confirmAttributes asks before a form is sent, where there are words for it.
func confirmAttributes(words string) templ.Attributes {
	if words == "" {
		return nil
	}
	return templ.Attributes{"data-confirm": words}
}

// hostOf is the host of a sharing URL, as an admin must see it.
func hostOf(raw string) string {
	if u, err := url.Parse(raw); err == nil && u.Host != "" {
		return u.Host
	}
	return raw
}

// isUnanswered tells whether an invitation has no answer yet.
func isUnanswered(s desk.AgreementStatus) bool {
	return s == desk.AgreementPending || s == desk.AgreementFailed || s == desk.AgreementSSLError || s == desk.AgreementConfigurationError
}

// roleInProtocol is what the protocol calls us in an agreement.
func roleInProtocol(a *desk.Agreement) string {
	if a.Inbound {
		return "receiver"
	}
	return "sender"
}

// mainLine is the agreement that a partner's name leads to: ours, else theirs.
func mainLine(p agreement.Partner) *agreement.Line {
	out, in := p.Current(false), p.Current(true)
	if out == nil || in != nil && !out.Usable() && in.Usable() {
		return in
	}
	return out
}

func lineState(l *agreement.Line) string {
	if l == nil {
		return directionState(nil)
	}
	return directionState(&l.Agreement)
}

// remedyKey names what an admin can do about an agreement that is in trouble: the end of a key.
func remedyKey(a *desk.Agreement) string {
	switch {
	case a.Inbound && a.Status == desk.AgreementFailed:
		return "unknown"
	case a.InForce() && a.Paused():
		return "paused." + string(a.PausedBy)
	case a.InForce():
		return "trying"
	case a.Inbound:
		return "none"
	}
	switch a.Status {
	case desk.AgreementPending:
		return "trying"
	case desk.AgreementSSLError:
		return "certificate"
	case desk.AgreementConfigurationError:
		return "address"
	case desk.AgreementFailed:
		return "failed"
	}
	return "none"
}

// notesHint says of internal notes also since when they travel, where earlier ones stay.
func notesHint(ctx context.Context, a *desk.Agreement) string {
	words := text.T(ctx, "sharing.new.notes.hint")
	if a.IsTracker() {
		words = text.T(ctx, "tracker.notes.hint")
	}
	if a.ShareNotes && !a.NotesSince.IsZero() {
		words += " " + text.T(ctx, "sharing.settings.notes.since", ui.Exact(ctx, a.NotesSince))
	}
	return words
}

// deliveryTense tells whether a message has come, was sent, is to be sent, or was not.
func deliveryTense(d *desk.Delivery) string {
	switch {
	case d.Inbound:
		return "in"
	case d.State == desk.DeliveryDone:
		return "out"
	case d.State == desk.DeliveryDead || d.State == desk.DeliverySkipped:
		return "not"
	}
	return "next"
}
