package ticket

import (
	"encoding/json"
	"net/http"

	"interdesk/desk"
	"interdesk/upload"
	"interdesk/web/ui"
)

// uploadedFile is what script is told of a file that it sent.
type uploadedFile struct {
	Token string `json:"token"`
	Name  string `json:"name"`
	Size  string `json:"size"`
	URL   string `json:"url"`
	Image bool   `json:"image"`
}

// uploadFile takes one file as the body; the query tells its name. Each file waits in an upload of its own, so that it can be
// taken off by itself.
func uploadFile(c *ui.Call) error {
	body := http.MaxBytesReader(c.W, c.R.Body, desk.MaxUpload+1)
	defer body.Close()
	up, a, err := c.Uploads.Take(c.Ctx(), c.Account.ID, "", c.User.ID, upload.File{Name: c.R.URL.Query().Get("filename"),
		ContentType: c.R.Header.Get("Content-Type"), Content: body})
	if err != nil {
		return err
	}
	return answerJSON(c, http.StatusCreated, uploadedFile{Token: up.Token, Name: a.FileName, Size: ui.FileSize(c.Ctx(), a.Size), URL: ui.FileURL(a), Image: isImage(&a)})
}

// dropUpload forgets a file that was taken off again.
func dropUpload(c *ui.Call) error {
	err := c.Uploads.Delete(c.Ctx(), c.Account.ID, c.R.PathValue("token"), c.User.ID)
	if err != nil && desk.KindOf(err) != desk.NotFound {
		return err
	}
	c.W.WriteHeader(http.StatusNoContent)
	return nil
}

func answerJSON(c *ui.Call, status int, v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return err
	}
	c.W.Header().Set("Content-Type", "application/json")
	c.W.Header().Set("Cache-Control", "no-store")
	c.W.WriteHeader(status)
	_, err = c.W.Write(raw)
	return err
}

// maxPreview is the largest picture that a page loads by itself, in bytes.
const maxPreview = 10 << 20

// isImage tells whether a picture of the file may stand in the page.
func isImage(a *desk.Attachment) bool {
	switch a.ContentType {
	case "image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp":
		return a.Size <= maxPreview
	}
	return false
}
