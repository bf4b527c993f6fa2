package api

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strconv"

	"interdesk/httpkit"
)

// The bounds of lists.
const (
	pageSize   = 100   // records on a page, at most and unless asked otherwise
	exportSize = 1000  // records on a page of an export, at most
	maxOffset  = 10000 // records that offset paging reaches; cursors go on for ever
	cursorMark = "c:"  // so that any other text is told from a cursor
)

// paging is which page of a list a request asks for, in either style.
type paging struct {
	cursor bool // page[size] and its kin were used
	size   int
	number int // from 1; offset style
	after  string
	before string
}

// paging reads page[size], page[after] and page[before], else page and per_page.
func (c *call) paging() (paging, error) {
	size, after, before := c.query.Get("page[size]"), c.query.Get("page[after]"), c.query.Get("page[before]")
	if size != "" || after != "" || before != "" {
		return cursorPaging(size, after, before, pageSize)
	}
	p := paging{size: pageSize, number: 1}
	if s := c.query.Get("per_page"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			return p, httpkit.BadPage("per_page must be a number from 1 to 100")
		}
		p.size = min(n, pageSize)
	}
	if s := c.query.Get("page"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			return p, httpkit.BadPage("page must be a number from 1")
		}
		p.number = n
	}
	if p.number > maxOffset/p.size+1 || (p.number-1)*p.size >= maxOffset {
		return p, tooDeep()
	}
	return p, nil
}

// tooDeep is the answer to a page behind maxOffset, in the shape that clients know of it.
func tooDeep() error {
	return &httpkit.Failure{Status: http.StatusBadRequest, Fields: map[string]any{"errors": []object{{{"code", "InvalidPaginationDepth"},
		{"title", "Pagination depth must be under " + strconv.Itoa(maxOffset) + " records. Use page[size] and page[after] to go on."}}}}}
}

// cursorPaging reads a page in cursor style, of most records unless a smaller one is asked for.
func cursorPaging(size, after, before string, most int) (p paging, err error) {
	p = paging{cursor: true, size: pageSize}
	if size != "" {
		if p.size, err = strconv.Atoi(size); err != nil || p.size < 1 || p.size > most {
			return p, httpkit.BadPage("page[size] must be a number from 1 to " + strconv.Itoa(most))
		}
	}
	if after != "" && before != "" {
		return p, httpkit.BadPage("page[after] and page[before] exclude each other")
	}
	if p.after, err = readCursor(after); err != nil {
		return p, err
	}
	p.before, err = readCursor(before)
	return p, err
}

// offset is how many rows stand before the page; none where a cursor says where to begin.
func (p paging) offset() int { return max(p.number-1, 0) * p.size }

// wrapCursor makes a place in a list opaque: clients hand it back and must not build their own.
func wrapCursor(place string) string {
	if place == "" {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString([]byte(cursorMark + place))
}

func readCursor(s string) (string, error) {
	if s == "" {
		return "", nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(raw) <= len(cursorMark) || string(raw[:len(cursorMark)]) != cursorMark {
		return "", httpkit.BadPage("the cursor is not one that this list gave")
	}
	return string(raw[len(cursorMark):]), nil
}

// pageTail is what stands after a page's rows: neighbours and count, or meta and links.
func (c *call) pageTail(p paging, rows int, more bool, count int, first, last string) object {
	if p.cursor {
		return c.cursorTail(p, rows, more, first, last)
	}
	o := object{{"next_page", nil}, {"previous_page", nil}, {"count", count}}
	if more && p.number*p.size < maxOffset {
		o[0].value = c.urlWith(map[string]string{"page": strconv.Itoa(p.number + 1)})
	}
	if p.number > 1 {
		o[1].value = c.urlWith(map[string]string{"page": strconv.Itoa(p.number - 1)})
	}
	return o
}

// cursorTail: has_more speaks of the direction in which the client reads. Both links go on from every row there is, at the
// list's ends to an empty page, which leads nowhere.
func (c *call) cursorTail(p paging, rows int, more bool, first, last string) object {
	meta := object{{"has_more", more}, {"after_cursor", nil}, {"before_cursor", nil}}
	links := object{{"prev", nil}, {"next", nil}}
	if rows > 0 {
		after, before, size := wrapCursor(last), wrapCursor(first), strconv.Itoa(p.size)
		meta[1].value, meta[2].value = after, before
		links[0].value = c.urlWith(map[string]string{"page[before]": before, "page[after]": "", "page[size]": size})
		links[1].value = c.urlWith(map[string]string{"page[after]": after, "page[before]": "", "page[size]": size})
	}
	return object{{"meta", meta}, {"links", links}}
}

// urlWith is the address of this request with some of its query changed; "" takes a key out.
func (c *call) urlWith(change map[string]string) string {
	q := url.Values{}
	for k, v := range c.query {
		q[k] = v
	}
	for k, v := range change {
		if v == "" {
			q.Del(k)
		} else {
			q.Set(k, v)
		}
	}
	return c.base + c.r.URL.Path + ".json?" + q.Encode()
}
