package inbound

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/store"
	"interdesk/store/sqldb"
)

// intake makes something of one message. Its row, the ticket and the end of the job are one transaction.
func (s *Service) intake(ctx context.Context, j job.Job) job.Outcome {
	var in intakeJob
	if err := json.Unmarshal(j.Payload, &in); err != nil {
		return job.Outcome{Err: err, Dead: true}
	}
	account := s.store.Account(desk.AccountID(j.Account))
	if j.Attempt > maxAttempts {
		return job.Outcome{Err: errors.New("the process ended at each attempt"), Dead: true}
	}
	m, err := mailOf(ctx, account, in.Mail)
	if err != nil || m.State != desk.MailReceived {
		return job.Outcome{Err: err}
	}
	p, err := s.Prepare(ctx, account.ID(), m, in.envelope())
	if err != nil {
		return job.Outcome{Err: err}
	}
	if p.byStaff && p.auth.Unsure && j.Attempt <= proofAttempts {
		return job.Outcome{Err: errors.New("DNS does not tell whether staff sent it"), RetryAfter: proofPause}
	}
	return job.Outcome{Commit: func(ctx context.Context, tx *sqldb.Tx) error {
		return s.admitOrSuspend(ctx, account, tx, p)
	}}
}

// What names staff as its author waits a little for DNS to say whether they are; then it is taken in as unproven.
const (
	proofAttempts = 3
	proofPause    = 20 * time.Second
)

func (in intakeJob) envelope() Envelope {
	return Envelope{From: in.From, Client: in.Client, Hello: in.Hello, Unanswerable: in.Unanswerable}
}

// admitOrSuspend takes a message in; what the desk itself refuses to do with it has it suspended with that reason.
func (s *Service) admitOrSuspend(ctx context.Context, account store.Account, tx *sqldb.Tx, p *Prepared) error {
	err := tx.Savepoint(ctx, func() error { return s.admit(ctx, account.WithTx(tx), p) })
	if k := desk.KindOf(err); err == nil || k == desk.Internal || k == desk.Unavailable {
		return err
	}
	return s.suspendUnprocessable(ctx, account.WithTx(tx), p.mail.ID, p, "The ticket did not take it: "+err.Error())
}

// mailOf reads the row of a message.
func mailOf(ctx context.Context, account store.Account, id desk.MailID) (m desk.Mail, err error) {
	err = account.Read(ctx, func(tx *store.Tx) error {
		m, err = tx.Mail(ctx, id)
		return err
	})
	return m, err
}

// intakeDied suspends what could not be taken in after several attempts.
func (s *Service) intakeDied(ctx context.Context, tx *sqldb.Tx, j job.Job, cause error) error {
	var in intakeJob
	if err := json.Unmarshal(j.Payload, &in); err != nil {
		return nil //nolint:nilerr // a job that cannot be read names no message
	}
	reason := fmt.Sprintf("It could not be taken in: %s", cause)
	return s.suspendUnprocessable(ctx, s.store.Account(desk.AccountID(j.Account)).WithTx(tx), in.Mail, nil, reason)
}
