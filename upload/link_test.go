package upload_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"interdesk/desk"
	"interdesk/upload"
)

func TestLinks(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	s := upload.New(nil, nil, []byte("key"), func() time.Time { return now })
	file := desk.Attachment{Token: "T0", FileName: "dark & grey.png"}
	link := s.Link(1, file, 7, 0)
	u, err := url.Parse(link)
	if err != nil || u.Path != "/attachments/token/T0/" || u.Query().Get("name") != file.FileName {
		t.Fatalf("%s: %v", link, err)
	}
	if now = now.Add(time.Hour); s.Link(1, file, 7, 0) != link {
		t.Errorf("the link changes within a day: %s", s.Link(1, file, 7, 0))
	}
	changed := func(key, value string) url.Values {
		q := u.Query()
		q.Set(key, value)
		return q
	}
	for _, c := range []struct {
		name    string
		account desk.AccountID
		token   string
		query   url.Values
		later   time.Duration
		want    desk.UserID
	}{
		{"as it is", 1, "T0", u.Query(), 0, 7},
		{"a day later", 1, "T0", u.Query(), 23 * time.Hour, 7},
		{"after its end", 1, "T0", u.Query(), 48 * time.Hour, 0},
		{"of another account", 2, "T0", u.Query(), 0, 0},
		{"for another file", 1, "T1", u.Query(), 0, 0},
		{"as somebody else", 1, "T0", changed("as", "8"), 0, 0},
		{"for longer", 1, "T0", changed("until", "99999999999"), 0, 0},
		{"without signature", 1, "T0", changed("signature", ""), 0, 0},
	} {
		before := now
		now = now.Add(c.later)
		if got, ok := s.LinkedAs(c.account, c.token, c.query); got != c.want && ok || ok != (c.want != 0) {
			t.Errorf("%s: got %d, %v; want %d", c.name, got, ok, c.want)
		}
		now = before
	}
	signed := s.SignLinks(`<img src="`+strings.ReplaceAll(upload.Path(file), "&", "&amp;")+`"> <a href="https://elsewhere/attachments/token/T0/?name=x">`, "https://acme.example", 1, 7, 0)
	if want := `<img src="https://acme.example` + strings.ReplaceAll(link, "&", "&amp;") + `"> <a href="https://elsewhere/attachments/token/T0/?name=x">`; signed != want {
		t.Errorf("got  %s\nwant %s", signed, want)
	}
}
