package sharing

import (
	"context"

	"interdesk/desk"
	"interdesk/sharing/agreement"
	"interdesk/web/text"
	"interdesk/web/ui"
)

// agreementStep is one thing that one of the two desks must do.
type agreementStep struct {
	state  string // "done", "wait", "todo", "optional", "failed"
	who    string
	words  string // a sentence
	action string // what we can press for it; ""
	label  string // on the button, a key
}

// steps tells who has done what and who must do what next, first for our direction, then for the other.
func (m *agreementModel) steps(ctx context.Context) []agreementStep {
	first, second := m.outSteps(ctx), m.inSteps(ctx)
	if m.line.Inbound {
		first, second = second, first
	}
	return append(first, second...)
}

func (m *agreementModel) partnerName() string { return m.partner.Name() }

// outSteps: we invite, they accept.
func (m *agreementModel) outSteps(ctx context.Context) []agreementStep {
	t := func(key string) string { return text.T(ctx, key, m.partnerName()) }
	us, them := text.T(ctx, "sharing.step.you"), m.partnerName()
	if m.out == nil {
		s := agreementStep{state: "optional", who: us, words: t("sharing.step.invite")}
		if m.in != nil && m.in.Usable() {
			s.action, s.label = "invite-back", "sharing.step.invite.button"
		}
		return []agreementStep{s}
	}
	sent := agreementStep{state: "done", who: us, words: t("sharing.step.invited")}
	answer := agreementStep{state: "wait", who: them, words: t("sharing.step.accept")}
	switch m.out.Status {
	case desk.AgreementAccepted:
		answer.state, answer.words = "done", t("sharing.step.accepted")
	case desk.AgreementDeclined:
		answer.state, answer.words = "failed", t("sharing.step.declined")
	case desk.AgreementInactive:
		answer.state, answer.words = "failed", t("sharing.step.inactive")
	case desk.AgreementPending:
		if m.out.Waiting+m.out.Failing > 0 {
			sent.state, sent.words = "wait", t("sharing.step.sending")
			answer.state = "todo"
		}
	default:
		sent.state, sent.words, answer.state = "failed", t("sharing.step.lost"), "todo"
		if m.out.ID == m.line.ID {
			sent.action, sent.label = "retry", "action.retry"
		}
	}
	return []agreementStep{sent, answer}
}

// inSteps: they invite, we accept.
func (m *agreementModel) inSteps(ctx context.Context) []agreementStep {
	t := func(key string) string { return text.T(ctx, key, m.partnerName()) }
	us, them := text.T(ctx, "sharing.step.you"), m.partnerName()
	wished := m.out != nil && !m.out.WishedAt.IsZero() && ui.FrameOf(ctx).Now.Sub(m.out.WishedAt) < agreement.InvitationsLast
	if m.in == nil {
		s := agreementStep{state: "optional", who: them, words: t("sharing.step.theyinvite")}
		switch {
		case wished && m.line.ID == m.out.ID:
			s.state, s.words, s.action, s.label = "wait", t("sharing.step.awaited"), "unawait", "sharing.step.unawait"
		case m.out != nil && m.line.ID == m.out.ID && (m.out.Usable() || m.out.Status == desk.AgreementPending):
			s.action, s.label = "await", "sharing.step.await"
		}
		return []agreementStep{s}
	}
	invited := agreementStep{state: "done", who: them, words: t("sharing.step.theyinvited")}
	answer := agreementStep{state: "todo", who: us, words: t("sharing.step.youaccept")}
	switch m.in.Status {
	case desk.AgreementAccepted:
		answer.state, answer.words = "done", t("sharing.step.youaccepted")
	case desk.AgreementDeclined:
		answer.state, answer.words = "failed", t("sharing.step.youdeclined")
	case desk.AgreementInactive:
		answer.state, answer.words = "failed", t("sharing.step.inactive")
	case desk.AgreementFailed:
		answer.state, answer.words = "failed", t("sharing.step.unknown")
	}
	return []agreementStep{invited, answer}
}

// agreementTerm is one thing that an agreement settles, in plain words.
type agreementTerm struct {
	on  bool
	key string
}

// termsOf tells what travels under an agreement, from our side of it.
func termsOf(a *desk.Agreement) []agreementTerm {
	side := "out"
	if a.Inbound {
		side = "in"
	}
	word := func(name string, on bool) agreementTerm {
		if on {
			return agreementTerm{true, "sharing.term." + side + "." + name}
		}
		return agreementTerm{false, "sharing.term." + side + ".no" + name}
	}
	return []agreementTerm{word("public", a.Terms.PublicComments), word("tags", a.Terms.SyncTags), word("fields", a.Terms.SyncFields), word("notes", a.ShareNotes)}
}

// directionState is how one arrow of the drawing looks: in force, on the way to it, failed, over or not there.
func directionState(a *desk.Agreement) string {
	switch {
	case a == nil:
		return "none"
	case a.Usable() && a.Paused():
		return "paused"
	case a.Usable():
		return "open"
	case a.Status == desk.AgreementPending:
		return "pending"
	case isUnanswered(a.Status):
		return "failed"
	}
	return "closed"
}
