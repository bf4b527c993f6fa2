package redaction

import (
	"maps"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// OwnPattern is the kind of a desk's own patterns.
const OwnPattern = "pattern"

// kind is a detector that every desk has.
type kind struct {
	label string
	find  func(text string) [][2]int
}

var kinds = map[string]kind{
	"payment_card": {"payment card", cards},
	"iban":         {"account number", ibans},
	"email":        {"e-mail address", func(text string) [][2]int { return spansOf(mailAddress, text) }},
	"phone":        {"phone number", phones},
	"ip_address":   {"IP address", addresses},
	"secret":       {"token or key", func(text string) [][2]int { return spansOf(secret, text) }},
}

// Kinds are the names of all kinds.
func Kinds() []string { return append(slices.Sorted(maps.Keys(kinds)), OwnPattern) }

func spansOf(re *regexp.Regexp, text string) [][2]int {
	var out [][2]int
	for _, at := range re.FindAllStringIndex(text, -1) {
		if at[1] > at[0] {
			out = append(out, [2]int{at[0], at[1]})
		}
	}
	return out
}

var (
	mailAddress = regexp.MustCompile(`[\pL\pN._%+'-]+@[\pL\pN-]+(?:\.[\pL\pN-]+)+`)
	secret      = regexp.MustCompile(`(?s)` + strings.Join([]string{
		`-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\z)`,
		`\b(?:gh[pousr]_[0-9A-Za-z]{20,}|github_pat_[0-9A-Za-z_]{20,}|glpat-[0-9A-Za-z_-]{20,}|xox[abeprs]-[0-9A-Za-z-]{10,}|npm_[0-9A-Za-z]{30,})`,
		`\b(?:A3T[0-9A-Z]|AKIA|ASIA)[0-9A-Z]{16}\b|\bAIza[0-9A-Za-z_-]{35}|\b[sr]k_(?:live|test)_[0-9A-Za-z]{10,}|\bsk-[0-9A-Za-z_-]{20,}`,
		`\beyJ[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]{10,}(?:\.[0-9A-Za-z_-]*)?`,
		`(?i:\b(?:bearer|basic)\s+[0-9A-Za-z._~+/=-]{16,})`,
		`(?i:\b(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|client[_-]?secret)["']?\s*[:=]\s*["']?[^\s"'<>]{4,})`,
	}, "|"))
	digitRun   = regexp.MustCompile(`\d(?:[ -]{0,2}\n?[ -]{0,2}\d){12,}`)
	inFours    = regexp.MustCompile(`^(?:\d{4}[ \n-]+)+\d{1,4}$`)
	ibanStart  = regexp.MustCompile(`(?i)[a-z]{2}\d\d`)
	phoneLike  = regexp.MustCompile(`(?:\+|\b00)\d(?:[ ()./-]{0,3}\d){6,14}|\(?\b0\d(?:[ ()./-]{0,2}\d){7,12}|\(?\b\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b`)
	dateLike   = regexp.MustCompile(`^\(?\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d\d)\b`)
	ip4Like    = regexp.MustCompile(`\d{1,3}(?:\.\d{1,3}){3}`)
	ip6Like    = regexp.MustCompile(`(?i)[0-9a-f:]*:[0-9a-f:]*:[0-9a-f:.]*`)
	ip6OfHost  = regexp.MustCompile(`(?i)^::1$|[0-9a-f]{3,4}:`)
	ibanLength = lengths("AD24AE23AL28AT20AZ28BA20BE16BG22BH22BR29BY28CH21CR22CY28CZ24DE22DK18DO28EE20EG29ES24FI18FO18FR27GB22GE22GI23GL18GR27GT28" +
		"HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MR27MT31MU30NL18NO15PK24PL28PS29PT25QA29RO24RS22" +
		"SA24SC31SE24SI19SK24SM27ST25SV28TL23TN24TR26UA29VA22VG24XK20")
)

func lengths(table string) map[string]int {
	out := map[string]int{}
	for ; table != ""; table = table[4:] {
		out[table[:2]], _ = strconv.Atoi(table[2:4])
	}
	return out
}

// boundedBy tells whether neither before nor behind a part of a text stands such a character.
func boundedBy(text string, from, to int, is func(rune) bool) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:from])
	after, _ := utf8.DecodeRuneInString(text[to:])
	return (from == 0 || !is(before)) && (to == len(text) || !is(after))
}

func isWord(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) }

// maxCard is how many digits the number of a payment card has at most.
const maxCard = 19

