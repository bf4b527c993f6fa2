package suspended

import (
	"context"

	"interdesk/desk"
	"interdesk/mail/message"
	"interdesk/store"
)

// Letter is a suspended message with all that its source says.
type Letter struct {
	desk.SuspendedTicket
	Mail    desk.Mail
	Message *message.Message // nil: it cannot be read
}

// Read reads a suspended message for staff to look at.
func (s *Service) Read(ctx context.Context, account desk.AccountID, by desk.User, id desk.SuspendedID) (l Letter, err error) {
	if err := mustStaff(by); err != nil {
		return l, err
	}
	err = s.store.Account(account).Read(ctx, func(tx *store.Tx) error {
		if l.SuspendedTicket, err = tx.Suspended(ctx, id); err != nil {
			return err
		}
		l.Mail, err = tx.Mail(ctx, l.SuspendedTicket.Mail)
		return err
	})
	if err != nil {
		return l, err
	}
	l.Message, err = s.inbox.Read(ctx, l.Mail)
	return l, err
}
