package message

import (
	"encoding/binary"
	"errors"
	"strings"
	"unicode/utf16"

	"github.com/jhillyerd/enmime/v2"
)

// Outlook and Exchange put files, and now and then the text, into one part called winmail.dat (MS-OXTNEF). It is opened
// here, as far as files and plain or HTML text go; no library for it builds with plain Go. What is not understood leaves the
// part a file as it came.

func isTNEF(p *enmime.Part) bool {
	return p.ContentType == "application/ms-tnef" || p.ContentType == "application/vnd.ms-tnef" || strings.EqualFold(p.FileName, "winmail.dat")
}

// tnefAttribute names what a record of the stream holds; mapi… are properties within one.
const (
	tnefSignature   = 0x223E9F78
	tnefBody        = 0x800C
	tnefFileData    = 0x800F
	tnefFileTitle   = 0x8010
	tnefFileBegins  = 0x9002
	tnefMessage     = 0x9003
	tnefFile        = 0x9005
	tnefCodepage    = 0x9007
	mapiBody        = 0x1000
	mapiHTML        = 0x1013
	mapiFileData    = 0x3701
	mapiFileName    = 0x3704
	mapiLongName    = 0x3707
	mapiFileType    = 0x370E
	mapiContentID   = 0x3712
	mapiDisplayName = 0x3001
)

var errTNEF = errors.New("the TNEF stream ends too early")

// tnefContent is what a stream holds.
type tnefContent struct {
	files      []Part
	text, html string
	codepage   uint32
}

// unpackTNEF puts the files of the part into the message; ok is false if there is nothing that can be read.
func (w *walker) unpackTNEF(p *enmime.Part) (b body, ok bool) {
	content, err := readTNEF(p.Content)
	if err != nil || len(content.files) == 0 && content.text == "" && content.html == "" {
		return body{}, false
	}
	for _, f := range content.files {
		w.keep(f)
	}
	return body{text: content.text, html: content.html}, true
}

// byteReader reads little-endian numbers and remembers whether it ran out of bytes.
type byteReader struct {
	data []byte
	bad  bool
}

func (r *byteReader) take(n int) []byte {
	if n < 0 || n > len(r.data) {
		r.bad = true
		return nil
	}
	taken := r.data[:n]
	r.data = r.data[n:]
	return taken
}

func (r *byteReader) u16() uint16 {
	if b := r.take(2); b != nil {
		return binary.LittleEndian.Uint16(b)
	}
	return 0
}

func (r *byteReader) u32() uint32 {
	if b := r.take(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

// sized takes as many bytes as a number before them says, and what pads them to four.
func (r *byteReader) sized() []byte {
	n := int(r.u32())
	b := r.take(n)
	r.take(min((4-n%4)%4, len(r.data)))
	return b
}

func readTNEF(data []byte) (tnefContent, error) {
	r := byteReader{data: data}
	if r.u32() != tnefSignature {
		return tnefContent{}, errTNEF
	}
	r.u16() // the stream's key
	c := tnefContent{}
	for len(r.data) > 0 && !r.bad && len(c.files) <= MaxParts {
		r.take(1) // level: message or file
		id := r.u32() & 0xFFFF
		value := r.take(int(r.u32()))
		r.u16() // checksum, which some writers get wrong
		if !r.bad {
			c.attribute(id, value)
		}
	}
	if r.bad && len(c.files) == 0 {
		return c, errTNEF
	}
	c.finish()
	return c, nil
}

func (c *tnefContent) attribute(id uint32, value []byte) {
	var last *Part
	if len(c.files) > 0 {
		last = &c.files[len(c.files)-1]
	}
	switch {
	case id == tnefCodepage && len(value) >= 4:
		c.codepage = binary.LittleEndian.Uint32(value)
	case id == tnefBody:
		c.text = c.decode(value)
	case id == tnefMessage:
		c.message(value)
	case id == tnefFileBegins:
		c.files = append(c.files, Part{})
	case last == nil:
	case id == tnefFileTitle:
		last.FileName = c.decode(value)
	case id == tnefFileData:
		last.Data = value
	case id == tnefFile:
		c.file(last, value)
	}
}

// decode reads a text of eight bits in the stream's code page.
func (c *tnefContent) decode(b []byte) string {
	labels := map[uint32]string{65001: "utf-8", 932: "shift_jis", 936: "gbk", 949: "euc-kr", 950: "big5", 1250: "windows-1250", 1251: "windows-1251", 1253: "windows-1253", 1254: "windows-1254", 1255: "windows-1255", 1256: "windows-1256", 20866: "koi8-r"}
	return decodeText([]byte(strings.TrimRight(string(b), "\x00")), labels[c.codepage], false)
}

func (c *tnefContent) message(value []byte) {
	c.properties(value, func(id uint16, text string, raw []byte) {
		switch id {
		case mapiBody:
			c.text = text
		case mapiHTML:
			c.html = decodeText(raw, "", true)
		}
	})
}

func (c *tnefContent) file(f *Part, value []byte) {
	c.properties(value, func(id uint16, text string, raw []byte) {
		switch id {
		case mapiLongName:
			f.FileName = text
		case mapiFileName, mapiDisplayName:
			if f.FileName == "" {
				f.FileName = text
			}
		case mapiFileType:
			f.ContentType = strings.ToLower(text)
		case mapiContentID:
			f.ContentID = strings.Trim(text, "<>")
		case mapiFileData:
			if len(f.Data) == 0 {
				f.Data = raw
			}
		}
	})
}

// mapiWidths are the sizes of values that have one, padded to four.
var mapiWidths = map[uint16]int{0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}

// properties calls each for the texts and bytes of a list of properties.
func (c *tnefContent) properties(value []byte, each func(id uint16, text string, raw []byte)) {
	r := byteReader{data: value}
	for n := r.u32(); n > 0 && !r.bad; n-- {
		kind, id := r.u16(), r.u16()
		if id >= 0x8000 {
			r.propertyName()
		}
		width, fixed := mapiWidths[kind&0x0FFF]
		count := uint32(1)
		if !fixed || kind&0x1000 != 0 {
			count = r.u32()
		}
		for ; count > 0 && !r.bad; count-- {
			if fixed {
				r.take(width)
				continue
			}
			raw := r.sized()
			if !r.bad {
				each(id, c.propertyText(kind&0x0FFF, raw), raw)
			}
		}
	}
}

func (r *byteReader) propertyName() {
	r.take(16)
	if r.u32() == 0 {
		r.u32()
		return
	}
	r.sized()
}

func (c *tnefContent) propertyText(kind uint16, raw []byte) string {
	if kind != 0x1F {
		return c.decode(raw)
	}
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(raw[2*i:])
	}
	return withoutNUL(unixLines(string(utf16.Decode(units))))
}

// finish gives every file a name and a type.
func (c *tnefContent) finish() {
	kept := c.files[:0]
	for i, f := range c.files {
		if f.FileName = cleanFileName(f.FileName); f.FileName == "" {
			f.FileName = "file.bin"
		}
		if !strings.Contains(f.ContentType, "/") || strings.ContainsAny(f.ContentType, " \r\n;") {
			f.ContentType = "application/octet-stream"
		}
		if len(c.files[i].Data) > 0 {
			kept = append(kept, f)
		}
	}
	c.files = kept
}
