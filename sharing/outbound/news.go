package outbound

import (
	"strconv"

	"interdesk/desk"
	"interdesk/sharing"
)

// news is what of an update concerns a partner, in words. Of what came from that very partner only what rules made of it
// does.
func news(a desk.Applied, agreement desk.Agreement) []string {
	echo := a.Via.Agreement == agreement.ID && !a.Human
	if echo && !a.ByRules {
		return nil
	}
	var words []string
	if a.Comment != nil && !echo && travels(agreement, a.Comment) {
		words = append(words, commentWords(a))
	}
	for n := range a.Audit.Events {
		e := &a.Audit.Events[n]
		if (e.Type != desk.EventChange && e.Type != desk.EventCreate) || (echo && (e.Via == nil || e.Via.Channel != desk.ChannelRule)) {
			continue
		}
		if w := eventWords(a.Config, agreement, e); w != "" {
			words = append(words, w)
		}
	}
	return words
}

func commentWords(a desk.Applied) string {
	what := "private note"
	if a.Comment.Public {
		what = "public reply"
	}
	if a.Actor.Name == "" {
		return what
	}
	return what + " by " + a.Actor.Name
}

// eventWords tells a field's change, when the field travels under the agreement.
func eventWords(c *desk.Config, a desk.Agreement, e *desk.Event) string {
	switch e.Field {
	case "subject":
		return "subject"
	case "status":
		if sharing.SyncsStatus(a) {
			was, _ := e.Previous.(string)
			is, _ := e.Value.(string)
			return "status " + was + " → " + is
		}
	case "tags":
		if a.Terms.SyncTags {
			return "tags"
		}
	default:
		id, err := strconv.ParseInt(e.Field, 10, 64)
		if err != nil || !a.Terms.SyncFields {
			return ""
		}
		if f := c.Field(desk.FieldID(id)); f != nil && f.Type.Custom() && f.Type != desk.FieldLookup {
			return f.Title
		}
	}
	return ""
}
