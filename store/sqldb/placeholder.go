package sqldb

import (
	"strconv"
	"strings"
)

// forLite turns the placeholders $1, $2, … into SQLite's ?1, ?2, …; when they come once each and in order, into bare
// question marks, which the driver binds without looking up names. Strings, quoted names and comments stay as they are.
func forLite(query string) string {
	if !strings.Contains(query, "$") {
		return query
	}
	if plain, ok := rewrite(query, true); ok {
		return plain
	}
	numbered, _ := rewrite(query, false)
	return numbered
}

// rewrite reports false when bare marks were asked for and the placeholders are not 1, 2, 3, … in order.
func rewrite(query string, bare bool) (string, bool) {
	var b strings.Builder
	b.Grow(len(query))
	next := 1
	for i := 0; i < len(query); {
		if end := skipQuoted(query, i); end > i {
			b.WriteString(query[i:end])
			i = end
			continue
		}
		end := i + 1
		for query[i] == '$' && end < len(query) && '0' <= query[end] && query[end] <= '9' {
			end++
		}
		if query[i] != '$' || end == i+1 {
			b.WriteByte(query[i])
			i++
			continue
		}
		if bare && query[i+1:end] != strconv.Itoa(next) {
			return "", false
		}
		next++
		b.WriteByte('?')
		if !bare {
			b.WriteString(query[i+1 : end])
		}
		i = end
	}
	return b.String(), true
}

// skipQuoted gives the end of the string, quoted name or comment that starts at i, or i when none does.
func skipQuoted(query string, i int) int {
	rest := query[i:]
	switch {
	case rest[0] == '\'' || rest[0] == '"':
		return closingQuote(query, i, rest[:1], 1)
	case strings.HasPrefix(rest, "--"):
		return closingQuote(query, i, "\n", 2)
	case strings.HasPrefix(rest, "/*"):
		return closingQuote(query, i, "*/", 2)
	}
	return i
}

// closingQuote gives the place after the next occurrence of mark, or the end. A doubled quote is two strings side by side.
func closingQuote(query string, from int, mark string, skip int) int {
	at := strings.Index(query[from+skip:], mark)
	if at < 0 {
		return len(query)
	}
	return from + skip + at + len(mark)
}
