package message

import (
	"strings"

	"github.com/jhillyerd/enmime/v2"
)

// report is what the machine's parts of a multipart/report say (RFC 6522).
type report struct {
	status   []byte // message/delivery-status
	original []byte // the message that came back, or its header
	kind     string // the type of the part that says what happened
}

// isReport takes the machine's part of a report away from what people read. The returned message stays a file besides.
func (w *walker) isReport(p *enmime.Part) bool {
	switch p.ContentType {
	case "message/delivery-status", "message/global-delivery-status":
		w.ensureReport().status = append(w.ensureReport().status, append(p.Content, '\n', '\n')...)
	case "message/disposition-notification", "message/feedback-report":
	case "text/rfc822-headers", "message/rfc822", "message/rfc822-headers", "message/global", "message/global-headers":
		if inReport(p) {
			w.ensureReport().original = p.Content
		}
		return false
	default:
		return false
	}
	w.ensureReport().kind = p.ContentType
	return true
}

func (w *walker) ensureReport() *report {
	if w.report == nil {
		w.report = &report{}
	}
	return w.report
}

func inReport(p *enmime.Part) bool {
	for q := p.Parent; q != nil; q = q.Parent {
		if strings.EqualFold(q.ContentType, "multipart/report") {
			return true
		}
	}
	return false
}
