package httpkit

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

const (
	jsonType = "application/json; charset=utf-8"
	htmlType = "text/html; charset=utf-8"
	gzipFrom = 1 << 10 // bytes; below, compressing costs more than it saves
	keepUpTo = 1 << 20 // bytes; a larger buffer is not kept for the next answer
)

// buffers and packers are caches of memory, not state: they hold nothing between two answers.
var (
	buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}
	packers = sync.Pool{New: func() any {
		z, _ := gzip.NewWriterLevel(io.Discard, gzip.BestSpeed)
		return z
	}}
)

// JSON answers with v. A GET answered 200 carries a validator, and If-None-Match is heeded with 304.
func JSON(w http.ResponseWriter, r *http.Request, status int, v any) error {
	b := takeBuffer()
	defer returnBuffer(b)
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err
	}
	return WriteEncodedJSON(w, r, status, bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}

// WriteEncodedJSON answers as JSON does with text that is JSON already.
func WriteEncodedJSON(w http.ResponseWriter, r *http.Request, status int, text []byte) error {
	return writeBody(w, r, status, jsonType, text)
}

// HTML answers with a page or a part of one. It is validated and compressed as JSON is.
func HTML(w http.ResponseWriter, r *http.Request, status int, text []byte) error {
	return writeBody(w, r, status, htmlType, text)
}

func writeBody(w http.ResponseWriter, r *http.Request, status int, kind string, text []byte) error {
	h := w.Header()
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "max-age=0, private, must-revalidate")
	}
	if status == http.StatusOK && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
		tag := entityTag(text)
		h.Set("ETag", tag)
		if etagMatches(r.Header.Get("If-None-Match"), tag) {
			w.WriteHeader(http.StatusNotModified)
			return nil
		}
	}
	h.Set("Content-Type", kind)
	if len(text) > gzipFrom {
		h.Add("Vary", "Accept-Encoding")
		if acceptsGzip(r.Header.Get("Accept-Encoding")) {
			packed := takeBuffer()
			defer returnBuffer(packed)
			if err := compress(packed, text); err != nil {
				return err
			}
			h.Set("Content-Encoding", "gzip")
			text = packed.Bytes()
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(status)
	_, _ = w.Write(text) // the client may have hung up: there is nobody to tell
	return nil
}

// NoContent is the answer to a DELETE that went well: no body.
func NoContent(w http.ResponseWriter) error {
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func takeBuffer() *bytes.Buffer { return buffers.Get().(*bytes.Buffer) }

func returnBuffer(b *bytes.Buffer) {
	if b.Cap() <= keepUpTo {
		b.Reset()
		buffers.Put(b)
	}
}

func compress(to *bytes.Buffer, text []byte) error {
	z := packers.Get().(*gzip.Writer)
	defer packers.Put(z)
	z.Reset(to)
	if _, err := z.Write(text); err != nil {
		return err
	}
	return z.Close()
}

// entityTag is weak: the same answer, compressed or not, is the same to a client. Length and two sums, which
// processors compute by themselves, tell apart what differs by chance; more is not asked here.
func entityTag(text []byte) string {
	return fmt.Sprintf(`W/"%x-%08x%08x"`, len(text), crc32.ChecksumIEEE(text), crc32.Checksum(text, crc32.MakeTable(crc32.Castagnoli)))
}

// etagMatches compares weakly, as RFC 9110 §13.1.2 asks for If-None-Match.
func etagMatches(header, tag string) bool {
	if header == "" {
		return false
	}
	opaque := strings.TrimPrefix(tag, "W/")
	for one := range strings.SplitSeq(header, ",") {
		one = strings.TrimSpace(one)
		if one == "*" || strings.TrimPrefix(one, "W/") == opaque {
			return true
		}
	}
	return false
}

// acceptsGzip reads Accept-Encoding; "gzip;q=0" refuses.
func acceptsGzip(header string) bool {
	for one := range strings.SplitSeq(header, ",") {
		name, weight, _ := strings.Cut(one, ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") {
			q := strings.ReplaceAll(weight, " ", "")
			return q != "q=0" && !strings.HasPrefix(q, "q=0.000")
		}
	}
	return false
}
