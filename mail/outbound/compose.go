package outbound

import (
	"context"
	"io"
	"mime"
	"path"
	"slices"
	"strconv"
	"strings"

	gomessage "github.com/emersion/go-message"
	"github.com/emersion/go-message/mail"

	"interdesk/desk"
	"interdesk/mail/message"
)

// MaxParts is how many bytes of files go into one letter; what is more is for links in its text.
const MaxParts = 10 << 20

// Compose writes the source of a letter into the store of files and gives it the name and the size it has there.
func (s *Service) Compose(ctx context.Context, l *Letter) (sum string, size int64, err error) {
	read, write := io.Pipe()
	go func() { write.CloseWithError(s.write(ctx, l, write)) }()
	defer read.Close()
	return s.files.Put(ctx, read, 0)
}

// write makes the source: mixed holds related holds alternative, each only where there is something for it.
func (s *Service) write(ctx context.Context, l *Letter, to io.Writer) error {
	h := l.header()
	body := s.bodyParts(l)
	kind := body.contentType()
	h.SetContentType(kind.name, kind.params)
	w, err := gomessage.CreateWriter(to, h)
	if err != nil {
		return err
	}
	if err := body.write(ctx, w); err != nil {
		return err
	}
	return w.Close()
}

func (l *Letter) header() gomessage.Header {
	var h mail.Header
	h.SetDate(l.Date)
	h.SetAddressList("From", []*mail.Address{addressOf(l.From)})
	if l.ReplyTo.Email != "" {
		h.SetAddressList("Reply-To", []*mail.Address{addressOf(l.ReplyTo)})
	}
	h.SetAddressList("To", addressesOf(l.To))
	if len(l.CC) > 0 {
		h.SetAddressList("Cc", addressesOf(l.CC))
	}
	h.SetSubject(oneLine(l.Subject))
	h.SetMessageID(l.ID)
	if l.InReplyTo != "" {
		h.SetMsgIDList("In-Reply-To", []string{l.InReplyTo})
	}
	if len(l.References) > 0 {
		h.SetMsgIDList("References", l.References)
	}
	h.Set("MIME-Version", "1.0")
	h.Set(message.InstanceHeader, l.Instance+"; v=1")
	if l.Ticket != 0 {
		h.Set(message.TicketHeader, strconv.FormatInt(int64(l.Ticket), 10))
	}
	if l.CommentUUID != "" {
		h.Set(message.CommentHeader, l.CommentUUID)
	}
	l.classHeader(&h)
	return h.Header
}

// classHeader are the headers by which other programs know what wrote this (RFC 3834, RFC 2369, RFC 8058).
func (l *Letter) classHeader(h *mail.Header) {
	switch l.Class {
	case Automatic:
		h.Set("Auto-Submitted", "auto-generated")
		h.Set("X-Auto-Response-Suppress", "All")
	case AutoReply:
		h.Set("Auto-Submitted", "auto-replied")
		h.Set("X-Auto-Response-Suppress", "All")
	case Follower:
		h.Set("Auto-Submitted", "auto-generated")
		h.Set("X-Auto-Response-Suppress", "OOF, AutoReply")
		h.Set("Precedence", "list")
		h.Set("List-Id", "<"+strconv.FormatInt(int64(l.Ticket), 10)+".tickets."+l.ListHost+">")
	}
	if l.Unsubscribe != "" {
		h.Set("List-Unsubscribe", "<"+l.Unsubscribe+">")
		h.Set("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
}

func addressOf(a message.Address) *mail.Address {
	return &mail.Address{Name: oneLine(a.Name), Address: a.Email}
}

func addressesOf(list []Recipient) (out []*mail.Address) {
	for _, r := range list {
		out = append(out, &mail.Address{Name: oneLine(r.Name), Address: r.Email})
	}
	return out
}

// oneLine keeps what people typed from becoming headers of its own.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// entity is a part of a message: a leaf, or a multipart with others in it.
type entity struct {
	kind   contentType
	header map[string]string
	parts  []*entity
	open   func(ctx context.Context) (io.ReadCloser, error) // of a leaf
}

type contentType struct {
	name   string
	params map[string]string
}

func (e *entity) contentType() contentType { return e.kind }

func (s *Service) bodyParts(l *Letter) *entity {
	body := multipart("alternative", textEntity("plain", l.Text), textEntity("html", l.HTML))
	if len(l.Pictures) > 0 {
		body = multipart("related", body)
		for _, id := range sortedKeys(l.Pictures) {
			body.parts = append(body.parts, s.fileEntity(l.Pictures[id], "inline", id))
		}
	}
	if len(l.Files) > 0 {
		body = multipart("mixed", body)
		for _, f := range l.Files {
			body.parts = append(body.parts, s.fileEntity(f, "attachment", ""))
		}
	}
	return body
}

func sortedKeys(m map[string]desk.Attachment) (keys []string) {
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func multipart(kind string, parts ...*entity) *entity {
	return &entity{kind: contentType{name: "multipart/" + kind}, parts: parts}
}

func textEntity(kind, text string) *entity {
	return &entity{kind: contentType{"text/" + kind, map[string]string{"charset": "utf-8"}},
		header: map[string]string{"Content-Transfer-Encoding": "quoted-printable"},
		open:   func(context.Context) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(crlf(text))), nil }}
}

// crlf ends lines as mail does.
func crlf(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\n", "\r\n")
}

// fileEntity is a file; what its type is nobody vouches for, so one that cannot be read is just bytes.
func (s *Service) fileEntity(a desk.Attachment, disposition, id string) *entity {
	kind, params, err := mime.ParseMediaType(a.ContentType)
	if err != nil || strings.HasPrefix(kind, "multipart/") || strings.HasPrefix(kind, "message/") {
		kind, params = "application/octet-stream", map[string]string{}
	}
	name := path.Base(oneLine(a.FileName))
	params["name"] = name
	e := &entity{kind: contentType{kind, params}, header: map[string]string{"Content-Transfer-Encoding": "base64",
		"Content-Disposition": mime.FormatMediaType(disposition, map[string]string{"filename": name})},
		open: func(ctx context.Context) (io.ReadCloser, error) { return s.files.Open(ctx, a.Blob) }}
	if id != "" {
		e.header["Content-Id"] = "<" + id + ">"
	}
	return e
}

func (e *entity) write(ctx context.Context, w *gomessage.Writer) error {
	if e.open != nil {
		return e.copyTo(ctx, w)
	}
	for _, part := range e.parts {
		var h gomessage.Header
		h.SetContentType(part.kind.name, part.kind.params)
		for key, value := range part.header {
			h.Set(key, value)
		}
		inner, err := w.CreatePart(h)
		if err != nil {
			return err
		}
		if err := part.write(ctx, inner); err != nil {
			return err
		}
		if err := inner.Close(); err != nil {
			return err
		}
	}
	return nil
}

func (e *entity) copyTo(ctx context.Context, w io.Writer) error {
	from, err := e.open(ctx)
	if err != nil {
		return err
	}
	defer from.Close()
	_, err = io.Copy(w, from)
	return err
}

// Source opens the source of a message, as it was composed or received. The caller closes it.
func (s *Service) Source(ctx context.Context, sum string) (io.ReadSeekCloser, error) {
	return s.files.Open(ctx, sum)
}
