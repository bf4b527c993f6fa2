package sharing

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/sharing/peer"
	"interdesk/sharing/wire"
	"interdesk/store"
	"interdesk/store/sqldb"
)

// outcome writes on the timeline how an attempt went.
func (s *Service) outcome(ctx context.Context, tx *store.Tx, o *outgoing, a peer.Answer, state desk.DeliveryState) error {
	d, err := tx.Delivery(ctx, o.delivery.ID)
	if err != nil {
		return err
	}
	now := s.now()
	d.State, d.Attempts, d.Code, d.Answer, d.Method, d.SentAt = state, d.Attempts+1, a.Status, answerWords(a), o.method, now
	if a.Verdict == peer.Done && !a.Doubtful {
		d.Answer = ""
	}
	if o.method != http.MethodDelete {
		d.Body = redacted(o.ticket)
	}
	if state == desk.DeliveryDone || state == desk.DeliveryDead || state == desk.DeliverySkipped {
		d.DoneAt = now
	}
	return tx.UpdateDelivery(ctx, &d)
}

// skip closes a message that has nothing to say any more.
func (s *Service) skip(ctx context.Context, tx *store.Tx, o *outgoing) error {
	d, err := tx.Delivery(ctx, o.delivery.ID)
	if err != nil || (d.State != desk.DeliveryWaiting && d.State != desk.DeliveryFailing) {
		return ignoreMissing(err)
	}
	d.State, d.Answer, d.DoneAt = desk.DeliverySkipped, o.skip, s.now()
	return tx.UpdateDelivery(ctx, &d)
}

// acknowledged records what the partner has now: the baseline, the comments, the uuids they went under.
func (s *Service) acknowledged(ctx context.Context, tx *store.Tx, o *outgoing, a peer.Answer) error {
	if o.untold || o.refused != "" {
		if err := lockFirst(ctx, tx, o); err != nil {
			return err
		}
	}
	if err := s.outcome(ctx, tx, o, a, desk.DeliveryDone); err != nil {
		return err
	}
	if err := s.noteDialect(ctx, tx, o.agreement, a.Dialect); err != nil {
		return err
	}
	if o.method != http.MethodDelete {
		if err := s.remember(ctx, tx, o); err != nil {
			return err
		}
	}
	if err := tx.RecordContact(ctx, o.agreement.ID, s.now()); err != nil {
		return err
	}
	switch {
	case o.untold:
		return s.privateNote(ctx, tx, o.agreement, o.share.Ticket,
			o.agreement.Name+" was not told that the ticket is no longer shared: its help desk knows no such message.")
	case o.refused != "":
		return s.noteStatus(ctx, tx, o)
	}
	return nil
}

// lockFirst locks the ticket before its share, as everyone does, where a settlement will write on both.
func lockFirst(ctx context.Context, tx *store.Tx, o *outgoing) error {
	_, err := tx.LockTicket(ctx, o.share.Ticket)
	return ignoreMissing(err)
}

func (s *Service) remember(ctx context.Context, tx *store.Tx, o *outgoing) error {
	share, err := tx.LockShare(ctx, o.share.ID)
	if err != nil {
		return err
	}
	for _, c := range o.composed.sent {
		if _, err := tx.SetCommentUUID(ctx, o.share.Ticket, c.id, c.uuid); err != nil {
			return ignoreMissing(err)
		}
		if err := tx.AddShareComment(ctx, share.ID, c.uuid, c.id, false, o.delivery.ID); err != nil {
			return err
		}
	}
	for _, user := range slices.Sorted(maps.Keys(o.composed.minted)) {
		if err := tx.InsertActor(ctx, 0, o.composed.minted[user], user); err != nil {
			return err
		}
	}
	s.baseline(&share, o)
	share.LastSentAt, share.UpdatedAt = s.now(), s.now()
	if share.State.Active() {
		share.State, share.Reason = desk.ShareLive, heldReason(share.Reason)
	}
	if err := tx.UpdateShare(ctx, &share); err != nil {
		return err
	}
	if o.composed.more && share.State.Active() {
		return s.enqueue(ctx, tx, share, desk.Delivery{Kind: kindUpdate, Summary: "more comments"}, 0)
	}
	return nil
}

// heldReason keeps the words about updates that are held back; what else went wrong is over with a good answer.
func heldReason(reason string) string {
	if strings.HasPrefix(reason, "Rules sent ") {
		return reason
	}
	return ""
}

// baseline takes over what was sent. Where a message of the partner came in between, its word is the later one and stays.
func (s *Service) baseline(share *desk.Share, o *outgoing) {
	m, before := o.ticket, o.share
	if m.Subject.IsSet() && share.Subject == before.Subject {
		share.Subject = o.composed.ticket.Subject
	}
	if word, sent := m.Status.Get(); share.Status == before.Status && (sent || o.refused != "") {
		share.Status = word
		if o.refused != "" {
			share.Status = o.refused
		}
	}
	if m.Tags.IsSet() && slices.Equal(share.Tags, before.Tags) {
		share.Tags = m.Tags.Value
	}
	if m.CustomFields.IsSet() && maps.Equal(share.Fields, before.Fields) {
		share.Fields = textsOf(wire.Overlay(fieldsOf(before.Fields), m.CustomFields.Value))
	}
	if m.Requester.IsSet() {
		share.Requester = m.Requester.Value.UUID
	}
}

