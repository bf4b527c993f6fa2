package sharing

import (
	"interdesk/desk"
	"interdesk/sharing/wire"
)

// Message is a message about a ticket as outbound hands it to whoever speaks to this kind of partner: in the words of the
// protocol, whatever the partner's own are.
type Message struct {
	Agreement desk.Agreement
	Share     desk.Share // as it was when the message was made
	Key       string     // by which the partner knows us
	Method    string     // POST: the whole ticket; PUT: what is new; DELETE: the end of the share
	Ticket    wire.Ticket
	Delivery  desk.Delivery
}
