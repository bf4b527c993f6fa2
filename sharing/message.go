package sharing

import (
	"net/url"
	"path"
	"slices"

	"interdesk/sharing/wire"
)

// The kinds of message, as a Delivery names them.
const (
	KindInvite    = "invite"
	KindAgreement = "agreement"
	KindShare     = "share"
	KindUpdate    = "update"
	KindUnshare   = "unshare"
	KindEnd       = "end" // sends nothing: what stands before it in a share's lane is what was owed
)

// Redacted is a message for the timeline: links to files are capabilities and are cut (nhd §16 row 1).
func Redacted(m wire.Ticket) string {
	comments := slices.Clone(m.Comments.Value)
	for n := range comments {
		files := slices.Clone(comments[n].Attachments.Value)
		for k := range files {
			u, err := url.Parse(files[k].URL)
			if err != nil || files[k].URL == "" {
				files[k].URL = "…"
				continue
			}
			files[k].URL = u.Scheme + "://" + u.Host + "/…/" + path.Base(u.Path)
		}
		comments[n].Attachments.Value = files
	}
	m.Comments.Value = comments
	body, err := wire.EncodeTicket(m)
	if err != nil {
		return ""
	}
	return string(body)
}
