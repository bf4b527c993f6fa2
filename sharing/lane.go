package sharing

import (
	"fmt"
	"strconv"

	"interdesk/desk"
)

// MaxInFlight is how many messages to one partner are on their way at once, so that a slow one leaves room for others.
const MaxInFlight = 8

// LanesOf is how the lanes of an agreement's shares begin: pausing it holds them all.
func LanesOf(a desk.AgreementID) string { return fmt.Sprintf("share:%d:", a) }

// ShareLane is the lane of one share's messages: they leave in order.
func ShareLane(s desk.Share) string {
	return LanesOf(s.Agreement) + strconv.FormatInt(int64(s.ID), 10)
}

// Party groups the jobs toward one partner.
func Party(a desk.AgreementID) string { return strconv.FormatInt(int64(a), 10) }
