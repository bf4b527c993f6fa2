package message

import (
	"bytes"
	"html"
	"path"
	"slices"
	"strings"

	"github.com/jhillyerd/enmime/v2"
	"github.com/jhillyerd/enmime/v2/mediatype"
)

// declaredCharset is where mediaReader keeps a part's charset: enmime is told that all is UTF-8, so that it hands over the
// bytes as they are. What they mean is decided by decodeText, which sees label and bytes together.
const declaredCharset = "x-declared-charset"

// mediaReader reads Content-Type and Content-Disposition for enmime, and holds the limits on parts.
type mediaReader struct{ parts, multiparts int }

func (r *mediaReader) read(field string) (string, map[string]string, []string, error) {
	kind, params, invalid, err := mediatype.ParseWithOptions(field, mediatype.ParseOptions{StripMediaTypeInvalidCharacters: true})
	if err != nil || kind == "" {
		kind, params = "text/plain", map[string]string{}
	}
	kind = strings.ToLower(kind)
	if strings.Contains(kind, "/") {
		r.parts++
	}
	if strings.HasPrefix(kind, "multipart/") {
		if r.multiparts++; r.multiparts > MaxNesting {
			kind = "text/plain"
			delete(params, "boundary")
		}
	}
	params[declaredCharset], params["charset"] = params["charset"], "utf-8"
	return kind, params, invalid, nil
}

// contentParams are the parameters of a part's Content-Type, which enmime keeps only the best known of.
func contentParams(p *enmime.Part) map[string]string {
	_, params, _, _ := (&mediaReader{}).read(p.Header.Get("Content-Type"))
	return params
}

// body is what a part says: plain text, HTML, or both forms of the same.
type body struct {
	text, html string
	second     bool // only for want of another
}

func (b body) empty() bool { return b.text == "" && b.html == "" }

// plain is the text, made of the HTML where there is none.
func (b body) plain() string {
	if b.text == "" && b.html != "" {
		return HTMLText(b.html)
	}
	return b.text
}

// rich is the HTML, made of the text where there is none.
func (b body) rich() string {
	if b.html == "" && b.text != "" {
		return textHTML(b.text)
	}
	return b.html
}

func textHTML(text string) string {
	return `<div style="white-space:pre-wrap">` + html.EscapeString(text) + "</div>"
}

// then is b and after it c. A plain text followed by the same as HTML is one text in two forms, though it was sent as two.
func (b body) then(c body) body {
	switch {
	case b.empty() || b.second && !c.empty():
		return c
	case c.empty() || c.second:
		return b
	case b.html == "" && c.text == "" && sameWords(b.text, HTMLText(c.html)):
		return body{text: b.text, html: c.html}
	}
	both := body{text: strings.TrimRight(b.plain(), "\n") + "\n\n" + c.plain()}
	if b.html != "" || c.html != "" {
		both.html = b.rich() + "\n" + c.rich()
	}
	return both
}

// asSecond is for a text that mostly comes twice, in a part of its own as well: it counts only where there is no other.
func (b body) asSecond() body { b.second = true; return b }

func sameWords(a, b string) bool {
	return strings.Join(strings.Fields(a), " ") == strings.Join(strings.Fields(b), " ")
}

// walker goes through the parts of one message.
type walker struct {
	m      *Message
	parts  int
	report *report
}

func (m *Message) readBody(root *enmime.Part) {
	w := walker{m: m}
	b := w.read(root)
	m.HTML = m.limit(b.html, "message.html", "text/html")
	m.Text = m.limit(b.text, "message.txt", "text/plain")
	if strings.TrimSpace(m.Text) == "" && m.HTML != "" {
		m.Text, m.TextFromHTML = HTMLText(m.HTML), true
	}
	m.report = w.report
	for i := range m.Files {
		f := &m.Files[i]
		f.Inline = f.Inline || f.ContentID != "" && namesContent(m.HTML, f.ContentID)
	}
}

// limit cuts a body that is longer than MaxBody and keeps the whole as a file.
func (m *Message) limit(s, name, kind string) string {
	if len(s) <= MaxBody {
		return s
	}
	m.fault("The text is longer than %d MB; the whole is the file %s.", MaxBody>>20, name)
	m.Files = append(m.Files, Part{FileName: name, ContentType: kind, Data: []byte(s)})
	return strings.ToValidUTF8(s[:MaxBody], "")
}

func namesContent(html, id string) bool {
	return strings.Contains(html, "cid:"+id) || strings.Contains(strings.ToLower(html), "cid:"+strings.ToLower(id))
}

func (w *walker) read(p *enmime.Part) body {
	if w.parts++; w.parts > MaxParts {
		return body{}
	}
	switch kind := p.ContentType; {
	case p.FirstChild == nil:
		return w.leaf(p)
	case kind == "multipart/alternative":
		return w.alternative(p)
	case kind == "multipart/related":
		return w.related(p)
	default:
		var all body
		for c := p.FirstChild; c != nil; c = c.NextSibling {
			all = all.then(w.read(c))
		}
		return all
	}
}

// alternative is one text in several forms, the best last (RFC 2046 §5.1.4).
func (w *walker) alternative(p *enmime.Part) body {
	var all body
	for c := p.FirstChild; c != nil; c = c.NextSibling {
		b := w.read(c)
		if b.html != "" {
			all.html = b.html
		}
		if b.text != "" && (all.text == "" || b.html == "") {
			all.text = b.text
		}
	}
	return all
}

