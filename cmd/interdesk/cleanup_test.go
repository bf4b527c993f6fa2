package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"interdesk/blob"
	"interdesk/desk"
	"interdesk/setup"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/ticketing"
	"interdesk/upload"
)

// An expired upload goes with its bytes, unless an upload that still waits shows the same ones.
func TestExpiredUploadsGo(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx, now := context.Background(), time.Now()
		s, err := store.Open(ctx, db)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close(ctx)
		files, err := blob.Open(t.TempDir(), 0)
		if err != nil {
			t.Fatal(err)
		}
		defer files.Close()
		a, ada, err := setup.CreateAccount(ctx, s, desk.Account{Subdomain: "acme", Name: "Acme"}, "acme.localhost",
			desk.User{Name: "Ada", Email: "ada@acme.test", Role: desk.Admin}, "")
		if err != nil {
			t.Fatal(err)
		}
		take := func(text, token string, expires time.Time) string {
			sum, size, err := files.Put(ctx, strings.NewReader(text), 0)
			if err != nil {
				t.Fatal(err)
			}
			err = s.Account(a.ID).Write(ctx, func(tx *store.Tx) error {
				f := desk.Attachment{ID: desk.AttachmentID(tx.NewID()), FileName: "a.txt", ContentType: "text/plain", Size: size, Blob: sum, Token: token}
				return tx.AddToUpload(ctx, token, &f, ada.ID, expires)
			})
			if err != nil {
				t.Fatal(err)
			}
			return sum
		}
		soon, late := now.Add(time.Minute), now.Add(48*time.Hour)
		lonely := take("shown nowhere else", "a", soon)
		shared := take("shown elsewhere", "b", soon)
		take("shown elsewhere", "c", late)
		if err := (cleaner{s, ticketing.New(s, ticketing.Options{}), upload.New(s, files, nil, nil)}).cleanup(ctx, now.Add(2*time.Hour)); err != nil {
			t.Fatal(err)
		}
		for token, kept := range map[string]bool{"a": false, "b": false, "c": true} {
			err := s.Account(a.ID).Read(ctx, func(tx *store.Tx) error {
				left, err := tx.ExpiredUploads(ctx, late.Add(time.Hour), 10)
				found := false
				for _, f := range left {
					found = found || f.Upload == token
				}
				if found != kept {
					t.Errorf("upload %s is there: %v", token, found)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		}
		for sum, kept := range map[string]bool{lonely: false, shared: true} {
			f, err := files.Open(ctx, sum)
			if (err == nil) != kept {
				t.Errorf("bytes are there: %v, want %v", err, kept)
			}
			if err == nil {
				f.Close()
			}
		}
	})
}
