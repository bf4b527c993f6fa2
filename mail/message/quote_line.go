package message

import "strings"

// line is one line of a mail as its reader sees it, of text or of HTML alike.
type line struct {
	text  string // without quote marks
	depth int    // how deep it is quoted
	mark  mark   // what the HTML says of it
	raw   string // text mails: the line as it stands, with its \n
	leaf  int    // HTML: the number of the node it begins with
}

// mark is what an HTML element that a mail program is known by says of the line it begins.
type mark int

const (
	noMark    mark = iota
	introMark      // the line over a quote
	restMark       // from here on everything is repeated
	signMark       // a signature
	afterMark      // behind an element that was a signature
)

const (
	pictureLine      = "\ufffc" // stands for a picture in the words of a line
	maxIntro         = 4        // lines that a mail program breaks "On … wrote:" into
	maxIntroLength   = 400      // bytes of it
	maxSignature     = 15       // lines under "-- "; more are words
	maxSignatureHTML = 60       // lines of an element that is a signature
)

func (l line) blank() bool { return strings.TrimSpace(l.text) == "" }

func textLines(text string) []line {
	var all []line
	for raw := range strings.Lines(text) {
		words := strings.TrimSuffix(raw, "\n")
		depth := 0
		for rest := strings.TrimLeft(words, " \t\u00a0"); strings.HasPrefix(rest, ">"); {
			depth++
			words = rest[1:]
			rest = strings.TrimLeft(words, " ")
		}
		if depth == 0 {
			words = strings.TrimRight(words, " \t")
			if words == "--" && strings.HasPrefix(raw, "-- ") {
				words = "-- "
			}
		}
		all = append(all, line{text: words, depth: depth, raw: raw})
	}
	return all
}

// textPieces cuts the text where the kind changes.
func textPieces(lines []line, kinds []PieceKind) []Piece {
	var pieces []Piece
	var content strings.Builder
	for i, l := range lines {
		content.WriteString(l.raw)
		if i+1 == len(lines) || kinds[i+1] != kinds[i] {
			pieces = append(pieces, Piece{kinds[i], content.String()})
			content.Reset()
		}
	}
	return pieces
}

// classifier decides line by line.
type classifier struct {
	lines []line
	kinds []PieceKind
	runs  []run
	end   int // where what follows is not looked at: a forwarded mail
}

// run is a stretch of quoted lines, with the line over it.
type run struct {
	from, to int
	intro    bool
	rest     bool // everything from here on
}

func classify(lines []line) []PieceKind {
	c := classifier{lines: lines, kinds: make([]PieceKind, len(lines)), end: len(lines)}
	c.findRuns()
	c.keepContext()
	for _, r := range c.runs {
		for i := r.from; i < r.to; i++ {
			c.kinds[i] = Quoted
		}
	}
	c.findSignature()
	if !c.hasWords(0, len(lines)) {
		clear(c.kinds)
	}
	return c.kinds
}

// findRuns goes down the lines for quotes.
func (c *classifier) findRuns() {
	for i := 0; i < len(c.lines); {
		if isForwardLine(c.lines[i]) {
			c.end = i
			return
		}
		if c.restFrom(i) {
			c.addRest(i)
			return
		}
		if c.lines[i].depth > 0 {
			i = c.addRun(i, i, c.lines[i].mark == introMark)
			continue
		}
		length := introLength(c.lines[i:])
		if length == 0 {
			i++
			continue
		}
		next := c.skipBlank(i + length)
		switch {
		case next < len(c.lines) && c.lines[next].depth > 0:
			i = c.addRun(i, next, true)
		case c.lines[i].mark == introMark || isSureIntro(c.lines[i:i+length]):
			c.addRest(i)
			return
		default:
			i++
		}
	}
}

// restFrom says whether everything from a line on is repeated: a separator, or the header of an earlier mail.
func (c *classifier) restFrom(i int) bool {
	l := c.lines[i]
	return l.mark == restMark || l.depth == 0 && (isSeparator(l.text) || headerBlock(c.lines[i:]) > 0)
}

// addRest takes the rule above what is repeated with it.
func (c *classifier) addRest(i int) {
	from := i
	for j := i - 1; j >= 0 && i-j <= 3 && (c.lines[j].blank() || isRule(c.lines[j].text)); j-- {
		if isRule(c.lines[j].text) {
			from = j
		}
	}
	c.runs = append(c.runs, run{from: from, to: len(c.lines), intro: true, rest: true})
}

