package wire_test

import (
	"encoding/json"
	"testing"

	"interdesk/sharing/wire"
)

// FuzzPosition: whatever a header says, numbers are never negative, and what was read is written the same.
func FuzzPosition(f *testing.F) {
	for _, seed := range []string{"1; seq=17; seen=12", "1", "2; seq=1", "1;seq=-1;;=;seen", "1; seq=99999999999999999999"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		p, ok := wire.ParsePosition(header)
		if p.Seq < 0 || p.Seen < 0 || !ok && p != (wire.Position{}) {
			t.Fatalf("%q is read as %+v, %t", header, p, ok)
		}
		if again, _ := wire.ParsePosition(p.String()); again != p {
			t.Fatalf("%+v came back as %+v", p, again)
		}
	})
}

// FuzzReceipt: whatever a partner answers, it is bounded and never a panic.
func FuzzReceipt(f *testing.F) {
	for _, seed := range []string{`{"interdesk":{"original_id":"17","previous":3,"not_held":[{"item":"status","reason":"x"}]}}`, `{"interdesk":null}`, `[]`, "<html>", ""} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		r, ok := wire.DecodeReceipt(body)
		if len(r.NotHeld) > 300 || !ok && (r.TicketID != "" || r.NotHeld != nil) {
			t.Fatalf("%q is read as %+v", body, r)
		}
	})
}

// FuzzExtension: a message is read, whatever stands in the member that only Interdesks know.
func FuzzExtension(f *testing.F) {
	for _, seed := range []string{`{"tags_added":["a"],"narrowed":["abcdef"]}`, `3`, `[]`, `{"tags_added":{}}`, `null`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, member string) {
		if !json.Valid([]byte(member)) {
			return
		}
		m, err := wire.DecodeTicket([]byte(`{"status":"open","interdesk":` + member + `}`))
		if err == nil && m.Status.Value != "open" {
			t.Fatalf("%q hides the status", member)
		}
	})
}
