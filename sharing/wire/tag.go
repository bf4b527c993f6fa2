package wire

import (
	"slices"
	"strings"
)

// Limits of tags (nhd §11.2).
const (
	MaxTags      = 100
	maxTagLength = 80
)

// NormaliseTag writes a tag in the form that travels: lower case, [a-z0-9_-./], at most 80 characters (nhd §11.2). Any other character
// becomes an underscore, so that two peers cut nothing into one another's tags. It returns "" when nothing is left.
func NormaliseTag(tag string) string {
	var b strings.Builder
	meaning := false
	for _, c := range strings.ToLower(strings.TrimSpace(tag)) {
		if b.Len() == maxTagLength {
			break
		}
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			meaning = true
			b.WriteRune(c)
		case strings.ContainsRune("_-./", c):
			b.WriteRune(c)
		default:
			b.WriteByte('_')
		}
	}
	if !meaning {
		return ""
	}
	return b.String()
}

// NormaliseTags normalises a set: sorted, each once, at most 100.
func NormaliseTags(tags []string) []string {
	set := make([]string, 0, len(tags))
	for _, tag := range tags {
		if normal := NormaliseTag(tag); normal != "" {
			set = append(set, normal)
		}
	}
	slices.Sort(set)
	set = slices.Compact(set)
	return set[:min(len(set), MaxTags)]
}
