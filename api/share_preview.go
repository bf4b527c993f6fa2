package api

import (
	"strconv"

	"interdesk/desk"
	"interdesk/sharing/outbound"
)

// previewJSON is what a partner would get.
type previewJSON struct {
	AgreementID desk.AgreementID     `json:"agreement_id"`
	Subject     string               `json:"subject"`
	Status      string               `json:"status"`
	Tags        []string             `json:"tags"`
	Fields      map[string]any       `json:"custom_fields"` // by title
	Comments    []previewCommentJSON `json:"comments"`
	Kept        int                  `json:"comments_kept"`
	Files       int                  `json:"files"`
	Redacted    []string             `json:"redacted"` // what is done so that it may leave, in words
	NeedsReview bool                 `json:"needs_review"`
}

type previewCommentJSON struct {
	Author string   `json:"author"`
	Body   string   `json:"body"`
	Public bool     `json:"public"`
	Files  []string `json:"files"`
}

// previewShare shows what sharing the ticket under an agreement would send, before anything leaves.
func (c *call) previewShare() error {
	id, err := c.ticketID()
	if err != nil {
		return err
	}
	agreement, err := strconv.ParseInt(c.query.Get("agreement_id"), 10, 64)
	if err != nil {
		return blankError("agreement_id")
	}
	cfg, err := c.config()
	if err != nil {
		return err
	}
	p, err := c.Outbox.Preview(c.ctx(), c.account, c.actor(cfg), id, desk.AgreementID(agreement))
	if err != nil {
		return err
	}
	return c.ok(objectOf("preview", previewOf(desk.AgreementID(agreement), &p)))
}

func previewOf(agreement desk.AgreementID, p *outbound.Preview) previewJSON {
	out := previewJSON{AgreementID: agreement, Subject: p.Subject, Status: p.Status, Tags: nonNil(p.Tags), Fields: p.Fields,
		Comments: []previewCommentJSON{}, Kept: p.Kept, Files: p.Files,
		Redacted: nonNil(p.Redacted), NeedsReview: p.Held}
	if out.Fields == nil {
		out.Fields = map[string]any{}
	}
	for _, m := range p.Comments {
		out.Comments = append(out.Comments, previewCommentJSON{m.Author, m.Body, m.Public, nonNil(m.Files)})
	}
	return out
}
