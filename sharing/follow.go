package sharing

import (
	"context"
	"slices"
	"strconv"

	"interdesk/desk"
	"interdesk/sharing/wire"
	"interdesk/store"
)

// arrivalKey carries the share of a ticket that a message is about to create: only inside ticketing does it get its id,
// and the followers, this one among them, must find the share there.
type arrivalKey struct{}

func withArrival(ctx context.Context, share *desk.Share) context.Context {
	return context.WithValue(ctx, arrivalKey{}, share)
}

// Follow puts what an update means for partners into their lanes, in the update's own transaction.
func (s *Service) Follow(ctx context.Context, tx *store.Tx, a desk.Applied) error {
	if err := arrive(ctx, tx, &a); err != nil {
		return err
	}
	if len(a.Ticket.Shares) == 0 {
		return nil
	}
	for _, id := range desk.Ended(a.Sharing) {
		if err := s.end(ctx, tx, a, id); err != nil {
			return err
		}
	}
	shares, err := tx.TicketShares(ctx, a.Ticket.ID)
	if err != nil {
		return err
	}
	begun := desk.Begun(a.Sharing)
	for _, id := range begun {
		if err := s.begin(ctx, tx, a, id, shares); err != nil {
			return err
		}
	}
	for _, share := range shares {
		if share.State.Active() && !slices.Contains(begun, share.Agreement) {
			if err := s.pass(ctx, tx, a, share); err != nil {
				return err
			}
		}
	}
	return nil
}

// arrive links a ticket that a partner's message made.
func arrive(ctx context.Context, tx *store.Tx, a *desk.Applied) error {
	share, ok := ctx.Value(arrivalKey{}).(*desk.Share)
	if !ok || a.Before != nil || a.Via.Agreement != share.Agreement || share.Ticket == a.Ticket.ID {
		return nil
	}
	followUp := share.Ticket != 0
	share.Ticket = a.Ticket.ID
	if followUp {
		return tx.UpdateShare(ctx, share)
	}
	return tx.InsertShare(ctx, share)
}

// end stops a share. The partner is told when it was we who shared and we who stop (nhd §8).
func (s *Service) end(ctx context.Context, tx *store.Tx, a desk.Applied, id desk.AgreementID) error {
	share, err := tx.TicketShare(ctx, a.Ticket.ID, id)
	if err != nil || !share.State.Active() {
		return ignoreMissing(err)
	}
	share.State, share.UpdatedAt = desk.ShareEnded, s.now()
	share.StateBy, share.Reason = endedBy(a, id)
	if err := tx.UpdateShare(ctx, &share); err != nil {
		return err
	}
	if share.Inbound || share.StateBy == desk.ByPartner {
		return nil
	}
	return s.enqueue(ctx, tx, share, desk.Delivery{Kind: kindUnshare, Summary: "stop sharing", Audit: a.Audit.ID}, a.Actor.ID)
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

// begin shares a ticket: the whole of it goes out first (nhd §8). One that was shared before takes up its old share.
func (s *Service) begin(ctx context.Context, tx *store.Tx, a desk.Applied, id desk.AgreementID, others []desk.Share) error {
	now := s.now()
	n := slices.IndexFunc(others, func(o desk.Share) bool { return o.Agreement == id })
	var share desk.Share
	if n >= 0 {
		share = others[n]
		share.State, share.StateBy, share.Reason, share.UpdatedAt, share.LastSentAt = desk.ShareSending, "", "", now, noTime
		if err := tx.UpdateShare(ctx, &share); err != nil {
			return err
		}
	} else {
		share = desk.Share{ID: desk.ShareID(tx.NewID()), Agreement: id, Ticket: a.Ticket.ID, State: desk.ShareSending, Episode: 1, CreatedAt: now, UpdatedAt: now}
		share.UUID = s.mint(wire.KindTicket, a.Account, int64(a.Ticket.ID))
		if len(others) > 0 {
			share.UUID = others[0].UUID // nhd §6: along a chain a ticket keeps its uuid
		}
		if err := tx.InsertShare(ctx, &share); err != nil {
			return err
		}
	}
	d := desk.Delivery{Kind: kindShare, Summary: "share the ticket", Audit: a.Audit.ID, Automatic: isAutomatic(a)}
	return s.enqueue(ctx, tx, share, d, a.Actor.ID)
}

// pass sends an update on to the partner of one share, unless it came from there (nhd §14).
func (s *Service) pass(ctx context.Context, tx *store.Tx, a desk.Applied, share desk.Share) error {
	agreement, known := a.Config.Agreements[share.Agreement]
	if !known || !agreement.Usable() {
		return nil
	}
	words := news(a, agreement)
	if len(words) == 0 {
		return nil
	}
	d := desk.Delivery{Kind: kindUpdate, Summary: joinWords(words), Audit: a.Audit.ID, Automatic: isAutomatic(a)}
	if d.Automatic {
		held, err := s.holdBack(ctx, tx, share, d, a.Actor.ID)
		if held || err != nil {
			return err
		}
	}
	return s.enqueue(ctx, tx, share, d, a.Actor.ID)
}

// isAutomatic: no person's doing, but rules' or the desk's own (nhd §14). What a person wrote at a partner and we only pass
// on is not.
func isAutomatic(a desk.Applied) bool { return !a.Human && (a.ByRules || a.Actor.System) }

// news is what of an update concerns a partner, in words. Of what came from that very partner only what rules made of it
// does.
func news(a desk.Applied, agreement desk.Agreement) []string {
	echo := a.Via.Agreement == agreement.ID && !a.Human
	if echo && !a.ByRules {
		return nil
	}
	var words []string
	if a.Comment != nil && !echo && travels(agreement, a.Comment) {
		words = append(words, commentWords(a))
	}
	for n := range a.Audit.Events {
		e := &a.Audit.Events[n]
		if (e.Type != desk.EventChange && e.Type != desk.EventCreate) || (echo && (e.Via == nil || e.Via.Channel != desk.ChannelRule)) {
			continue
		}
		if w := eventWords(a.Config, agreement, e); w != "" {
			words = append(words, w)
		}
	}
	return words
}

func commentWords(a desk.Applied) string {
	what := "private note"
	if a.Comment.Public {
		what = "public reply"
	}
	if a.Actor.Name == "" {
		return what
	}
	return what + " by " + a.Actor.Name
}

// eventWords tells a field's change, when the field travels under the agreement.
func eventWords(c *desk.Config, a desk.Agreement, e *desk.Event) string {
	switch e.Field {
	case "subject":
		return "subject"
	case "status":
		if syncsStatus(a) {
			was, _ := e.Previous.(string)
			is, _ := e.Value.(string)
			return "status " + was + " → " + is
		}
	case "tags":
		if a.Terms.SyncTags {
			return "tags"
		}
	default:
		id, err := strconv.ParseInt(e.Field, 10, 64)
		if err != nil || !a.Terms.SyncFields {
			return ""
		}
		if f := c.Field(desk.FieldID(id)); f != nil && f.Type.Custom() && f.Type != desk.FieldLookup {
			return f.Title
		}
	}
	return ""
}
