package desk

import (
	"net/url"
	"slices"
	"strings"
)

func (x *edit) editSharing(e Edits) {
	share, unshare := slices.Clone(e.Share), slices.Clone(e.Unshare)
	for _, s := range x.next.Shares {
		if s.Active() && !s.Inbound && (e.UnshareAll || (e.Sharing != nil && !slices.Contains(*e.Sharing, s.Agreement))) {
			unshare = append(unshare, s.Agreement)
		}
	}
	if e.Sharing != nil {
		share = append(share, *e.Sharing...)
	}
	for _, a := range share {
		x.share(a)
	}
	for _, a := range unshare {
		x.unshare(a)
	}
}

func (x *edit) share(id AgreementID) {
	if ref, active := x.next.ActiveShare(id); active && (ref.State != ShareFailed || x.by != nil) {
		return
	}
	if why := x.whyNotShare(id); why != "" {
		x.faults.Add("sharing_agreement_ids", "InvalidValue", "Sharing: "+why)
		return
	}
	refs := slices.DeleteFunc(slices.Clone(x.next.Shares), func(s ShareRef) bool { return s.Agreement == id })
	x.next.Shares = append(refs, ShareRef{Agreement: id, State: ShareSending})
	x.recordSharing(SharingStep{Agreement: id, Ticket: x.next})
	x.events = append(x.events, Event{ID: EventID(x.NewID()), Type: EventSharing, Agreement: id, Action: ActionShared, Via: x.by})
}

// whyNotShare says what stands in the way of beginning a share, "" for nothing. What a person or the partner has ended, a
// rule that still holds does not begin anew with the next update.
func (x *edit) whyNotShare(id AgreementID) string {
	a, ok := x.Config.Agreements[id]
	switch {
	case !ok:
		return "no sharing agreement has this id"
	case a.Inbound:
		return "the agreement with " + a.Name + " lets them share with you; to share with them, send an invitation of your own"
	case !a.Usable():
		return "the agreement with " + a.Name + " is " + string(a.Status) + "; only an accepted one shares tickets"
	case x.next.Status == Closed:
		return "a closed ticket cannot be shared"
	case x.by != nil && x.next.SharingBarred(id):
		return "sharing with " + a.Name + " was ended or refused; rules do not begin it again until somebody shares the ticket by hand"
	}
	for _, s := range x.next.Shares {
		if s.Active() && s.Inbound && sameDesk(x.Config.Agreements[s.Agreement].RemoteURL, a.RemoteURL) {
			return "the ticket came from " + a.Name + "; sharing it back would make a loop"
		}
	}
	return ""
}

func sameDesk(a, b string) bool {
	x, errA := url.Parse(a)
	y, errB := url.Parse(b)
	return errA == nil && errB == nil && x.Host != "" && strings.EqualFold(x.Host, y.Host) && x.Path == y.Path
}

func (x *edit) unshare(id AgreementID) {
	i := slices.IndexFunc(x.next.Shares, func(s ShareRef) bool { return s.Agreement == id && s.Active() })
	if i < 0 {
		return
	}
	x.next.Shares = slices.Clone(x.next.Shares)
	x.next.Shares[i].State, x.next.Shares[i].Barred = ShareEnding, x.by == nil
	x.recordSharing(SharingStep{Agreement: id, End: true})
	x.events = append(x.events, Event{ID: EventID(x.NewID()), Type: EventSharing, Agreement: id, Action: ActionUnshared, Via: x.by})
}

// recordSharing notes one beginning or end of a share, and whose doing it is.
func (x *edit) recordSharing(s SharingStep) {
	if x.by != nil {
		s.ByRule, s.Trigger = true, x.by.Trigger
	}
	x.steps = append(x.steps, s)
}

// tellShareResults has the ticket's history, and the conditions of triggers, know what became of its shares.
func (x *edit) tellShareResults(list []ShareResult) {
	for _, r := range list {
		i := slices.IndexFunc(x.next.Shares, func(s ShareRef) bool { return s.Agreement == r.Agreement })
		switch {
		case !x.Actor.System || x.Via.Channel != ChannelDelivery || x.by != nil:
			x.faults.Add("sharing", "InvalidValue", "Sharing: only the desk itself tells what became of a share")
		case r.Action != ActionDelivered && r.Action != ActionFailed:
			x.faults.Add("sharing", "InvalidValue", "Sharing: a share is delivered or failed, not "+r.Action)
		case i < 0:
			x.faults.Add("sharing", "InvalidValue", "Sharing: the ticket was not shared under this agreement")
		default:
			x.next.Shares = slices.Clone(x.next.Shares)
			x.next.Shares[i].State = r.after(x.next.Shares[i].State)
			x.events = append(x.events, Event{ID: EventID(x.NewID()), Type: EventSharing, Agreement: r.Agreement, Action: r.Action})
		}
	}
}
