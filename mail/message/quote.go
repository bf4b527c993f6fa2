package message

import "strings"

// PieceKind says what a piece of a mail is.
type PieceKind int

// The kinds of pieces.
const (
	Fresh     PieceKind = iota // written now
	Quoted                     // repeated from earlier mails, with the line that says so
	Signature                  // under the words: name, company, "Sent from my phone"
)

// Piece is a stretch of a mail, text or HTML.
type Piece struct {
	Kind    PieceKind
	Content string
}

// Split is a mail in pieces, in their order. All pieces together are the mail: of the text every byte, of the HTML every
// word and picture, each piece well formed in itself.
type Split struct{ Text, HTML []Piece }

// SplitQuote tells what is written now from what is repeated. Answers between quoted lines keep those lines: without them
// they say nothing. Where nothing seems written now, all counts as written now, and so does a mail that is handed on:
// whoever forwards a mail wants it read.
func SplitQuote(text, html string) Split {
	var s Split
	if text != "" {
		lines := textLines(text)
		s.Text = textPieces(lines, classify(lines))
	}
	if strings.TrimSpace(html) != "" {
		s.HTML = splitHTML(html)
	}
	return s
}

// Split is SplitQuote for a message. What a mail with "Fwd:" in its subject repeats is why it was sent.
func (m *Message) Split() Split {
	if IsForward(m.Subject) {
		return wholeSplit(m.Text, m.HTML)
	}
	return SplitQuote(m.Text, m.HTML)
}

func wholeSplit(text, html string) Split {
	var s Split
	if text != "" {
		s.Text = []Piece{{Fresh, text}}
	}
	if strings.TrimSpace(html) != "" {
		s.HTML = []Piece{{Fresh, bodyOf(html)}}
	}
	return s
}

// FreshText is the text without what is repeated.
func (s Split) FreshText() string { return without(s.Text, Quoted) }

// QuotedText is what the text repeats.
func (s Split) QuotedText() string { return without(s.Text, Fresh, Signature) }

// FoldedHTML is the whole HTML with what is repeated in <blockquote type="cite">, which pages fold.
func (s Split) FoldedHTML() string {
	var b strings.Builder
	for _, p := range s.HTML {
		if p.Kind == Quoted {
			b.WriteString(`<blockquote type="cite">` + p.Content + `</blockquote>`)
		} else {
			b.WriteString(p.Content)
		}
	}
	return b.String()
}

func without(pieces []Piece, kinds ...PieceKind) string {
	var b strings.Builder
	for _, p := range pieces {
		leave := false
		for _, k := range kinds {
			leave = leave || p.Kind == k
		}
		if !leave {
			b.WriteString(p.Content)
		}
	}
	return b.String()
}
