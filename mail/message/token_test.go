package message

import (
	"strings"
	"testing"

	"interdesk/desk"
)

func tokens(t *testing.T) *Tokens {
	t.Helper()
	tokens, err := NewTokens([]byte("a secret of sixteen bytes or more"))
	if err != nil {
		t.Fatal(err)
	}
	return tokens
}

func TestTokensFindTheirTicket(t *testing.T) {
	t.Parallel()
	k := tokens(t)
	const account, ticket = desk.AccountID(7), desk.TicketID(123456)
	address := k.Address("Support@acme.example", account, ticket)
	marker := k.Marker(account, ticket)
	id := k.MessageID(account, ticket, 99, "R4nd", "acme.example")
	for name, m := range map[string]*Message{
		"in reply to":              {InReplyTo: []string{"x@y", id}},
		"references":               {References: []string{id, "x@y"}},
		"the thread's root":        {References: []string{k.ThreadID(account, ticket, "acme.example")}},
		"address":                  {To: []Address{{Email: address}}},
		"address in capitals":      {CC: []Address{{Email: strings.ToUpper(address)}}},
		"marker":                   {Text: "hello\n> old " + marker + "\n"},
		"marker in capitals":       {Text: strings.ToUpper(marker)},
		"marker in the HTML alone": {HTML: "<p>" + marker + "</p>"},
		"a wrong marker before it": {Text: "[#1.0000000000] " + marker},
	} {
		if got, ok := k.Find(account, m); !ok || got != ticket {
			t.Errorf("%s: %v %v", name, got, ok)
		}
		if got, ok := k.Find(account+1, m); ok {
			t.Errorf("%s: another account finds %v", name, got)
		}
	}
	if got, ok := k.Find(account, &Message{}, address); !ok || got != ticket {
		t.Errorf("the envelope's recipient: %v %v", got, ok)
	}
}

func TestTokensThatAreNotOurs(t *testing.T) {
	t.Parallel()
	k := tokens(t)
	good := k.Address("s@acme.example", 7, 1)
	for name, email := range map[string]string{
		"another ticket":  strings.Replace(good, "+t.1.", "+t.2.", 1),
		"no MAC":          "s+t.1@acme.example",
		"a short MAC":     "s+t.1.abc@acme.example",
		"another tag":     "s+sales@acme.example",
		"the number zero": "s+t.0." + strings.Repeat("0", 10) + "@acme.example",
	} {
		if got, ok := k.InAddress(7, email); ok {
			t.Errorf("%s: found %v", name, got)
		}
	}
	if _, err := NewTokens([]byte("short")); err == nil {
		t.Error("a short secret is taken")
	}
}
