package upload

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"interdesk/desk"
)

// ContentPath is where the bytes of attachments lie, at each account's host; the attachment's token follows.
const ContentPath = "/attachments/token/"

// LinkLife is how long a signed link lives at least, and at most twice as long: its end is the same all day, so that an
// answer is the same as long as nothing has changed.
const LinkLife = 24 * time.Hour

// Path is where the file's bytes lie for whoever has signed in.
func Path(a desk.Attachment) string {
	return ContentPath + a.Token + "/?name=" + url.QueryEscape(a.FileName)
}

// Link is the path of a file with a signature, by which it is seen as the user may see it then, by readers that cannot sign
// in. It ends after lasting, LinkLife for zero.
func (s *Service) Link(account desk.AccountID, a desk.Attachment, as desk.UserID, lasting time.Duration) string {
	return Path(a) + "&" + s.signature(account, a.Token, as, lasting).Encode()
}

func (s *Service) signature(account desk.AccountID, token string, as desk.UserID, lasting time.Duration) url.Values {
	until := s.now().Add(max(lasting, LinkLife)).Truncate(LinkLife).Add(LinkLife).Unix()
	return url.Values{"as": {strconv.FormatInt(int64(as), 10)}, "until": {strconv.FormatInt(until, 10)},
		"signature": {s.sign(account, token, int64(as), until)}}
}

func (s *Service) sign(account desk.AccountID, token string, as, until int64) string {
	mac := hmac.New(sha256.New, s.key)
	fmt.Fprintf(mac, "%d %s %d %d", account, token, as, until)
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
}

// LinkedAs tells as whom a link lets see a file; ok is false when it bears no signature of ours, or one that has ended.
func (s *Service) LinkedAs(account desk.AccountID, token string, query url.Values) (as desk.UserID, ok bool) {
	user, err := strconv.ParseInt(query.Get("as"), 10, 64)
	until, err2 := strconv.ParseInt(query.Get("until"), 10, 64)
	if err != nil || err2 != nil || s.now().After(time.Unix(until, 0)) {
		return 0, false
	}
	ok = hmac.Equal([]byte(s.sign(account, token, user, until)), []byte(query.Get("signature")))
	return desk.UserID(user), ok
}

var ownLink = regexp.MustCompile(`(["'])` + regexp.QuoteMeta(ContentPath) + `([0-9A-Za-z_-]+)/\?name=([^"'&]*)[^"']*["']`)

// SignLinks signs the links to our files in an HTML text, and gives them the host that base names.
func (s *Service) SignLinks(text, base string, account desk.AccountID, as desk.UserID, lasting time.Duration) string {
	if !strings.Contains(text, ContentPath) {
		return text
	}
	return ownLink.ReplaceAllStringFunc(text, func(link string) string {
		found := ownLink.FindStringSubmatch(link)
		return found[1] + base + ContentPath + found[2] + "/?name=" + found[3] + "&amp;" +
			s.htmlSignature(account, found[2], as, lasting) + found[1]
	})
}

func (s *Service) htmlSignature(account desk.AccountID, token string, as desk.UserID, lasting time.Duration) string {
	v := s.signature(account, token, as, lasting)
	return "as=" + v.Get("as") + "&amp;signature=" + v.Get("signature") + "&amp;until=" + v.Get("until")
}
