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
		{name: "subject", title: "Set subject", kind: "text", in: condition.Macro, read: func(g actionValue) (preparedAction, string) {
			text := g.value.Text()
			return fixedEdits(desk.Edits{Subject: &text}), ""
		}},
		{name: "comment_value", title: "Comment", kind: "text", group: desk.GroupComment, control: ControlArea, in: condition.Macro, check: checkComment,
			read: readComment(func(r *reply, text string) { r.text, r.html = text, "" })},
		{name: "comment_value_html", title: "Comment", kind: "text", group: desk.GroupComment, control: ControlArea, in: condition.Macro, check: checkComment,
			read: readComment(func(r *reply, text string) { r.html, r.text = text, "" })},
		{name: "comment_mode_is_public", title: "Comment mode", kind: "boolean", group: desk.GroupComment, in: condition.Macro, listed: true,
			values: []condition.Option{{Value: "true", Title: "Public"}, {Value: "false", Title: "Private"}},
			read: func(g actionValue) (preparedAction, string) {
				public := g.text() == "true"
				return preparedAction{reply: func(r *reply) { r.public = &public }}, ""
			}},
	}
}

func readComment(put func(*reply, string)) func(actionValue) (preparedAction, string) {
	return func(g actionValue) (preparedAction, string) {
		text, message := commentText(g)
		return preparedAction{reply: func(r *reply) { put(r, text) }}, message
	}
}

// commentText reads "text" or ["channel:all", "text"]; what is for other channels has no place here.
func commentText(g actionValue) (string, string) {
	if !g.value.IsList() {
		return g.value.Text(), ""
	}
	var parts []condition.Value
	if json.Unmarshal(g.raw, &parts) != nil || len(parts) != 2 || parts[0].Text() != "channel:all" {
		return "", `takes a text or ["channel:all", text]`
	}
	return parts[1].Text(), ""
}

func checkComment(g actionValue) string {
	text, _ := commentText(g)
	if text == "" {
		return "needs a text"
	}
	if len(text) > desk.MaxCommentBody {
		return fmt.Sprintf("is too long (%d bytes at most)", desk.MaxCommentBody)
	}
	return ""
}
