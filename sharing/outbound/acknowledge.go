package outbound

import (
	"context"
	"maps"
	"slices"
	"strings"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/peer"
	"interdesk/sharing/wire"
	"interdesk/store"
)

// acknowledged: the partner has the message.
func (s *Service) acknowledged(ctx context.Context, tx *store.Tx, x exchanged) error {
	if x.refusedStatus == "" {
		return s.storeAcknowledged(ctx, tx, x)
	}
	if err := lockTicket(ctx, tx, x); err != nil {
		return err
	}
	if err := s.storeAcknowledged(ctx, tx, x); err != nil {
		return err
	}
	return s.noteRefusedStatus(ctx, tx, x)
}

// unshareUntold: the partner knows no message that says that a ticket is no longer shared.
func (s *Service) unshareUntold(ctx context.Context, tx *store.Tx, x exchanged) error {
	if err := lockTicket(ctx, tx, x); err != nil {
		return err
	}
	if err := s.storeAcknowledged(ctx, tx, x); err != nil {
		return err
	}
	return s.core.PrivateNote(ctx, tx, x.agreement, x.share.Ticket,
		x.agreement.Name+" was not told that the ticket is no longer shared: its help desk knows no such message.")
}

// storeAcknowledged records what the partner has now: the baseline, the comments, the uuids they went under.
func (s *Service) storeAcknowledged(ctx context.Context, tx *store.Tx, x exchanged) error {
	if err := s.noteAttempt(ctx, tx, x, desk.DeliveryDone); err != nil {
		return err
	}
	if err := s.noteDialect(ctx, tx, x.agreement, x.answer.Dialect); err != nil {
		return err
	}
	if x.composed != nil {
		if err := s.remember(ctx, tx, x); err != nil {
			return err
		}
	}
	return tx.RecordContact(ctx, x.agreement.ID, s.core.Now())
}

// lockTicket locks the ticket before its share, as everyone does, where an outcome will write on both.
func lockTicket(ctx context.Context, tx *store.Tx, x exchanged) error {
	_, err := tx.LockTicket(ctx, x.share.Ticket)
	return sharing.IgnoreMissing(err)
}

func (s *Service) remember(ctx context.Context, tx *store.Tx, x exchanged) error {
	share, err := tx.LockShare(ctx, x.share.ID)
	if err != nil {
		return err
	}
	if err := rememberUUIDs(ctx, tx, x); err != nil {
		return sharing.IgnoreMissing(err)
	}
	moveBaseline(&share, x)
	share.LastSentAt, share.UpdatedAt = s.core.Now(), s.core.Now()
	if share.State.Active() {
		share.State, share.Reason = desk.ShareLive, heldReason(share.Reason)
	}
	if err := tx.UpdateShare(ctx, &share); err != nil {
		return err
	}
	if x.composed.more && share.State.Active() {
		return s.enqueue(ctx, tx, share, desk.Delivery{Kind: sharing.KindUpdate, Summary: "more comments"}, 0)
	}
	return nil
}

// rememberUUIDs stores under which uuids the partner knows our comments and people. A comment that was erased is missing.
func rememberUUIDs(ctx context.Context, tx *store.Tx, x exchanged) error {
	for _, c := range x.composed.comments {
		if _, err := tx.SetCommentUUID(ctx, x.share.Ticket, c.id, c.uuid); err != nil {
			return err
		}
		if err := tx.AddShareComment(ctx, x.share.ID, c.uuid, c.id, false, x.delivery.ID); err != nil {
			return err
		}
	}
	for _, user := range slices.Sorted(maps.Keys(x.composed.minted)) {
		if err := tx.InsertActor(ctx, 0, x.composed.minted[user], user); err != nil {
			return err
		}
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

// moveBaseline takes over what was sent. Where a message of the partner came in between, its word is the later one and stays.
func moveBaseline(share *desk.Share, x exchanged) {
	m, before := x.composed.message, x.share
	if m.Subject.IsSet() && share.Subject == before.Subject {
		share.Subject = x.composed.subject
	}
	if word, sent := m.Status.Get(); share.Status == before.Status && (sent || x.refusedStatus != "") {
		share.Status = word
		if x.refusedStatus != "" {
			share.Status = x.refusedStatus
		}
	}
	if m.Tags.IsSet() && slices.Equal(share.Tags, before.Tags) {
		share.Tags = m.Tags.Value
	}
	if m.CustomFields.IsSet() && maps.Equal(share.Fields, before.Fields) {
		share.Fields = sharing.EncodeFields(wire.Overlay(sharing.DecodeFields(before.Fields), m.CustomFields.Value))
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
