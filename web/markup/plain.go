package markup

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
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
	for {
		at := addressAt(line)
		if at < 0 {
			b.WriteString(html.EscapeString(line))
			return
		}
		b.WriteString(html.EscapeString(line[:at]))
		address := line[at : at+addressLength(line[at:])]
		if to := safeLink(address); to != "" {
			b.WriteString(linkTo(to) + html.EscapeString(address) + "</a>")
		} else {
			b.WriteString(html.EscapeString(address))
		}
		line = line[at+len(address):]
	}
}

// addressAt is where the next http:// or https:// begins that starts a word; -1 for none.
func addressAt(line string) int {
	from := 0
	for {
		i := strings.Index(line[from:], "http")
		if i < 0 {
			return -1
		}
		i += from
		rest := line[i:]
		before, _ := utf8.DecodeLastRuneInString(line[:i])
		if (strings.HasPrefix(rest, "http://") || strings.HasPrefix(rest, "https://")) && (i == 0 || !wordRune(before)) {
			return i
		}
		from = i + len("http")
	}
}

func wordRune(r rune) bool {
	return r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

// addressLength is how far an address goes: up to a blank or a bracket, without the punctuation of the sentence around it.
func addressLength(s string) int {
	end := strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || strings.ContainsRune("<>\"`“”„«»\u00a0", r) })
	if end < 0 {
		end = len(s)
	}
	for end > len("https://") {
		last := s[end-1]
		unpaired := last == ')' && strings.Count(s[:end], "(") < strings.Count(s[:end], ")") ||
			last == ']' && strings.Count(s[:end], "[") < strings.Count(s[:end], "]")
		if !unpaired && !strings.ContainsRune(".,;:!?'*_", rune(last)) {
			break
		}
		end--
	}
	return end
}
