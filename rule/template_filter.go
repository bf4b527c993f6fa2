package rule

import (
	"html"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// filter makes a value of another.
type filter func(r *renderer, v value, args []value) value

// filters are those of Liquid that texts of help desks use.
func filters() map[string]filter {
	return map[string]filter{
		"upcase":         onText(func(s string, _ []string) string { return strings.ToUpper(s) }),
		"downcase":       onText(func(s string, _ []string) string { return strings.ToLower(s) }),
		"capitalize":     onText(func(s string, _ []string) string { return upperFirst(s) }),
		"strip":          onText(func(s string, _ []string) string { return strings.TrimSpace(s) }),
		"lstrip":         onText(func(s string, _ []string) string { return strings.TrimLeftFunc(s, unicode.IsSpace) }),
		"rstrip":         onText(func(s string, _ []string) string { return strings.TrimRightFunc(s, unicode.IsSpace) }),
		"strip_newlines": onText(func(s string, _ []string) string { return strings.NewReplacer("\r", "", "\n", "").Replace(s) }),
		"strip_html":     onText(func(s string, _ []string) string { return htmlTag.ReplaceAllString(s, "") }),
		"truncate":       onText(truncate),
		"truncatewords":  onText(truncateWords),
		"replace":        onText(func(s string, a []string) string { return replaceText(s, a, -1) }),
		"replace_first":  onText(func(s string, a []string) string { return replaceText(s, a, 1) }),
		"remove":         onText(func(s string, a []string) string { return replaceText(s, []string{argument(a, 0), ""}, -1) }),
		"append":         onText(func(s string, a []string) string { return s + argument(a, 0) }),
		"prepend":        onText(func(s string, a []string) string { return argument(a, 0) + s }),
		"url_encode":     onText(func(s string, _ []string) string { return urlEncode(s) }),
		"json":           func(_ *renderer, v value, _ []value) value { return value{text: plainJSON(v.text), json: true} },
		"escape":         escapeFilter,
		"newline_to_br":  breakFilter,
		"default":        defaultFilter,
		"date":           dateFilter,
		"split":          splitFilter,
		"join":           joinFilter,
		"reverse":        func(_ *renderer, v value, _ []value) value { return value{list: reversed(v.list)} },
		"size":           func(_ *renderer, v value, _ []value) value { return sizeOf(v) },
		"first":          func(_ *renderer, v value, _ []value) value { return v.member([]string{"first"}) },
		"last":           func(_ *renderer, v value, _ []value) value { return v.member([]string{"last"}) },
		"plus":           arithmetic(func(a, b float64) float64 { return a + b }),
		"minus":          arithmetic(func(a, b float64) float64 { return a - b }),
		"times":          arithmetic(func(a, b float64) float64 { return a * b }),
	}
}

// onText is a filter of texts; the form for HTML is lost with it.
func onText(do func(s string, args []string) string) filter {
	return func(_ *renderer, v value, args []value) value {
		texts := make([]string, len(args))
		for i, a := range args {
			texts[i] = a.text
		}
		return textValue(do(v.text, texts))
	}
}

func argument(args []string, n int) string {
	if n < len(args) {
		return args[n]
	}
	return ""
}

var htmlTag = regexp.MustCompile(`<[^<>]*>`)

// maxReplaced is how many bytes a replacement may put in.
const maxReplaced = 1 << 20

// replaceText replaces nothing where there is nothing to look for: between any two letters there is.
func replaceText(s string, args []string, n int) string {
	if argument(args, 0) == "" || strings.Count(s, args[0])*len(argument(args, 1)) > maxReplaced {
		return s
	}
	return strings.Replace(s, args[0], argument(args, 1), n)
}

func upperFirst(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	if n == 0 || first == utf8.RuneError {
		return s
	}
	return string(unicode.ToUpper(first)) + s[n:]
}

// truncate shortens to so many characters, 50 unless said, its sign "…" included.
func truncate(s string, args []string) string {
	n, err := strconv.Atoi(argument(args, 0))
	if err != nil {
		n = 50
	}
	sign := "..."
	if len(args) > 1 {
		sign = args[1]
	}
	letters := []rune(s)
	if len(letters) <= max(0, n) {
		return s
	}
	return string(letters[:max(0, n-utf8.RuneCountInString(sign))]) + sign
}

func truncateWords(s string, args []string) string {
	n, err := strconv.Atoi(argument(args, 0))
	if err != nil || n < 1 {
		n = 15
	}
	words := strings.Fields(s)
	if len(words) <= n {
		return s
	}
	return strings.Join(words[:n], " ") + "..."
}

func urlEncode(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("-_.~", c) >= 0:
			b.WriteByte(c)
		default:
			b.WriteString("%" + strings.ToUpper(strconv.FormatInt(int64(c)+256, 16)[1:]))
		}
	}
	return b.String()
}

