package imap

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"interdesk/desk"
	"interdesk/store"
)

// reading is a mailbox that is being read.
type reading struct {
	*Service
	*connection
	account desk.AccountID
	box     *desk.Mailbox
}

var errLost = &failure{reason: "Another process reads the mailbox."}

// drain takes what has come, until there is no more.
func (r *reading) drain(ctx context.Context) error {
	first := r.box.UIDValidity != r.selected.UIDValidity
	if first {
		r.box.LastUID = 0
	}
	for {
		uids, err := r.search(first)
		if err != nil {
			return err
		}
		if len(uids) == 0 {
			return r.caughtUp(ctx, first)
		}
		for batch := range slices.Chunk(uids, batchSize) {
			if err := r.take(ctx, batch); err != nil {
				return err
			}
		}
	}
}

// batchSize is how many messages are fetched by one command, and marked and counted together.
const batchSize = 50

// caughtUp notes that the mailbox is read to its end. After the first time that is so for all that was left alone, too.
func (r *reading) caughtUp(ctx context.Context, first bool) error {
	if first {
		last, err := r.lastUID()
		if err != nil {
			return err
		}
		r.box.UIDValidity, r.box.LastUID = r.selected.UIDValidity, max(r.box.LastUID, last)
	}
	return r.advance(ctx, 0)
}

// lastUID is that of the newest message when the folder was opened.
func (r *reading) lastUID() (uint32, error) {
	if r.selected.UIDNext > 0 {
		return uint32(r.selected.UIDNext) - 1, nil
	}
	found, err := r.client.UIDSearch(&imap.SearchCriteria{}, nil).Wait()
	if err != nil || len(found.AllUIDs()) == 0 {
		return 0, err
	}
	return uint32(slices.Max(found.AllUIDs())), nil
}

// search finds what is to be taken, oldest first. A server answers "from n on" with its last message, however old that is.
func (r *reading) search(first bool) ([]imap.UID, error) {
	if err := r.client.Noop().Wait(); err != nil {
		return nil, err
	}
	from := imap.UID(r.box.LastUID + 1)
	criteria := &imap.SearchCriteria{UID: []imap.UIDSet{{imap.UIDRange{Start: from, Stop: 0}}}, NotFlag: []imap.Flag{imap.FlagDeleted}}
	if first && r.box.After == desk.MailboxFlag {
		criteria.NotFlag = append(criteria.NotFlag, imap.FlagSeen)
	}
	found, err := r.client.UIDSearch(criteria, nil).Wait()
	if err != nil {
		return nil, err
	}
	uids := slices.DeleteFunc(found.AllUIDs(), func(u imap.UID) bool { return u < from })
	slices.Sort(uids)
	return uids, nil
}

// take stores messages, marks them, and counts them as read. Those before one that could not be stored are done with all the
// same.
func (r *reading) take(ctx context.Context, uids []imap.UID) error {
	done, failed := r.accept(ctx, uids)
	if err := r.mark(done.taken); err != nil {
		return errors.Join(err, failed)
	}
	if len(done.tooLarge) > 0 {
		r.box.Reason = "A message is too large and was left in the mailbox, flagged."
		if err := r.addFlag(done.tooLarge, imap.FlagFlagged); err != nil {
			return err
		}
	}
	r.box.LastUID = max(r.box.LastUID, done.upTo(uids, failed == nil))
	return errors.Join(failed, r.advance(ctx, len(done.taken)))
}

// batch is what became of messages that were fetched together. What is in neither list was gone from the mailbox.
type batch struct{ taken, tooLarge []imap.UID }

// upTo is the message up to which nothing is left to do.
func (b *batch) upTo(uids []imap.UID, all bool) (last uint32) {
	for _, uid := range uids {
		if !all && !slices.Contains(b.taken, uid) && !slices.Contains(b.tooLarge, uid) {
			break
		}
		last = uint32(uid)
	}
	return last
}

// accept hands messages over as they come from the network, in the order of the mailbox, up to the first that fails.
func (r *reading) accept(ctx context.Context, uids []imap.UID) (done batch, err error) {
	options := &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{{Peek: true}}}
	fetch := r.client.Fetch(imap.UIDSetNum(uids...), options)
	for message := fetch.Next(); message != nil && err == nil; message = fetch.Next() {
		err = r.acceptOne(ctx, message, &done)
	}
	if closed := fetch.Close(); closed != nil && err == nil {
		err = closed
	}
	return done, err
}

// acceptOne reads one message of an answer. Servers may tell of other messages between, without their text.
func (r *reading) acceptOne(ctx context.Context, message *imapclient.FetchMessageData, done *batch) error {
	var uid imap.UID
	var failed error
	there := false
	for item := message.Next(); item != nil; item = message.Next() {
		switch item := item.(type) {
		case imapclient.FetchItemDataUID:
			uid = item.UID
		case imapclient.FetchItemDataBodySection:
			if item.Literal != nil && !there {
				there, failed = true, r.options.Accept(ctx, r.account, r.box.Address, item.Literal)
			}
		}
	}
	switch {
	case !there || uid == 0:
		return nil
	case failed == nil:
		done.taken = append(done.taken, uid)
		return nil
	case desk.KindOf(failed) == desk.TooLarge:
		done.tooLarge = append(done.tooLarge, uid)
		return nil
	}
	return &failure{reason: acceptWords(failed, r.box.Address), err: failed}
}

func acceptWords(err error, address string) string {
	if desk.KindOf(err) == desk.NotFound {
		return fmt.Sprintf("The account receives no mail at %s any more. Choose another address.", address)
	}
	return "A message could not be stored here. It stays in the mailbox and is tried again."
}

// mark tells the mailbox that messages were taken.
func (r *reading) mark(uids []imap.UID) error {
	if len(uids) == 0 {
		return nil
	}
	if r.box.After == desk.MailboxFlag {
		return r.addFlag(uids, imap.FlagSeen)
	}
	_, err := r.client.Move(imap.UIDSetNum(uids...), r.box.MoveTo).Wait()
	if said, ok := errors.AsType[*imap.Error](err); ok && said.Type == imap.StatusResponseTypeNo {
		if made := r.client.Create(r.box.MoveTo, nil).Wait(); made == nil {
			_, err = r.client.Move(imap.UIDSetNum(uids...), r.box.MoveTo).Wait()
		}
	}
	if said, ok := errors.AsType[*imap.Error](err); ok {
		return &failure{reason: fmt.Sprintf("Messages cannot be moved to %q: %s", r.box.MoveTo, serverWords(said)), refused: true, err: err}
	}
	return err
}

// addFlag sets a flag of messages.
func (r *reading) addFlag(uids []imap.UID, flag imap.Flag) error {
	return r.client.Store(imap.UIDSetNum(uids...), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{flag}}, nil).Close()
}

// advance keeps how far the mailbox was read. The UIDVALIDITY follows when all is read: until then it is the first time.
func (r *reading) advance(ctx context.Context, taken int) error {
	held := false
	err := r.Service.store.Account(r.account).Write(ctx, func(tx *store.Tx) (err error) {
		held, err = tx.AdvanceMailbox(ctx, r.box, taken, r.options.Owner, time.Now().Add(leaseTime))
		return err
	})
	if err == nil && !held {
		return errLost
	}
	return err
}
