package condition

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTreeJSON(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, in, out string }{
		{"nothing", `{}`, `{"all":[],"any":[]}`},
		{"null branches", `{"all":null,"any":null}`, `{"all":[],"any":[]}`},
		{"types of values are kept", `{"all":[{"field":"comment_is_public","operator":"is","value":true},{"field":"group_id","operator":"is","value":5}],"any":[]}`, ""},
		{"null is kept", `{"all":[{"field":"status","operator":"changed","value":null}],"any":[]}`, ""},
		{"lists are kept", `{"all":[],"any":[{"field":"custom_status_id","operator":"includes","value":["1",2]}]}`, ""},
		{"aliases are kept", `{"all":[{"field":"brand_id","operator":"changed_to","value":"5"}],"any":[]}`, ""},
		{"an omitted operator stays omitted", `{"all":[{"field":"update_type","value":"Create"}],"any":[]}`, ""},
		{"a missing value is null", `{"all":[{"field":"status","operator":"changed"}],"any":[]}`,
			`{"all":[{"field":"status","operator":"changed","value":null}],"any":[]}`},
		{"more members are left out", `{"all":[{"field":"status","operator":"is","value":"new","id":3}],"extra":1}`,
			`{"all":[{"field":"status","operator":"is","value":"new"}],"any":[]}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var tree Tree
			if err := json.Unmarshal([]byte(test.in), &tree); err != nil {
				t.Fatal(err)
			}
			if test.out == "" {
				test.out = test.in
			}
			got, err := json.Marshal(tree)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.out, string(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func FuzzTreeJSON(f *testing.F) {
	f.Add([]byte(`{"all":[{"field":"status","operator":"less_than","value":"solved"}],"any":[]}`))
	f.Add([]byte(`{"all":[{"field":"current_tags","operator":"includes","value":["a","b c"]}],"any":[{"field":"priority","operator":"is","value":null}]}`))
	f.Add([]byte(`{"all":[{"field":"custom_fields_5","operator":"within_previous_n_days","value":3.5e1}]}`))
	f.Add([]byte(`{"all":[{"field":"updated_at","operator":"greater_than","value":"99999999999999999999"}]}`))
	f.Add([]byte(`{"any":[{"field":"subject_includes_word","operator":"is","value":{"a":[[1]]}},{"field":"custom_fields_4","operator":"is","value":-1.5}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var tree Tree
		if json.Unmarshal(raw, &tree) != nil {
			return
		}
		out, err := json.Marshal(tree)
		if err != nil {
			t.Fatal(err)
		}
		var again Tree
		if err := json.Unmarshal(out, &again); err != nil {
			t.Fatalf("%s: %v", out, err)
		}
		out2, _ := json.Marshal(again)
		if string(out) != string(out2) {
			t.Fatalf("%s then %s", out, out2)
		}
		checkAgreesWithCompile(t, tree)
	})
}

// checkAgreesWithCompile asserts that what Check lets pass compiles, and that asking it is safe with any facts.
func checkAgreesWithCompile(t *testing.T, tree Tree) {
	c := shopCatalog()
	for _, place := range []Place{Trigger, Automation, View} {
		problems := c.Check(tree, place)
		m, err := Compile(tree, c, place)
		if err != nil && len(problems) == 0 {
			t.Fatalf("Check found nothing in %v, but: %v", tree, err)
		}
		if err != nil {
			continue
		}
		for _, facts := range []*Facts{{}, {Created: true}, {Now: make([]Fact, c.Slots()), Before: make([]Fact, 3)}} {
			ok, no := m.Match(facts)
			if ok != (no == -1) || no > len(tree.All) {
				t.Fatalf("Match = %v, %d", ok, no)
			}
		}
	}
}
