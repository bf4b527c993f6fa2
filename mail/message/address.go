package message

import (
	"net/mail"
	"net/textproto"
	"strings"
)

var addressParser = mail.AddressParser{WordDecoder: &wordDecoder}

// addresses reads all fields of this name, each address once. What the library refuses is read piece by piece, since one
// wrong address must not hide the others.
func (m *Message) addresses(field string, most int) []Address {
	var all []Address
	seen := map[string]bool{}
	for _, value := range m.header[textproto.CanonicalMIMEHeaderKey(field)] {
		for _, a := range ParseAddresses(value) {
			key := strings.ToLower(a.Email)
			if !seen[key] && len(all) < most {
				seen[key] = true
				all = append(all, a)
			}
		}
	}
	return all
}

// ParseAddresses reads a list as it stands in a header. What is not an address is left out.
func ParseAddresses(list string) []Address {
	list = oneLine(validUTF8(joinSplitWords(list)))
	if parsed, err := addressParser.ParseList(list); err == nil {
		var all []Address
		for _, a := range parsed {
			all = appendAddress(all, a.Name, a.Address)
		}
		return all
	}
	var all []Address
	for _, piece := range splitList(list) {
		if a, err := addressParser.Parse(piece); err == nil {
			all = appendAddress(all, a.Name, a.Address)
			continue
		}
		name, email := looseAddress(piece)
		all = appendAddress(all, name, email)
	}
	return all
}

func appendAddress(all []Address, name, email string) []Address {
	email = cleanEmail(email)
	if email == "" {
		return all
	}
	name = cutRunes(cleanName(name), MaxName)
	if strings.EqualFold(name, email) {
		name = ""
	}
	return append(all, Address{Name: name, Email: email})
}

func cleanName(name string) string {
	name = strings.Join(strings.Fields(decodeHeader(name)), " ")
	for len(name) >= 2 && (name[0] == '\'' && name[len(name)-1] == '\'' || name[0] == '"' && name[len(name)-1] == '"') {
		name = strings.TrimSpace(name[1 : len(name)-1]) // Outlook writes 'jane@example.com' in quotes of its own
	}
	return name
}

// maxEmail is RFC 5321's longest path.
const maxEmail = 254

// cleanEmail is "" for what cannot be a mailbox on the internet.
func cleanEmail(email string) string {
	email = strings.Trim(strings.TrimSpace(email), "<>'\"")
	email = strings.TrimPrefix(strings.TrimPrefix(email, "mailto:"), "MAILTO:")
	at := strings.LastIndexByte(email, '@')
	if at <= 0 || at == len(email)-1 || len(email) > maxEmail || strings.ContainsAny(email, " \t\r\n<>,;()[]\x00") {
		return ""
	}
	local, domain := email[:at], strings.ToLower(strings.TrimSuffix(email[at+1:], "."))
	if domain == "" || strings.Contains(domain, "..") || strings.HasPrefix(domain, ".") {
		return ""
	}
	return local + "@" + domain
}

// looseAddress takes what looks most like an address out of a broken one: the words in <>, or a word with an @.
func looseAddress(piece string) (name, email string) {
	if open := strings.LastIndexByte(piece, '<'); open >= 0 {
		inside, _, _ := strings.Cut(piece[open+1:], ">")
		return strings.Trim(strings.TrimSpace(piece[:open]), `"`), inside
	}
	for _, word := range strings.Fields(piece) {
		if strings.Contains(word, "@") {
			return strings.Trim(strings.TrimSpace(strings.Replace(piece, word, "", 1)), `"()`), word
		}
	}
	return "", ""
}

// splitList cuts at commas and semicolons (Outlook's) outside of quotes and brackets, and leaves group names out.
func splitList(list string) []string {
	var pieces []string
	start, quoted, bracket := 0, false, false
	for i := 0; i < len(list); i++ {
		switch c := list[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case c == '<' && !quoted:
			bracket = true
		case c == '>' && !quoted:
			bracket = false
		case (c == ',' || c == ';') && !quoted && !bracket, c == ':' && !quoted && !bracket && !strings.Contains(list[start:i], "@"):
			if c != ':' {
				pieces = append(pieces, list[start:i])
			}
			start = i + 1
		}
	}
	return append(pieces, list[start:])
}

func sameMailbox(a, b string) bool { return strings.EqualFold(a, b) }

// Domain is what follows the @, in lower case.
func (a Address) Domain() string {
	return strings.ToLower(a.Email[strings.LastIndexByte(a.Email, '@')+1:])
}

// Local is what precedes the @.
func (a Address) Local() string {
	return a.Email[:max(0, strings.LastIndexByte(a.Email, '@'))]
}
