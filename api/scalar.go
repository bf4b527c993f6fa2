package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"interdesk/desk"
)

// The types of members of requests, as loosely read as clients write them. Each remembers whether the member was there:
// null is there, and means nothing or none.

// textInput takes strings, numbers and truths.
type textInput struct {
	set bool
	v   string
}

func (t *textInput) UnmarshalJSON(raw []byte) (err error) {
	t.set = true
	t.v, err = scalar(raw)
	return err
}

// ptr is nil when the member was not there.
func (t textInput) ptr() *string {
	if !t.set {
		return nil
	}
	return &t.v
}

// numberInput takes numbers and strings that hold one; null and "" are 0.
type numberInput struct {
	set bool
	v   int64
}

func (n *numberInput) UnmarshalJSON(raw []byte) error {
	s, err := scalar(raw)
	if err != nil {
		return err
	}
	n.set = true
	n.v, err = parseWhole(s)
	return err
}

// maxPosition is the highest position that a client may give. Whatever is said beyond it means the end of the list.
const maxPosition = 1_000_000

// position is the number as a place in a list.
func (n numberInput) position() int { return int(min(max(n.v, 0), maxPosition)) }

// flagInput takes true, "true", 1, "1", "yes" and their opposites; null and "" are false.
type flagInput struct {
	set bool
	v   bool
}

func (f *flagInput) UnmarshalJSON(raw []byte) error {
	s, err := scalar(raw)
	if err != nil {
		return err
	}
	f.set = true
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "true", "1", "yes", "on":
		f.v = true
	case "false", "0", "no", "off", "":
		f.v = false
	default:
		return errors.New("must be true or false")
	}
	return nil
}

func (f flagInput) ptr() *bool {
	if !f.set {
		return nil
	}
	return &f.v
}

func (f flagInput) or(otherwise bool) bool {
	if !f.set {
		return otherwise
	}
	return f.v
}

// timeInput takes ISO 8601 times and dates; null and "" are the zero time.
type timeInput struct {
	set bool
	v   time.Time
	day bool // v is the beginning of a day in UTC: no time was said
}

// in is the time that is meant where the account is: a date alone is that day there, at its middle.
func (m *timeInput) in(c *desk.Config) time.Time {
	if m.day {
		return c.Midday(m.v.Format(time.DateOnly))
	}
	return m.v
}

func (m *timeInput) UnmarshalJSON(raw []byte) error {
	s, err := scalar(raw)
	if err != nil {
		return err
	}
	m.set = true
	if s = strings.TrimSpace(s); s == "" {
		m.v = time.Time{}
		return nil
	}
	for _, layout := range [...]string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05 -0700", "2006-01-02T15:04:05-0700", time.DateOnly} {
		if m.v, err = time.Parse(layout, s); err == nil {
			m.day = layout == time.DateOnly
			return nil
		}
	}
	return errors.New("must be a time such as 2026-01-31T12:00:00Z")
}

// textsInput takes a list of scalars, or one text with commas between.
type textsInput struct {
	set bool
	v   []string
}

func (t *textsInput) UnmarshalJSON(raw []byte) error {
	t.set = true
	if raw = bytes.TrimSpace(raw); len(raw) == 0 || raw[0] != '[' {
		s, err := scalar(raw)
		if err == nil && s != "" {
			t.v = strings.Split(s, ",")
		}
		return err
	}
	var list []json.RawMessage
	if err := json.Unmarshal(raw, &list); err != nil {
		return err
	}
	t.v = make([]string, 0, len(list))
	for _, one := range list {
		s, err := scalar(one)
		if err != nil {
			return err
		}
		t.v = append(t.v, s)
	}
	return nil
}

// numbersInput takes a list of ids, or one text with commas between.
type numbersInput struct {
	set bool
	v   []int64
}

func (n *numbersInput) UnmarshalJSON(raw []byte) error {
	var t textsInput
	if err := t.UnmarshalJSON(raw); err != nil {
		return err
	}
	n.set = true
	n.v = make([]int64, 0, len(t.v))
	for _, s := range t.v {
		id, err := parseWhole(s)
		if err != nil {
			return err
		}
		n.v = append(n.v, id)
	}
	return nil
}

// scalar reads a string, number or truth as text; null is "".
func scalar(raw []byte) (string, error) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return "", nil
	}
	switch raw[0] {
	case '"':
		var s string
		err := json.Unmarshal(raw, &s)
		return s, err
	case '{', '[':
		return "", errors.New("must be a single value")
	case 'n':
		return "", nil
	}
	return string(raw), nil
}

func parseWhole(s string) (int64, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0, errors.New("must be a whole number")
	}
	return n, nil
}

func quoteASCII(s string) string { return strconv.QuoteToASCII(s) }
