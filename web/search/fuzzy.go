package search

import "strings"

// How well a name fits what was typed.
const (
	fitsBeginning = 100
	fitsWord      = 80
	fitsInside    = 60
	fitsScattered = 40 // less what lies between
)

// fitScore tells how well a name fits what was typed, 0 for not at all: its beginning is better than that of a word in it, that
// better than any part, and that better than letters in this order with others between them. Of equally good ones the
// shorter name is better.
func fitScore(typed, name string) int {
	typed, name = strings.ToLower(strings.TrimSpace(typed)), strings.ToLower(name)
	if typed == "" || len(typed) > len(name) {
		return 0
	}
	short := min(9, 90/(len(name)+1))
	switch at := strings.Index(name, typed); {
	case at == 0:
		return fitsBeginning + short
	case at > 0 && strings.ContainsAny(name[at-1:at], " -/_.@("):
		return fitsWord + short
	case at > 0:
		return fitsInside + short
	}
	return scatteredScore(typed, name)
}

// scatteredScore fits letters that stand in order, the first of them at the beginning of a word.
func scatteredScore(typed, name string) int {
	best := 0
	for at := 0; at < len(name); at++ {
		if (at == 0 || name[at-1] == ' ') && strings.HasPrefix(name[at:], firstLetter(typed)) {
			best = max(best, gapScore(typed, name[at:]))
		}
	}
	return best
}

func firstLetter(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}

func gapScore(typed, name string) int {
	skipped, rest := 0, name
	for _, r := range typed {
		at := strings.IndexRune(rest, r)
		if at < 0 {
			return 0
		}
		skipped += at
		rest = rest[at+len(string(r)):]
	}
	return max(fitsScattered-skipped, 1)
}
