package message

import "strings"

// unflow joins the lines that a sender broke only for the way (RFC 3676): those that end with a space, at the same depth of
// quoting. The signature's "-- " is a line of its own.
func unflow(text string, delSp bool) string {
	var out strings.Builder
	open, depth := false, 0 // whether the line before goes on here, and how deep it was quoted
	for i, line := range strings.Split(text, "\n") {
		quoted := len(line) - len(strings.TrimLeft(line, ">"))
		line = strings.TrimPrefix(line[quoted:], " ") // space-stuffing, §4.4
		signature := line == "-- "
		joins := open && quoted == depth && !signature
		if !joins {
			if i > 0 {
				out.WriteByte('\n')
			}
			out.WriteString(quoteMarks(quoted))
		}
		open, depth = strings.HasSuffix(line, " ") && !signature, quoted
		if open && delSp {
			line = line[:len(line)-1]
		}
		out.WriteString(line)
	}
	return out.String()
}

func quoteMarks(depth int) string {
	if depth == 0 {
		return ""
	}
	return strings.Repeat(">", depth) + " "
}
