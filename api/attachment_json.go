package api

import "interdesk/desk"

// attachmentJSON is a file on a comment or in an upload.
type attachmentJSON struct {
	URL             string            `json:"url"`
	ID              desk.AttachmentID `json:"id"`
	FileName        string            `json:"file_name"`
	ContentURL      string            `json:"content_url"`
	MappedURL       string            `json:"mapped_content_url"`
	ContentType     string            `json:"content_type"`
	Size            int64             `json:"size"`
	Width           *int              `json:"width"`
	Height          *int              `json:"height"`
	Inline          bool              `json:"inline"`
	Deleted         bool              `json:"deleted"`
	MalwareOverride bool              `json:"malware_access_override"`
	MalwareResult   string            `json:"malware_scan_result"`
	Thumbnails      []struct{}        `json:"thumbnails"`
}

func (c *call) attachmentOf(a desk.Attachment) attachmentJSON {
	content := c.base + c.Uploads.Link(c.account, a, c.user.ID, 0)
	return attachmentJSON{URL: c.url("attachments", int64(a.ID)), ID: a.ID, FileName: a.FileName, ContentURL: content,
		MappedURL: content, ContentType: a.ContentType, Size: a.Size, Inline: a.Inline, MalwareResult: "not_scanned",
		Thumbnails: []struct{}{}}
}

func (c *call) attachmentsOf(list []desk.Attachment) []attachmentJSON {
	out := make([]attachmentJSON, len(list))
	for i, a := range list {
		out[i] = c.attachmentOf(a)
	}
	return out
}
