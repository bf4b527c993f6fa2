package rule

import (
	"html"
	"strings"
	"time"

	"interdesk/desk"
)

// Comment is one that placeholders may speak of, as its reader sees it.
type Comment struct {
	ID     desk.CommentID
	Author string
	Public bool
	Body   string
	HTML   string // sanitised; "" when there is only the text
	At     time.Time
	Files  []File
}

// File is an attachment that can be fetched.
type File struct{ Name, URL string }

// commentValue is what speaks of comments: ticket.comments and its kin, all of them or the last, as they stand, formatted, or
// one by one in a loop.
func (w *PlaceholderValues) commentValue(path []string) (value, bool) {
	name := path[0]
	form := ""
	for _, suffix := range []string{"_formatted", "_rich", "_html"} {
		if base, ok := strings.CutSuffix(name, suffix); ok {
			name, form = base, suffix
		}
	}
	comments := w.Comments
	switch name {
	case "comments", "latest_comment":
	case "public_comments", "latest_public_comment":
		comments = nil
		for _, c := range w.Comments {
			if c.Public {
				comments = append(comments, c)
			}
		}
	default:
		return value{}, false
	}
	if strings.HasPrefix(name, "latest_") {
		if len(comments) == 0 {
			return value{}, true
		}
		return w.oneComment(comments[0], form).member(path[1:]), true
	}
	v := value{text: w.historyText(comments), html: w.historyHTML(comments), list: []value{}}
	for _, c := range comments {
		v.list = append(v.list, w.oneComment(c, ""))
	}
	return v.member(path[1:]), true
}

// oneComment is a comment by itself: its words alone, or with who said them when.
func (w *PlaceholderValues) oneComment(c Comment, form string) value {
	files := value{list: []value{}}
	for _, f := range c.Files {
		files.list = append(files.list, value{text: f.Name, members: map[string]value{"filename": textValue(f.Name), "url": textValue(f.URL)}})
	}
	v := value{text: c.Body, html: commentHTML(c), members: map[string]value{
		"id": textValue(idText(c.ID)), "author": {text: c.Author, members: map[string]value{"name": textValue(c.Author)}},
		"created_at": w.timeValue(c.At, false, false), "created_at_with_time": w.timeValue(c.At, false, true),
		"created_at_with_timestamp": w.timeValue(c.At, true, false),
		"is_public":                 boolValue(c.Public), "value": textValue(c.Body), "value_rich": {text: c.Body, html: commentHTML(c)}, "attachments": files,
	}}
	if form == "_formatted" {
		v.text, v.html = w.historyText([]Comment{c}), w.historyHTML([]Comment{c})
	}
	return v
}

func commentHTML(c Comment) string {
	if c.HTML != "" {
		return c.HTML
	}
	return escapeText(c.Body)
}

// historyText is comments one below the other, as letters quote each other.
func (w *PlaceholderValues) historyText(comments []Comment) string {
	var b strings.Builder
	for i, c := range comments {
		if i > 0 {
			b.WriteString("\n\n")
		}
		b.WriteString("----------------------------------------------\n\n")
		b.WriteString(c.Author + ", " + w.timeValue(c.At, false, true).text)
		if !c.Public {
			b.WriteString(" (internal note)")
		}
		b.WriteString("\n\n" + strings.TrimSpace(c.Body))
		for _, f := range c.Files {
			b.WriteString("\n\nAttachment: " + f.Name + " - " + f.URL)
		}
	}
	return b.String()
}

// historyHTML bears its looks with it: mail programs know no style sheets that they can be sure of. Colours suit light and
// dark alike.
func (w *PlaceholderValues) historyHTML(comments []Comment) string {
	var b strings.Builder
	for _, c := range comments {
		border, note := "#c8ccd2", ""
		if !c.Public {
			border, note = "#d99a00", " &middot; internal note"
		}
		b.WriteString(`<div style="margin:16px 0 0;padding:2px 0 2px 14px;border-left:3px solid ` + border + `">`)
		b.WriteString(`<p style="margin:0 0 6px"><strong>` + html.EscapeString(c.Author) + `</strong> <span style="color:#80868f">` +
			html.EscapeString(w.timeValue(c.At, false, true).text) + note + `</span></p><div>` + commentHTML(c) + `</div>`)
		for _, f := range c.Files {
			b.WriteString(`<p style="margin:6px 0 0">&#128206; <a href="` + html.EscapeString(f.URL) + `">` + html.EscapeString(f.Name) + `</a></p>`)
		}
		b.WriteString("</div>\n")
	}
	return b.String()
}
