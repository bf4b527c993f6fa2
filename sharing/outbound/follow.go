package outbound

import (
	"context"
	"slices"
	"strings"
	"time"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/wire"
	"interdesk/store"
)

// Follow puts what an update means for partners into their lanes, in the update's own transaction.
func (s *Service) Follow(ctx context.Context, tx *store.Tx, a desk.Applied) error {
	if len(a.Ticket.Shares) == 0 {
		return nil
	}
	for _, id := range desk.Ended(a.Sharing) {
		if err := s.endShare(ctx, tx, a, id); err != nil {
			return err
		}
	}
	shares, err := tx.TicketShares(ctx, a.Ticket.ID)
	if err != nil {
		return err
	}
	begun := desk.Begun(a.Sharing)
	for _, id := range begun {
		if err := s.beginShare(ctx, tx, a, id, shares); err != nil {
			return err
		}
	}
	for _, share := range shares {
		if share.State.Active() && !slices.Contains(begun, share.Agreement) {
			if err := s.sendUpdate(ctx, tx, a, share); err != nil {
				return err
			}
		}
	}
	return nil
}

// endShare stops a share. The partner is told when it was we who shared and we who stop (nhd §8).
func (s *Service) endShare(ctx context.Context, tx *store.Tx, a desk.Applied, id desk.AgreementID) error {
	share, err := tx.TicketShare(ctx, a.Ticket.ID, id)
	if err != nil || !share.State.Active() {
		return sharing.IgnoreMissing(err)
	}
	share.State, share.UpdatedAt = desk.ShareEnded, s.core.Now()
	share.StateBy, share.Reason = endedBy(a, id)
	if err := tx.UpdateShare(ctx, &share); err != nil {
		return err
	}
	if share.Inbound || share.StateBy == desk.ByPartner {
		return nil
	}
	return s.enqueue(ctx, tx, share, desk.Delivery{Kind: sharing.KindUnshare, Summary: "stop sharing", Audit: a.Audit.ID}, a.Actor.ID)
}

// endedBy tells who ended a share, also in words: a rule, the partner, or a person here.
func endedBy(a desk.Applied, id desk.AgreementID) (who, words string) {
	byRule := slices.ContainsFunc(a.Audit.Events, func(e desk.Event) bool {
		return e.Type == desk.EventSharing && e.Agreement == id && e.Action == "unshared" && e.Via != nil
	})
	switch {
	case byRule:
		return desk.ByRule, "Stopped by a rule."
	case a.Via.Agreement == id && !a.Human:
		return desk.ByPartner, "The partner stopped sharing."
	case a.Actor.Name == "":
		return desk.ByPerson, "Stopped here."
	}
	return desk.ByPerson, "Stopped by " + a.Actor.Name + "."
}

// beginShare shares a ticket: the whole of it goes out first (nhd §8). One that was shared before takes up its old share.
func (s *Service) beginShare(ctx context.Context, tx *store.Tx, a desk.Applied, id desk.AgreementID, others []desk.Share) error {
	now := s.core.Now()
	n := slices.IndexFunc(others, func(o desk.Share) bool { return o.Agreement == id })
	var share desk.Share
	if n >= 0 {
		share = others[n]
		share.State, share.StateBy, share.Reason, share.UpdatedAt, share.LastSentAt = desk.ShareSending, "", "", now, time.Time{}
		if err := tx.UpdateShare(ctx, &share); err != nil {
			return err
		}
	} else {
		share = desk.Share{ID: desk.ShareID(tx.NewID()), Agreement: id, Ticket: a.Ticket.ID, State: desk.ShareSending, Episode: 1, CreatedAt: now, UpdatedAt: now}
		share.UUID = s.core.MintUUID(wire.KindTicket, a.Account, int64(a.Ticket.ID))
		if len(others) > 0 {
			share.UUID = others[0].UUID // nhd §6: along a chain a ticket keeps its uuid
		}
		if err := tx.InsertShare(ctx, &share); err != nil {
			return err
		}
	}
	d := desk.Delivery{Kind: sharing.KindShare, Summary: "share the ticket", Audit: a.Audit.ID, Automatic: isAutomatic(a)}
	return s.enqueue(ctx, tx, share, d, a.Actor.ID)
}

// sendUpdate sends an update on to the partner of one share, unless it came from there (nhd §14).
func (s *Service) sendUpdate(ctx context.Context, tx *store.Tx, a desk.Applied, share desk.Share) error {
	agreement, known := a.Config.Agreements[share.Agreement]
	if !known || !agreement.Usable() {
		return nil
	}
	words := news(a, agreement)
	if len(words) == 0 {
		return nil
	}
	d := desk.Delivery{Kind: sharing.KindUpdate, Summary: strings.Join(words, "; "), Audit: a.Audit.ID, Automatic: isAutomatic(a)}
	if d.Automatic {
		throttled, err := s.throttle(ctx, tx, share, d, a.Actor.ID)
		if throttled || err != nil {
			return err
		}
	}
	return s.enqueue(ctx, tx, share, d, a.Actor.ID)
}

// isAutomatic: no person's doing, but rules' or the desk's own (nhd §14). What a person wrote at a partner and we only pass
// on is not.
func isAutomatic(a desk.Applied) bool { return !a.Human && (a.ByRules || a.Actor.System) }
