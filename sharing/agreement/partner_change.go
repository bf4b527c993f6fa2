package agreement

import (
	"context"
	"net/http"
	"strings"
	"time"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/wire"
	"interdesk/store"
)

// TakeChange carries out a partner's PUT or DELETE of an agreement. Members equal to what holds change nothing, whoever repeats them (nhd §5.1).
func (s *Service) TakeChange(ctx context.Context, id desk.AgreementID, m Message) error {
	moves := false
	err := s.store.Account(m.Account).Write(ctx, func(tx *store.Tx) error {
		a, err := tx.LockAgreement(ctx, id)
		if err != nil {
			return err
		}
		before := a
		defer func() { moves = a.MovedTo != "" }()
		if err := s.takeMembers(&a, m.Body); err != nil {
			return err
		}
		summary, err := takeStatus(&a, m.Body)
		if err != nil {
			return err
		}
		if m.Dialect != desk.DialectUnknown {
			a.Dialect = m.Dialect
		}
		if agreementsEqual(before, a) {
			return tx.RecordContact(ctx, a.ID, m.At)
		}
		if a.MovedTo != before.MovedTo {
			if err := s.enqueueMove(ctx, tx, a); err != nil {
				return err
			}
		}
		a.LastSeenAt, a.UpdatedAt = m.At, m.At
		if a.PausedBy == desk.PausedByPartner && before.Status != a.Status {
			if err := s.unpause(ctx, tx, &a); err != nil { // what the partner refused was sent under the former status
				return err
			}
		}
		if err := tx.UpdateAgreement(ctx, &a); err != nil {
			return err
		}
		if err := s.afterStatus(ctx, tx, before.Status, a); err != nil {
			return err
		}
		return s.noteMessage(ctx, tx, a, m, sharing.KindAgreement, summary)
	})
	if err == nil && moves {
		return sharing.Busy("The new address is not confirmed here yet.", "5")
	}
	return err
}

func agreementsEqual(a, b desk.Agreement) bool {
	return a.Name == b.Name && a.Status == b.Status && a.DeactivatedBy == b.DeactivatedBy && a.RemoteURL == b.RemoteURL && a.MovedTo == b.MovedTo && a.Dialect == b.Dialect
}

// takeMembers checks and takes everything but the status. The speaker is the side that we are not (nhd §7).
func (s *Service) takeMembers(a *desk.Agreement, m wire.Agreement) error {
	flags := []struct {
		stated wire.Opt[bool]
		holds  bool
		name   string
	}{
		{m.SyncTags, a.Terms.SyncTags, "sync_tags"},
		{m.SyncCustomFields, a.Terms.SyncFields, "sync_custom_fields"},
		{m.AllowsPublicComments, a.Terms.PublicComments, "allows_public_comments"},
	}
	for _, f := range flags {
		if f.stated.IsSet() && f.stated.Value != f.holds {
			return sharing.Refuse(http.StatusUnprocessableEntity, f.name+" is fixed by the invitation; send a new one.")
		}
	}
	speaker := sharing.OurSide(*a).Other()
	theirs, mine := m.SenderURL, m.ReceiverURL
	if speaker == wire.Receiver {
		theirs, mine = mine, theirs
	}
	if stated, ok := mine.Get(); ok && !sharing.SameURL(stated, a.LocalURL) && !sharing.SameURL(stated, a.LocalBefore) {
		return sharing.Refuse(http.StatusUnprocessableEntity, "Only its owner may change a sharing URL.")
	}
	if err := s.moveRemote(a, theirs); err != nil {
		return err
	}
	// A sender that only renames itself means it; others repeat the name with every message, and a receiver states its own
	// where the inviter has chosen one (nhd §5.1).
	if name := strings.TrimSpace(m.Name.Value); name != "" && (a.Name == "" || speaker == wire.Sender && !m.Status.IsSet()) {
		a.Name = sharing.Shorten(name, desk.MaxName)
	}
	return nil
}

