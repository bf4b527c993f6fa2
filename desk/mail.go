package desk

import (
	"slices"
	"strings"
	"time"
)

// SupportAddress is an address at which an account receives mail. Answers to a ticket come from the one it came to.
type SupportAddress struct {
	ID         AddressID
	Address    string // lower case; unique in the installation
	Name       string // before the address in From
	Brand      BrandID
	Group      GroupID  // of new tickets; 0 leaves it to rules
	Tags       []string // of new tickets
	Default    bool     // mail goes out from it where the ticket names none
	VerifiedAt time.Time
	CreatedAt  time.Time
	UpdatedAt  time.Time
}

// DefaultAddressName stands before the @ of the support address with which each account begins, at its own host.
const DefaultAddressName = "support"

// MailDirection tells mail that came from mail that goes.
type MailDirection string

// The two directions.
const (
	MailIn  MailDirection = "in"
	MailOut MailDirection = "out"
)

// MailState is how far a message is.
type MailState string

// Mail that came is received, until the intake has made something of it; mail that goes is queued, until the relay took it.
const (
	MailReceived   MailState = "received"
	MailProcessed  MailState = "processed"
	MailSuspended  MailState = "suspended"
	MailDiscarded  MailState = "discarded" // a repetition of one that was processed, or deleted by staff
	MailQueued     MailState = "queued"
	MailSent       MailState = "sent"
	MailBounced    MailState = "bounced"
	MailSuppressed MailState = "suppressed" // not sent, for a reason
	MailFailed     MailState = "failed"     // given up
)

// Mail is one message in or out.
type Mail struct {
	ID        MailID
	Direction MailDirection
	State     MailState
	Kind      string   // out: what it is for
	Ticket    TicketID // 0 for none (yet)
	Comment   CommentID
	Audit     AuditID // out: the update it tells of
	User      UserID  // out: who receives it; in: whom the sender was taken for
	MessageID string  // of its header, without angle brackets
	Sender    string  // in: the address in From; out: ours
	Recipient string  // in: the address it was delivered to; out: theirs
	Subject   string
	Blob      string // its source in the attachment store; "" where none is kept
	Size      int64  // of the source, in bytes
	Cause     string // of suppression, failure or a bounce, as a word
	Reason    string // the same as a sentence
	CreatedAt time.Time
	DoneAt    time.Time // when it reached its last state; zero before
}

// SuspensionCause is why mail was not let in, in Zendesk's numbers (mail.md §4).
type SuspensionCause int

// The causes that we have.
const (
	SuspendSpam               SuspensionCause = 0
	SuspendNotAllowed         SuspensionCause = 1
	SuspendAutoMailer         SuspensionCause = 3
	SuspendLoop               SuspensionCause = 4
	SuspendUnknownUserUpdate  SuspensionCause = 5
	SuspendOtherUserUpdate    SuspensionCause = 6
	SuspendDeliveryFailure    SuspensionCause = 7
	SuspendVacation           SuspensionCause = 8
	SuspendSystemUser         SuspensionCause = 9
	SuspendUnknownAuthor      SuspensionCause = 10
	SuspendBlank              SuspensionCause = 11
	SuspendBlocked            SuspensionCause = 13
	SuspendToNoReply          SuspensionCause = 16
	SuspendUnprocessable      SuspensionCause = 19
	SuspendFromSupportAddress SuspensionCause = 22
	SuspendFromHelpDesk       SuspensionCause = 23
	SuspendMalware            SuspensionCause = 25
	SuspendAuthentication     SuspensionCause = 26
	SuspendFromNoReply        SuspensionCause = 27
	SuspendTooManyRecipients  SuspensionCause = 30
)

// Title is the cause as Zendesk's clients know it.
func (c SuspensionCause) Title() string {
	switch c {
	case SuspendSpam:
		return "Detected as spam"
	case SuspendNotAllowed:
		return "Sender domain not on whitelist"
	case SuspendAutoMailer:
		return "Automated response mail"
	case SuspendLoop:
		return "Detected as mail loop"
	case SuspendUnknownUserUpdate:
		return "Permission denied for unknown email submitter"
	case SuspendOtherUserUpdate:
		return "End user may only update their own tickets"
	case SuspendDeliveryFailure:
		return "Automated response mail, delivery failed"
	case SuspendVacation:
		return "Automated response mail, out of office"
	case SuspendSystemUser:
		return "Received from system user"
	case SuspendUnknownAuthor:
		return "Permission denied for unknown submitter"
	case SuspendBlank:
		return "Blank email"
	case SuspendBlocked:
		return "Sender domain on blocklist"
	case SuspendToNoReply:
		return "Email to no-reply address"
	case SuspendFromSupportAddress:
		return "Received from support address"
	case SuspendFromHelpDesk:
		return "Email is from another help desk"
	case SuspendMalware:
		return "Malware detected"
	case SuspendAuthentication:
		return "Email authentication failed"
	case SuspendFromNoReply:
		return "Email from no-reply address"
	case SuspendTooManyRecipients:
		return "Too many recipients"
	}
	return "Email could not be processed"
}

// SuspendedTicket is mail that was not let in; it waits for somebody who recovers or deletes it.
type SuspendedTicket struct {
	ID          SuspendedID
	Mail        MailID
	Cause       SuspensionCause
	Reason      string // a sentence for staff
	AuthorName  string
	AuthorEmail string
	Recipient   string
	Subject     string
	Content     string   // its text, cut at MaxSuspendedContent
	Ticket      TicketID // the ticket it meant to update; 0 for a new one
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// MaxSuspendedContent is how much of a suspended message's text is kept beside its source, in bytes.
const MaxSuspendedContent = 64 << 10

// MailSender is an address, or a domain after @, whose mail is always let in or never.
type MailSender struct {
	Pattern   string // lower case
	Blocked   bool
	CreatedBy UserID
	CreatedAt time.Time
}

// NormalizeSender brings what speaks of senders into its one form: an address, or @ and a domain. ok is false for all else.
func NormalizeSender(s string) (pattern string, ok bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	domain, isDomain := strings.CutPrefix(s, "@")
	if !isDomain {
		return NormalizeEmail(s)
	}
	_, ok = NormalizeEmail("someone@" + domain)
	return s, ok && strings.Contains(domain, ".")
}

// MailSenderPatterns are the patterns that speak of an address: itself and its domain, the closest first.
func MailSenderPatterns(address string) []string {
	address = strings.ToLower(address)
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return nil
	}
	return []string{address, address[at:]}
}

// PlainAddress takes what follows a plus sign out of an address: mail to support+anything@ is mail to support@.
func PlainAddress(address string) string {
	local, domain, ok := strings.Cut(strings.ToLower(address), "@")
	if !ok {
		return address
	}
	local, _, _ = strings.Cut(local, "+")
	return local + "@" + domain
}

// OwnAddress tells whether mail from the address comes from one of the account's own support addresses.
func OwnAddress(all []SupportAddress, address string) bool {
	plain := PlainAddress(address)
	return slices.ContainsFunc(all, func(a SupportAddress) bool { return a.Address == plain })
}
