package ticket

import (
	"encoding/json"
	"net/http"
	"strconv"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/page"
)

// uploaded is what script is told of a file that it sent.
type uploaded struct {
	Token string `json:"token"`
	Name  string `json:"name"`
	Size  string `json:"size"`
	URL   string `json:"url"`
	Image bool   `json:"image"`
}

// upload takes one file as the body; the query tells its name.
func upload(c *page.Call) error {
	name := cleanName(c.R.URL.Query().Get("filename"))
	if name == "" {
		return desk.InvalidField("filename", "BlankValue", "The file has no name. Give it one and send it again.")
	}
	body := http.MaxBytesReader(c.W, c.R.Body, maxFile+1)
	defer body.Close()
	token, a, err := keep(c, body, name, c.R.Header.Get("Content-Type"))
	if err != nil {
		return err
	}
	return answerJSON(c, http.StatusCreated, uploaded{Token: token, Name: a.FileName, Size: sizeWords(a.Size), URL: fileURL(&a), Image: isImage(&a)})
}

// dropUpload forgets a file that was taken off again.
func dropUpload(c *page.Call) error {
	err := c.Write(func(tx *store.Tx) error { return tx.DeleteUpload(c.Ctx(), c.R.PathValue("token"), c.User.ID) })
	if err != nil && desk.KindOf(err) != desk.NotFound {
		return err
	}
	c.W.WriteHeader(http.StatusNoContent)
	return nil
}

func answerJSON(c *page.Call, status int, v any) error {
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

// sizeWords is a size as people say it.
func sizeWords(n int64) string {
	switch {
	case n < 1000:
		return strconv.FormatInt(n, 10) + " B"
	case n < 999_500:
		return strconv.FormatInt((n+500)/1000, 10) + " kB"
	}
	return strconv.FormatFloat(float64(n)/1e6, 'f', 1, 64) + " MB"
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
