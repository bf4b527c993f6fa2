package notify

import (
	"html"
	"strings"
)

// Layout is the account's frame around what letters say: HTML and text, with {{content}}, {{footer}}, {{delimiter}}, {{brand}}
// and {{marker}} in them. What is put in is not looked at again.
type Layout struct {
	HTML string
	Text string
}

// Delimiter is the line above which people write their answers. Other help desks' mail has the like, and ours is known by it.
const Delimiter = "##- Please type your reply above this line -##"

// frame is what a layout surrounds.
type frame struct {
	html, text string // the content
	footerHTML string
	footerText string
	brand      string
	marker     string // by which an answer finds its ticket, "" for none
	accent     string // colour
	replies    bool   // an answer to it comes back to the ticket
}

func (l Layout) withDefaults() Layout {
	if strings.TrimSpace(l.HTML) == "" {
		l.HTML = defaultHTML
	}
	if strings.TrimSpace(l.Text) == "" {
		l.Text = defaultText
	}
	return l
}

// render gives the letter as HTML and as text.
func (l Layout) render(f frame) (page, text string) {
	l = l.withDefaults()
	delimiter := ""
	if f.replies {
		delimiter = Delimiter
	}
	esc := html.EscapeString
	page = fill(l.HTML, map[string]string{"content": f.html, "footer": f.footerHTML, "delimiter": esc(delimiter), "brand": esc(f.brand), "marker": esc(f.marker), "accent": f.accent})
	text = fill(l.Text, map[string]string{"content": f.text, "footer": f.footerText, "delimiter": delimiter, "brand": f.brand, "marker": f.marker, "accent": ""})
	return page, strings.TrimLeft(text, "\n")
}

// fill puts each value where the layout names it; a layout without content gets it at its end.
func fill(layout string, values map[string]string) string {
	if !strings.Contains(layout, "{{content}}") {
		layout += "\n{{content}}"
	}
	if !strings.Contains(layout, "{{marker}}") {
		layout += "\n{{marker}}"
	}
	var pairs []string
	for name, value := range values {
		pairs = append(pairs, "{{"+name+"}}", value)
	}
	return strings.NewReplacer(pairs...).Replace(layout)
}

const defaultText = `{{delimiter}}

{{content}}

--
{{footer}}
{{marker}}
`

// defaultHTML is a card on a quiet ground. Styles stand with what they dress, since mail programs drop the rest; the sheet at
// the top only turns light into dark where the reader has chosen so.
const defaultHTML = `<!doctype html>
<html>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
  .mail-ground { background: #14161a !important; }
  .mail-card { background: #1e2126 !important; color: #e7e9ec !important; border-color: #33373e !important; }
  .mail-quiet { color: #9aa1ab !important; }
  .mail-card a { color: #8ab4ff !important; }
}
</style>
</head>
<body class="mail-ground" style="margin:0;padding:0;background:#f2f4f7">
<div style="max-width:640px;margin:0 auto;padding:16px 12px">
<p class="mail-quiet" style="margin:0 0 10px;font:12px/1.4 sans-serif;color:#80868f">{{delimiter}}</p>
<div class="mail-card" style="background:#ffffff;color:#1d2129;border:1px solid #dfe3e8;border-top:4px solid {{accent}};border-radius:6px;padding:20px 24px;font:15px/1.55 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;overflow-wrap:anywhere">
{{content}}
</div>
<div class="mail-quiet" style="padding:14px 24px;font:12px/1.5 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;color:#69707a">
{{footer}}
<div style="margin-top:6px;font-size:10px;color:#9aa1ab">{{marker}}</div>
</div>
</div>
</body>
</html>
`

// accents are the colours of accounts, as the pages have them.
var accents = [...]string{"#1d5fbf", "#0b7a75", "#8a3ffc", "#b5460f", "#2f7d32", "#b3266b", "#475569", "#4656d0"}

func accentColor(n int) string { return accents[(n+len(accents)-1)%len(accents)] }
