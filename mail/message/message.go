package message

import (
	"net/textproto"
	"time"
)

// Address is a person or a mailbox as a header names it. Email keeps the local part's case; its domain is in lower case.
type Address struct{ Name, Email string }

// Part is a file that came with a message.
type Part struct {
	FileName    string // never empty, without folders
	ContentType string // in lower case, without parameters
	ContentID   string // without <>; what "cid:" in the HTML names
	Inline      bool   // shown within the text: the HTML names its ContentID, or the sender asked for it
	Data        []byte
}

// Message is what a mail says.
type Message struct {
	ID         string   // Message-ID without <>; empty if there is none
	InReplyTo  []string // without <>
	References []string // without <>, newest last

	From    Address
	Sender  *Address // who sent it in the name of From; nil if that is the same
	ReplyTo []Address
	To, CC  []Address
	Subject string
	Date    time.Time // zero if the header is missing or cannot be read

	// Text and HTML are the body, UTF-8 with \n. Text is never empty where HTML has words: it is made of it then.
	Text, HTML string
	// TextFromHTML says that the message had no plain text, and Text was made of HTML.
	TextFromHTML bool
	Files        []Part

	// Faults says in sentences what could not be read or was more than the limits, and so is only in the source.
	Faults []string

	header textproto.MIMEHeader
	report *report // the machine's part of a multipart/report
}

// Header is the first field of this name as readable text, or "".
func (m *Message) Header(name string) string {
	values := m.header[textproto.CanonicalMIMEHeaderKey(name)]
	if len(values) == 0 {
		return ""
	}
	return decodeHeader(values[0])
}

// HasHeader says whether there is a field of this name, be it empty.
func (m *Message) HasHeader(name string) bool {
	return len(m.header[textproto.CanonicalMIMEHeaderKey(name)]) > 0
}
