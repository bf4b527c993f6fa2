package api

import (
	"mime"
	"net/http"
	"net/url"
	"strings"

	"interdesk/access"
	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/store"
	"interdesk/upload"
)

func uploadRoutes() []route {
	return []route{
		{"POST", "/uploads", endUsers, (*call).createUpload},
		{"DELETE", "/uploads/{token}", endUsers, (*call).deleteUpload},
		{"GET", "/attachments/{id}", endUsers, (*call).showAttachment},
		{"GET", upload.ContentPath + "{token}/", anyone, (*call).attachmentContent},
		{"GET", upload.ContentPath + "{token}", anyone, (*call).attachmentContent},
	}
}

// uploadJSON is a set of files that wait for a comment; attachment is the one that came with this request.
type uploadJSON struct {
	Token       string           `json:"token"`
	ExpiresAt   string           `json:"expires_at"`
	Attachment  attachmentJSON   `json:"attachment"`
	Attachments []attachmentJSON `json:"attachments"`
}

// createUpload takes one file, as the bare body or as a form's part, into a new upload or the one that token names.
func (c *call) createUpload() error {
	file, err := c.incomingFile()
	if err != nil {
		return err
	}
	up, a, err := c.Uploads.Take(c.ctx(), c.account, c.query.Get("token"), c.user.ID, file)
	if err != nil {
		return err
	}
	shown := uploadJSON{Token: up.Token, ExpiresAt: formatTime(up.ExpiresAt), Attachment: c.attachmentOf(a), Attachments: c.attachmentsOf(up.Attachments)}
	return c.created(c.url("uploads", up.Token), objectOf("upload", shown))
}

func (c *call) incomingFile() (upload.File, error) {
	kind, params, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	in := upload.File{Name: c.query.Get("filename"), ContentType: kind, Inline: c.queryFlag("inline"),
		Content: http.MaxBytesReader(c.w, c.r.Body, desk.MaxUpload+1)}
	if kind == "multipart/form-data" && err == nil {
		return c.filePart(in, params["boundary"])
	}
	if err != nil || sayNothing(kind) {
		in.ContentType = ""
	}
	return in, nil
}

// sayNothing are the types that clients send for whatever file: by habit, or because their library adds one.
func sayNothing(kind string) bool {
	switch kind {
	case "application/binary", "application/octet-stream", "application/json", "application/x-www-form-urlencoded":
		return true
	}
	return false
}

// filePart finds the file among the parts of a form.
func (c *call) filePart(in upload.File, boundary string) (upload.File, error) {
	if boundary == "" {
		return in, httpkit.BadRequest("BadRequest", "The form has no boundary")
	}
	form, err := c.r.MultipartReader()
	if err != nil {
		return in, httpkit.BadRequest("BadRequest", "The form cannot be read")
	}
	for {
		p, err := form.NextPart()
		if err != nil {
			return in, httpkit.BadRequest("BadRequest", "The form has no file")
		}
		if p.FileName() == "" {
			continue
		}
		in.Content, in.ContentType = p, p.Header.Get("Content-Type")
		if in.Name == "" {
			in.Name = p.FileName()
		}
		return in, nil
	}
}

func (c *call) deleteUpload() error {
	if err := c.Uploads.Delete(c.ctx(), c.account, c.r.PathValue("token"), c.user.ID); err != nil {
		return err
	}
	return c.noContent()
}

func (c *call) showAttachment() error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.readOK(func(tx *store.Tx) (object, error) {
		f, err := tx.Attachment(c.ctx(), desk.AttachmentID(id))
		if err != nil {
			return nil, err
		}
		if err := c.maySeeFile(tx, &f, c.user); err != nil {
			return nil, err
		}
		return objectOf("attachment", c.attachmentOf(f.Attachment)), nil
	})
}

// maySeeFile: whoever may see a comment may see its files, and whoever brought a file sees it until it is on one.
func (c *call) maySeeFile(tx *store.Tx, f *store.File, who desk.User) error {
	if f.Comment == 0 {
		if f.User == who.ID || who.Role.Staff() {
			return nil
		}
		return desk.Missing()
	}
	t, err := tx.Ticket(c.ctx(), f.Ticket)
	if err != nil || who.Role.Staff() {
		return err
	}
	m, err := tx.Comment(c.ctx(), f.Ticket, f.Comment)
	if err != nil {
		return err
	}
	viewer, err := access.ViewerIn(c.ctx(), tx, who)
	if err == nil && !(access.CanSeeTicket(viewer, &t) && access.CanSeeComment(viewer, &m)) {
		err = desk.Missing()
	}
	return err
}

// fileViewer is who asks for a file: by credentials, by a signed link, as mail readers and programs have it, or by the
// session of a browser. It is nobody for none of these.
func (c *call) fileViewer() (u desk.User, err error) {
	if c.user.ID != 0 {
		return c.user, nil
	}
	if id, ok := c.Uploads.LinkedAs(c.account, c.r.PathValue("token"), c.query); ok {
		err = c.readTx(func(tx *store.Tx) (err error) {
			u, err = tx.User(c.ctx(), id)
			return err
		})
		if err == nil && (!u.Active || u.Suspended) {
			err = desk.Missing()
		}
		return u, err
	}
	secret := access.SessionSecret(c.r, httpkit.About(c.r).Scheme == "https")
	if secret == "" {
		return desk.User{}, nil
	}
	_, u, err = c.Access.Session(c.ctx(), c.account, secret)
	if desk.KindOf(err) == desk.Unauthenticated {
		return desk.User{}, nil
	}
	return u, err
}

// attachmentContent serves the bytes to whoever may see the file now. It is always a download: what somebody uploaded must
// not run as a page of this desk.
func (c *call) attachmentContent() error {
	who, err := c.fileViewer()
	if err != nil {
		return err
	}
	var f store.File
	err = c.readTx(func(tx *store.Tx) (err error) {
		if f, err = tx.AttachmentByToken(c.ctx(), c.r.PathValue("token")); err != nil {
			return err
		}
		return c.maySeeFile(tx, &f, who)
	})
	if desk.KindOf(err) == desk.NotFound && who.ID == 0 {
		return c.askToSignIn()
	}
	if err != nil {
		return err
	}
	return c.serveFile(f.Attachment)
}

// serveFile serves bytes as a download.
func (c *call) serveFile(f desk.Attachment) error {
	content, err := c.Uploads.Open(c.ctx(), f)
	if err != nil {
		return err
	}
	defer content.Close()
	h := c.w.Header()
	h.Set("Content-Type", f.ContentType)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.FileName}))
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "private, max-age=86400")
	h.Set("ETag", `"`+f.Blob+`"`)
	http.ServeContent(c.w, c.r, "", f.CreatedAt, content)
	return nil
}

// askToSignIn answers nobody in particular the same, whether there is such a file or not: browsers with the way to sign in.
func (c *call) askToSignIn() error {
	if !strings.Contains(c.r.Header.Get("Accept"), "text/html") {
		return desk.Errorf(desk.Unauthenticated, "Couldn't authenticate you")
	}
	http.Redirect(c.w, c.r, "/signin?next="+url.QueryEscape(c.r.URL.RequestURI()), http.StatusFound)
	return nil
}
