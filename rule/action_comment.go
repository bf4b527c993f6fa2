package rule

import (
	"encoding/json"
	"fmt"

	"interdesk/condition"
	"interdesk/desk"
)

// reply is the comment a macro writes, its placeholders not yet filled.
type reply struct {
	text   string
	html   string
	public *bool
}

func commentActions() []action {
	return []action{
		{name: "subject", title: "Set subject", kind: "text", in: Macro, read: func(g given) (deed, string) {
			text := g.value.Text()
			return always(desk.Edits{Subject: &text}), ""
		}},
		{name: "comment_value", title: "Comment", kind: "text", in: Macro, check: checkComment,
			read: comment(func(r *reply, text string) { r.text, r.html = text, "" })},
		{name: "comment_value_html", title: "Comment", kind: "text", in: Macro, check: checkComment,
			read: comment(func(r *reply, text string) { r.html, r.text = text, "" })},
		{name: "comment_mode_is_public", title: "Comment mode", kind: "boolean", in: Macro, listed: true,
			values: []condition.Option{{Value: "true", Title: "Public"}, {Value: "false", Title: "Private"}},
			read: func(g given) (deed, string) {
				public := g.text() == "true"
				return deed{reply: func(r *reply) { r.public = &public }}, ""
			}},
	}
}

func comment(put func(*reply, string)) func(given) (deed, string) {
	return func(g given) (deed, string) {
		text, message := commentText(g)
		return deed{reply: func(r *reply) { put(r, text) }}, message
	}
}

// commentText reads "text" or ["channel:all", "text"]; what is for other channels has no place here.
func commentText(g given) (string, string) {
	if !g.value.IsList() {
		return g.value.Text(), ""
	}
	var parts []condition.Value
	if json.Unmarshal(g.raw, &parts) != nil || len(parts) != 2 || parts[0].Text() != "channel:all" {
		return "", `takes a text or ["channel:all", text]`
	}
	return parts[1].Text(), ""
}

func checkComment(g given) string {
	text, _ := commentText(g)
	if text == "" {
		return "needs a text"
	}
	if len(text) > desk.MaxCommentBody {
		return fmt.Sprintf("is too long (%d bytes at most)", desk.MaxCommentBody)
	}
	return ""
}
