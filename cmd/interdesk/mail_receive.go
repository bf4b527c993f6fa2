package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/emersion/go-smtp"

	"interdesk/blob"
	"interdesk/config"
	"interdesk/desk"
	mailin "interdesk/mail/inbound"
	"interdesk/store/sqldb"
)

// How a program that a mail server calls ends, by the conventions of sysexits.h.
const (
	exitBadData = 65 // the message is refused for good
	exitNoUser  = 67 // the recipient is not known
	exitLater   = 75 // try again later
)

type receiveCommand struct {
	config.Database
	config.Log
	To     []string `required:"" placeholder:"ADDRESS" help:"Recipient of the message: a support address. Repeat it for several."`
	From   string   `placeholder:"ADDRESS" help:"Envelope sender, to which a bounce would go."`
	Blobs  string   `placeholder:"DIR" help:"Folder of attachments, as serve has it."`
	Server string   `name:"lmtp-listen" placeholder:"HOST:PORT" help:"Where serve receives mail by LMTP. Unless set, the message is stored in the database itself, which with SQLite works only while serve does not run."`
}

// Help is what its --help says at the beginning.
func (c *receiveCommand) Help() string {
	return "Reads one message from standard input, as a mail server's pipe or alias gives it. It ends with 0 once the message is stored, " +
		"75 when it should be tried again, 67 when nobody has the address and 65 when the message is refused."
}

// Run hands the message over.
func (c *receiveCommand) Run(ctx context.Context, t *terminal) error {
	message := io.LimitReader(t.in, mailin.MaxMessage+1)
	if c.Server != "" {
		return receiveCode(c.handOver(ctx, message))
	}
	return receiveCode(c.store(ctx, t, message))
}

// handOver gives the message to a server that runs.
func (c *receiveCommand) handOver(ctx context.Context, message io.Reader) error {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", c.Server)
	if err != nil {
		return err
	}
	client := smtp.NewClientLMTP(conn)
	defer client.Close()
	if err := client.Mail(c.From, nil); err != nil {
		return err
	}
	for _, to := range c.To {
		if err := client.Rcpt(to, nil); err != nil {
			return err
		}
	}
	data, err := client.Data()
	if err != nil {
		return err
	}
	if _, err := io.Copy(data, message); err != nil {
		return err
	}
	return data.Close()
}

// store puts the message into the database; the server that runs next makes something of it.
func (c *receiveCommand) store(ctx context.Context, t *terminal, message io.Reader) (err error) {
	d, err := openDatabase(ctx, c.Database, newLog(t, c.Log))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.close(ctx)) }()
	folder := config.Server{Blobs: c.Blobs}.BlobsFolder(c.Database)
	files, err := blob.Open(folder, 0)
	if err != nil {
		return err
	}
	defer files.Close()
	if err := requireOwnFolder(ctx, d.store, folder); err != nil {
		return err
	}
	inbox := mailin.New(d.store, mailin.Options{Files: files})
	e := mailin.Envelope{From: c.From}
	for _, to := range c.To {
		route, err := inbox.Route(ctx, to)
		if desk.KindOf(err) == desk.NotFound {
			return exitCode{fmt.Errorf("no help desk here receives mail for %s", to), exitNoUser}
		}
		if err != nil {
			return err
		}
		e.To = append(e.To, route)
	}
	return inbox.Accept(ctx, e, message)
}

// receiveCode tells a mail server what to do with the message: try again, unless the fault is the message's or the recipient's.
func receiveCode(err error) error {
	var said exitCode
	var answer *smtp.SMTPError
	switch {
	case err == nil, errors.As(err, &said):
		return err
	case errors.As(err, &answer) && answer.EnhancedCode == smtp.EnhancedCode{5, 1, 1}:
		return exitCode{err, exitNoUser}
	case errors.As(err, &answer) && answer.Code >= 500, desk.KindOf(err) == desk.TooLarge:
		return exitCode{err, exitBadData}
	case errors.Is(err, sqldb.ErrLocked):
		return exitCode{fmt.Errorf("%w: give --lmtp-listen to hand the message to the server that runs", err), exitLater}
	}
	return exitCode{err, exitLater}
}
