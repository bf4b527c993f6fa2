package inbound

import (
	"context"
	"errors"
	"net/http"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/wire"
)

// take finds what the message is about and carries it out. It gives the code to answer.
func (i *intake) take(ctx context.Context) (int, error) {
	share, err := i.tx.ShareByUUID(ctx, i.agreement.ID, i.uuid)
	if err != nil && desk.KindOf(err) != desk.NotFound {
		return 0, err
	}
	known, isPost := err == nil, i.http.Method == http.MethodPost
	switch {
	case known:
		i.share = share
	case isPost:
		return i.takeNew(ctx)
	default:
		return 0, err
	}
	if err := i.lock(ctx); err != nil {
		return i.takeDeleted(ctx, err)
	}
	i.previous = i.share.ReceivedSeq
	if i.repeats() {
		return http.StatusOK, i.repeat(ctx)
	}
	if isPost {
		if err := i.checkSame(ctx); err != nil {
			return 0, err
		}
	}
	if !i.share.State.Hears() {
		if err := i.begin(ctx); err != nil {
			return 0, err
		}
	}
	i.whole = i.whole || isPost && i.numbered
	if err := i.noticeRestore(ctx); err != nil {
		return 0, err
	}
	return http.StatusOK, i.update(ctx)
}

// lock locks the ticket, then the share: everyone takes them in this order.
func (i *intake) lock(ctx context.Context) (err error) {
	i.ticket, err = i.tx.LockTicket(ctx, i.share.Ticket)
	if desk.KindOf(err) == desk.NotFound {
		return errGone() // nhd §8: the ticket was deleted here
	}
	if err != nil {
		return err
	}
	i.share, err = i.tx.LockShare(ctx, i.share.ID)
	return err
}

// takeDeleted: a ticket that was deleted here is gone for updates; sharing it again makes another.
func (i *intake) takeDeleted(ctx context.Context, err error) (int, error) {
	var gone *sharing.Refusal
	if !errors.As(err, &gone) || i.http.Method != http.MethodPost || !i.share.Inbound {
		return 0, err
	}
	if i.share, err = i.tx.LockShare(ctx, i.share.ID); err != nil {
		return 0, err
	}
	if err := i.tx.DropShareComments(ctx, i.share.ID); err != nil {
		return 0, err
	}
	old := i.share
	i.share = i.newShare()
	i.share.ID, i.share.Ticket, i.share.CreatedAt, i.share.Episode = old.ID, old.Ticket, old.CreatedAt, old.Episode+1
	i.share.SentSeq, i.whole = old.SentSeq, true
	if err := i.beginEpisode(ctx); err != nil {
		return 0, err
	}
	return http.StatusCreated, i.create(ctx)
}

// repeats tells a message of another Interdesk that was taken before: its answer was lost.
func (i *intake) repeats() bool {
	return i.numbered && i.position.Seq != 0 && i.position.Seq <= i.share.ReceivedSeq
}

// repeat answers a message that was taken before. Its fields are not looked at; comments go by their uuids, and files that
// are still missing are fetched.
func (i *intake) repeat(ctx context.Context) error {
	if !i.share.State.Hears() {
		return nil
	}
	stated := i.message
	i.message = wire.Ticket{Comments: stated.Comments, CurrentActor: stated.CurrentActor}
	i.position.Seq = i.share.ReceivedSeq
	err := i.update(ctx)
	i.message = stated
	return err
}

// begin takes up a share that is over. A POST of its sender does that whoever stopped it; and the receiver that stopped one
// begins again with its next word.
func (i *intake) begin(ctx context.Context) error {
	isPost := i.http.Method == http.MethodPost
	byStopper := !i.share.Inbound && i.share.State == desk.ShareEnded && i.share.StateBy == desk.ByPartner
	if !(isPost && i.share.Inbound) && !byStopper {
		return errGone()
	}
	i.share.State, i.share.StateAt, i.share.StateBy, i.share.Cause, i.share.Reason = desk.ShareLive, i.at, desk.ByPartner, desk.CauseNone, ""
	i.share.Episode++
	i.share.DeliveredAt, i.share.UpdatedAt, i.share.BarredRules = i.at, i.at, nil
	i.whole = isPost
	i.changes = append(i.changes, "shared again")
	if err := i.beginEpisode(ctx); err != nil {
		return err
	}
	if err := i.tx.UpdateShare(ctx, &i.share); err != nil {
		return err
	}
	return i.reload(ctx)
}

