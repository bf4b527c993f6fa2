package inbound

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"runtime/debug"
	"time"

	"interdesk/desk"
	"interdesk/mail/message"
	"interdesk/store"
	"interdesk/upload"
)

// Prepared is a message that has been read, with its files stored, before a transaction makes something of it.
type Prepared struct {
	mail        desk.Mail
	envelope    Envelope
	message     *message.Message // nil: it cannot be read
	fault       string           // why it cannot be read
	auth        Authenticity
	byStaff     bool              // From names somebody who works here
	attachments []desk.Attachment // of the message, in its order
	sources     map[string]string // where a Content-ID's picture is found
	dropped     int               // files that were left out
	origin      message.Automatic
	remote      message.RemoteDesk // where fromDesk
	fromDesk    bool
	whole       words  // as what begins a ticket
	answer      words  // as what answers one
	digest      string // of the content
}

// Message is what the mail says; nil when it cannot be read.
func (p *Prepared) Message() *message.Message { return p.message }

// Of messages larger than largeMessage only largeAtOnce are in memory at the same time, whatever comes in. Reading one takes several
// times its size, which is given back at once: the collector would let it lie for long.
const (
	largeMessage = 2 << 20
	largeAtOnce  = 1
)

// waitForRoom waits until a message of a size may be read, and gives what makes room for the next.
func (s *Service) waitForRoom(ctx context.Context, size int64) (leave func(), err error) {
	if size <= largeMessage {
		return func() {}, nil
	}
	select {
	case s.large <- struct{}{}:
		return func() {
			<-s.large
			debug.FreeOSMemory()
		}, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// parseTime is how long a message may take to be read. Real ones take milliseconds.
const parseTime = time.Minute

// Prepare reads a message and stores its files. A message that cannot be read is no error: it is prepared as such.
func (s *Service) Prepare(ctx context.Context, account desk.AccountID, m desk.Mail, e Envelope) (*Prepared, error) {
	leave, err := s.waitForRoom(ctx, m.Size)
	if err != nil {
		return nil, err
	}
	defer leave()
	source, err := s.source(ctx, m)
	if err != nil {
		return nil, err
	}
	p := &Prepared{mail: m, envelope: e}
	if p.message, p.fault = s.parse(ctx, withReturnPath(source, e)); p.message == nil {
		return p, ctx.Err()
	}
	if s.options.Authenticate != nil {
		if p.byStaff, err = s.namesStaff(ctx, account, p.message); err != nil {
			return nil, err
		}
		p.auth = s.options.Authenticate(ctx, e, source, p.byStaff)
	}
	if err := s.receiveFiles(ctx, p); err != nil {
		return nil, err
	}
	return s.understand(ctx, p)
}

// understand finds out who or what wrote a message, and its words.
func (s *Service) understand(ctx context.Context, p *Prepared) (*Prepared, error) {
	read := *p
	fault := s.guard(ctx, func() error {
		read.origin = read.message.Automatic()
		read.remote, read.fromDesk = read.message.RemoteDesk()
		read.readWords()
		read.digest = digestOf(read.message)
		return nil
	})
	if fault != "" {
		p.message, p.fault = nil, fault
		return p, ctx.Err()
	}
	for i := range read.message.Files {
		read.message.Files[i].Data = nil // stored; memory is for the next message
	}
	return &read, nil
}

// namesStaff tells whether a message says that somebody who works here wrote it.
func (s *Service) namesStaff(ctx context.Context, account desk.AccountID, m *message.Message) (is bool, err error) {
	err = s.store.Account(account).Read(ctx, func(tx *store.Tx) error {
		u, err := tx.UserByAddress(ctx, m.From.Email)
		if desk.KindOf(err) == desk.NotFound {
			return nil
		}
		is = u.Role.Staff()
		return err
	})
	return is, err
}

// source reads the bytes of a message.
func (s *Service) source(ctx context.Context, m desk.Mail) ([]byte, error) {
	f, err := s.files.Open(ctx, m.Blob)
	if err != nil {
		return nil, fmt.Errorf("the source of mail %d: %w", m.ID, err)
	}
	defer f.Close()
	source := bytes.NewBuffer(make([]byte, 0, m.Size+bytes.MinRead))
	_, err = source.ReadFrom(f)
	return source.Bytes(), err
}

// withReturnPath tells the reader of a message that its sender wants no answer, where only the envelope says so.
func withReturnPath(source []byte, e Envelope) []byte {
	if !e.Unanswerable {
		return source
	}
	return append([]byte("Return-Path: <>\r\n"), source...)
}

// parse reads a message; what it cannot read it says in words.
func (s *Service) parse(ctx context.Context, source []byte) (m *message.Message, fault string) {
	read := new(*message.Message)
	fault = s.guard(ctx, func() (err error) {
		*read, err = message.ParseBytes(source)
		return err
	})
	if fault != "" {
		return nil, fault
	}
	return *read, ""
}

// guard survives a message that breaks its readers or keeps them busy for ever; then it says so, and what they were to write is
// theirs for good.
func (s *Service) guard(ctx context.Context, read func() error) (fault string) {
	done := make(chan string, 1)
	go func() {
		defer func() {
			if v := recover(); v != nil {
				s.log.Error("a message broke its reader", "panic", v, "stack", string(debug.Stack()))
				done <- "The program that reads messages broke on it."
			}
		}()
		if err := read(); err != nil {
			done <- "It cannot be read: " + err.Error() + "."
			return
		}
		done <- ""
	}()
	within, cancel := context.WithTimeout(ctx, parseTime)
	defer cancel()
	select {
	case fault = <-done:
		return fault
	case <-within.Done():
		return "It takes too long to read."
	}
}

// receiveFiles stores the files of a message, as many as a comment may carry.
func (s *Service) receiveFiles(ctx context.Context, p *Prepared) error {
	p.sources = map[string]string{}
	for i, part := range p.message.Files {
		if len(p.attachments) == desk.MaxAttachments {
			p.dropped = len(p.message.Files) - i
			break
		}
		a, err := s.options.Uploads.Receive(ctx, upload.File{Name: fileName(part), ContentType: part.ContentType, Inline: part.Inline, Content: bytes.NewReader(part.Data)})
		if err != nil {
			return err
		}
		p.attachments = append(p.attachments, a)
		if part.ContentID != "" {
			p.sources[part.ContentID] = upload.Path(a)
		}
	}
	return nil
}

func fileName(p message.Part) string {
	if upload.CleanName(p.FileName) == "" {
		return "file"
	}
	return p.FileName
}

// digestOf tells messages with the same content from others, whatever way they came.
func digestOf(m *message.Message) string {
	h := sha256.New()
	for _, part := range []string{m.From.Email, m.Date.UTC().String(), m.Subject, m.Text, m.HTML} {
		fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	for _, f := range m.Files {
		fmt.Fprintf(h, "%d:", len(f.Data))
		h.Write(f.Data)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// messageID is the id of the message; one without has that of its bytes.
func (p *Prepared) messageID() string {
	if p.message != nil && p.message.ID != "" && len(p.message.ID) <= maxMessageID {
		return p.message.ID
	}
	return p.mail.Blob[:32] + "@without-id"
}

const maxMessageID = 998 // a line of RFC 5322
