package ui

import (
	"io"
	"mime"
	"net/http"
)

// ServeSource answers with the source of a message as a file: what somebody sent must not run as a page of this desk.
func (c *Call) ServeSource(blob, name string) error {
	source, err := c.Mail.Source(c.Ctx(), blob)
	if err != nil {
		return err
	}
	defer source.Close()
	h := c.W.Header()
	h.Set("Content-Type", "message/rfc822")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	c.W.WriteHeader(http.StatusOK)
	_, err = io.Copy(c.W, source)
	return err
}
