package markup

import (
	"strings"

	"golang.org/x/net/html"

	"interdesk/desk"
)

// fewLines is up to how many quoted lines of plain text stand open.
const fewLines = 3

// plainMarkup is plain text as HTML: escaped, addresses made clickable, long runs of quoted lines folded. Line breaks are
// kept by the style of the place where it stands.
func plainMarkup(plain, folded string) string {
	var b strings.Builder
	b.Grow(len(plain) + len(plain)/8)
	b.WriteString(`<div class="said-plain">`)
	lines := strings.Split(strings.Trim(strings.ReplaceAll(plain, "\r\n", "\n"), "\n"), "\n")
	for i := 0; i < len(lines); {
		n := quotedRun(lines[i:])
		if n > fewLines {
			b.WriteString(foldStart(folded) + "<blockquote>")
			writeLines(&b, lines[i:i+n])
			b.WriteString("</blockquote></details>")
			i += n
			continue
		}
		n = max(n, 1)
		writeLines(&b, lines[i:i+n])
		if i += n; i < len(lines) && quotedRun(lines[i:]) <= fewLines {
			b.WriteByte('\n')
		}
	}
	b.WriteString("</div>")
	return b.String()
}

// quotedRun is how many lines from the first on are quoted.
func quotedRun(lines []string) int {
	n := 0
	for n < len(lines) && strings.HasPrefix(lines[n], ">") {
		n++
	}
	return n
}

func writeLines(b *strings.Builder, lines []string) {
	for i, line := range lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		writeLinked(b, line)
	}
}

// writeLinked writes a line, its web addresses as links.
func writeLinked(b *strings.Builder, line string) {
	for line != "" {
		before, link, to, after := desk.CutLink(line)
		b.WriteString(html.EscapeString(before))
		if to = safeLink(to); to != "" {
			b.WriteString(linkTo(to) + html.EscapeString(link) + "</a>")
		} else {
			b.WriteString(html.EscapeString(link))
		}
		line = after
	}
}
