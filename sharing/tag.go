package sharing

import (
	"slices"

	"interdesk/desk"
	"interdesk/sharing/wire"
)

// WireTag is a tag as it travels under an agreement: to an Interdesk as it is, to others in the protocol's form (nhd §11.2). It
// is "" where nothing of it can travel.
func WireTag(a desk.Agreement, tag string) string {
	if a.Peer == desk.PeerInterdesk {
		return tag
	}
	return wire.NormaliseTag(tag)
}

// WireTags are tags as they travel under an agreement: sorted, each once.
func WireTags(a desk.Agreement, tags []string) []string {
	out := make([]string, 0, len(tags))
	for _, tag := range tags {
		if form := WireTag(a, tag); form != "" {
			out = append(out, form)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// TagKey is what two spellings of a tag have in common under an agreement: an item of a share names the tag by it.
func TagKey(a desk.Agreement, tag string) string { return tagKey(tag, a.Peer == desk.PeerInterdesk) }

// Cleared is how a message says that a field is empty.
func Cleared(f *desk.TicketField) any { return wireField(f).ToWire(nil) }
