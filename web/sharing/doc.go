// Package sharing is sharing in the browser: how the shares of a ticket do and what was said under each of them, for
// agents; and the agreements with partners' desks, for admins.
//
// A ticket's page asks OnTicket for the chips in its header and the panel beside the conversation. Both are links to the
// timeline of a share, where every message stands in plain words, and forms that work without script; with script they
// are fetched anew while something waits or fails. What a share's state is, interdesk/sharing decides.
//
// The admin's pages follow one question: who has to do what next. An agreement is one-way and its name on the wire says
// little, so pages speak of the partner, draw both directions, and list the steps with who must take each.
package sharing