// cards are numbers of payment cards: 13 to 19 digits that begin as such numbers do and end with Luhn's digit. Other digits may
// stand before and behind them, in groups of their own; what could be one in two ways is all of it. A line may end within one
// that is written in groups of four.
func cards(text string) (out [][2]int) {
	for _, run := range digitRun.FindAllStringIndex(text, -1) {
		starts, ends := groups(text, run[0], run[1])
		for n := range starts {
			for k := n; k < len(ends); k++ {
				found := text[starts[n]:ends[k]]
				digits := digitsOf(found)
				if len(digits) > maxCard {
					break
				}
				if isCard(digits) && (!strings.Contains(found, "\n") || inFours.MatchString(found)) {
					out = append(out, [2]int{starts[n], ends[k]})
				}
			}
		}
	}
	return out
}

// groups are where groups of digits begin and end.
func groups(text string, from, to int) (starts, ends []int) {
	for at := from; at < to; at++ {
		if !isDigit(text[at]) {
			continue
		}
		if at == from || !isDigit(text[at-1]) {
			starts = append(starts, at)
		}
		if at+1 == to || !isDigit(text[at+1]) {
			ends = append(ends, at+1)
		}
	}
	return starts, ends
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func digitsOf(text string) string {
	return strings.Map(func(c rune) rune {
		if c < '0' || c > '9' {
			return -1
		}
		return c
	}, text)
}

func isCard(digits string) bool {
	if len(digits) < 13 || len(digits) > maxCard || digits[0] < '2' || digits[0] > '6' {
		return false
	}
	sum := 0
	for n := range len(digits) {
		d := int(digits[len(digits)-1-n] - '0')
		if n%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// ibans are international numbers of bank accounts, of the length of their country and with the right check digits.
func ibans(text string) (out [][2]int) {
	for at := 0; at < len(text); {
		found := ibanStart.FindStringIndex(text[at:])
		if found == nil {
			break
		}
		from := at + found[0]
		to := ibanEnd(text, from, ibanLength[strings.ToUpper(text[from:from+2])])
		if to > 0 && boundedBy(text, from, to, isWord) {
			out = append(out, [2]int{from, to})
			at = to
			continue
		}
		at = from + 1
	}
	return out
}

// ibanEnd is where an account number of a length ends; 0: there is none.
func ibanEnd(text string, from, length int) int {
	var plain strings.Builder
	at := from
	for ; at < len(text) && plain.Len() < length; at++ {
		switch c := text[at]; {
		case c == ' ' || c == '-' || c == '\n':
		case c < utf8.RuneSelf && isWord(rune(c)):
			plain.WriteByte(c)
		default:
			return 0
		}
	}
	if length == 0 || plain.Len() < length || !checksOut(strings.ToUpper(plain.String())) {
		return 0
	}
	return at
}

// checksOut is the check of ISO 7064: letters count from 10, and the number leaves 1 when divided by 97.
func checksOut(iban string) bool {
	rest := 0
	for _, c := range iban[4:] + iban[:4] {
		if c >= 'A' {
			rest = (rest*100 + int(c-'A') + 10) % 97
		} else {
			rest = (rest*10 + int(c-'0')) % 97
		}
	}
	return rest == 1
}

// phones are numbers with the sign of a country, with a leading zero, or in groups of three, three and four. Dates are none.
func phones(text string) (out [][2]int) {
	for from := 0; ; {
		at := phoneLike.FindStringIndex(text[from:])
		if at == nil {
			return out
		}
		start, end := from+at[0], from+at[1]
		if date := dateLike.FindStringIndex(text[start:end]); date != nil {
			from = start + date[1]
			continue
		}
		if boundedBy(text, start, end, isWord) {
			out = append(out, [2]int{start, end})
		}
		from = end
	}
}

// addresses are those of machines, in both versions of the protocol.
func addresses(text string) (out [][2]int) {
	for _, at := range spansOf(ip4Like, text) {
		if _, err := netip.ParseAddr(text[at[0]:at[1]]); err == nil && boundedBy(text, at[0], at[1], isWord) {
			out = append(out, at)
		}
	}
	for _, at := range spansOf(ip6Like, text) {
		to := at[0] + len(strings.TrimRight(text[at[0]:at[1]], ".:"))
		if strings.HasSuffix(text[at[0]:at[1]], "::") {
			to = at[1]
		}
		found := text[at[0]:to]
		if _, err := netip.ParseAddr(found); err == nil && ip6OfHost.MatchString(found) && boundedBy(text, at[0], to, isWord) {
			out = append(out, [2]int{at[0], to})
		}
	}
	return out
}