// moveRemote lets a partner move its sharing URL within its host. That it has another host must be confirmed (move.go):
// whoever stole a key could else lead all tickets elsewhere.
func (s *Service) moveRemote(a *desk.Agreement, stated wire.Opt[string]) error {
	raw, ok := stated.Get()
	if !ok {
		return nil
	}
	if sharing.SameURL(raw, a.RemoteURL) {
		a.MovedTo = ""
		return nil
	}
	next, err := s.peer.CheckURL(raw)
	if err != nil {
		return sharing.Refuse(http.StatusUnprocessableEntity, "The sharing URL cannot be used: "+err.Error())
	}
	now, err := s.peer.CheckURL(a.RemoteURL)
	switch {
	case err == nil && now.Host == next.Host:
		a.RemoteURL, a.Verified, a.MovedTo = next.String(), false, ""
	case a.InForce() && (a.Peer == desk.PeerInterdesk || a.RemoteSubdomain != ""):
		a.MovedTo = next.String()
	default:
		return sharing.Refuse(http.StatusUnprocessableEntity, "The sharing URL cannot move to another host; send a new invitation.")
	}
	return nil
}

// takeStatus carries out the transitions of nhd §7 and says in words what happened.
func takeStatus(a *desk.Agreement, m wire.Agreement) (string, error) {
	word, stated := m.Status.Get()
	speaker := sharing.OurSide(*a).Other()
	if by, ok := m.DeactivatedBy.Get(); ok && word == wire.StatusInactive && by != string(speaker) && a.Status != desk.AgreementInactive {
		return "", sharing.Refuse(http.StatusUnprocessableEntity, "deactivated_by must name the side that deactivates.")
	}
	if !stated || word == wireStatus(a.Status) {
		return "details of the agreement", nil
	}
	switch from, to := a.Status, desk.AgreementStatus(word); {
	case from == desk.AgreementInactive && to == desk.AgreementAccepted && a.DeactivatedBy == string(speaker):
		a.Status, a.DeactivatedBy = to, ""
		return "reactivated", nil
	case undelivered(from) && (to == desk.AgreementAccepted || to == desk.AgreementDeclined):
		if speaker != wire.Receiver { // nhd §16 row 7: nobody accepts an invitation of its own
			return "", sharing.Refuse(http.StatusUnprocessableEntity, "Only the receiver of an invitation may answer it.")
		}
		a.Status, a.LastError = to, ""
		return word, nil
	case from == desk.AgreementAccepted && to == desk.AgreementInactive, undelivered(from) && to == desk.AgreementInactive && speaker == wire.Sender:
		a.Status, a.DeactivatedBy, a.EndingAt = to, string(speaker), time.Time{}
		return "deactivated", nil
	}
	return "", sharing.Refuse(http.StatusUnprocessableEntity, "The agreement is "+wireStatus(a.Status)+" and cannot become "+word+" this way.")
}

// undelivered are the states of an invitation without an answer. One that we believe lost may have arrived all the same.
func undelivered(st desk.AgreementStatus) bool { return wireStatus(st) == wire.StatusPending }

// afterStatus starts what follows from another status: the end of the shares of an agreement that is over; of one that is in
// force now, what it owes to its shares after a pause, or to a request for both ways.
func (s *Service) afterStatus(ctx context.Context, tx *store.Tx, before desk.AgreementStatus, a desk.Agreement) error {
	if before != a.Status && s.options.Changed != nil {
		if err := s.options.Changed(ctx, tx, a); err != nil {
			return err
		}
	}
	switch {
	case before == desk.AgreementAccepted && !a.InForce():
		return s.enqueueEnd(ctx, tx, a.ID)
	case !a.InForce():
		return nil
	case before == desk.AgreementInactive:
		return s.options.CatchUp(ctx, tx, a.ID)
	case before != a.Status:
		return s.findAnswerTo(ctx, tx, a)
	}
	return nil
}

// noteMessage keeps an inbound message about an agreement, without its key (nhd §16 row 1).
func (s *Service) noteMessage(ctx context.Context, tx *store.Tx, a desk.Agreement, m Message, kind, summary string) error {
	m.Body.AccessKey = wire.Opt[string]{}
	body, err := wire.EncodeAgreement(m.Body)
	if err != nil {
		return err
	}
	return tx.InsertDelivery(ctx, &desk.Delivery{
		ID: desk.DeliveryID(tx.NewID()), Agreement: a.ID, Inbound: true, Kind: kind, Method: m.Method, Summary: summary,
		Body: string(body), State: desk.DeliveryReceived, Attempts: 1, Code: http.StatusOK, CreatedAt: m.At, DoneAt: m.At,
	})
}
