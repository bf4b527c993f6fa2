package api_test

import (
	"fmt"
	"strings"
	"testing"

	"interdesk/api/apitest"
)

func TestRedaction(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		up := d.Agent.Post("uploads?filename=card.png", []byte("picture"), 201)
		token, file := up.Text("upload.token"), up.Text("upload.attachment.content_url")
		id := ticket(d.Agent, object{"comment": object{"html_body": "<p>Card 4111 <b>2222</b> of <a href=\"https://example.com/x\">Ana</a></p>", "uploads": array{token}}})
		comments := d.Agent.Get(fmt.Sprintf("tickets/%d/comments", id), 200)
		comment, attachment := comments.ID("comments.0.id"), comments.ID("comments.0.attachments.0.id")
		at := fmt.Sprintf("tickets/%d/comments/%d", id, comment)
		for body, want := range map[string]int{`{"text":"not there"}`: 422, `{"text":""}`: 422, `{}`: 422, `{"text":"4111"}`: 200} {
			d.Agent.Put(at+"/redact", body, want)
		}
		d.EndUser.Put(at+"/redact", object{"text": "Ana"}, 403)
		d.Agent.Put(fmt.Sprintf("tickets/%d/comments/%d/redact", id, comment+1), object{"text": "Ana"}, 404)
		now := d.Agent.Put(fmt.Sprintf("comment_redactions/%d", comment), object{"ticket_id": id,
			"html_body": `<p>Card ▇▇▇▇ <b><redact>2222</redact></b> of <a href="https://example.com/x" redact>Ana</a></p>`}, 200)
		if body := now.Text("comment.html_body"); strings.Contains(body, "2222") || strings.Contains(body, "example.com") || !strings.Contains(body, "▇▇▇▇") || !strings.Contains(body, "Ana") {
			t.Errorf("%s", now.Body)
		}
		// What runs over several elements leaves the plain text.
		second := d.Agent.Put(fmt.Sprintf("tickets/%d", id), object{"ticket": object{"comment": object{"html_body": "<p>IBAN DE<b>12</b>34</p>"}}}, 200)
		if second.Text("ticket.description") != "Card ▇▇▇▇ ▇▇▇▇ of Ana" {
			t.Errorf("%q", second.Text("ticket.description"))
		}
		last := d.Agent.Get(fmt.Sprintf("tickets/%d/comments?sort_order=desc", id), 200)
		d.Agent.Put(fmt.Sprintf("tickets/%d/comments/%d/redact", id, last.ID("comments.0.id")), object{"text": "DE1234"}, 200)
		gone := d.Agent.Put(fmt.Sprintf("%s/attachments/%d/redact", at, attachment), nil, 200)
		if gone.Text("attachment.file_name") != "redacted.txt" || gone.At("attachment.deleted") != true {
			t.Errorf("%s", gone.Body)
		}
		d.Agent.Put(fmt.Sprintf("%s/attachments/%d/redact", at, attachment), nil, 404)
		d.Agent.Get(file, 404)
		all := string(d.Agent.Get(fmt.Sprintf("tickets/%d/comments", id), 200).Body) + string(d.Agent.Get(fmt.Sprintf("tickets/%d/audits", id), 200).Body)
		for _, secret := range []string{"4111", "2222", "DE1234", "DE<b>", "example.com/x"} {
			if strings.Contains(all, secret) {
				t.Errorf("%s is still said: %s", secret, all)
			}
		}
		if !strings.Contains(all, `"type":"CommentRedactionEvent"`) || !strings.Contains(all, `"type":"AttachmentRedactionEvent"`) {
			t.Errorf("%s", all)
		}
	})
}
