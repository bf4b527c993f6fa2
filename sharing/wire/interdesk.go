package wire

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// HeaderInterdesk is how an Interdesk declares itself in requests and answers (share-life §3). Others ignore it.
const HeaderInterdesk = "X-Interdesk"

// interdeskVersion is the version of what two Interdesks tell each other beyond the protocol.
const interdeskVersion = "1"

// Position places a message between two Interdesks: its number, rising with each message about a ticket, and the number of
// the other side's last message that its sender had taken when the change was made. Zero: none.
type Position struct {
	Seq, Seen int64
}

// String is the header's value: "1; seq=17; seen=12".
func (p Position) String() string {
	return fmt.Sprintf("%s; seq=%d; seen=%d", interdeskVersion, p.Seq, p.Seen)
}

// ParsePosition reads the header; false: the sender is no Interdesk, or one that speaks another version.
func ParsePosition(header string) (Position, bool) {
	version, rest, _ := strings.Cut(header, ";")
	if strings.TrimSpace(version) != interdeskVersion {
		return Position{}, false
	}
	var p Position
	for part := range strings.SplitSeq(rest, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil || n < 0 {
			continue
		}
		switch name {
		case "seq":
			p.Seq = n
		case "seen":
			p.Seen = n
		}
	}
	return p, true
}

// Extension is what a message between two Interdesks says beyond the protocol, in the member "interdesk" (share-life §3).
type Extension struct {
	// TagsAdded and TagsRemoved are the tags that the change added and removed, beside the set of all: what is told by its own
	// name can be told from what had just not arrived.
	TagsAdded   []string `json:"tags_added,omitempty"`
	TagsRemoved []string `json:"tags_removed,omitempty"`
	// Narrowed are the uuids of comments that were public and were made private where they were written.
	Narrowed []string `json:"narrowed,omitempty"`
	// Redacted are comments of which parts were blacked out where they were written.
	Redacted []Redacted `json:"redacted,omitempty"`
	// Mailed is the receiver's number of the ticket about which both desks have mailed each other, as its mails told it.
	Mailed string `json:"mailed,omitempty"`
}

// Redacted is a comment of which parts were blacked out.
type Redacted struct {
	UUID  string   `json:"uuid"`
	Body  string   `json:"body"`            // as it is now, a sign in place of each letter
	Plain bool     `json:"plain,omitempty"` // pictures or links went, too: only the body may be shown
	Files []string `json:"files,omitempty"` // names of files that went
}

// maxExtension bounds each list of an extension.
const maxExtension = 300

// extension reads the member "interdesk". Others may use the name for something else, so what cannot be read is left out.
func (r reader) extension(name string) Opt[Extension] {
	raw, err := json.Marshal(r.members[name])
	if err != nil || r.members[name] == nil {
		return Opt[Extension]{}
	}
	var e Extension
	if json.Unmarshal(raw, &e) != nil {
		return Opt[Extension]{}
	}
	e.TagsAdded, e.TagsRemoved = firstOf(e.TagsAdded), firstOf(e.TagsRemoved)
	e.Narrowed, e.Redacted = firstOf(e.Narrowed), firstOf(e.Redacted)
	return Some(e)
}

func firstOf[T any](items []T) []T { return items[:min(len(items), maxExtension)] }

// Receipt is what an Interdesk answers to another that wrote to it.
type Receipt struct {
	TicketID string    `json:"original_id,omitempty"` // the answering desk's ticket number
	Previous int64     `json:"previous,omitempty"`    // number of the message that it had taken before this one
	NotHeld  []NotHeld `json:"not_held,omitempty"`    // items that it could not keep as they were said
}

// NotHeld is one item that a desk could not keep: "subject", "status", "tag:NAME" or "field:FOLDED TITLE".
type NotHeld struct {
	Item   string `json:"item"`
	Reason string `json:"reason"` // in words that may be shown
}

type receiptBody struct {
	Interdesk *Receipt `json:"interdesk"`
}

// EncodeReceipt is the body of an answer to an Interdesk.
func EncodeReceipt(r Receipt) ([]byte, error) { return marshal(receiptBody{&r}) }

// DecodeReceipt reads the body of an answer; false: it is none.
func DecodeReceipt(body []byte) (Receipt, bool) {
	var b receiptBody
	if json.Unmarshal(body, &b) != nil || b.Interdesk == nil {
		return Receipt{}, false
	}
	b.Interdesk.NotHeld = firstOf(b.Interdesk.NotHeld)
	return *b.Interdesk, true
}
