package outbound

import (
	"time"

	"interdesk/desk"
	"interdesk/mail/message"
)

// Class is what a letter is for those who receive it (mail.md §6).
type Class int

const (
	Human     Class = iota // a person's own words: no sign of a machine
	Automatic              // a rule or the desk itself wrote it
	AutoReply              // the same, in direct answer to a mail: nobody is told where it bounces
	Follower               // for those who follow a ticket, as a list is followed
)

// Recipient is whom a letter goes to.
type Recipient struct {
	User  desk.UserID
	Name  string
	Email string
}

// Letter is a message to be. Its recipients get the same source: who is in To and CC, all can read.
type Letter struct {
	Kind    string // in words, for the list of mails: KindReply, …
	Class   Class
	Account desk.AccountID
	Ticket  desk.TicketID // 0: about none
	Comment desk.CommentID
	Audit   desk.AuditID

	ID          string // Message-ID, without <>; the same whenever the letter is made anew
	InReplyTo   string
	References  []string // oldest first
	From        message.Address
	ReplyTo     message.Address // zero: From
	To, CC      []Recipient
	Subject     string
	Text, HTML  string
	Files       []desk.Attachment          // as parts
	Pictures    map[string]desk.Attachment // Content-ID → a picture that the HTML shows as cid:
	Date        time.Time
	Instance    string // address of the account: X-Interdesk-Instance
	CommentUUID string // of the comment that it is, where it is one and no more: X-Interdesk-Comment
	Unsubscribe string // one click on this address ends it; "" where that makes no sense
	ListHost    string // of Follower
}

// The kinds of letters.
const (
	KindReply        = "reply"        // a person's answer
	KindNotice       = "notice"       // a rule's word
	KindFollower     = "follower"     // to those who follow a ticket
	KindInvitation   = "invitation"   // to new staff and customers
	KindVerification = "verification" // is this address yours?
	KindPassword     = "password"     // a link to a new password
	KindSignIn       = "sign-in"      // a link that signs in
	KindSummary      = "summary"      // to admins: what waits to be looked at
	KindTest         = "test"         // an admin tries whether mail arrives
)

// recipients are all whom the letter goes to.
func (l *Letter) recipients() []Recipient { return append(append([]Recipient{}, l.To...), l.CC...) }