// escapeFilter has nothing to do in HTML, where every value is escaped.
func escapeFilter(r *renderer, v value, _ []value) value {
	if r.isHTML() {
		return textValue(v.text)
	}
	return textValue(html.EscapeString(v.text))
}

func breakFilter(r *renderer, v value, _ []value) value {
	if r.isHTML() {
		return v
	}
	return textValue(strings.ReplaceAll(v.text, "\n", "<br>\n"))
}

func defaultFilter(_ *renderer, v value, args []value) value {
	if !v.isTrue() && len(args) > 0 {
		return args[0]
	}
	return v
}

func splitFilter(_ *renderer, v value, args []value) value {
	if v.text == "" || len(args) == 0 || args[0].text == "" {
		return value{}
	}
	var out value
	for _, part := range strings.SplitN(v.text, args[0].text, maxElements) {
		out.list = append(out.list, textValue(part))
	}
	return out
}

func joinFilter(r *renderer, v value, args []value) value {
	between := " "
	if len(args) > 0 {
		between = args[0].text
	}
	var b strings.Builder
	for i, e := range v.list {
		if i > 0 {
			b.WriteString(between)
		}
		b.WriteString(e.text)
		if b.Len() > r.limit {
			return value{}
		}
	}
	return textValue(b.String())
}

func sizeOf(v value) value {
	if v.list != nil {
		return numberValue(len(v.list))
	}
	return numberValue(utf8.RuneCountInString(v.text))
}

func arithmetic(do func(a, b float64) float64) filter {
	return func(_ *renderer, v value, args []value) value {
		a, ok := v.number()
		if !ok || len(args) == 0 {
			return v
		}
		b, ok := args[0].number()
		if !ok {
			return v
		}
		return textValue(strconv.FormatFloat(do(a, b), 'f', -1, 64))
	}
}

// dateFilter writes a time in the words of strftime, in the reader's time zone.
func dateFilter(r *renderer, v value, args []value) value {
	at := v.time
	if at.IsZero() && v.text == "now" {
		at = r.values.Now
	}
	if at.IsZero() || len(args) == 0 {
		return v
	}
	at = at.In(r.values.location())
	var b strings.Builder
	rest := args[0].text
	for rest != "" {
		before, after, found := strings.Cut(rest, "%")
		b.WriteString(before)
		if !found || after == "" {
			break
		}
		b.WriteString(dateDirective(at, after[0]))
		rest = after[1:]
	}
	return textValue(b.String())
}

func dateDirective(at time.Time, directive byte) string {
	layout := map[byte]string{'Y': "2006", 'y': "06", 'm': "01", 'd': "02", 'e': "_2", 'B': "January", 'b': "Jan", 'A': "Monday", 'a': "Mon",
		'H': "15", 'I': "03", 'M': "04", 'S': "05", 'p': "PM", 'Z': "MST", 'z': "-0700", 'F': "2006-01-02", 'T': "15:04:05", 'R': "15:04",
		'D': "01/02/06", 'j': "002"}[directive]
	switch {
	case layout != "":
		return at.Format(layout)
	case directive == '%':
		return "%"
	case directive == 's':
		return strconv.FormatInt(at.Unix(), 10)
	}
	return "%" + string(rune(directive))
}
