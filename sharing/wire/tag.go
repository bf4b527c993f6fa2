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

// MergeTags merges three ways (nhd §11.2): what the peer added since the baseline is added here, what it removed is removed here, and a tag
// that only exists here is never touched. baseline is the last set both sides had, mine the ticket's tags now, theirs the set that came.
// The removed tags come back as they are spelled in mine. The next baseline is NormaliseTags(theirs).
func MergeTags(baseline, mine, theirs []string) (add, remove []string) {
	base, their, own := tagSet(baseline), tagSet(theirs), tagSet(mine)
	for _, tag := range NormaliseTags(theirs) {
		if !base[tag] && !own[tag] {
			add = append(add, tag)
		}
	}
	for _, tag := range mine {
		normal := NormaliseTag(tag)
		if base[normal] && !their[normal] {
			remove = append(remove, tag)
		}
	}
	return add, remove
}

func tagSet(tags []string) map[string]bool {
	set := map[string]bool{}
	for _, tag := range NormaliseTags(tags) {
		set[tag] = true
	}
	return set
}
