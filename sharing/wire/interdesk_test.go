package wire_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"interdesk/sharing/wire"
)

func TestPosition(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, header string
		want         wire.Position
		interdesk    bool
	}{
		{"as we write it", wire.Position{Seq: 17, Seen: 12}.String(), wire.Position{Seq: 17, Seen: 12}, true},
		{"no numbers", "1", wire.Position{}, true},
		{"more members", "1; seen=3; later=x; seq=4", wire.Position{Seq: 4, Seen: 3}, true},
		{"broken and negative numbers", "1; seq=x; seen=-4", wire.Position{}, true},
		{"another version", "2; seq=1", wire.Position{}, false},
		{"no header", "", wire.Position{}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, ok := wire.ParsePosition(test.header)
			if got != test.want || ok != test.interdesk {
				t.Errorf("got %+v, %t; want %+v, %t", got, ok, test.want, test.interdesk)
			}
		})
	}
}

func TestReceipt(t *testing.T) {
	t.Parallel()
	want := wire.Receipt{TicketID: "17", Previous: 5, NotHeld: []wire.NotHeld{{Item: "field:problem type", Reason: "there is no option <Strap>"}}}
	body, err := wire.EncodeReceipt(want)
	if err != nil {
		t.Fatal(err)
	}
	got, ok := wire.DecodeReceipt(body)
	if diff := cmp.Diff(want, got); diff != "" || !ok {
		t.Errorf("from %s (-want +got):\n%s", body, diff)
	}
	for _, body := range []string{"", "{}", "<html></html>", `{"interdesk": 3}`, `[]`} {
		if _, ok := wire.DecodeReceipt([]byte(body)); ok {
			t.Errorf("%q was taken for a receipt", body)
		}
	}
}
