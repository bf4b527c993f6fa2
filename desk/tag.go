package desk

import (
	"slices"
	"strings"
)

// ParseTags splits text at blanks and commas, lower-cases it and drops doubles; the result is sorted.
func ParseTags(text string) []string {
	return NormalizeTags(strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' || r == '\t' || r == '\n' }))
}

// NormalizeTags lower-cases, drops what is empty or double, and sorts.
func NormalizeTags(tags []string) []string {
	out := make([]string, 0, len(tags))
	for _, t := range tags {
		if t = strings.ToLower(strings.TrimSpace(t)); t != "" {
			out = append(out, t)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// ValidTag tells whether t may stand on a ticket: letters, digits and -_./: up to MaxTag bytes, no blanks.
func ValidTag(t string) bool {
	if t == "" || len(t) > MaxTag {
		return false
	}
	return !strings.ContainsFunc(t, func(r rune) bool {
		return r <= ' ' || r == ',' || r == '"' || r == '\'' || r == '<' || r == '>' || r == 0x7f
	})
}

func hasTag(sorted []string, t string) bool {
	_, ok := slices.BinarySearch(sorted, t)
	return ok
}

// withTag and withoutTag never change the slice they are given: drafts compare before with now.
func withTag(sorted []string, t string) []string {
	i, ok := slices.BinarySearch(sorted, t)
	if ok {
		return sorted
	}
	return slices.Insert(slices.Clone(sorted), i, t)
}

func withoutTag(sorted []string, t string) []string {
	i, ok := slices.BinarySearch(sorted, t)
	if !ok {
		return sorted
	}
	return slices.Delete(slices.Clone(sorted), i, i+1)
}
