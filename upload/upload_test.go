package upload_test

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"interdesk/blob"
	"interdesk/desk"
	"interdesk/setup"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/upload"
)

// room is a desk that takes files in, with a clock of its own.
type room struct {
	*upload.Service
	t       *testing.T
	account store.Account
	now     time.Time
	ada     desk.UserID
}

func each(t *testing.T, test func(t *testing.T, r *room)) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s, err := store.Open(t.Context(), db)
		must(t, err)
		t.Cleanup(func() { must(t, s.Close(context.Background())) })
		files, err := blob.Open(t.TempDir(), 0)
		must(t, err)
		t.Cleanup(func() { must(t, files.Close()) })
		a, ada, err := setup.CreateAccount(t.Context(), s, desk.Account{Subdomain: "acme", Name: "Acme"}, "acme.localhost",
			desk.User{Name: "Ada", Email: "ada@acme.test", Role: desk.Admin}, "")
		must(t, err)
		r := &room{t: t, account: s.Account(a.ID), now: time.Now(), ada: ada.ID}
		r.Service = upload.New(s, files, make([]byte, 32), func() time.Time { return r.now })
		test(t, r)
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (r *room) take(token string, user desk.UserID, name, content string) (desk.Upload, desk.Attachment, error) {
	return r.Take(r.t.Context(), r.account.ID(), token, user, upload.File{Name: name, Content: strings.NewReader(content)})
}

func TestTake(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		up, first, err := r.take("", r.ada, `C:\pictures\dark.png`, "dark")
		must(t, err)
		if first.FileName != "dark.png" || first.ContentType != "image/png" || first.Size != 4 || up.User != r.ada {
			t.Errorf("got %+v in %+v, want dark.png of Ada's", first, up)
		}
		r.now = r.now.Add(time.Hour)
		up, second, err := r.take(up.Token, r.ada, "more.txt", "more")
		must(t, err)
		var names []string
		for _, a := range up.Attachments {
			names = append(names, a.FileName)
		}
		if diff := cmp.Diff([]string{"dark.png", "more.txt"}, names); diff != "" {
			t.Errorf("the upload (-want +got):\n%s", diff)
		}
		if want := r.now.Add(upload.Lifetime).Truncate(time.Microsecond); !up.ExpiresAt.Equal(want) {
			t.Errorf("it waits until %s, want %s", up.ExpiresAt, want)
		}
		content, err := r.Open(t.Context(), second)
		must(t, err)
		defer content.Close()
		if text, err := io.ReadAll(content); err != nil || string(text) != "more" {
			t.Errorf("read %q, %v, want more", text, err)
		}
	})
}

func TestWhatIsRefused(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		up, _, err := r.take("", r.ada, "a.txt", "a")
		must(t, err)
		for name, tt := range map[string]struct {
			token string
			user  desk.UserID
			file  string
		}{
			"no name":              {"", r.ada, "../"},
			"somebody else's":      {up.Token, r.ada + 1, "b.txt"},
			"a stranger's attempt": {up.Token, 0, "b.txt"},
			"an empty name":        {"", r.ada, ""},
		} {
			if _, _, err := r.take(tt.token, tt.user, tt.file, "b"); desk.KindOf(err) != desk.Invalid {
				t.Errorf("%s: %v, want an Invalid error", name, err)
			}
		}
		if err := r.Delete(t.Context(), r.account.ID(), up.Token, r.ada+1); desk.KindOf(err) != desk.NotFound {
			t.Errorf("deleting somebody else's: %v, want NotFound", err)
		}
	})
}

// What a stranger brings waits for a form, what a member brings for days; then both go, the bytes with them.
func TestUploadsExpire(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		begun := r.now
		_, strange, err := r.take("", 0, "s.txt", "strange")
		must(t, err)
		_, own, err := r.take("", r.ada, "o.txt", "own")
		must(t, err)
		for _, step := range []struct {
			name         string
			after        time.Duration
			strange, own bool
		}{
			{"at once", time.Minute, true, true},
			{"after a form's time", upload.StrangersLifetime + 2*time.Hour, false, true},
			{"after days", upload.Lifetime + 2*time.Hour, false, false},
		} {
			must(t, r.DropExpired(t.Context(), r.account.ID(), begun.Add(step.after)))
			for _, file := range []struct {
				of    string
				a     desk.Attachment
				there bool
			}{{"the stranger's", strange, step.strange}, {"the member's", own, step.own}} {
				content, err := r.Open(t.Context(), file.a)
				if (err == nil) != file.there {
					t.Errorf("%s: %s bytes are there: %v, want %v", step.name, file.of, err == nil, file.there)
				}
				if err == nil {
					must(t, content.Close())
				}
			}
		}
	})
}