// related is a text and what it shows: the text comes first or is named by the parameter start (RFC 2387).
func (w *walker) related(p *enmime.Part) body {
	main := p.FirstChild
	if start := strings.Trim(contentParams(p)["start"], "<>"); start != "" {
		for c := p.FirstChild; c != nil; c = c.NextSibling {
			if c.ContentID == start {
				main = c
			}
		}
	}
	text := w.read(main)
	for c := p.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c == main:
		case c.FirstChild != nil:
			text = text.then(w.read(c))
		default:
			w.file(c)
		}
	}
	return text
}

func (w *walker) leaf(p *enmime.Part) body {
	if w.isReport(p) {
		return body{}
	}
	if !w.isText(p) {
		if isTNEF(p) {
			if b, ok := w.unpackTNEF(p); ok {
				return b.asSecond()
			}
		}
		w.file(p)
		return body{}
	}
	params := contentParams(p)
	label := params[declaredCharset]
	text := decodeText(p.Content, label, p.ContentType == "text/html")
	if p.ContentType == "text/html" {
		return body{html: text}
	}
	if strings.EqualFold(params["format"], "flowed") {
		text = unflow(text, strings.EqualFold(params["delsp"], "yes"))
	}
	return body{text: text}
}

// isText says whether a part is to be read as words. A text with a file's name is a file, except where it must be the body.
func (w *walker) isText(p *enmime.Part) bool {
	switch p.ContentType {
	case "text/plain", "text/html", "text/enriched", "text/richtext", "text":
	case "":
		return p.FileName == ""
	default:
		return strings.HasPrefix(p.ContentType, "multipart/")
	}
	if strings.EqualFold(p.Disposition, "attachment") {
		return false
	}
	return p.FileName == "" || p.Parent == nil || p.Parent.ContentType == "multipart/alternative"
}

// file keeps a part as a file.
func (w *walker) file(p *enmime.Part) {
	if p.ContentType == "text/x-amp-html" || len(p.Content) == 0 && p.FileName == "" {
		return
	}
	f := Part{
		FileName: fileName(p), ContentType: p.ContentType, ContentID: strings.Trim(p.ContentID, "<>"), Data: p.Content,
		Inline: strings.EqualFold(p.Disposition, "inline") && strings.HasPrefix(p.ContentType, "image/"),
	}
	if f.ContentType == "" || !strings.Contains(f.ContentType, "/") {
		f.ContentType = "application/octet-stream"
	}
	w.keep(f)
}

// keep adds a file. Invitations come twice with the same bytes, as a form of the text and as a file (RFC 6047 §2.4).
func (w *walker) keep(f Part) {
	twice := strings.HasSuffix(f.FileName, ".ics") && slices.ContainsFunc(w.m.Files, func(g Part) bool {
		return strings.HasSuffix(g.FileName, ".ics") && bytes.Equal(g.Data, f.Data)
	})
	if !twice {
		w.m.Files = append(w.m.Files, f)
	}
}

// namesByType are names for parts that come without one.
var namesByType = map[string]string{
	"text/calendar": "invite.ics", "text/plain": "text.txt", "text/html": "page.html", "text/csv": "table.csv",
	"text/vcard": "contact.vcf", "text/x-vcard": "contact.vcf", "text/rfc822-headers": "headers.txt", "message/rfc822": "message.eml",
	"application/pdf": "document.pdf", "application/zip": "files.zip", "application/json": "data.json", "application/xml": "data.xml",
	"application/pgp-signature": "signature.asc", "application/pkcs7-signature": "smime.p7s", "application/x-pkcs7-signature": "smime.p7s",
	"application/pkcs7-mime": "smime.p7m", "application/x-pkcs7-mime": "smime.p7m", "application/pgp-encrypted": "version.asc",
	"application/ms-tnef": "winmail.dat", "image/png": "picture.png", "image/jpeg": "picture.jpg", "image/gif": "picture.gif",
	"image/webp": "picture.webp", "image/svg+xml": "picture.svg", "image/tiff": "picture.tiff", "image/heic": "picture.heic",
	"audio/mpeg": "sound.mp3", "audio/wav": "sound.wav", "video/mp4": "film.mp4",
}

func fileName(p *enmime.Part) string {
	if name := cleanFileName(p.FileName); name != "" {
		return name
	}
	if p.ContentType == "message/rfc822" {
		if name := cleanFileName(subjectOf(p.Content)); name != "" {
			return cutRunes(name, MaxName-4) + ".eml"
		}
	}
	if name, ok := namesByType[p.ContentType]; ok {
		return name
	}
	return "file.bin"
}

// cleanFileName leaves the last element of a path, without what no file system or page likes.
func cleanFileName(name string) string {
	name = path.Base(strings.ReplaceAll(decodeHeader(validUTF8(name)), `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`<>:"|?*`, r) {
			return '_'
		}
		return r
	}, name)
	name = strings.TrimSpace(name)
	if strings.Trim(name, ". /") == "" {
		return ""
	}
	return shortenFileName(name)
}

// shortenFileName keeps the ending, which tells what a file is.
func shortenFileName(name string) string {
	if len([]rune(name)) <= MaxName {
		return name
	}
	ending := path.Ext(name)
	if len(ending) > 12 {
		ending = ""
	}
	return cutRunes(strings.TrimSuffix(name, ending), MaxName-len([]rune(ending))) + ending
}

// subjectOf is the subject of a message within the message.
func subjectOf(raw []byte) string {
	if len(raw) > MaxHeader {
		raw = raw[:MaxHeader]
	}
	inner := &Message{}
	inner.header = plainTree(inner, raw).Header
	return inner.Header("Subject")
}
