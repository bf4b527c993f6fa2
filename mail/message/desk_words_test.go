package message

import "testing"

func TestDeskWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"Interdesk", "##- Please type your reply above this line -##\n\nWhich type?\n\nKari\n\n-- \nAnswer this message to add to your request.\nkongen desk, request #1: https://kongen.example/requests/1\n[#1.0s2lk00bhn]\n", "Which type?\n\nKari"},
		{"Zendesk", "##- Please type your reply above this line -##\n\nYour request (12) has been updated.\n\nWe look into it.\n\n--------------------------------\nThis email is a service from Kongen. Delivered by Zendesk\n\n[1G7EOR-0Q2J]", "Your request (12) has been updated.\n\nWe look into it.\n\n--------------------------------"},
		{"a delimiter of dashes", "-- Please reply above this line --\nYes.", "Yes."},
		{"words about lines", "Cut the cable above the red line.\nThen reply.", "Cut the cable above the red line.\nThen reply."},
		{"words that look like a footer, with many after them", "Powered by Zendesk\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12", "Powered by Zendesk\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12"},
		{"nothing else", "Delivered by Zendesk", "Delivered by Zendesk"},
		{"plain", "Hello\n\n[sic]", "Hello\n\n[sic]"},
	} {
		m := &Message{Text: c.text}
		if got := m.DeskWords(); got != c.want {
			t.Errorf("%s:\ngot  %q\nwant %q", c.name, got, c.want)
		}
	}
}
