package api_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"strings"
	"testing"

	"interdesk/api/apitest"
	"interdesk/desk"
)

func TestUploadLife(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		first := d.Agent.Post("uploads.json?filename=..%2Fsensor%22.png", []byte("\x89PNG..."), 201)
		token := first.Text("upload.token")
		if first.Text("upload.attachment.file_name") != "sensor.png" || first.Text("upload.attachment.content_type") != "image/png" {
			t.Errorf("%s", first.Body)
		}
		second := d.Agent.Post("uploads?filename=b.txt&token="+token, []byte("words"), 201)
		if n := len(second.List("upload.attachments")); n != 2 || second.Text("upload.attachment.file_name") != "b.txt" {
			t.Errorf("%s", second.Body)
		}
		d.EndUser.Post("uploads?filename=c.txt&token="+token, []byte("x"), 422)
		id := ticket(d.Agent, object{"comment": object{"body": "see", "uploads": token}})
		comment := d.Agent.Get(fmt.Sprintf("tickets/%d/comments", id), 200)
		if n := len(comment.List("comments.0.attachments")); n != 2 {
			t.Errorf("%s", comment.Body)
		}
		content := d.Nobody.Get(comment.Text("comments.0.attachments.1.content_url"), 200)
		if string(content.Body) != "words" {
			t.Errorf("%q", content.Body)
		}
		for header, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'",
			"Content-Disposition": "attachment; filename=b.txt"} {
			if got := content.Header.Get(header); got != want {
				t.Errorf("%s: %q, want %q", header, got, want)
			}
		}
		d.Agent.Post("tickets", object{"ticket": object{"comment": object{"body": "again", "uploads": array{token}}}}, 422)
		d.Nobody.Get("/attachments/token/unknown/?name=x", 401)
		d.Nobody.Post("uploads?filename=x", []byte("x"), 401)
		d.Agent.Post("uploads", []byte("x"), 422)
	})
}

func TestUploadType(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		for sent, want := range map[string]string{
			"application/json": "image/png", "application/binary": "image/png", "application/x-www-form-urlencoded": "image/png", "image/gif": "image/gif",
		} {
			up := d.Agent.With(t, "Content-Type", sent).Post("uploads?filename=a.png", []byte("{}"), 201)
			if got := up.Text("upload.attachment.content_type"); got != want {
				t.Errorf("%s: %s, want %s", sent, got, want)
			}
		}
	})
}

func TestUploadForm(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		part, err := form.CreateFormFile("uploaded_data", "notes.html")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(part, "<script>x()</script>")
		form.Close()
		up := d.EndUser.With(t, "Content-Type", form.FormDataContentType()).Post("uploads", body.Bytes(), 201)
		if up.Text("upload.attachment.file_name") != "notes.html" || up.ID("upload.attachment.size") != 20 {
			t.Errorf("%s", up.Body)
		}
		served := d.Nobody.Get(up.Text("upload.attachment.content_url"), 200)
		if !strings.HasPrefix(served.Header.Get("Content-Disposition"), "attachment") {
			t.Errorf("%v", served.Header)
		}
		d.Agent.Delete("uploads/"+up.Text("upload.token"), 404)
		d.EndUser.Delete("uploads/"+up.Text("upload.token"), 204)
		d.Nobody.Get(up.Text("upload.attachment.content_url"), 404)
	})
}

func TestWhoSeesAttachments(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		id := request(d.EndUser, "s")
		attach := func(public bool) int64 {
			token := d.Agent.Post("uploads?filename=a.txt", []byte("x"), 201).Text("upload.token")
			got := d.Agent.Put(fmt.Sprintf("tickets/%d", id), object{"ticket": object{"comment": object{"body": "b", "public": public, "uploads": array{token}}}}, 200)
			return got.ID("audit.events.0.attachments.0.id")
		}
		shown, hidden := fmt.Sprintf("attachments/%d", attach(true)), fmt.Sprintf("attachments/%d", attach(false))
		d.EndUser.Get(shown, 200)
		d.EndUser.Get(hidden, 404)
		d.Agent.Get(hidden, 200)
		d.Person(t, "Uma Other", desk.EndUser).Get(shown, 404)
		d.Server.Desk(t, "kongen").Agent.Get(shown, 404)
	})
}

// A file follows its comment and ticket, whoever had its address: a signed one shows what its reader may see today.
func TestFilesFollowTheirTicket(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		id := request(d.EndUser, "s")
		token := d.Agent.Post("uploads?filename=a.txt", []byte("words"), 201).Text("upload.token")
		said := d.Agent.Put(fmt.Sprintf("tickets/%d", id), object{"ticket": object{"comment": object{"body": "b", "uploads": array{token}}}}, 200)
		path := fmt.Sprintf("requests/%d/comments", id)
		ofUser := d.EndUser.Get(path, 200).Text("comments.1.attachments.0.content_url")
		ofAgent := d.Agent.Get(fmt.Sprintf("tickets/%d/comments", id), 200).Text("comments.1.attachments.0.content_url")
		plain, _, _ := strings.Cut(ofUser, "&")
		other := d.Person(t, "Uma Other", desk.EndUser)
		d.Nobody.Get(ofUser, 200)
		d.Nobody.Get(ofAgent, 200)
		d.EndUser.Get(plain, 200)
		other.Get(plain, 404)
		d.Nobody.Get(plain, 401)
		d.Nobody.Get(strings.Replace(ofUser, "as=", "as=1", 1), 401)
		d.Server.Desk(t, "kongen").Agent.Get(strings.TrimPrefix(plain, d.URL()), 404)

		d.Agent.Put(fmt.Sprintf("tickets/%d/comments/%d/make_private", id, said.ID("audit.events.0.id")), nil, 200)
		d.Nobody.Get(ofUser, 404)
		d.EndUser.Get(plain, 404)
		d.Nobody.Get(ofAgent, 200)

		d.Agent.Delete(fmt.Sprintf("tickets/%d", id), 204)
		d.Nobody.Get(ofAgent, 404)
		d.Agent.Get(plain, 404)
	})
}
