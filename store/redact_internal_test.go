package store

import "testing"

func TestStoredMessagesStayJSON(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ text, message, want string }{
		{"n", `{"name":"Ann","n":1}`, `{"name":"A▇▇","n":1}`},
		{`"4111"`, `{"body":"Card \"4111\" of Ana"}`, `{"body":"Card ▇▇▇▇▇▇▇▇ of Ana"}`},
		{"4111", `{"body" : "{\"card\":\"4111\"}", "list":["4111"]}`, `{"body" : "{\"card\":\"▇▇▇▇\"}", "list":["▇▇▇▇"]}`},
		{"4111", `{"body":"cut off at 4111 and`, `{"body":"cut off at ▇▇▇▇ and`},
		{"4111", `card=4111&n=4`, `card=▇▇▇▇&n=4`},
		{"x", `{}`, `{}`},
		{"x", ``, ``},
	} {
		if got := blackOutStored(test.message, []string{test.text}); got != test.want {
			t.Errorf("%q in %s: %s, want %s", test.text, test.message, got, test.want)
		}
	}
}
