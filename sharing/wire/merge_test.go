package wire

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNormaliseTags(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 90)
	got := NormaliseTags([]string{"B", " a ", "b", "image sensor", "søk", "", "--", "v1.2/x", long})
	want := []string{"a", "b", "image_sensor", "s_k", "v1.2/x", long[:80]}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	many := make([]string, 150)
	for i := range many {
		many[i] = "tag" + strings.Repeat("a", i%70) + string(rune('a'+i/70))
	}
	if got := NormaliseTags(many); len(got) != MaxTags {
		t.Errorf("%d tags", len(got))
	}
}

func TestSameValue(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b any
		want bool
	}{
		{"7", json.Number("7"), false}, {json.Number("7.0"), int64(7), true}, {int64(7), 7.0, true}, {"0.5", ".5", false}, {"3.2", "3.20", false},
		{"007", "7", false}, {"12345678901234567", "12345678901234568", false}, {true, "true", false}, {true, false, false}, {json.Number("12345678901234567"), json.Number("12345678901234568"), false},
		{nil, "", true}, {nil, []any{}, true}, {[]any{"a", "b"}, []string{"b", "a"}, true}, {[]any{"a"}, "a", false},
		{map[string]any{"x": json.Number("1")}, map[string]any{"x": json.Number("1")}, true}, {"a", "b", false},
	} {
		if got := SameValue(test.a, test.b); got != test.want {
			t.Errorf("SameValue(%v, %v) = %v", test.a, test.b, got)
		}
	}
}

func TestFromWire(t *testing.T) {
	t.Parallel()
	options := []string{"image_sensor", "lens"}
	n := func(text string) any { return json.Number(text) }
	for _, test := range []struct {
		kind   FieldKind
		in     any
		want   any
		reason string
	}{
		{FieldText, "x", "x", ""}, {FieldText, n("7"), "7", ""}, {FieldText, true, "true", ""}, {FieldText, []any{"x"}, nil, "the value is no text"},
		{FieldText, "", nil, ""}, {FieldText, nil, nil, ""},
		{FieldInteger, n("7"), int64(7), ""}, {FieldInteger, " 7 ", int64(7), ""}, {FieldInteger, n("7.0"), int64(7), ""},
		{FieldInteger, n("7.5"), nil, "the value is no whole number"}, {FieldInteger, "seven", nil, "the value is no whole number"},
		{FieldInteger, true, nil, "the value is no whole number"}, {FieldInteger, "", nil, ""},
		{FieldDecimal, n("7.5"), 7.5, ""}, {FieldDecimal, "7.5", 7.5, ""}, {FieldDecimal, "Inf", nil, "the value is no number"},
		{FieldDecimal, "x", nil, "the value is no number"}, {FieldDecimal, []any{n("1")}, nil, "the value is no number"},
		{FieldCheckbox, true, true, ""}, {FieldCheckbox, "false", false, ""}, {FieldCheckbox, n("1"), true, ""}, {FieldCheckbox, "", false, ""},
		{FieldCheckbox, nil, false, ""}, {FieldCheckbox, "perhaps", nil, "the value is neither true nor false"},
		{FieldCheckbox, []any{}, nil, "the value is neither true nor false"},
		{FieldDate, "2014-01-31", "2014-01-31", ""}, {FieldDate, "2014-01-31T23:30:00-08:00", "2014-01-31", ""},
		{FieldDate, "2014/01/31 10:00:00 +0000", "2014-01-31", ""}, {FieldDate, "soon", nil, "the value is no date"}, {FieldDate, n("1"), nil, "the value is no date"},
		{FieldDropdown, "lens", "lens", ""}, {FieldDropdown, []any{"lens"}, "lens", ""}, {FieldDropdown, "mount", nil, "the option does not exist here"},
		{FieldDropdown, []any{"lens", "x"}, nil, "the option does not exist here"}, {FieldDropdown, "", nil, ""},
		{FieldMultiselect, []any{"lens", "image_sensor", "lens"}, []string{"image_sensor", "lens"}, ""}, {FieldMultiselect, "lens", []string{"lens"}, ""},
		{FieldMultiselect, []any{"lens", "mount"}, nil, "an option does not exist here"}, {FieldMultiselect, n("1"), nil, "the value is no list of options"},
		{FieldMultiselect, []any{}, nil, ""},
	} {
		got, reason := Field{Kind: test.kind, Options: options}.FromWire(test.in)
		if diff := cmp.Diff(test.want, got); diff != "" || reason != test.reason {
			t.Errorf("%s from %v: %v, %q", test.kind, test.in, got, reason)
		}
	}
}

// What we write, a peer of our own reads back as the same value.
func TestToWireAndBack(t *testing.T) {
	t.Parallel()
	options := []string{"image_sensor", "lens"}
	for kind, values := range map[FieldKind][]any{
		FieldText: {"x", nil}, FieldInteger: {int64(7), nil}, FieldDecimal: {7.5, nil}, FieldCheckbox: {true, false},
		FieldDate: {"2014-01-31", nil}, FieldDropdown: {"lens", nil}, FieldMultiselect: {[]string{"image_sensor", "lens"}, nil},
	} {
		field := Field{Kind: kind, Options: options}
		for _, value := range values {
			body, err := EncodeTicket(Ticket{CustomFields: Some(Fields{"F": field.ToWire(value)})})
			if err != nil {
				t.Fatal(err)
			}
			ticket, err := DecodeTicket(body)
			if err != nil {
				t.Fatal(err)
			}
			got, reason := field.FromWire(ticket.CustomFields.Value["F"])
			if diff := cmp.Diff(value, got); diff != "" || reason != "" {
				t.Errorf("%s %v came back as %v, %q (%s)", kind, value, got, reason, body)
			}
		}
	}
	if (Field{Kind: FieldCheckbox}).ToWire(nil) != false {
		t.Error("an empty checkbox is false")
	}
}
