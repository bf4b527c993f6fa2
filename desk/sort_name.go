package desk

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxSortName bounds what a name is sorted by, in bytes.
const maxSortName = 200

// SortName is the form of a name by which lists are sorted, byte by byte on every database: in small letters, without
// accents, so that Ärger stands beside Arger.
func SortName(name string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.TrimSpace(name)) {
		if unicode.Is(unicode.Mn, r) || r == 0 {
			continue
		}
		r = unicode.ToLower(r)
		if b.Len()+len(string(r)) > maxSortName {
			break
		}
		b.WriteRune(r)
	}
	return b.String()
}
