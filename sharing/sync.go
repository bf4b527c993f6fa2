package sharing

import (
	"strings"
	"time"

	"interdesk/desk"
)

// The items that a desk says of a ticket, as desk.ShareSync names them.
const (
	ItemSubject   = "subject"
	ItemStatus    = "status"
	ItemRequester = "requester"
	ItemAll       = "*" // what begins a share again says of each item what stands, also that there is nothing
	tagItems      = "tag:"
	fieldItems    = "field:"
)

// ItemTag names a tag.
func ItemTag(tag string) string { return tagItems + tag }

// ItemField names a custom field by its title.
func ItemField(title string) string { return fieldItems + FoldTitle(title) }

// TagOf is the tag that an item names.
func TagOf(item string) (string, bool) { return strings.CutPrefix(item, tagItems) }

// FieldOf is the folded title of the field that an item names.
func FieldOf(item string) (string, bool) { return strings.CutPrefix(item, fieldItems) }

// NextSeq numbers our next message of a share. Numbers are microseconds where the clock allows it, so that a database which was
// restored from a backup does not use those again that a partner has seen.
func NextSeq(share *desk.Share, now time.Time) int64 {
	share.SentSeq = max(share.SentSeq+1, now.UnixMicro())
	return share.SentSeq
}

// Mark notes that we said items in the message of a number.
func Mark(share *desk.Share, seq int64, items ...string) {
	if share.Sync.Marks == nil && len(items) > 0 {
		share.Sync.Marks = map[string]int64{}
	}
	for _, item := range items {
		share.Sync.Marks[item] = seq
	}
}

// Crosses tells whether what a partner says of an item crosses our own last word: it had not seen that when it spoke.
func Crosses(share *desk.Share, item string, seen int64) bool {
	return max(share.Sync.Marks[item], share.Sync.Marks[ItemAll]) > seen
}

// noteAnswered notes that a partner without numbers spoke of an item after our message of a number.
func noteAnswered(sync *desk.ShareSync, item string, seq int64) {
	if sync.Answered == nil {
		sync.Answered = map[string]int64{}
	}
	sync.Answered[item] = seq
}

// ForgetMarks drops what a partner has seen: nothing that it says from now on can cross it.
func ForgetMarks(share *desk.Share, seen int64) {
	for item, seq := range share.Sync.Marks {
		if seq <= seen {
			delete(share.Sync.Marks, item)
		}
	}
}
