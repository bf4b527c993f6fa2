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
		for _, uid := range uids {
			if err := r.take(ctx, uid); err != nil {
				return err
			}
		}
	}
}

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

// take stores a message, marks it, and counts it as read.
func (r *reading) take(ctx context.Context, uid imap.UID) error {
	there, err := r.accept(ctx, uid)
	switch {
	case desk.KindOf(err) == desk.TooLarge:
		r.box.Reason = "A message is too large and was left in the mailbox, flagged."
		err = r.addFlag(uid, imap.FlagFlagged)
	case err != nil:
		return err
	case there:
		err = r.mark(uid)
	}
	if err != nil {
		return err
	}
	r.box.LastUID = max(r.box.LastUID, uint32(uid))
	return r.advance(ctx, 1)
}

// accept hands a message over as it comes from the network; there is false if it is gone meanwhile.
func (r *reading) accept(ctx context.Context, uid imap.UID) (there bool, err error) {
	whole := &imap.FetchItemBodySection{Peek: true}
	fetch := r.client.Fetch(imap.UIDSetNum(uid), &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{whole}})
	for message := fetch.Next(); message != nil; message = fetch.Next() {
		for item := message.Next(); item != nil; item = message.Next() {
			body, ok := item.(imapclient.FetchItemDataBodySection)
			if !ok || body.Literal == nil || there {
				continue
			}
			there = true
			err = r.options.Accept(ctx, r.account, r.box.Address, body.Literal)
		}
	}
	if closed := fetch.Close(); closed != nil {
		return there, errors.Join(closed, err)
	}
	if err != nil && desk.KindOf(err) != desk.TooLarge {
		err = &failure{reason: acceptWords(err, r.box.Address), err: err}
	}
	return there, err
}

func acceptWords(err error, address string) string {
	if desk.KindOf(err) == desk.NotFound {
		return fmt.Sprintf("The account receives no mail at %s any more. Choose another address.", address)
	}
	return "A message could not be stored here. It stays in the mailbox and is tried again."
}

// mark tells the mailbox that a message was taken.
func (r *reading) mark(uid imap.UID) error {
	if r.box.After == desk.MailboxFlag {
		return r.addFlag(uid, imap.FlagSeen)
	}
	_, err := r.client.Move(imap.UIDSetNum(uid), r.box.MoveTo).Wait()
	if said, ok := errors.AsType[*imap.Error](err); ok && said.Type == imap.StatusResponseTypeNo {
		if made := r.client.Create(r.box.MoveTo, nil).Wait(); made == nil {
			_, err = r.client.Move(imap.UIDSetNum(uid), r.box.MoveTo).Wait()
		}
	}
	if said, ok := errors.AsType[*imap.Error](err); ok {
		return &failure{reason: fmt.Sprintf("Messages cannot be moved to %q: %s", r.box.MoveTo, serverWords(said)), refused: true, err: err}
	}
	return err
}

// addFlag sets a flag of a message.
func (r *reading) addFlag(uid imap.UID, flag imap.Flag) error {
	return r.client.Store(imap.UIDSetNum(uid), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{flag}}, nil).Close()
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
