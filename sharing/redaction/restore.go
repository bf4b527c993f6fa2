package redaction

import (
	"regexp"
	"slices"
	"strings"
)

var masks = regexp.MustCompile(`\[[^\[\]\n]{1,60} hidden\]`)

// HasMasks tells whether a text has words in the place of what was found.
func HasMasks(text string) bool { return masks.MatchString(text) }

// Restore puts back into a text of a partner what our masked text hid of our own, where the partner has left all that stands in
// its place; false: it has not.
func Restore(theirs, masked, own string) (string, bool) {
	there := masks.FindAllStringIndex(theirs, -1)
	values, ok := hidden(masked, own)
	if !ok || len(there) == 0 || !slices.Equal(masks.FindAllString(theirs, -1), masks.FindAllString(masked, -1)) {
		return theirs, false
	}
	var out strings.Builder
	at := 0
	for n, found := range there {
		out.WriteString(theirs[at:found[0]] + values[n])
		at = found[1]
	}
	return out.String() + theirs[at:], true
}

// hidden is what stands in a text where the masked one has masks.
func hidden(masked, own string) ([]string, bool) {
	var values []string
	pieces := masks.Split(masked, -1)
	rest, ok := strings.CutPrefix(own, pieces[0])
	for n := 1; ok && n < len(pieces); n++ {
		at := strings.Index(rest, pieces[n])
		if n == len(pieces)-1 {
			at = len(rest) - len(pieces[n])
		}
		if at < 0 || rest[at:at+len(pieces[n])] != pieces[n] {
			return nil, false
		}
		if pieces[n] == "" && n < len(pieces)-1 {
			return nil, false // two stand side by side: nobody can tell where one ends
		}
		values, rest = append(values, rest[:at]), rest[at+len(pieces[n]):]
	}
	return values, ok && rest == ""
}
