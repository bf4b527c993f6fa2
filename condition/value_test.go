package condition

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

func TestValueReadsLooselyAndEchoesExactly(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		raw, text string
		list      []string
	}{
		{`"5"`, "5", []string{"5"}},
		{`5`, "5", []string{"5"}},
		{`5.0`, "5", []string{"5"}},
		{`5e0`, "5", []string{"5"}},
		{`-1.50`, "-1.5", []string{"-1.5"}},
		{`26155621683731`, "26155621683731", []string{"26155621683731"}},
		{`true`, "true", []string{"true"}},
		{`"true"`, "true", []string{"true"}},
		{`false`, "false", []string{"false"}},
		{`null`, "", nil},
		{`""`, "", nil},
		{`"a b,c ,  d"`, "a b,c ,  d", []string{"a", "b", "c", "d"}},
		{`["a b","c",""]`, "a b c", []string{"a b", "c"}},
		{`[1,true,null]`, "1 true", []string{"1", "true"}},
		{`"\u003cb\u003e ü"`, "<b> ü", []string{"<b>", "ü"}},
		{`{"a":1}`, `{"a":1}`, []string{`{"a":1}`}},
	} {
		var v Value
		if err := json.Unmarshal([]byte(test.raw), &v); err != nil {
			t.Fatalf("%s: %v", test.raw, err)
		}
		if got := v.Text(); got != test.text {
			t.Errorf("%s: Text() = %q, want %q", test.raw, got, test.text)
		}
		if diff := cmp.Diff(test.list, v.List(), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: List(): %s", test.raw, diff)
		}
		if got, _ := json.Marshal(v); string(got) != test.raw {
			t.Errorf("%s came back as %s", test.raw, got)
		}
	}
}

func TestValueOf(t *testing.T) {
	t.Parallel()
	for want, v := range map[string]any{`"a<b"`: "a<b", `5`: 5, `true`: true, ``: nil, `["a","b"]`: []string{"a", "b"}} {
		if got := ValueOf(v); got.raw != want {
			t.Errorf("ValueOf(%v) = %q, want %q", v, got.raw, want)
		}
	}
	if !ValueOf(make(chan int)).IsNull() {
		t.Error("what JSON cannot express must become null")
	}
	if !cmp.Equal(ValueOf("5"), ValueOf("5")) || cmp.Equal(ValueOf("5"), ValueOf(5)) {
		t.Error("values are equal when they were sent alike, and only then")
	}
}

func TestValueOfTextRoundTrips(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "text")
		raw, err := json.Marshal(ValueOf(s))
		if err != nil {
			t.Fatal(err)
		}
		var v Value
		if err := json.Unmarshal(raw, &v); err != nil {
			t.Fatal(err)
		}
		if v.Text() != s || ValueOf(s).Text() != s {
			t.Fatalf("%q came back as %q", s, v.Text())
		}
	})
}
