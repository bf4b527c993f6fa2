package outbound

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/sharing"
	"interdesk/store"
)

// result is what became of handing a ticket over, as the job has it that tells the ticket.
type result struct {
	Share   desk.ShareID `json:"s"`
	Episode int          `json:"e"`
	Action  string       `json:"a"` // desk.ActionDelivered, desk.ActionFailed
	Reason  string       `json:"r,omitempty"`
}

// tellResult has a ticket told that its partner has it, where a rule asks for that, or that it will not get it. It is a job of
// its own: whatever becomes of the update, what the partner has, it has (share-life §4).
func (s *Service) tellResult(ctx context.Context, tx *store.Tx, share *desk.Share, action, reason string) error {
	if action == desk.ActionDelivered {
		config, err := tx.Config(ctx)
		if err != nil || !s.tickets.AsksDelivery(config) {
			return err
		}
	}
	payload, err := json.Marshal(result{Share: share.ID, Episode: share.Episode, Action: action, Reason: reason})
	if err != nil {
		return err
	}
	_, err = job.Insert(ctx, tx.Tx, job.Insertion{Account: int64(tx.Account()), Kind: jobResult, Lane: resultLane(share.ID), Payload: payload})
	return err
}

// resultLane keeps the results of one share in order.
func resultLane(id desk.ShareID) string { return "result:" + strconv.FormatInt(int64(id), 10) }

// runResult tells a ticket what became of a share.
func (s *Service) runResult(_ context.Context, j job.Job) job.Outcome {
	var r result
	if err := json.Unmarshal(j.Payload, &r); err != nil {
		return job.Outcome{Err: err, Dead: true}
	}
	return job.Outcome{Commit: s.core.Commit(j, func(ctx context.Context, tx *store.Tx) error { return s.tell(ctx, tx, r) })}
}

func (s *Service) tell(ctx context.Context, tx *store.Tx, r result) error {
	share, err := tx.Share(ctx, r.Share)
	if err != nil {
		return sharing.IgnoreMissing(err)
	}
	t, err := tx.LockTicket(ctx, share.Ticket)
	if err != nil {
		return sharing.IgnoreMissing(err)
	}
	if share, err = tx.LockShare(ctx, r.Share); err != nil || share.Episode != r.Episode {
		return err
	}
	if r.Action == desk.ActionFailed && !share.State.Undelivered() {
		return nil // somebody has ended it since, or tries again
	}
	a, err := tx.FindAgreement(ctx, share.Agreement)
	if err != nil {
		return err
	}
	u := desk.Update{Account: tx.Account(), Ticket: t.ID, Actor: desk.Actor{System: true},
		Via:   desk.Via{Channel: desk.ChannelDelivery, Agreement: a.ID, Partner: a.Name},
		Edits: desk.Edits{ShareResults: []desk.ShareResult{{Agreement: a.ID, Action: r.Action}}}}
	if r.Action == desk.ActionFailed {
		if err := s.bringBack(ctx, tx, &u, &t, &share, a, r.Reason); err != nil {
			return err
		}
	}
	_, err = s.tickets.ApplyIn(ctx, tx, u)
	return err
}

// failedTag marks tickets that came back.
const failedTag = "sharing_failed"

// bringBack tells people that the partner did not get the ticket. What rules handed over and were through with comes back to
// them: it is reopened, and those rules leave it alone until somebody shares it again (share-life §4).
func (s *Service) bringBack(ctx context.Context, tx *store.Tx, u *desk.Update, t *desk.Ticket, share *desk.Share, a desk.Agreement, reason string) error {
	words := a.Name + " did not take the ticket. " + reason
	if share.State != desk.ShareRefused {
		words = a.Name + " could not be told about this ticket in time, and nothing more is sent until somebody tries again. " + reason
	}
	triggers, through, err := handedOver(ctx, tx, t.ID, a.ID)
	if err != nil {
		return err
	}
	if through {
		share.BarredRules, share.UpdatedAt = triggers, s.core.Now()
		if err := tx.UpdateShare(ctx, share); err != nil {
			return err
		}
		u.Edits.AddTags = []string{failedTag}
		if t.Status == desk.Solved {
			open := desk.Open
			u.Edits.Status = &open
		}
		words = "A rule handed this ticket over, but it did not arrive, so it is back. " + words
	}
	if private := false; t.Status != desk.Closed && t.CommentCount < desk.MaxComments {
		u.Comment = &desk.NewComment{Body: words, Public: &private, LocalOnly: true}
	}
	return nil
}

// handedOver finds the triggers that shared a ticket in its present episode, ended the sharing or solved it, and whether rules
// were through with it: shared it, and then ended or solved it.
func handedOver(ctx context.Context, tx *store.Tx, t desk.TicketID, a desk.AgreementID) (triggers []desk.TriggerID, through bool, err error) {
	audits, err := tx.LatestAudits(ctx, t, auditsBack)
	if err != nil {
		return nil, false, err
	}
	for n := range audits {
		for _, e := range slices.Backward(audits[n].Events) {
			shared := e.Type == desk.EventSharing && e.Agreement == a && e.Action == desk.ActionShared
			if e.Via != nil && e.Via.Channel == desk.ChannelRule && (shared || isParting(&e, a)) && !slices.Contains(triggers, e.Via.Trigger) {
				triggers = append(triggers, e.Via.Trigger)
			}
			if shared {
				return triggers, through && e.Via != nil, nil
			}
			through = through || e.Via != nil && isParting(&e, a)
		}
	}
	return nil, false, nil
}

// auditsBack is how far back the beginning of a share is looked for.
const auditsBack = 1000

// isParting tells of an event that it ends the sharing or solves the ticket.
func isParting(e *desk.Event, a desk.AgreementID) bool {
	return e.Type == desk.EventSharing && e.Agreement == a && e.Action == desk.ActionUnshared ||
		e.Type == desk.EventChange && e.Field == "status" && e.Value == string(desk.Solved)
}
