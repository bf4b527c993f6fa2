package search

import (
	"slices"
	"strings"
	"unicode"
)

// NameKind is where a word by which a person or an organization is found comes from.
type NameKind int

// The kinds of such words.
const (
	PersonName NameKind = 1 + iota
	PersonAddress
	PersonPhone
	PersonTag
	OrganizationName
	OrganizationTag
)

// PersonKinds are where a person is looked for by words alone, and OrganizationKinds an organization.
func PersonKinds() []NameKind { return []NameKind{PersonName, PersonAddress, PersonPhone, PersonTag} }

// OrganizationKinds are the kinds of words that an organization has.
func OrganizationKinds() []NameKind { return []NameKind{OrganizationName, OrganizationTag} }

// NameWord is a word by which a person or an organization is found.
type NameWord struct {
	Kind NameKind
	Word string
}

// PersonWords are the words of a person: those of the names; the address, its parts and its domain; the digits of the phone
// number from each group of them on; the tags.
func PersonWords(names []string, address, phone string, tags []string) (out []NameWord) {
	for _, name := range names {
		out = appendTokens(out, PersonName, name)
	}
	if address != "" {
		out = appendTokens(out, PersonAddress, address)
		out = append(out, NameWord{PersonAddress, clip(strings.ToLower(address))})
		if at := strings.LastIndexByte(address, '@'); at >= 0 {
			out = append(out, NameWord{PersonAddress, clip(strings.ToLower(address[at:]))})
		}
	}
	groups := strings.FieldsFunc(phone, func(r rune) bool { return !unicode.IsDigit(r) })
	for i := range groups {
		out = append(out, NameWord{PersonPhone, clip(strings.Join(groups[i:], ""))})
	}
	return distinctWords(appendTags(out, PersonTag, tags))
}

// OrganizationWords are the words of an organization.
func OrganizationWords(name string, tags []string) []NameWord {
	return distinctWords(appendTags(appendTokens(nil, OrganizationName, name), OrganizationTag, tags))
}

func appendTokens(out []NameWord, kind NameKind, text string) []NameWord {
	for _, t := range Tokens(text) {
		out = append(out, NameWord{kind, t.Text})
	}
	return out
}

func appendTags(out []NameWord, kind NameKind, tags []string) []NameWord {
	for _, t := range tags {
		out = append(out, NameWord{kind, clip(strings.ToLower(t))})
	}
	return out
}

func distinctWords(words []NameWord) (out []NameWord) {
	for _, w := range words {
		if !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// NameBegins tells whether a name, or a word in it, begins so.
func NameBegins(name, value string) bool {
	name, value = Fold(name), Fold(strings.TrimSuffix(value, "*"))
	return strings.HasPrefix(name, value) || strings.Contains(name, " "+value)
}

// NamePart is a word that somebody must have, or one that begins so.
type NamePart struct {
	Text   string
	Prefix bool
}

// NameParts is what is asked for by a name or an address: all of the parts, the last of which may be a beginning. *@example.com
// is everybody there.
func NameParts(value string) (parts []NamePart) {
	value = strings.TrimSuffix(strings.TrimSpace(value), "*")
	if rest, ok := strings.CutPrefix(value, "*"); ok || strings.Contains(value, "@") && !strings.ContainsAny(value, " \t") {
		if rest = strings.TrimSpace(strings.ToLower(rest)); ok && !strings.HasPrefix(rest, "@") {
			return nil
		}
		return []NamePart{{clip(rest), !ok}}
	}
	needle, _ := NeedleOf(Term{Value: value, Phrase: true})
	for i, p := range needle.Parts {
		parts = append(parts, NamePart{p.Text, i == len(needle.Parts)-1})
	}
	return parts
}
