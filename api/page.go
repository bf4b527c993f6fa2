package api

import (
	"encoding/base64"
	"net/url"
	"strconv"

	"interdesk/httpkit"
)

// The bounds of lists.
const (
	pageSize   = 100   // records on a page, at most and unless asked otherwise
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
		return cursorPaging(size, after, before)
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
		return p, httpkit.BadPage("page and per_page reach 10000 records; use page[size] and page[after] to go on")
	}
	return p, nil
}

func cursorPaging(size, after, before string) (p paging, err error) {
	p = paging{cursor: true, size: pageSize}
	if size != "" {
		if p.size, err = strconv.Atoi(size); err != nil || p.size < 1 || p.size > pageSize {
			return p, httpkit.BadPage("page[size] must be a number from 1 to 100")
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

// cursorTail: has_more speaks of the direction in which the client reads. links.next is null on the last page.
func (c *call) cursorTail(p paging, rows int, more bool, first, last string) object {
	meta := object{{"has_more", more}, {"after_cursor", nil}, {"before_cursor", nil}}
	links := object{{"prev", nil}, {"next", nil}}
	if rows == 0 {
		return object{{"meta", meta}, {"links", links}}
	}
	meta[1].value, meta[2].value = wrapCursor(last), wrapCursor(first)
	forward := more || p.before != ""
	backward := p.after != "" || (p.before != "" && more)
	if forward {
		links[1].value = c.urlWith(map[string]string{"page[after]": wrapCursor(last), "page[before]": "", "page[size]": strconv.Itoa(p.size)})
	}
	if backward {
		links[0].value = c.urlWith(map[string]string{"page[before]": wrapCursor(first), "page[after]": "", "page[size]": strconv.Itoa(p.size)})
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
