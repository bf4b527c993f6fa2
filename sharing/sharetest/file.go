package sharetest

import (
	"net/http"
	"net/url"

	"interdesk/sharing/wire"
)

// file is an attachment that the partner serves.
type file struct {
	contentType string
	content     []byte
	fetched     int
}

// AddFile serves a file and returns the attachment that names it.
func (p *Partner) AddFile(name, contentType string, content []byte) wire.Attachment {
	p.mu.Lock()
	defer p.mu.Unlock()
	path := "/att/" + p.mintLocked("attachments") + "/" + name
	p.files[path] = &file{contentType: contentType, content: content}
	address := p.origin() + (&url.URL{Path: path}).EscapedPath()
	return wire.Attachment{URL: address, Filename: name, ContentType: wire.Some(contentType), DisplayFilename: wire.Some(name)}
}

// Fetched returns how often a file was fetched.
func (p *Partner) Fetched(attachment wire.Attachment) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, err := url.Parse(attachment.URL)
	if err != nil || p.files[u.Path] == nil {
		return 0
	}
	return p.files[u.Path].fetched
}

func (p *Partner) serveFile(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	found := p.files[r.URL.Path]
	if found != nil {
		found.fetched++
	}
	p.mu.Unlock()
	if found == nil || r.Method != http.MethodGet {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", found.contentType)
	_, _ = w.Write(found.content)
}
