package notify

import (
	"slices"
	"strings"

	"interdesk/desk"
)

// notice is something that people hear: a rule's templates, or the comment for those who follow the ticket.
type notice struct {
	action   string // notification_user, …; "" of followers
	target   string
	subject  string
	body     string
	place    int // which of the update's notices it is
	hearers  []hearer
	follower bool
	survey   bool // asks the requester whether they are satisfied, whatever else they hear of the update
}

// hearer is somebody whom a notice names, and why they do not get it.
type hearer struct {
	user   desk.User
	cc     bool
	cause  string // "" when they do
	reason string
}

// The causes for which a letter is not sent.
const (
	CauseNoAddress     = "no_address"
	CauseSuspended     = "suspended"
	CauseDeleted       = "deleted"
	CausePartner       = "partner"       // a person at a partner's desk
	CauseUndeliverable = "undeliverable" // mail to the address does not arrive, or no person reads it
	CauseOwnAddress    = "own_address"   // one of our support addresses
	CausePrivate       = "private"       // an end user, and what was said is private
	CauseNothingPublic = "nothing_public"
	CauseMachine       = "machine" // a machine wrote the update
	CausePaused        = "paused"
	CauseHelpDesk      = "help_desk" // another help desk, which had its automatic mail
	CauseShared        = "shared"    // another help desk, with which this ticket is shared
	CauseHadIt         = "had_it"    // was copied on the mail by which the comment came
)

// reasons are the causes as sentences for staff.
var reasons = map[string]string{
	CauseNoAddress:     "They have no e-mail address.",
	CauseSuspended:     "They are suspended.",
	CauseDeleted:       "They were deleted.",
	CausePartner:       "They work at a partner's help desk, which hears by sharing.",
	CauseUndeliverable: "Mail to their address does not arrive, or no person reads it.",
	CauseOwnAddress:    "The address is one of this help desk's own.",
	CausePrivate:       "What happened is for staff alone.",
	CauseNothingPublic: "Nothing was said that customers may read.",
	CauseMachine:       "A program wrote the update, and programs get no automatic answer.",
	CausePaused:        "Automatic mail to the address is paused on this ticket.",
	CauseHelpDesk:      "The address belongs to another help desk, which gets one automatic mail a ticket; people's answers always go.",
	CauseShared:        "The address belongs to a help desk with which this ticket is shared: it hears by that.",
	CauseHadIt:         "They got the mail by which this came.",
}

// notices are what an update has people hear, each of them once, in the order in which the rules asked.
func (u *update) notices() []notice {
	var out []notice
	told := map[desk.UserID]bool{}
	for i := range u.audit.Events {
		e := &u.audit.Events[i]
		if !isNotice(e) {
			continue
		}
		n := notice{action: e.Notice.Action, target: e.Notice.Target, subject: e.Notice.Subject, body: e.Notice.Body, place: i + 1}
		n.hearers = u.hearers(&n, u.config.Recipients(e.Notice, &u.ticket, u.audit.Author), told)
		out = append(out, n)
	}
	if n, wanted := u.survey(out); wanted {
		n.hearers = u.hearers(&n, []desk.UserID{u.ticket.Requester}, map[desk.UserID]bool{})
		out = append(out, n)
	}
	if u.comment != nil && len(u.ticket.Followers) > 0 {
		n := notice{subject: followerSubject, body: followerBody, follower: true}
		n.hearers = u.hearers(&n, u.ticket.Followers, told)
		out = append(out, n)
	}
	return slices.DeleteFunc(out, func(n notice) bool { return len(n.hearers) == 0 })
}

// What those who follow a ticket get.
const (
	followerSubject = "[{{ticket.account}}] Re: {{ticket.title}}"
	followerBody    = "Request #{{ticket.id}}, which you follow, has a new comment.\n\n{{ticket.comments_formatted}}"
)

