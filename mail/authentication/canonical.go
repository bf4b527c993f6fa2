package authentication

import (
	"bytes"
	"regexp"
	"strings"
)

// field is a field of a header as it stands, with its line breaks as CRLF.
type field struct{ name, raw string }

func (f field) value() string {
	_, value, _ := strings.Cut(f.raw, ":")
	return value
}

func (f field) unfolded() string { return strings.NewReplacer("\r\n", "").Replace(f.value()) }

// splitFields reads a header without changing it. Line breaks become CRLF, as they were on the way.
func splitFields(raw []byte) (fields []field, body []byte) {
	raw = bytes.ReplaceAll(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
	for len(raw) > 0 {
		line, rest, _ := bytes.Cut(raw, []byte("\r\n"))
		raw = rest
		switch {
		case len(line) == 0:
			return fields, raw
		case (line[0] == ' ' || line[0] == '\t') && len(fields) > 0:
			fields[len(fields)-1].raw += string(line) + "\r\n"
		default:
			name, _, _ := strings.Cut(string(line), ":")
			fields = append(fields, field{strings.ToLower(strings.TrimSpace(name)), string(line) + "\r\n"})
		}
	}
	return fields, nil
}

// canonical is a field in the form "relaxed", or as it stands (RFC 6376 §3.4.1, §3.4.2).
func (f field) canonical(form string) string {
	if form == "relaxed" {
		return f.relaxed()
	}
	return f.raw
}

var blanks = regexp.MustCompile(`[ \t]+`)

func (f field) relaxed() string {
	return f.name + ":" + strings.Trim(blanks.ReplaceAllString(f.unfolded(), " "), " ") + "\r\n"
}

var signatureTag = regexp.MustCompile(`((?:^|;)[ \t\r\n]*b[ \t\r\n]*=)[^;]*`)

// withoutSignature is the field as it was signed: with the tag b empty.
func (f field) withoutSignature() field {
	name, value, _ := strings.Cut(f.raw, ":")
	value = strings.TrimSuffix(value, "\r\n")
	return field{f.name, name + ":" + signatureTag.ReplaceAllString(value, "$1") + "\r\n"}
}

// canonicalBody is the words in the form "relaxed", or as they stand; empty lines at the end do not count (§3.4.3, §3.4.4).
func canonicalBody(body []byte, form string) []byte {
	if form == "relaxed" {
		lines := bytes.Split(body, []byte("\r\n"))
		for i, line := range lines {
			lines[i] = bytes.TrimRight(blanks.ReplaceAll(line, []byte(" ")), " ")
		}
		body = bytes.Join(lines, []byte("\r\n"))
	}
	for bytes.HasSuffix(body, []byte("\r\n")) {
		body = body[:len(body)-2]
	}
	if len(body) == 0 && form == "relaxed" {
		return nil
	}
	return append(bytes.Clone(body), "\r\n"...)
}

// parseTags reads a list of tags (§3.2). Blanks within values do not count where this is asked.
func parseTags(list string) map[string]string {
	tags := map[string]string{}
	for tag := range strings.SplitSeq(list, ";") {
		if name, value, ok := strings.Cut(tag, "="); ok {
			tags[strings.TrimSpace(name)] = strings.Join(strings.Fields(value), "")
		}
	}
	return tags
}
