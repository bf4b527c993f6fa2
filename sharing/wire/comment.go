package wire

import (
	"fmt"
	"net/url"
	"path"
)

// Comment is one entry of a ticket's conversation (nhd §5.3). Its uuid is the key against repeats: a repeat never edits.
type Comment struct {
	UUID         string            `json:"uuid"`
	Author       Actor             `json:"author"`
	Body         string            `json:"body"`               // plain text
	HTMLBody     Opt[string]       `json:"html_body,omitzero"` // untrusted: sanitise before showing
	AuthoredAt   Date              `json:"authored_at"`
	Public       Opt[bool]         `json:"public,omitzero"` // as stated; CommentIsPublic decides. A value that is no bool reads as null
	Attachments  Opt[[]Attachment] `json:"attachments,omitzero"`
	CustomFields Opt[Fields]       `json:"custom_fields,omitzero"` // kept, not interpreted
}

// Attachment is a file of a comment, by its address (nhd §5.4). All of it is untrusted; a file that cannot be had never fails the message
// (nhd §10), so nothing is refused here but a wrong type.
type Attachment struct {
	URL             string      `json:"url"`
	Filename        string      `json:"filename"` // never empty after decoding; still to be cleaned by CleanFilename
	ContentType     Opt[string] `json:"content_type,omitzero"`
	DisplayFilename Opt[string] `json:"display_filename,omitzero"`
}

func (r reader) comment() Comment {
	return Comment{
		UUID:         need(r, "uuid", r.uuid("uuid")),
		Author:       need(r, "author", r.actor("author")),
		Body:         need(r, "body", r.text("body", maxCommentText)),
		HTMLBody:     r.text("html_body", maxCommentText),
		AuthoredAt:   need(r, "authored_at", r.date("authored_at")),
		Public:       r.publicFlag("public"),
		Attachments:  r.attachments("attachments"),
		CustomFields: r.fields("custom_fields"),
	}
}

// publicFlag reads anything that is no bool as null, which is the private side (nhd §5.3).
func (r reader) publicFlag(name string) Opt[bool] {
	value, there := r.members[name]
	if !there {
		return Opt[bool]{}
	}
	if public, ok := value.(bool); ok {
		return Some(public)
	}
	return NullOf[bool]()
}

func (r reader) attachments(name string) Opt[[]Attachment] {
	items := r.array(name, MaxAttachments)
	if !items.IsSet() {
		return Opt[[]Attachment]{State: items.State}
	}
	r.budget.attachments += len(items.Value)
	if r.budget.attachments > MaxAttachments {
		r.refuse(name, "bring more than %d files in one message", MaxAttachments)
	}
	files := make([]Attachment, 0, len(items.Value))
	for i, item := range items.Value {
		entry := fmt.Sprintf("%s[%d]", name, i)
		members, ok := item.(map[string]any)
		if !ok {
			r.refuse(entry, "must be an object")
			break
		}
		files = append(files, r.child(entry, members).attachment())
	}
	return Some(files)
}

func (r reader) attachment() Attachment {
	file := Attachment{
		URL:             r.text("url", maxURL).Value,
		Filename:        r.text("filename", maxName).Value,
		ContentType:     r.text("content_type", maxWord),
		DisplayFilename: r.text("display_filename", maxName),
	}
	if file.Filename == "" {
		file.Filename = nameInURL(file.URL)
	}
	return file
}

func nameInURL(address string) string {
	if u, err := url.Parse(address); err == nil {
		if name := path.Base(u.Path); name != "." && name != "/" {
			return name
		}
	}
	return "attachment"
}

// Side is a role in an agreement (nhd §1).
type Side string

// The two roles. "Who is speaking" follows from our own role, never from the token (nhd §7).
const (
	Sender   Side = "sender"
	Receiver Side = "receiver"
)

// Other returns the partner's role.
func (s Side) Other() Side {
	if s == Sender {
		return Receiver
	}
	return Sender
}

// CommentIsPublic decides whether a comment that came in is public here (nhd §5.3, §9). We are the side ours of an agreement that
// allows public comments or not.
func CommentIsPublic(stated Opt[bool], allowsPublic bool, ours Side) bool {
	// nhd §9: without the permission, what the receiver writes is private at the sender, whatever the flag says.
	if ours == Sender && !allowsPublic {
		return false
	}
	switch stated.State {
	case Set:
		return stated.Value
	case Absent:
		return allowsPublic
	default:
		return false
	}
}
