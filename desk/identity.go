package desk

import (
	"regexp"
	"strings"
	"time"
)

// IdentityKind is what sort of name an identity is.
type IdentityKind string

// The kinds of identities, in the words of Zendesk's API. Mail is sent to, and people sign in with, addresses alone; the
// others are kept for whoever looks people up by them.
const (
	IdentityEmail      IdentityKind = "email"
	IdentityPhone      IdentityKind = "phone_number"
	IdentityTwitter    IdentityKind = "twitter"
	IdentityFacebook   IdentityKind = "facebook"
	IdentityGoogle     IdentityKind = "google"
	IdentityForwarding IdentityKind = "agent_forwarding"
	IdentityAnyChannel IdentityKind = "any_channel"
	IdentityForeign    IdentityKind = "foreign"
	IdentitySDK        IdentityKind = "sdk"
)

// Valid tells whether there are identities of this kind.
func (k IdentityKind) Valid() bool {
	switch k {
	case IdentityEmail, IdentityPhone, IdentityTwitter, IdentityFacebook, IdentityGoogle, IdentityForwarding, IdentityAnyChannel,
		IdentityForeign, IdentitySDK:
		return true
	}
	return false
}

// DeliverableState is whether mail to an address arrives.
type DeliverableState string

// The states of addresses, in the words of Zendesk's API. Only the first is mailed.
const (
	Deliverable     DeliverableState = "deliverable"
	Undeliverable   DeliverableState = "undeliverable"
	MailingList     DeliverableState = "mailing_list"
	MachineAddress  DeliverableState = "machine"
	MailerDaemon    DeliverableState = "mailer_daemon"
	ReservedExample DeliverableState = "reserved_example"
	SharingPartner  DeliverableState = "ticket_sharing_partner"
)

// Valid tells whether an address can be in this state.
func (s DeliverableState) Valid() bool {
	switch s {
	case Deliverable, Undeliverable, MailingList, MachineAddress, MailerDaemon, ReservedExample, SharingPartner:
		return true
	}
	return false
}

// Identity is a name by which a user is known elsewhere: an address, a phone number. One of a user's addresses is the
// primary one, which User.Email repeats; mail goes there. A name belongs to one user of an account.
type Identity struct {
	ID            IdentityID
	User          UserID
	Kind          IdentityKind
	Value         string
	Primary       bool
	Verified      bool
	State         DeliverableState
	Undelivered   int    // mails that did not arrive since one last did
	Reason        string // why the last of them did not, in the words of the server that refused it
	UndeliveredAt time.Time
	VerifiedAt    time.Time
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// MaxIdentities is how many names one user can have.
const MaxIdentities = 100

// phonePattern is a phone number as the world writes it: a plus and up to fifteen digits (E.164).
var phonePattern = regexp.MustCompile(`^\+[1-9][0-9]{2,14}$`)

// Check is about kind, value and state, and brings the value into its one form.
func (i *Identity) Check() Faults {
	faults := Faults{}
	i.Value = strings.TrimSpace(i.Value)
	switch i.Kind {
	case IdentityEmail:
		address, ok := NormalizeEmail(i.Value)
		if !ok {
			faults.Add("value", "InvalidValue", "Email: "+i.Value+" is not properly formatted")
		}
		i.Value = address
	case IdentityPhone:
		i.Value = strings.NewReplacer(" ", "", "-", "", "(", "", ")", "", "/", "").Replace(i.Value)
		if !phonePattern.MatchString(i.Value) {
			faults.Add("value", "InvalidValue", "Phone number: must begin with + and the country, such as +49 30 1234567")
		}
	default:
		if !i.Kind.Valid() {
			faults.Add("type", "InvalidValue", "Type: "+string(i.Kind)+" is not a kind of identity")
		}
		if i.Value == "" {
			faults.Add("value", "BlankValue", "Value: cannot be blank")
		}
		faults.checkLength("value", i.Value, MaxName)
	}
	if i.State == "" {
		i.State = Deliverable
	}
	if !i.State.Valid() {
		faults.Add("deliverable_state", "InvalidValue", "Deliverable state: "+string(i.State)+" is none")
	}
	if i.Primary && i.Kind != IdentityEmail {
		faults.Add("primary", "InvalidValue", "Primary: only an email address can be primary")
	}
	return faults
}
