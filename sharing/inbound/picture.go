package inbound

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"interdesk/desk"
)

// pictures are the addresses of the pictures within a partner's text that lie on its own host. Those of others are left
// alone: fetching them would tell a stranger that, and when, the text is read.
func pictures(fragment, host string) []string {
	var out []string
	if !strings.Contains(fragment, "<") {
		return nil
	}
	z := html.NewTokenizer(strings.NewReader(fragment))
	for z.Next() != html.ErrorToken {
		t := z.Token()
		if t.DataAtom != atom.Img {
			continue
		}
		for _, a := range t.Attr {
			if u, err := url.Parse(a.Val); a.Key == "src" && err == nil && (u.Scheme == "https" || u.Scheme == "http") && strings.EqualFold(u.Host, host) {
				out = append(out, a.Val)
			}
		}
	}
	return out
}

// embed puts our own copy of a file where a stored text links to the partner's; a picture is shown in its place (nhd §16
// row 9).
func embed(text, address string, a desk.Attachment) (string, bool) {
	if address == "" || !strings.Contains(text, "href=") {
		return text, false
	}
	own := "/attachments/token/" + a.Token + "/?name=" + url.QueryEscape(a.FileName)
	var b strings.Builder
	found, within := false, false
	z := html.NewTokenizer(strings.NewReader(text))
	for z.Next() != html.ErrorToken {
		t := z.Token()
		switch {
		case t.DataAtom != atom.A:
			if !within {
				b.WriteString(t.String())
			}
		case t.Type == html.StartTagToken && linksTo(t, address):
			found = true
			within = strings.HasPrefix(a.ContentType, "image/")
			b.WriteString(copyOf(own, a, within))
		case within && t.Type == html.EndTagToken:
			within = false
		default:
			b.WriteString(t.String())
		}
	}
	return b.String(), found
}

func copyOf(own string, a desk.Attachment, picture bool) string {
	if picture {
		return `<img src="` + html.EscapeString(own) + `" alt="` + html.EscapeString(a.FileName) + `">`
	}
	return `<a href="` + html.EscapeString(own) + `">`
}

func linksTo(t html.Token, address string) bool {
	for _, a := range t.Attr {
		if a.Key == "href" && a.Val == address {
			return true
		}
	}
	return false
}
