package rule

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// Formats of what programs read. A value is written so that it stays one: whatever a customer has typed, it changes nothing
// of what the template's own signs mean.
const (
	// JSON: inside of quotes a value is part of the text; outside it is a number, true, false or null where it looks like
	// one, null where it is empty, else a text in quotes.
	JSON Format = iota + TextHTML + 1
	// XML: in an element or an attribute a value's signs are references; in a CDATA section they stand as they are.
	XML
	// Form: percent-encoded, as in addresses and forms.
	Form
)

// FillBody is [Fill] for a body that only counts whole: complete is false when the limit cut it, or it took too much work.
func FillBody(template string, w *PlaceholderValues, format Format, limit int) (body string, complete bool) {
	r := &renderer{values: w, format: format, limit: limit, locals: map[string]value{}}
	r.run(parseTemplate(template).nodes)
	return r.out.String(), !r.full && r.steps <= maxSteps
}

// BodyFault says why a body is not what its format demands, "" when it is.
func BodyFault(body string, format Format) string {
	switch {
	case strings.TrimSpace(body) == "":
		return ""
	case format == JSON && !json.Valid([]byte(body)):
		return "The body is not JSON: " + jsonFault(body)
	case format == XML:
		return xmlFault(body)
	}
	return ""
}

func jsonFault(body string) string {
	var any json.RawMessage
	err := json.Unmarshal([]byte(body), &any)
	if err == nil {
		return ""
	}
	return err.Error()
}

func xmlFault(body string) string {
	d := xml.NewDecoder(strings.NewReader(body))
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	for {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return ""
		}
		if err != nil {
			return "The body is not XML: " + err.Error()
		}
	}
}

// bodyState is where in a body the template's own text has come to.
type bodyState struct {
	quoted  bool // JSON: in a text
	escape  bool // JSON: behind a backslash in a text
	section bool // XML: in a CDATA section
}

// read follows the template's own text.
func (s *bodyState) read(text string, format Format) {
	switch format {
	case JSON:
		for _, c := range []byte(text) {
			switch {
			case s.escape:
				s.escape = false
			case c == '"':
				s.quoted = !s.quoted
			case c == '\\':
				s.escape = s.quoted
			}
		}
	case XML:
		opened, closed := strings.LastIndex(text, "<![CDATA["), strings.LastIndex(text, "]]>")
		if opened >= 0 || closed >= 0 {
			s.section = opened > closed
		}
	}
}

// write is a value as it may stand where the text has come to.
func (s *bodyState) write(v value, format Format) string {
	text := strings.ToValidUTF8(v.text, "\uFFFD")
	switch {
	case format == Form:
		return urlEncode(text)
	case format == XML && s.section:
		// A bracket closes the section and opens the next, so that none ends it together with what follows.
		return strings.ReplaceAll(xmlCharacters(text), "]", "]]]><![CDATA[")
	case format == XML:
		var b bytes.Buffer
		_ = xml.EscapeText(&b, []byte(text))      // a buffer takes all
		if strings.Contains("-"+text+"-", "--") { // would end a comment
			return strings.ReplaceAll(b.String(), "-", "&#45;")
		}
		return b.String()
	case s.quoted:
		lead := ""
		if s.escape { // the template's backslash means itself: no sign of the value may follow it
			lead, s.escape = `\`, false
		}
		quoted := plainJSON(text)
		return lead + quoted[1:len(quoted)-1]
	case text == "":
		return "null"
	case v.json || text[0] != '"' && text[0] != '{' && text[0] != '[' && json.Valid([]byte(text)):
		return text
	}
	return plainJSON(text)
}

// plainJSON is a text in quotes; signs that mean something in HTML stay as they are.
func plainJSON(text string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(text) // a text can always be written
	return strings.TrimSuffix(b.String(), "\n")
}

// xmlCharacters leaves out what no XML document may hold, escaped or not.
func xmlCharacters(text string) string {
	return strings.Map(func(c rune) rune {
		if c == '\t' || c == '\n' || c == '\r' || c >= 0x20 && c <= 0xD7FF || c >= 0xE000 && c <= 0xFFFD || c >= 0x10000 {
			return c
		}
		return -1
	}, text)
}
