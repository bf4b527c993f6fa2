package ui

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"

	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/store"
	"interdesk/upload"
)

// FormLimits bound a form that carries files.
type FormLimits struct {
	Files int   // in the form and its upload together
	Total int64 // bytes of what one sending of the form brings
}

// maxFormText is how many bytes a form's texts may have together.
const maxFormText = 1 << 20

// UploadInput is the name of the input that carries the token of files sent earlier.
const UploadInput = "upload"

// ReadForm reads a form that may carry files (multipart/form-data) as a stream, so that no more than one block of it is
// ever in memory: texts become what Value reads, files go to where attachments lie and wait there in an upload of the
// caller's, which the input UploadInput may name and then goes on. An upload without files is empty, with no token. What
// is wrong with a file is told in faults under "files", and the others are kept.
func (c *Call) ReadForm(limits FormLimits) (up desk.Upload, faults Faults, err error) {
	f := &formReader{Call: c, limits: limits, values: url.Values{}, faults: Faults{}}
	if kind, _, _ := mime.ParseMediaType(c.R.Header.Get("Content-Type")); kind == "multipart/form-data" {
		c.R.Body = http.MaxBytesReader(c.W, c.R.Body, limits.Total+2*maxFormText)
		if err := f.read(); err != nil {
			return up, nil, err
		}
		c.R.PostForm, c.R.Form = f.values, url.Values{}
		for _, from := range [...]url.Values{f.values, c.R.URL.Query()} {
			for name, values := range from {
				c.R.Form[name] = append(c.R.Form[name], values...)
			}
		}
	}
	up, err = f.attachTo(c.Value(UploadInput))
	return up, f.faults, err
}

// formReader takes a form in.
type formReader struct {
	*Call
	limits FormLimits
	values url.Values
	text   int64
	files  []desk.Attachment
	faults Faults
}

func (f *formReader) read() error {
	form, err := f.R.MultipartReader()
	if err != nil {
		return unreadableForm(err)
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = f.readPart(part)
		}
		if _, tooMuch := errors.AsType[*http.MaxBytesError](err); tooMuch {
			f.addFault(f.T("files.total", Megabytes(f.limits.Total)))
			return nil
		}
		if err != nil && (part == nil || errors.Is(err, io.ErrUnexpectedEOF)) {
			return unreadableForm(err)
		}
		if err != nil {
			return err
		}
	}
}

func unreadableForm(err error) error {
	return &httpkit.Failure{Status: http.StatusBadRequest, Code: "BadRequest", Message: "The form did not arrive whole. Send it again.", Err: err}
}

func (f *formReader) addFault(words string) { f.faults["files"] = append(f.faults["files"], words) }

func (f *formReader) readPart(part *multipart.Part) error {
	name := upload.CleanName(part.FileName())
	switch {
	case part.FormName() == "":
		return nil
	case part.FileName() == "" && part.Header.Get("Content-Type") == "":
		return f.readField(part)
	case name == "":
		return nil // an input in which no file was chosen
	case len(f.files) >= f.limits.Files:
		f.faults["files"] = []string{f.T("files.many", f.limits.Files)}
		return nil
	}
	return f.readFile(name, part)
}

func (f *formReader) readField(part *multipart.Part) error {
	raw, err := io.ReadAll(io.LimitReader(part, maxFormText-f.text+1))
	if err != nil {
		return err
	}
	if f.text += int64(len(raw)); f.text > maxFormText {
		return desk.Errorf(desk.TooLarge, "The texts of this form are too long together. Shorten them, or send them as a file.")
	}
	f.values.Add(part.FormName(), string(raw))
	return nil
}

func (f *formReader) readFile(name string, part *multipart.Part) error {
	a, err := f.Uploads.Receive(f.Ctx(), upload.File{Name: name, ContentType: part.Header.Get("Content-Type"), Content: part})
	if err != nil && desk.KindOf(err) == desk.TooLarge {
		f.addFault(f.T("files.large", name, Megabytes(desk.MaxUpload)))
		return nil
	}
	if err != nil {
		return err
	}
	f.files = append(f.files, a)
	return nil
}

// attachTo notes the files in the upload. What the input names and is gone, or somebody else's, begins anew.
func (f *formReader) attachTo(token string) (up desk.Upload, err error) {
	if token == "" && len(f.files) == 0 {
		return up, nil
	}
	err = f.Write(func(tx *store.Tx) error {
		up, err = tx.Upload(f.Ctx(), token)
		if desk.KindOf(err) == desk.NotFound && err != nil || up.User != f.User.ID {
			up, err = desk.Upload{}, nil
		}
		if err != nil || len(f.files) == 0 {
			return err
		}
		if up.Token == "" {
			up = desk.Upload{Token: upload.NewToken(), User: f.User.ID}
		}
		for i := range f.files {
			if len(up.Attachments) >= f.limits.Files {
				f.faults["files"] = []string{f.T("files.many", f.limits.Files)}
				break
			}
			if err := f.Uploads.Add(f.Ctx(), tx, up.Token, &f.files[i], f.User.ID); err != nil {
				return err
			}
			up.Attachments = append(up.Attachments, f.files[i])
		}
		return nil
	})
	return up, err
}

// Megabytes is a number of bytes in whole megabytes.
func Megabytes(bytes int64) int64 { return bytes >> 20 }
