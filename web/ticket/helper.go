package ticket

import (
	"context"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"interdesk/desk"
	"interdesk/rule"
	"interdesk/web/text"
)

func link(path string) templ.SafeURL { return templ.SafeURL(path) }

func versionText(m *model) string { return strconv.FormatInt(m.Ticket.Version, 10) }

func followUp(m *model) string { return "/agent/tickets/new?followup=" + number(m.Ticket.ID) }

// eventsQuery keeps a page that shows events at showing them.
func eventsQuery(t Thread, before string) string {
	if t.Events {
		return before + "events=1"
	}
	return ""
}

func (t Thread) earlierPath() string {
	return Path(t.Ticket) + "?before=" + t.Earlier + eventsQuery(t, "&")
}

// viaText is where something came from.
func viaText(ctx context.Context, v desk.Via) string {
	switch v.Channel {
	case desk.ChannelWeb, desk.ChannelBatch:
		return text.T(ctx, "ticket.via.web")
	case desk.ChannelMail:
		return text.T(ctx, "ticket.via.mail")
	case desk.ChannelRule:
		return text.T(ctx, "ticket.via.rule", v.Title)
	case desk.ChannelProblem:
		return text.T(ctx, "ticket.via.problem", "#"+number(v.Source))
	case desk.ChannelMerge:
		return text.T(ctx, "ticket.via.merge", "#"+number(v.Source))
	case desk.ChannelClosed:
		return text.T(ctx, "ticket.via.followup", "#"+number(v.Source))
	case desk.ChannelSharing:
		return text.T(ctx, "ticket.via.sharing", v.Partner)
	case desk.ChannelDelivery:
		return text.T(ctx, "ticket.via.delivery", v.Partner)
	case desk.ChannelImport:
		return text.T(ctx, "ticket.via.import")
	}
	return text.T(ctx, "ticket.via.api")
}

// Doubt is what staff should know of a comment before they trust it.
type Doubt struct {
	Words, Hint string
	Serious     bool // it speaks against the author
}

// doubts says the flags of a comment in words.
func doubts(ctx context.Context, v desk.Via) []Doubt {
	out := make([]Doubt, len(v.Flags))
	for i, f := range v.Flags {
		key := "ticket.flag." + strconv.Itoa(int(f))
		out[i] = Doubt{text.T(ctx, key), text.T(ctx, key+".hint"), !f.Trusted()}
	}
	return out
}

// shownStatus is what the main button submits as: what a macro or the writer chose, else what the ticket has. Somebody
// who answers a new ticket works on it.
func shownStatus(w Writing) desk.Status {
	switch {
	case w.Status != "":
		return w.Status
	case w.Now == "" || w.Now == desk.New:
		return desk.Open
	}
	return w.Now
}

// mainStatus is the main button's value: "" leaves the status as it is, also if it changed meanwhile.
func mainStatus(w Writing) string {
	if shownStatus(w) == w.Now {
		return ""
	}
	return string(shownStatus(w))
}

func statusKey(s desk.Status) string {
	return map[desk.Status]string{desk.Open: "Ctrl Alt O", desk.Pending: "Ctrl Alt P", desk.Hold: "Ctrl Alt H", desk.Solved: "Ctrl Alt S"}[s]
}

func hideWords(ctx context.Context, s *CommentItem) string {
	if s.Partner != "" {
		return text.T(ctx, "ticket.hide.sure.partner", s.Partner)
	}
	if len(s.Audience) > 0 {
		return text.T(ctx, "ticket.hide.sure.audience", strings.Join(s.Audience, ", "))
	}
	return text.T(ctx, "ticket.hide.sure")
}

// agreementName is whom a share goes to.
func agreementName(w Writing, id desk.AgreementID) string {
	if name := w.Partners[id]; name != "" {
		return name
	}
	return "#" + number(id)
}

func subjectOf(ctx context.Context, subject string) string {
	if subject == "" {
		return text.T(ctx, "ticket.nosubject")
	}
	return subject
}

func ruleTitle(title string, id desk.TriggerID) string {
	if title == "" {
		return "#" + number(id)
	}
	return title
}

func reasonText(ctx context.Context, l rule.Explanation) string {
	switch l.Verdict {
	case "none_of_any":
		return text.T(ctx, "ticket.why.noneofany")
	case "not_looked":
		return text.T(ctx, "ticket.why.notlooked")
	}
	return text.T(ctx, "ticket.why.condition")
}

// withoutWhy is an update without the link to why, which stands beside it.
func withoutWhy(u *Update) *Update {
	v := *u
	v.Looked = false
	return &v
}