func (i *intake) beginEpisode(ctx context.Context) error {
	return i.tx.BeginEpisode(ctx, desk.ShareEpisode{Share: i.share.ID, Number: i.share.Episode, BegunAt: i.at, BegunBy: i.agreement.Name})
}

// noticeRestore: a partner that has seen later messages than we have ever sent knows more of us than we do. This database is
// a copy, or was restored from a backup, and shall not speak until somebody has looked (share-life §7).
func (i *intake) noticeRestore(ctx context.Context) error {
	if !i.numbered || i.position.Seen <= i.share.SentSeq {
		return nil
	}
	i.share.SentSeq = i.position.Seen
	return i.service.agreements.NoticeRestored(ctx, i.tx, i.agreement.ID)
}

// takeNew takes the POST of a ticket that this agreement does not know.
func (i *intake) takeNew(ctx context.Context) (int, error) {
	others, err := i.tx.SharesByUUID(ctx, i.uuid)
	if err != nil {
		return 0, err
	}
	for _, other := range others {
		orphan, err := i.isOrphan(ctx, other)
		if err != nil {
			return 0, err
		}
		if !orphan {
			// Also the end of a ring A→B→C→A (nhd §6, §14).
			return 0, sharing.Refuse(http.StatusUnprocessableEntity, "This ticket is here already, under another agreement.")
		}
	}
	if len(others) > 0 {
		return i.takeOverShare(ctx, others[len(others)-1])
	}
	i.whole = true
	i.share = i.newShare()
	if joined, err := i.joinConversation(ctx); err != nil || joined {
		return http.StatusCreated, err
	}
	i.ticket = desk.Ticket{}
	return http.StatusCreated, i.create(ctx)
}

// isOrphan tells whether a share is over, by itself or with its agreement, and the agreement was with the same partner: then
// the new agreement takes its ticket over.
func (i *intake) isOrphan(ctx context.Context, share desk.Share) (bool, error) {
	if !share.Inbound {
		return false, nil
	}
	a, err := i.tx.FindAgreement(ctx, share.Agreement)
	if err != nil || share.State.Hears() && a.InForce() {
		return false, err
	}
	return sharing.SameURL(a.RemoteURL, i.agreement.RemoteURL), nil
}

// takeOverShare moves an orphan to this agreement.
func (i *intake) takeOverShare(ctx context.Context, old desk.Share) (int, error) {
	i.share = old
	if err := i.lock(ctx); err != nil {
		return i.takeDeleted(ctx, err)
	}
	if err := i.checkSame(ctx); err != nil {
		return 0, err
	}
	i.share.Agreement, i.share.State = i.agreement.ID, desk.ShareEnded
	i.share.ReceivedSeq, i.share.Sync.Marks = 0, nil
	if err := i.begin(ctx); err != nil {
		return 0, err
	}
	return http.StatusOK, i.update(ctx)
}

func (i *intake) reload(ctx context.Context) (err error) {
	i.ticket, err = i.tx.LockTicket(ctx, i.share.Ticket)
	return err
}

func (i *intake) newShare() desk.Share {
	return desk.Share{
		ID: desk.ShareID(i.tx.NewID()), Agreement: i.agreement.ID, UUID: i.uuid, Inbound: i.agreement.Inbound, State: desk.ShareLive,
		StateAt: i.at, StateBy: desk.ByPartner, Episode: 1, DeliveredAt: i.at, CreatedAt: i.at, UpdatedAt: i.at, LastSeenAt: i.at,
		ReceivedSeq: i.position.Seq,
	}
}