func (s *Service) noteDialect(ctx context.Context, tx *store.Tx, a desk.Agreement, found peer.Dialect) error {
	if found == wire.DialectUnknown || desk.Dialect(found) == a.Dialect {
		return nil
	}
	fresh, err := tx.LockAgreement(ctx, a.ID)
	if err != nil || fresh.Dialect != desk.DialectUnknown {
		return err
	}
	fresh.Dialect = desk.Dialect(found)
	return tx.UpdateAgreement(ctx, &fresh)
}

// noteStatus tells people which status word the partner would not take.
func (s *Service) noteStatus(ctx context.Context, tx *store.Tx, o *outgoing) error {
	return s.privateNote(ctx, tx, o.agreement, o.share.Ticket, o.agreement.Name+" does not take the status "+o.refused+"; the rest was delivered.")
}

// statusRefused closes a message that had only such a word to say.
func (s *Service) statusRefused(ctx context.Context, tx *store.Tx, o *outgoing, a peer.Answer) error {
	if err := lockFirst(ctx, tx, o); err != nil {
		return err
	}
	if err := s.outcome(ctx, tx, o, a, desk.DeliveryDead); err != nil {
		return err
	}
	if err := s.remember(ctx, tx, o); err != nil {
		return err
	}
	return s.noteStatus(ctx, tx, o)
}

// failing: the lane waits and tries again.
func (s *Service) failing(ctx context.Context, tx *store.Tx, o *outgoing, a peer.Answer) error {
	if err := s.outcome(ctx, tx, o, a, desk.DeliveryFailing); err != nil {
		return err
	}
	return tx.RecordError(ctx, o.agreement.ID, answerWords(a), s.now())
}

const pausedWords = "Sharing is paused."

// trouble: credentials, terms or the address are wrong. Nothing will go through until an admin has looked, so the whole
// agreement waits (nhd §13.2).
func (s *Service) trouble(ctx context.Context, tx *store.Tx, o *outgoing, a peer.Answer) error {
	if err := s.outcome(ctx, tx, o, a, desk.DeliveryFailing); err != nil {
		return err
	}
	fresh, err := tx.LockAgreement(ctx, o.agreement.ID)
	if err != nil || !fresh.Usable() { // it has just ended: that is the reason
		return err
	}
	fresh.PausedBy, fresh.UpdatedAt, fresh.LastErrorAt = desk.PausedByPartner, s.now(), s.now()
	fresh.LastError = pausedWords + " " + answerWords(a) + " Check the agreement with the partner, then resume."
	if err := tx.UpdateAgreement(ctx, &fresh); err != nil {
		return err
	}
	return job.Pause(ctx, tx.Tx, int64(tx.Account()), "", lanesOf(fresh.ID))
}

// partnerEnded: 410 says that the partner wants no more of this ticket. Our rules see it as they see an unsharing.
func (s *Service) partnerEnded(ctx context.Context, tx *store.Tx, o *outgoing, a peer.Answer) error {
	if err := s.outcome(ctx, tx, o, a, desk.DeliverySkipped); err != nil {
		return err
	}
	t, err := tx.LockTicket(ctx, o.share.Ticket)
	if err != nil {
		return ignoreMissing(err)
	}
	if _, live := t.ActiveShare(o.agreement.ID); !live {
		return nil
	}
	_, err = s.tickets.ApplyIn(ctx, tx, desk.Update{Account: tx.Account(), Ticket: t.ID, Actor: desk.Actor{System: true, Name: o.agreement.Name},
		Via: via(o.agreement), Edits: desk.Edits{Unshare: []desk.AgreementID{o.agreement.ID}}})
	return err
}

// refusedForGood: this message will never be taken. Its comments count as sent, so that the next message is not refused for
// them, too; Replay takes that back.
func (s *Service) refusedForGood(ctx context.Context, tx *store.Tx, o *outgoing, a peer.Answer) error {
	if err := lockFirst(ctx, tx, o); err != nil {
		return err
	}
	if err := s.outcome(ctx, tx, o, a, desk.DeliveryDead); err != nil {
		return err
	}
	share, err := tx.LockShare(ctx, o.share.ID)
	if err != nil {
		return err
	}
	if o.composed != nil && o.method == http.MethodPut {
		for _, c := range o.composed.sent {
			if err := tx.AddShareComment(ctx, share.ID, c.uuid, c.id, false, o.delivery.ID); err != nil {
				return err
			}
		}
	}
	share.Reason, share.UpdatedAt = answerWords(a), s.now()
	if err := tx.UpdateShare(ctx, &share); err != nil {
		return err
	}
	return s.privateNote(ctx, tx, o.agreement, o.share.Ticket,
		o.agreement.Name+" did not take a message ("+o.delivery.Summary+"). "+answerWords(a))
}

// deliveryDied marks a message whose time is up. What it had to say goes along with the next message that gets through.
func (s *Service) deliveryDied(ctx context.Context, q *sqldb.Tx, j job.Job, cause error) error {
	var p parcel
	if err := json.Unmarshal(j.Payload, &p); err != nil {
		return nil
	}
	tx := s.store.Account(desk.AccountID(j.Account)).WithTx(q)
	d, err := tx.Delivery(ctx, p.Delivery)
	if err != nil || d.State == desk.DeliveryDead {
		return ignoreMissing(err)
	}
	d.State, d.DoneAt = desk.DeliveryDead, s.now()
	if d.Answer == "" {
		d.Answer = cause.Error()
	}
	if err := tx.UpdateDelivery(ctx, &d); err != nil || d.Share == 0 {
		return err
	}
	share, err := tx.LockShare(ctx, d.Share)
	if err != nil {
		return ignoreMissing(err)
	}
	share.Reason, share.UpdatedAt = "Given up: "+d.Answer, s.now()
	return tx.UpdateShare(ctx, &share)
}
