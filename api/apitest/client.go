package apitest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"interdesk/desk"
)

// Object is a JSON object.
type Object = map[string]any

// List is a JSON list.
type List = []any

// Client calls the API as one user, or as nobody in particular when it has no token.
type Client struct {
	User   desk.User
	Token  string
	Header http.Header // sent along, and winning over what the client would send
	desk   *Desk
	t      testing.TB
}

// With is the client with one header more, reporting to t.
func (c *Client) With(t testing.TB, key, value string) *Client {
	more := *c
	more.t, more.Header = t, c.Header.Clone()
	if more.Header == nil {
		more.Header = http.Header{}
	}
	more.Header.Set(key, value)
	return &more
}

// In is the client reporting to a subtest.
func (c *Client) In(t testing.TB) *Client {
	in := *c
	in.t = t
	return &in
}

// Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
	JSON   any // nil where the body is no JSON
	t      testing.TB
	what   string
}

// Get, Post, Put and Delete call and demand a status; a test that fails shows the answer.
func (c *Client) Get(path string, want int) *Answer {
	c.t.Helper()
	return c.Do("GET", path, nil, want)
}

// Post sends a body as JSON.
func (c *Client) Post(path string, body any, want int) *Answer {
	c.t.Helper()
	return c.Do("POST", path, body, want)
}

// Put sends a body as JSON.
func (c *Client) Put(path string, body any, want int) *Answer {
	c.t.Helper()
	return c.Do("PUT", path, body, want)
}

// Patch sends a body as JSON.
func (c *Client) Patch(path string, body any, want int) *Answer {
	c.t.Helper()
	return c.Do("PATCH", path, body, want)
}

// Delete deletes.
func (c *Client) Delete(path string, want int) *Answer {
	c.t.Helper()
	return c.Do("DELETE", path, nil, want)
}

// Do sends a request. A path without a slash in front is one under /api/v2; a whole URL must be one that the server gave.
// A body of bytes or text goes as it is, anything else as JSON.
func (c *Client) Do(method, path string, body any, want int) *Answer {
	c.t.Helper()
	path = c.local(path)
	raw, kind := encode(c.t, body)
	req := c.request(method, path, raw, kind)
	res, err := c.desk.http.Client().Do(req)
	must(c.t, err)
	defer res.Body.Close()
	a := &Answer{Status: res.StatusCode, Header: res.Header, t: c.t, what: method + " " + path}
	a.Body, err = io.ReadAll(res.Body)
	must(c.t, err)
	if strings.HasPrefix(res.Header.Get("Content-Type"), "application/json") {
		must(c.t, json.Unmarshal(a.Body, &a.JSON))
	}
	if a.Status != want {
		c.t.Fatalf("%s: got %d, want %d\nsent: %s\ngot: %s", a.what, a.Status, want, raw, a.Body)
	}
	check(c.t, c.request(method, path, raw, kind), raw, a)
	return a
}

func encode(t testing.TB, body any) ([]byte, string) {
	t.Helper()
	switch b := body.(type) {
	case nil:
		return nil, ""
	case []byte:
		return b, "application/binary"
	case string:
		return []byte(b), "application/json"
	}
	raw, err := json.Marshal(body)
	must(t, err)
	return raw, "application/json"
}

func (c *Client) local(path string) string {
	if rest, ok := strings.CutPrefix(path, "http://"+c.desk.Host(c.desk.Account.Subdomain)); ok {
		return rest
	}
	if !strings.HasPrefix(path, "/") {
		return "/api/v2/" + path
	}
	return path
}

func (c *Client) request(method, path string, raw []byte, kind string) *http.Request {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.desk.http.URL+path, bytes.NewReader(raw))
	must(c.t, err)
	req.Host = c.desk.Host(c.desk.Account.Subdomain)
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	if c.Token != "" {
		req.SetBasicAuth(c.User.Email+"/token", c.Token)
	}
	for k, v := range c.Header {
		req.Header[k] = v
	}
	return req
}

// At finds a value by the names and numbers on the way to it, such as "ticket.tags.0"; nil when there is none.
func (a *Answer) At(path string) any {
	v := a.JSON
	for name := range strings.SplitSeq(path, ".") {
		switch at := v.(type) {
		case map[string]any:
			v = at[name]
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i >= len(at) {
				return nil
			}
			v = at[i]
		default:
			return nil
		}
	}
	return v
}

// ID is a whole number in the answer.
func (a *Answer) ID(path string) int64 {
	a.t.Helper()
	f, ok := a.At(path).(float64)
	if !ok {
		a.t.Fatalf("%s: no number at %s: %s", a.what, path, a.Body)
	}
	return int64(f)
}

// Text is a text in the answer, "" when there is none.
func (a *Answer) Text(path string) string {
	s, _ := a.At(path).(string)
	return s
}

// List is a list in the answer.
func (a *Answer) List(path string) []any {
	a.t.Helper()
	l, ok := a.At(path).([]any)
	if !ok {
		a.t.Fatalf("%s: no list at %s: %s", a.what, path, a.Body)
	}
	return l
}

// IDs are the ids of a list of records.
func (a *Answer) IDs(path string) []int64 {
	a.t.Helper()
	var out []int64
	for i := range a.List(path) {
		out = append(out, a.ID(path+"."+strconv.Itoa(i)+".id"))
	}
	return out
}

// All reads a list to its end, in pages of size, by offset or by cursor, and gives the ids of its records.
func (c *Client) All(path, key string, size int, cursor bool) []int64 {
	c.t.Helper()
	name, next := "per_page", "next_page"
	if cursor {
		name, next = "page[size]", "links.next"
	}
	join := "?"
	if strings.Contains(path, "?") {
		join = "&"
	}
	var out []int64
	url := path + join + strings.NewReplacer("[", "%5B", "]", "%5D").Replace(name) + "=" + strconv.Itoa(size)
	for pages := 0; url != ""; pages++ {
		if pages > 100 {
			c.t.Fatalf("%s does not end", path)
		}
		a := c.Get(url, http.StatusOK)
		out = append(out, a.IDs(key)...)
		url = a.Text(next)
	}
	return out
}

// Back reads a list from its end to its beginning by cursor; the ids come in the list's own order.
func (c *Client) Back(path, key string, size int) []int64 {
	c.t.Helper()
	join := "?"
	if strings.Contains(path, "?") {
		join = "&"
	}
	a := c.Get(path+join+"page%5Bsize%5D="+strconv.Itoa(size), http.StatusOK)
	for a.At("meta.has_more") == true {
		a = c.Get(a.Text("links.next"), http.StatusOK)
	}
	out := a.IDs(key)
	for url := a.Text("links.prev"); url != ""; url = a.Text("links.prev") {
		a = c.Get(url, http.StatusOK)
		out = append(a.IDs(key), out...)
	}
	return out
}
