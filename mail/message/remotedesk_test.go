package message

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestRemoteDesksByTheirMail(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		header, text string
		want         RemoteDesk
	}{
		"Zendesk": {"From: \"MK (Support)\" <support@kongen.zendesk.com>\r\nMessage-ID: <L7VKGOM25K_5ffc9f6678dde_503f05c010585f_sprut@zendesk.com>\r\n" +
			"X-Mailer: Zendesk Mailer\r\nX-Zendesk-From-Account-Id: 68b8aed\r\nAuto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All",
			"##- Please type your reply above this line -##\r\n\r\nYour request (#4711) has been received and is being reviewed.",
			RemoteDesk{Kind: Zendesk, URL: "https://kongen.zendesk.com", AccountID: "68b8aed", Ticket: "4711", Automatic: true}},
		"Zendesk, a person's answer at an own domain": {"From: \"MK (Support)\" <support@kongen.example>\r\nX-Mailer: Zendesk Mailer\r\nAuto-Submitted: auto-generated",
			"We shipped it today.", RemoteDesk{Kind: Zendesk}},
		"Interdesk, a person": {"From: a@acme.example\r\nX-Interdesk-Instance: https://Acme.Example; v=1\r\nX-Interdesk-Ticket: 12", "Words.",
			RemoteDesk{Kind: Interdesk, URL: "https://acme.example", Ticket: "12"}},
		"Interdesk, by itself": {"From: a@acme.example\r\nX-Interdesk-Instance: https://acme.example; v=1\r\nAuto-Submitted: auto-replied", "Thanks.",
			RemoteDesk{Kind: Interdesk, URL: "https://acme.example", Automatic: true}},
		"Request Tracker": {"From: rt@example.com\r\nRT-Ticket: example.com #88\r\nX-RT-Loop-Prevention: example.com\r\nSubject: [example.com #88] AutoReply: Printer\r\nPrecedence: bulk",
			"Greetings,\r\n\r\nThis message has been automatically generated", RemoteDesk{Kind: RT, AccountID: "example.com", Ticket: "88", Automatic: true}},
		"OTRS":      {"From: otrs@example.com\r\nX-Powered-By: OTRS (https://otrs.org/)\r\nSubject: [Ticket#2026030210000011] Re: Printer", "Hello", RemoteDesk{Kind: OTRS, Ticket: "2026030210000011"}},
		"Znuny":     {"From: z@example.com\r\nX-Mailer: Znuny Mail Service (6.5)\r\nSubject: Ticket#10001", "Hello", RemoteDesk{Kind: OTRS, Ticket: "10001"}},
		"Zammad":    {"From: z@example.com\r\nX-Powered-By: Zammad - Helpdesk/Support (https://zammad.org/)\r\nSubject: RE: Printer [Ticket#31001]", "Hello", RemoteDesk{Kind: Zammad, Ticket: "31001"}},
		"Freshdesk": {"From: s@acme.freshdesk.com\r\nMessage-ID: <abc@email.freshdesk.com>\r\nSubject: [#55] Printer", "Hello", RemoteDesk{Kind: Freshdesk, URL: "https://acme.freshdesk.com", Ticket: "55"}},
		"Jira":      {"From: jira@example.com\r\nX-JIRA-FingerPrint: abc\r\nSubject: SUP-12 Printer", "Hello", RemoteDesk{Kind: Jira, Ticket: "SUP-12"}},
		"osTicket":  {"From: o@example.com\r\nX-Mailer: osTicket Mailer\r\nSubject: Re: Printer [#123456]", "Hello", RemoteDesk{Kind: OSTicket, Ticket: "123456"}},
		"GLPI":      {"From: g@example.com\r\nX-Mailer: GLPI 10\r\nSubject: [GLPI #0000012] New", "Hello", RemoteDesk{Kind: GLPI, Ticket: "0000012"}},
		"Redmine":   {"From: r@example.com\r\nX-Redmine-Host: bugs.example.com\r\nX-Redmine-Issue-Id: 9", "Hello", RemoteDesk{Kind: Redmine, URL: "https://bugs.example.com", Ticket: "9"}},
	} {
		m := parse(t, []byte(c.header+"\r\n\r\n"+c.text+"\r\n"))
		got, ok := m.RemoteDesk()
		if diff := cmp.Diff(c.want, got, cmpopts.IgnoreFields(RemoteDesk{}, "Header")); !ok || diff != "" {
			t.Errorf("%s: found %v, want minus got:\n%s", name, ok, diff)
		}
		if got.Header == "" {
			t.Errorf("%s: no evidence", name)
		}
	}
}

func TestWhatIsNoRemoteDesk(t *testing.T) {
	t.Parallel()
	for name, header := range map[string]string{
		"a person":                        "From: jane@example.org",
		"a person who quotes a desk's id": "From: jane@example.org\r\nIn-Reply-To: <x_sprut@zendesk.com>\r\nReferences: <x_sprut@zendesk.com>",
		"an instance without an address":  "From: jane@example.org\r\nX-Interdesk-Instance: javascript:alert(1)",
		"support at any company":          "From: support@example.org\r\nSubject: [#123] hello",
	} {
		if d, ok := parse(t, []byte(header+"\r\n\r\nwords\r\n")).RemoteDesk(); ok {
			t.Errorf("%s: %+v", name, d)
		}
	}
}
