package message

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"net/textproto"
	"strings"

	"github.com/jhillyerd/enmime/v2"
)

// The limits of one message. What is beyond them stays in the source, and Message.Faults says so; only MaxSize and MaxHeader
// make Parse fail.
const (
	MaxSize       = 50 << 20 // bytes of the whole message
	MaxHeader     = 1 << 20  // bytes of its header
	MaxParts      = 1000     // parts of all kinds
	MaxNesting    = 15       // multiparts, however they are nested: the library takes twice as long for each one in another
	MaxRecipients = 1000     // of To and CC together
	MaxReferences = 100      // Message-IDs of References, the newest
	MaxBody       = 4 << 20  // bytes of Text and of HTML; a longer one is a file besides
	MaxSubject    = 1000     // runes
	MaxName       = 255      // runes of a person's or a file's name
)

// What Parse can fail with.
var (
	ErrEmpty    = errors.New("the message is empty")
	ErrTooLarge = fmt.Errorf("the message is larger than %d MB", MaxSize>>20)
	ErrHeader   = fmt.Errorf("the header of the message is larger than %d KB", MaxHeader>>10)
)

// Parse reads a message. It fails with one of the errors above, or with the reader's.
func Parse(r io.Reader) (*Message, error) {
	raw, err := io.ReadAll(io.LimitReader(r, MaxSize+1))
	if err != nil {
		return nil, err
	}
	return ParseBytes(raw)
}

// ParseBytes is Parse for a message in memory.
func ParseBytes(raw []byte) (*Message, error) {
	if len(raw) > MaxSize {
		return nil, ErrTooLarge
	}
	raw = withoutEnvelopeLine(raw)
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil, ErrEmpty
	}
	if headerSize(raw) > MaxHeader {
		return nil, ErrHeader
	}
	m := &Message{}
	root, err := readTree(m, raw)
	if err != nil {
		root = plainTree(m, raw)
	}
	m.header = root.Header
	m.readHeader()
	m.readBody(root)
	return m, nil
}

// withoutEnvelopeLine takes away what mbox files and some pipes put before the header ("From jane@example.com Mon Jan …").
func withoutEnvelopeLine(raw []byte) []byte {
	raw = bytes.TrimLeft(bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf")), "\r\n")
	first, rest, _ := bytes.Cut(raw, []byte("\n"))
	words := bytes.Fields(first)
	if len(words) > 2 && (string(words[0]) == "From" || string(words[0]) == ">From") && words[1][0] != ':' {
		return rest
	}
	return raw
}

// headerSize is how many bytes stand before the first empty line.
func headerSize(raw []byte) int {
	head, _ := splitHeader(raw)
	return len(head)
}

func splitHeader(raw []byte) (head, body []byte) {
	lf, crlf := bytes.Index(raw, []byte("\n\n")), bytes.Index(raw, []byte("\n\r\n"))
	switch {
	case crlf >= 0 && (lf < 0 || crlf < lf):
		return raw[:crlf+1], raw[crlf+3:]
	case lf >= 0:
		return raw[:lf+1], raw[lf+2:]
	}
	return raw, nil
}

// readTree gives the parts of a message, their transfer encoding undone and their charset not yet.
func readTree(m *Message, raw []byte) (*enmime.Part, error) {
	reader := mediaReader{}
	parser := enmime.NewParser(
		enmime.SkipMalformedParts(true),
		enmime.MultipartWOBoundaryAsSinglePart(true),
		enmime.DisableCharacterDetection(true),
		enmime.MaxStoredPartErrors(1),
		enmime.SetReadPartErrorPolicy(func(*enmime.Part, error) bool { return true }),
		enmime.SetCustomParseMediaType(reader.read),
	)
	root, err := parser.ReadParts(bytes.NewReader(raw))
	if reader.parts > MaxParts {
		m.fault("The message has more than %d parts.", MaxParts)
	}
	if reader.multiparts > MaxNesting {
		m.fault("The message has more than %d parts within parts.", MaxNesting)
	}
	return root, err
}

// plainTree is what can be said of a message whose structure cannot be read: its header line by line, the rest as one text.
func plainTree(m *Message, raw []byte) *enmime.Part {
	m.fault("The structure of the message is broken, so it is shown as it came.")
	head, body := splitHeader(raw)
	root := enmime.NewPart("text/plain")
	last := ""
	for line := range strings.Lines(string(head)) {
		line = strings.TrimRight(line, "\r\n")
		name, value, ok := strings.Cut(line, ":")
		switch {
		case line != "" && (line[0] == ' ' || line[0] == '\t') && last != "":
			values := root.Header[last]
			values[len(values)-1] += " " + strings.TrimSpace(line)
		case ok && name != "" && !strings.ContainsAny(name, " \t"):
			last = textproto.CanonicalMIMEHeaderKey(name)
			root.Header[last] = append(root.Header[last], strings.TrimSpace(value))
		}
	}
	root.Content = body
	return root
}

func (m *Message) fault(format string, args ...any) {
	m.Faults = append(m.Faults, fmt.Sprintf(format, args...))
}

// readHeader fills in what the header says.
func (m *Message) readHeader() {
	m.ID = firstOf(messageIDs(m.rawHeader("Message-Id")))
	m.InReplyTo = messageIDs(m.rawHeader("In-Reply-To"))
	m.References = newest(messageIDs(m.rawHeader("References")), MaxReferences)
	m.Subject = cutRunes(m.Header("Subject"), MaxSubject)
	if date, err := mail.ParseDate(m.rawHeader("Date")); err == nil {
		m.Date = date
	}
	m.readPeople()
}

func (m *Message) readPeople() {
	m.From = firstOf(m.addresses("From", 1))
	if sender := firstOf(m.addresses("Sender", 1)); sender.Email != "" {
		if m.From.Email == "" {
			m.From = sender
		} else if !sameMailbox(sender.Email, m.From.Email) {
			m.Sender = &sender
		}
	}
	m.ReplyTo = m.addresses("Reply-To", 10)
	m.To = m.addresses("To", MaxRecipients+1)
	m.CC = m.addresses("Cc", MaxRecipients+1)
	if len(m.To)+len(m.CC) > MaxRecipients {
		m.fault("The message has more than %d recipients.", MaxRecipients)
		m.To = m.To[:min(len(m.To), MaxRecipients)]
		m.CC = m.CC[:MaxRecipients-len(m.To)]
	}
}

// rawHeader is the first field of this name as it stands.
func (m *Message) rawHeader(name string) string { return m.header.Get(name) }

func firstOf[T any](all []T) T {
	var none T
	if len(all) == 0 {
		return none
	}
	return all[0]
}

func newest[T any](all []T, most int) []T {
	return all[max(0, len(all)-most):]
}
