package message

import (
	"regexp"
	"strings"
)

// What help desks put around a person's words: the line above which one answers, their footers, and ids in brackets.
var (
	deskDelimiter = regexp.MustCompile(`(?i)^[-#=*_ >]*(please )?(type|write|enter|reply|respond|answer)\b.*\babove\b.*\bline\b.*$`)
	deskFooter    = regexp.MustCompile(`(?i)^(this e-?mail is a service from\b|delivered by zendesk|answer this message to add to\b|an answer to this message is added\b|` +
		`you are receiving this e-?mail because\b|ticket-id: |view (this )?(request|ticket|case)\b.*https?://|powered by (zendesk|freshdesk|zammad|otrs|osticket|interdesk)\b)`)
	deskMarker = regexp.MustCompile(`^\[(#|ref:)?[0-9A-Za-z][0-9A-Za-z.:_-]{4,60}\]$`)
)

// maxDeskFooter is how many lines under a footer's first one belong to it; more are words.
const maxDeskFooter = 12

// DeskWords are a person's words in a mail that another help desk sent: without what is repeated, without the line above which
// one answers and without the desk's footer. A mail that is nothing but these keeps them.
func (m *Message) DeskWords() string {
	lines := strings.Split(strings.TrimSpace(m.Split().FreshText()), "\n")
	kept := make([]string, 0, len(lines))
	for i, l := range lines {
		l = strings.TrimRight(l, " \t\r")
		if deskFooter.MatchString(l) && len(lines)-i <= maxDeskFooter {
			break
		}
		if !deskDelimiter.MatchString(l) && !deskMarker.MatchString(l) {
			kept = append(kept, l)
		}
	}
	words := strings.TrimSpace(strings.Join(kept, "\n"))
	words = strings.TrimSpace(strings.TrimSuffix(words, "\n--"))
	if words == "" {
		return strings.TrimSpace(m.Text)
	}
	return words
}
