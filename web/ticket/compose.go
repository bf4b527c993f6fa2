package ticket

import (
	"crypto/rand"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/page"
)

// Writing is what stands in a composer.
type Writing struct {
	Form     string // id of the form element
	Ticket   desk.TicketID
	Private  bool   // an internal note is being written
	Body     string // plain text; what there is without script
	HTML     string // what the rich editor wrote; empty without script
	Files    []desk.Attachment
	Tokens   []string // of the uploads that hold the files, one each
	Macros   []desk.MacroID
	Share    []desk.AgreementID // to share with when this is submitted
	Status   desk.Status        // that the main button submits as; "" as it is
	Now      desk.Status        // the ticket's
	Audience []string           // partners who read public replies
	Notes    []string           // partners who read internal notes too
	Draft    string             // name of what the browser keeps across reload; "" for nothing
	Kept     bool               // the words come back with an answer, so that they go before a kept draft
}

const (
	maxFile   = desk.MaxUpload
	maxForm   = 4 * desk.MaxUpload
	inMemory  = 1 << 20
	uploadFor = 3 * 24 * time.Hour
)

// parse reads a form with files, bounded.
func parse(c *page.Call) error {
	c.R.Body = http.MaxBytesReader(c.W, c.R.Body, maxForm)
	err := c.R.ParseMultipartForm(inMemory)
	if errors.Is(err, http.ErrNotMultipart) {
		return nil
	}
	if large := new(http.MaxBytesError); errors.As(err, &large) {
		return desk.Errorf(desk.TooLarge, "The files are too large: 200 MB at once at most, 50 MB each. Send the larger ones by a link.")
	}
	if err != nil {
		return desk.Errorf(desk.Invalid, "The form arrived incomplete. Send it again. %w", err)
	}
	return nil
}

// ReadWriting reads what was written in a composer. Files that came with the form are stored as uploads of their own, so
// that they are not lost when the form has to be shown again.
func ReadWriting(c *page.Call) (Writing, error) {
	if err := parse(c); err != nil {
		return Writing{}, err
	}
	w := Writing{Form: "ticket-form", Private: c.Value("public") == "false", Body: strings.ReplaceAll(c.R.FormValue("comment"), "\r\n", "\n"),
		HTML: c.R.FormValue("html"), Kept: true}
	for _, token := range c.R.Form["upload"] {
		if token != "" && len(w.Tokens) < desk.MaxAttachments {
			w.Tokens = append(w.Tokens, token)
		}
	}
	for _, id := range c.R.Form["macro"] {
		if m := *one[desk.MacroID](id); m != 0 {
			w.Macros = append(w.Macros, m)
		}
	}
	for _, id := range c.R.Form["share"] {
		if a := *one[desk.AgreementID](id); a != 0 && !slices.Contains(w.Share, a) {
			w.Share = append(w.Share, a)
		}
	}
	if c.R.MultipartForm != nil {
		for _, h := range c.R.MultipartForm.File["file"] {
			token, err := keepPart(c, h)
			if err != nil {
				return w, err
			}
			if token != "" {
				w.Tokens = append(w.Tokens, token)
			}
		}
	}
	return w, nil
}

// Empty tells whether nothing was said.
func (w *Writing) Empty() bool {
	return strings.TrimSpace(w.Body) == "" && blank(w.HTML) && len(w.Tokens) == 0
}

// blank tells whether the editor's HTML shows nothing.
func blank(markup string) bool {
	return markup == "" || strings.TrimSpace(strings.NewReplacer("<p>", "", "</p>", "", "<br>", "").Replace(markup)) == ""
}

// Comment is what was written, as the write path wants it; nil for nothing.
func (w *Writing) Comment() *desk.NewComment {
	if w.Empty() {
		return nil
	}
	public := !w.Private
	n := &desk.NewComment{Public: &public, Uploads: w.Tokens}
	if blank(w.HTML) {
		n.Body = strings.TrimSpace(w.Body)
	} else {
		n.HTML = w.HTML
	}
	return n
}

// learnFiles reads the files that wait in the uploads; those that expired are forgotten.
func (w *Writing) learnFiles(c *page.Call, tx *store.Tx) error {
	var tokens []string
	w.Files = nil
	for _, token := range w.Tokens {
		up, err := tx.Upload(c.Ctx(), token)
		if desk.KindOf(err) == desk.NotFound || err == nil && (up.User != c.User.ID || len(up.Attachments) == 0) {
			continue
		}
		if err != nil {
			return err
		}
		tokens, w.Files = append(tokens, token), append(w.Files, up.Attachments[0])
	}
	w.Tokens = tokens
	return nil
}

func keepPart(c *page.Call, h *multipart.FileHeader) (token string, err error) {
	name := cleanName(h.Filename)
	if name == "" || h.Size == 0 {
		return "", nil
	}
	f, err := h.Open()
	if err != nil {
		return "", err
	}
	defer f.Close()
	token, _, err = keep(c, f, name, h.Header.Get("Content-Type"))
	return token, err
}

// keep stores a file in an upload of its own. The bytes are stored before the transaction: an upload that fails leaves at
// most a content that nothing shows.
func keep(c *page.Call, from io.Reader, name, contentType string) (token string, a desk.Attachment, err error) {
	sum, size, err := c.Files.Put(c.Ctx(), from, maxFile)
	if err != nil {
		return "", a, err
	}
	a = desk.Attachment{FileName: name, ContentType: typeOf(name, contentType), Size: size, Blob: sum, Token: rand.Text(), CreatedAt: c.Clock().UTC()}
	token = rand.Text()
	err = c.Write(func(tx *store.Tx) error {
		a.ID = desk.AttachmentID(tx.NewID())
		return tx.AddToUpload(c.Ctx(), token, &a, c.User.ID, c.Clock().Add(uploadFor))
	})
	return token, a, err
}

// typeOf is what a browser says a file is, or what its name says.
func typeOf(name, said string) string {
	if kind, _, err := mime.ParseMediaType(said); err == nil && kind != "application/octet-stream" {
		return kind
	}
	if kind, _, err := mime.ParseMediaType(mime.TypeByExtension(path.Ext(name))); err == nil {
		return kind
	}
	return "application/octet-stream"
}

const maxFileName = 255

// cleanName keeps the last part of a path, without what a header would stumble over.
func cleanName(s string) string {
	s = path.Base(strings.ReplaceAll(strings.ToValidUTF8(s, ""), `\`, "/"))
	s = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '"' || r == '/' {
			return -1
		}
		return r
	}, s))
	for len(s) > maxFileName {
		_, n := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-n]
	}
	if s == "." || s == ".." {
		return ""
	}
	return s
}

// fileURL is where a file is downloaded.
func fileURL(a *desk.Attachment) string {
	return "/attachments/token/" + a.Token + "/?name=" + url.QueryEscape(a.FileName)
}
