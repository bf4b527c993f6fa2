package store_test

import (
	"encoding/json"
	"testing"
	"time"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

func saidOn(ticket desk.TicketID, id desk.CommentID, public bool, body string) desk.Comment {
	return desk.Comment{ID: id, Ticket: ticket, Audit: desk.AuditID(id + 1000), Author: 21, Body: body, HTML: "<p>" + body + "</p>", Public: public,
		LocalOnly: !public, UUID: "uuid", Via: desk.Via{Channel: desk.ChannelMail, From: "a@example.com"}, CreatedAt: noon()}
}

func insertComments(t *testing.T, a store.Account, comments ...desk.Comment) {
	t.Helper()
	write(t, a, func(tx *store.Tx) error {
		for i := range comments {
			if err := tx.InsertComment(t.Context(), &comments[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

func file(id desk.AttachmentID, name string) desk.Attachment {
	return desk.Attachment{ID: id, FileName: name, ContentType: "text/plain", Size: 5, Blob: "ab12", Token: "token of " + name, CreatedAt: noon(), Inline: id%2 == 0}
}

func TestComments(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, a, _ := openDesk(t, db)
		ctx := t.Context()
		insertTickets(t, a, desk.Ticket{ID: 1, Status: desk.New, Subject: "Foggy"}, desk.Ticket{ID: 2, Status: desk.New})
		first, note, reply := saidOn(1, 11, true, "first"), saidOn(1, 12, false, "note"), saidOn(1, 13, true, "reply")
		reply.Via = desk.Via{Channel: desk.ChannelAPI}
		insertComments(t, a, first, note, reply, saidOn(2, 14, true, "elsewhere"))
		added := file(71, "late.txt")
		write(t, a, func(tx *store.Tx) error { return tx.InsertAttachment(ctx, 1, 12, 21, &added) })
		note.Attachments = []desk.Attachment{added}

		read(t, a, func(tx *store.Tx) error {
			all, err := tx.Comments(ctx, 1, store.CommentFilter{}, store.Page{})
			wantSame(t, "comments", all.Items, []desk.Comment{first, note, reply})
			if err != nil {
				return err
			}
			public, err := tx.Comments(ctx, 1, store.CommentFilter{PublicOnly: true, Newest: true}, store.Page{Limit: 1})
			wantSame(t, "newest public comment", public.Items, []desk.Comment{reply})
			if err != nil || !public.More {
				t.Errorf("more %v, %v", public.More, err)
			}
			rest, err := tx.Comments(ctx, 1, store.CommentFilter{PublicOnly: true, Newest: true}, store.Page{Limit: 1, After: public.After})
			wantSame(t, "the one before", rest.Items, []desk.Comment{first})
			if err != nil || rest.More {
				t.Errorf("more %v, %v", rest.More, err)
			}
			one, err := tx.Comment(ctx, 1, 12)
			wantSame(t, "comment", one, note)
			if err != nil {
				return err
			}
			_, err = tx.Comment(ctx, 2, 12)
			wantKind(t, err, desk.NotFound)
			latest, err := tx.LatestComment(ctx, 1, false)
			wantSame(t, "latest", latest.ID, desk.CommentID(13))
			if err != nil {
				return err
			}
			n, err := tx.CountComments(ctx, 1, store.CommentFilter{PublicOnly: true})
			wantSame(t, "public comments", n, 2)
			return err
		})
		if !readTicket(t, a, 1).HasAttachments {
			t.Error("the ticket does not know of its file")
		}
		write(t, a, func(tx *store.Tx) error { return tx.HideComment(ctx, 1, 13) })
		read(t, a, func(tx *store.Tx) error {
			latest, err := tx.LatestComment(ctx, 1, true)
			wantSame(t, "latest public comment", latest.ID, desk.CommentID(11))
			return err
		})
		write(t, a, func(tx *store.Tx) error { return tx.DeleteTicket(ctx, 1, 0, noon()) })
		read(t, a, func(tx *store.Tx) error {
			_, err := tx.Comments(ctx, 1, store.CommentFilter{}, store.Page{})
			wantKind(t, err, desk.NotFound)
			return nil
		})
	})
}

func TestAudits(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, a, _ := openDesk(t, db)
		ctx := t.Context()
		by := desk.Via{Channel: desk.ChannelRule, Trigger: 5, Revision: 2, Title: "Share"}
		full := desk.Audit{ID: 11, Ticket: 1, Author: 21, Via: desk.Via{Channel: desk.ChannelSharing, Agreement: 9}, CreatedAt: noon(),
			Events: []desk.Event{{ID: 1, Type: desk.EventChange, Field: "status", Value: "open", Previous: nil, Via: &by},
				{ID: 2, Type: desk.EventChange, Field: "tags", Value: []any{"a", "b"}, Previous: []any{}}},
			Metadata: json.RawMessage(`{"a": 1}`), Client: desk.Client{Agent: "test", IP: "127.0.0.1"}, RuleSet: 6, Trace: []byte{0, 1, 255}}
		bare := desk.Audit{ID: 12, Ticket: 1, Via: desk.Via{Channel: desk.ChannelWeb}, CreatedAt: noon().Add(time.Hour)}
		write(t, a, func(tx *store.Tx) error {
			if err := tx.InsertAudit(ctx, &full); err != nil {
				return err
			}
			return tx.InsertAudit(ctx, &bare)
		})
		read(t, a, func(tx *store.Tx) error {
			got, err := tx.Audits(ctx, 1, store.Page{})
			wantSame(t, "audits", got.Items, []desk.Audit{full, bare})
			if err != nil {
				return err
			}
			got, err = tx.Audits(ctx, 1, store.Page{Limit: 1, Before: got.After})
			wantSame(t, "the one before", got.Items, []desk.Audit{full})
			if err != nil {
				return err
			}
			one, err := tx.Audit(ctx, 1, 11)
			wantSame(t, "audit", one, full)
			if err != nil {
				return err
			}
			_, err = tx.Audit(ctx, 2, 11)
			wantKind(t, err, desk.NotFound)
			n, err := tx.CountAudits(ctx, 1)
			wantSame(t, "number", n, 2)
			return err
		})
	})
}

func TestUploads(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, a, _ := openDesk(t, db)
		ctx := t.Context()
		soon, past := time.Now().Add(time.Hour).Truncate(time.Microsecond).UTC(), time.Now().Add(-time.Hour)
		one, two, old := file(71, "one.txt"), file(72, "two.txt"), file(73, "old.txt")
		add := func(token string, f desk.Attachment, user desk.UserID, expires time.Time) error {
			return a.Write(ctx, func(tx *store.Tx) error { return tx.AddToUpload(ctx, token, &f, user, expires) })
		}
		for _, err := range []error{add("up", one, 21, soon), add("up", two, 21, soon), add("old", old, 21, past)} {
			if err != nil {
				t.Fatal(err)
			}
		}
		wantFault(t, add("up", file(74, "x"), 22, soon), "uploads", "InvalidValue")
		wantFault(t, add("old", file(74, "x"), 21, soon), "uploads", "InvalidValue")
		wantFault(t, add("", file(74, "x"), 21, soon), "uploads", "InvalidValue")
		read(t, a, func(tx *store.Tx) error {
			u, err := tx.Upload(ctx, "up")
			wantSame(t, "upload", u, desk.Upload{Token: "up", User: 21, Attachments: []desk.Attachment{one, two}, ExpiresAt: soon})
			if err != nil {
				return err
			}
			_, err = tx.Upload(ctx, "old")
			wantKind(t, err, desk.NotFound)
			expired, err := tx.ExpiredUploads(ctx, time.Now(), 10)
			if len(expired) != 1 || expired[0].ID != old.ID {
				t.Errorf("expired: %+v", expired)
			}
			return err
		})
		claim := func(token string, user desk.UserID) (files []desk.Attachment, err error) {
			err = a.Write(ctx, func(tx *store.Tx) error {
				files, err = tx.ClaimUpload(ctx, token, user, 1, 11)
				return err
			})
			return files, err
		}
		for _, c := range []struct {
			token string
			user  desk.UserID
		}{{"up", 22}, {"old", 21}, {"none", 21}, {"", 21}} {
			_, err := claim(c.token, c.user)
			wantFault(t, err, "uploads", "InvalidValue")
		}
		files, err := claim("up", 21)
		wantSame(t, "claimed", files, []desk.Attachment{one, two})
		if err != nil {
			t.Fatal(err)
		}
		_, err = claim("up", 21)
		wantFault(t, err, "uploads", "InvalidValue")
		read(t, a, func(tx *store.Tx) error {
			f, err := tx.AttachmentByToken(ctx, "token of one.txt")
			wantSame(t, "file", f, store.File{Attachment: one, Ticket: 1, Comment: 11, User: 21})
			if err != nil {
				return err
			}
			f, err = tx.Attachment(ctx, 73)
			wantSame(t, "waiting file", f, store.File{Attachment: old, Upload: "old", User: 21})
			return err
		})
		write(t, a, func(tx *store.Tx) error {
			wantKind(t, tx.DeleteUpload(ctx, "old", 22), desk.NotFound)
			wantKind(t, tx.DropUpload(ctx, 71), desk.NotFound)
			return tx.DropUpload(ctx, 73)
		})
	})
}