// Told are the people whom rules tell of an update by mail, each once, in the order in which the rules asked. Whether mail
// reaches them is not looked at.
func Told(a *desk.Applied) (ids []desk.UserID) {
	u := &update{config: a.Config, ticket: a.Ticket, audit: a.Audit, comment: a.Comment, created: a.Before == nil}
	for i := range a.Audit.Events {
		e := &a.Audit.Events[i]
		if !isNotice(e) {
			continue
		}
		for _, id := range e.Notice.To {
			if !slices.Contains(ids, id) && !u.isOwnDoing(&notice{target: e.Notice.Target}, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// hearers are those of the named whom the notice concerns. Who was told of the update already, and who did it, are not
// among them.
func (u *update) hearers(n *notice, ids []desk.UserID, told map[desk.UserID]bool) (out []hearer) {
	for _, id := range ids {
		p, known := u.people[id]
		if !known || told[id] || u.isOwnDoing(n, id) {
			continue
		}
		h := hearer{user: p, cc: n.target == "requester_and_ccs" && id != u.ticket.Requester}
		if h.cause = u.causeNot(n, &h); h.cause == "" {
			told[id] = true
		}
		h.reason = reasons[h.cause]
		out = append(out, h)
	}
	return out
}

// isOwnDoing: nobody is told what they did themselves, unless a rule speaks to whoever did it. That a new request has arrived
// is not what the requester did.
func (u *update) isOwnDoing(n *notice, id desk.UserID) bool {
	author := id == u.audit.Author || u.comment != nil && id == u.comment.Author
	isReceipt := u.created && id == u.ticket.Requester && (n.target == "requester_id" || n.target == "requester_and_ccs")
	return author && n.target != "current_user" && !isReceipt && !n.survey
}

// causeNot says why somebody does not get a notice, "" when they do.
func (u *update) causeNot(n *notice, h *hearer) string {
	p := &h.user
	address := strings.ToLower(p.Email)
	switch {
	case p.Foreign != 0:
		return CausePartner
	case !p.Active:
		return CauseDeleted
	case p.Suspended:
		return CauseSuspended
	case address == "":
		return CauseNoAddress
	case desk.OwnAddress(u.config.Addresses, address):
		return CauseOwnAddress
	case u.states[address] != "":
		return CauseUndeliverable
	case p.Role.Staff():
		return ""
	}
	return u.causeNotOutside(n, h, address)
}

// causeNotOutside is about end users (rules.md §4.5).
func (u *update) causeNotOutside(n *notice, h *hearer, address string) string {
	talk := u.talks[address]
	switch {
	case u.comment != nil && !u.comment.Public && !n.survey, !u.ticket.Public:
		return CausePrivate
	case n.target == "requester_and_ccs" && u.comment == nil:
		return CauseNothingPublic
	case slices.Contains(u.audit.Via.Flags, desk.FlagAutomatic):
		return CauseMachine
	case u.isShared(address):
		return CauseShared
	case h.cc && !u.created && u.hadItHere[address]:
		return CauseHadIt
	case u.isHuman(h) || talk.TakesAutomatic():
		return ""
	case talk.Paused():
		return CausePaused
	}
	return CauseHelpDesk
}

// isHuman tells whether what the hearer gets are a person's words to them: said in public, and by somebody else.
func (u *update) isHuman(h *hearer) bool {
	return u.comment != nil && u.comment.Public && u.comment.Author != h.user.ID && u.audit.Author != 0 &&
		!slices.Contains(u.audit.Via.Flags, desk.FlagAutomatic)
}

// isShared tells whether the address is of a help desk that hears of this very ticket by a share. One that is not live, or no
// longer, does not count: then mail goes on.
func (u *update) isShared(address string) bool {
	host := u.desks[address]
	return host != "" && slices.ContainsFunc(u.ticket.Shares, func(s desk.ShareRef) bool {
		return s.State == desk.ShareLive && desk.HostOf(u.config.Agreements[s.Agreement].RemoteURL) == host
	})
}
