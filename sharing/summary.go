package sharing

import (
	"strconv"
	"strings"
)

// summaryOf tells in words what a partner's message brought.
func summaryOf(comments int, changes []string) string {
	var parts []string
	switch {
	case comments == 1:
		parts = append(parts, "a comment")
	case comments > 1:
		parts = append(parts, strconv.Itoa(comments)+" comments")
	}
	parts = append(parts, changes...)
	if len(parts) == 0 {
		return "nothing new"
	}
	return joinWords(parts)
}

// joinWords makes one line of several remarks.
func joinWords(parts []string) string { return strings.Join(parts, "; ") }