// addRun takes quoted lines together, with the empty ones between them.
func (c *classifier) addRun(from, quoted int, intro bool) int {
	to := quoted
	for i := quoted; i < len(c.lines) && (c.lines[i].depth > 0 || c.lines[i].blank() && c.lines[i].mark == noMark); i++ {
		if c.lines[i].depth > 0 {
			to = i + 1
		}
	}
	to = max(to, quoted+1)
	c.runs = append(c.runs, run{from: from, to: to, intro: intro})
	return to
}

func (c *classifier) skipBlank(i int) int {
	for i < len(c.lines) && c.lines[i].blank() {
		i++
	}
	return i
}

// keepContext leaves quoted lines with the answers under them. A single quote under its intro with all answers below it is
// a whole mail that is repeated, above instead of below.
func (c *classifier) keepContext() {
	var kept []run
	for i, r := range c.runs {
		followed := !r.rest && c.answered(r.to, c.nextRun(i))
		alone := len(c.runs) == 1 && r.intro
		if !followed || alone || i == len(c.runs)-1 && !c.answered(r.to, c.end) {
			kept = append(kept, r)
		}
	}
	c.runs = kept
}

func (c *classifier) nextRun(i int) int {
	if i+1 < len(c.runs) {
		return c.runs[i+1].from
	}
	return c.end
}

// answered says whether somebody wrote words between two lines, other than a signature.
func (c *classifier) answered(from, to int) bool {
	for i := from; i < to; i++ {
		l := c.lines[i]
		if l.text == "-- " || l.mark == signMark {
			return false
		}
		if !l.blank() && l.depth == 0 && !isDeviceLine(l.text) && !isRule(l.text) {
			return true
		}
	}
	return false
}

// hasWords says whether anything is written now.
func (c *classifier) hasWords(from, to int) bool {
	for i := from; i < to; i++ {
		if c.kinds[i] == Fresh && !c.lines[i].blank() {
			return true
		}
	}
	return false
}

// findSignature looks where what is written now ends.
func (c *classifier) findSignature() {
	end, words := c.end, false
	for i, k := range c.kinds[:c.end] {
		if k == Quoted && words {
			end = i
			break
		}
		words = words || k == Fresh && !c.lines[i].blank()
	}
	from := c.signatureStart(end)
	if from <= 0 || !c.hasWords(0, from) {
		return
	}
	for i := from; i < end; i++ {
		if c.lines[i].mark == afterMark {
			break
		}
		if c.kinds[i] == Fresh {
			c.kinds[i] = Signature
		}
	}
}

// signatureStart looks for "-- ", an element that is a signature, or the line of a telephone; -1 if there is none.
func (c *classifier) signatureStart(end int) int {
	words := 0
	for i := end - 1; i >= 0 && words <= maxSignatureHTML; i-- {
		l := c.lines[i]
		if c.kinds[i] != Fresh || l.depth > 0 {
			break
		}
		if l.mark == signMark || words <= maxSignature && (l.text == "-- " || l.text == "--" && words > 0) {
			return i
		}
		if !l.blank() {
			words++
		}
	}
	for i := end - 1; i >= 0; i-- {
		if !c.lines[i].blank() {
			if isDeviceLine(c.lines[i].text) {
				return i
			}
			break
		}
	}
	return -1
}

// introLength is how many lines the line over a quote takes; 0 if there is none here.
func introLength(lines []line) int {
	if lines[0].mark == introMark {
		return 1
	}
	if lines[0].blank() {
		return 0
	}
	joined := ""
	for i := 0; i < min(maxIntro, len(lines)); i++ {
		if lines[i].blank() || lines[i].depth > 0 || i > 0 && lines[i].mark != noMark {
			return 0
		}
		joined = strings.TrimSpace(joined + " " + strings.TrimSpace(lines[i].text))
		if len(joined) > maxIntroLength {
			return 0
		}
		if isIntro(joined) {
			return i + 1
		}
	}
	return 0
}

// headerBlock is how many lines the header of an earlier mail takes, as Outlook and others write it; 0 if there is none.
func headerBlock(lines []line) int {
	kind, _ := headerName(lines[0].text)
	if kind != fromName && kind != dateName && kind != subjectName {
		return 0
	}
	found := map[headerKind]bool{}
	last, misses := 0, 0
	for i := 0; i < len(lines) && i < 25 && misses < 4; i++ {
		kind, _ := headerName(lines[i].text)
		switch {
		case kind != noName && lines[i].depth == lines[0].depth:
			found[kind] = true
			last, misses = i+1, 0
		case lines[i].blank() && len(found) >= 3:
			misses = 4
		default: // a field that goes on, or an empty line between two
			misses++
		}
	}
	if found[fromName] && (found[dateName] || found[subjectName]) && len(found) >= 3 {
		return last
	}
	return 0
}
