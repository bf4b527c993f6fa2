package desk

import "time"

// RelaySecurity is how a connection to a mail relay is protected.
type RelaySecurity string

// The ways: encrypted from the first byte, encrypted by STARTTLS or not at all, encrypted by STARTTLS where the relay can.
const (
	RelayTLS           RelaySecurity = "tls"
	RelayStartTLS      RelaySecurity = "starttls"
	RelayOpportunistic RelaySecurity = "opportunistic"
)

// Valid tells whether s is one of the three.
func (s RelaySecurity) Valid() bool {
	return s == RelayTLS || s == RelayStartTLS || s == RelayOpportunistic
}

// MailRelay is the server that takes an account's letters.
type MailRelay struct {
	Host      string
	Port      int
	Security  RelaySecurity
	Username  string
	Secret    string // the password, sealed
	UpdatedBy UserID
	UpdatedAt time.Time
}

// RelayFailure is why a relay does not take an account's letters at present.
type RelayFailure struct {
	Since    time.Time
	FailedAt time.Time
	Reason   string
}

// DKIMKey signs the letters of a domain.
type DKIMKey struct {
	Domain     string
	Selector   string
	PrivateKey string    // sealed
	PublicKey  string    // base64, as DNS has it
	FoundAt    time.Time // when the domain's DNS had the public key; zero: not yet, and nothing is signed
	CheckedAt  time.Time
	CreatedAt  time.Time
}

// RecordName is where in the DNS the public key stands.
func (k *DKIMKey) RecordName() string { return k.Selector + "._domainkey." + k.Domain }

// RecordText is what stands there, in a TXT record.
func (k *DKIMKey) RecordText() string { return "v=DKIM1; k=rsa; p=" + k.PublicKey }
