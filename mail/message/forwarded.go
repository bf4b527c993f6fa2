package message

import "strings"

// Forward is a mail that somebody handed on: what they wrote above it, who wrote the mail, and its words.
type Forward struct {
	From       Address // who wrote the mail that was handed on
	Subject    string
	Date       string // as it stands there
	To         []Address
	Note       string // what was written above, without signature
	NoteHTML   string
	Text, HTML string // the mail that was handed on, without its header
}

// Forwarded reads a mail that was handed on within the words of another. It wants a header with an address, as all mail
// programs write one, and takes the first: what that mail repeats in turn stays in its words.
func Forwarded(text, html string) (Forward, bool) {
	lines := textLines(text)
	from, header := forwardStart(lines)
	if header < 0 {
		return Forward{}, false
	}
	f, length := readForward(lines[header:])
	if f.From.Email == "" {
		return Forward{}, false
	}
	f.Note = strings.TrimSpace(withoutSignature(rawLines(lines[:from])))
	f.Text = strings.Trim(unquoted(lines[header+length:]), "\n")
	f.NoteHTML, f.HTML = forwardedHTML(html)
	return f, true
}

// forwardStart finds where the mail handed on begins, and its header; -1 if there is none.
func forwardStart(lines []line) (from, header int) {
	for i, l := range lines {
		if isForwardLine(l) || isSeparator(l.text) {
			for j := i + 1; j < min(i+5, len(lines)); j++ {
				if headerBlock(lines[j:]) > 0 {
					return i, j
				}
			}
		}
		if headerBlock(lines[i:]) > 0 {
			for i > 0 && (lines[i-1].blank() || isRule(lines[i-1].text)) {
				i--
			}
			for header = i; headerBlock(lines[header:]) == 0; header++ {
			}
			return i, header
		}
	}
	return 0, -1
}

// readForward reads the fields of the header; fields go on in the line below.
func readForward(lines []line) (Forward, int) {
	var f Forward
	length := headerBlock(lines)
	fields := map[headerKind]string{}
	current := noName
	for _, l := range lines[:length] {
		kind, value := headerName(l.text)
		switch {
		case kind != noName:
			current = kind
			if fields[kind] == "" {
				fields[kind] = value
			}
		case current != noName && !l.blank():
			fields[current] += " " + strings.TrimSpace(l.text)
		}
	}
	f.From = firstOf(ParseAddresses(withoutMailto(fields[fromName])))
	f.To = newest(ParseAddresses(withoutMailto(fields[toName])), MaxRecipients)
	f.Subject, f.Date = cutRunes(fields[subjectName], MaxSubject), cutRunes(fields[dateName], MaxName)
	return f, length
}

// withoutMailto turns Outlook's "Jane [mailto:jane@x]" and the doubled "Jane <jane@x<mailto:jane@x>>" into "Jane <jane@x>".
func withoutMailto(value string) string {
	if before, _, ok := strings.Cut(value, "<mailto:"); ok && strings.Contains(before, "@") {
		if strings.Count(before, "<") > strings.Count(before, ">") {
			before += ">"
		}
		return before
	}
	return strings.NewReplacer("[mailto:", "<", "<mailto:", "<", "]", ">").Replace(value)
}

func rawLines(lines []line) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(l.raw)
	}
	return b.String()
}

// unquoted are lines with one depth of quoting less, where all are quoted: some programs quote what they hand on.
func unquoted(lines []line) string {
	for _, l := range lines {
		if !l.blank() && l.depth == 0 {
			return rawLines(lines)
		}
	}
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(quoteMarks(max(0, l.depth-1)) + strings.TrimPrefix(l.text, " ") + "\n")
	}
	return b.String()
}

func withoutSignature(text string) string {
	lines := textLines(text)
	return without(textPieces(lines, classify(lines)), Signature)
}

// forwardedHTML is note and mail of the HTML; the whole is the mail where its header cannot be found.
func forwardedHTML(source string) (note, mail string) {
	if strings.TrimSpace(source) == "" {
		return "", ""
	}
	d := readDocument(source)
	if d == nil {
		return "", source
	}
	from, header := forwardStart(d.lines)
	if header < 0 {
		return "", d.render(0, len(d.lines))
	}
	if from > 0 {
		note = d.render(0, from)
	}
	if rest := header + headerBlock(d.lines[header:]); rest < len(d.lines) {
		mail = d.render(rest, len(d.lines))
	}
	return note, mail
}
