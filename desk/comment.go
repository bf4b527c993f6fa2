package desk

import "time"

// Comment is one thing said on a ticket: a public reply or a private note. HTML is sanitised before it is stored.
type Comment struct {
	ID          CommentID
	Ticket      TicketID
	Audit       AuditID
	Author      UserID
	Body        string // plain text
	HTML        string // sanitised; "" when it was written as plain text
	Public      bool
	LocalOnly   bool   // never sent to partners
	UUID        string // on the wire, once shared (nhd §6); minted or received once, kept for ever
	Via         Via
	Attachments []Attachment
	CreatedAt   time.Time
}

// NewComment is a comment somebody asks for.
type NewComment struct {
	Author      UserID // 0: the actor
	Body        string // plain text; made from HTML when that is given alone
	HTML        string // as received; Apply sanitises it
	Public      *bool  // nil: public, unless the ticket itself is private
	LocalOnly   bool
	UUID        string    // given by a partner
	AuthoredAt  time.Time // given by a partner; zero: now
	Uploads     []string  // tokens of earlier uploads
	Attachments []AttachmentID
}

// Attachment is a file on a comment. Its bytes lie in the attachment store under Blob.
type Attachment struct {
	ID          AttachmentID
	FileName    string
	ContentType string // as claimed; served only as a download
	Size        int64  // bytes
	Blob        string // SHA-256 of the bytes, hex
	Inline      bool
	Token       string // capability in its content URL
	CreatedAt   time.Time
}

// Upload is a set of files that wait for the comment they belong to. Unused ones expire.
type Upload struct {
	Token       string
	User        UserID
	Attachments []Attachment
	ExpiresAt   time.Time
}
