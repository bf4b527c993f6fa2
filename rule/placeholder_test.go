package rule

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"interdesk/desk"
)

func equateEmpty() cmp.Option { return cmpopts.EquateEmpty() }

func words() *PlaceholderValues {
	t := opened()
	t.Subject = `A <b>"Lens"</b> & {{current_user.email}}`
	t.Description = "one\ntwo {{ticket.id}}"
	t.Priority, t.Followers = desk.High, []desk.UserID{ana, ben}
	t.Shares = []desk.ShareRef{{Share: 1, Agreement: kongen, State: desk.ShareLive, RemoteID: "17"},
		{Share: 2, Agreement: sender, Inbound: true, State: desk.ShareLive}, {Share: 3, Agreement: optics, State: desk.ShareEnded, RemoteID: "4"}}
	t.Fields = map[desk.FieldID]desk.FieldValue{problem: {"image_sensor"}, parts: {"cap", "strap"}}
	c := acme()
	c.Location = time.FixedZone("there", -13*3600)
	c.PersonFields = []desk.PersonField{{Of: desk.OfUsers, Key: "plan", TicketField: desk.TicketField{ID: 501, Type: desk.FieldTagger, Options: []desk.FieldOption{{Name: "Gold", Value: "gold_plan"}}}},
		{Of: desk.OfOrganizations, Key: "region", TicketField: desk.TicketField{ID: 502, Type: desk.FieldText}}}
	return &PlaceholderValues{Config: c, Ticket: &t, URL: "https://acme.example/agent/tickets/9",
		Requester: desk.User{ID: carla, Name: "Carla Maria Diaz", Email: "carla@mail.example", Role: desk.EndUser, Tags: []string{"vip"},
			Fields: map[desk.FieldID]desk.FieldValue{501: {"gold_plan"}}},
		CurrentUser: desk.User{ID: ana, Name: "Ana", Email: "ana@acme.example"}, Organizations: map[desk.OrganizationID]desk.Organization{t.Organization: {ID: t.Organization, Name: "Diaz & Co", Fields: map[desk.FieldID]desk.FieldValue{502: {"North"}}}}}
}

func TestFill(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ template, text string }{
		{"", ""},
		{"plain { text } }}", "plain { text } }}"},
		{"{{ticket.requester.custom_fields.plan}}, {{ticket.requester.custom_fields.plan.title}}, {{ticket.organization.custom_fields.region}}", "gold_plan, Gold, North"},
		{"{{current_user.custom_fields.plan}}|", "|"},
		{"#{{ticket.id}} {{ ticket.status }}/{{ticket.priority}}/{{ticket.ticket_type}}", "#9 Open/High/Ticket"},
		{"{{ticket.title}}", `A <b>"Lens"</b> & {{current_user.email}}`},
		{"{{ticket.requester.first_name}}|{{ticket.requester.last_name}}|{{ticket.requester.email}}|{{ticket.requester.tags}}", "Carla|Maria Diaz|carla@mail.example|vip"},
		{"{{current_user.first_name}}{{current_user.last_name}}", "Ana"},
		{"{{ticket.assignee.name}}{{ticket.assignee.id}}", ""},
		{"{{ticket.url}} {{ticket.link}}", "acme.example/agent/tickets/9 https://acme.example/agent/tickets/9"},
		{"{{ticket.account}} {{ticket.brand.name}} {{ticket.group.name}} {{ticket.ticket_form}} {{ticket.organization.name}}", "Acme Cameras Acme Support Request Diaz & Co"},
		{"{{ticket.ticket_field_31}} {{ticket.ticket_field_option_title_31}} {{ticket.ticket_field_34}} {{ticket.ticket_field_99}}", "image_sensor Image sensor cap, strap "},
		{"{{ticket.follower_names}}; {{ticket.tags}}", "Ana Silva, Ben Okri; camera"},
		{"{{ticket.created_at}} {{ticket.created_at_with_timestamp}} {{ticket.created_at_with_time}} {{ticket.due_date}}",
			"March 3, 2026 2026-03-04T11:00:00Z March 3, 2026 at 22:00 "},
		{"{{ticket.shared_with}}; {{ticket.shared_with_address}}; {{ticket.partner_ticket_id}}",
			"Kongen Image Sensors, Shops; kongen.example, shops.example; 17"},
		{"{{nothing}}{{ticket.secret}}{{Ticket.id}}{{ticket.title | explode}}{{}}", ""},
		{"{% include '/etc/passwd' %}{{ include '/etc/passwd' }}", "{% include '/etc/passwd' %}"},
		{"{{{{ticket.id}}}}", "{{9}}"},
		{"{{ticket.id", "{{ticket.id"},
		{"{{" + strings.Repeat("x", 500) + "}}{{ticket.id}}", "{{" + strings.Repeat("x", 500) + "}}9"},
	} {
		if got := Fill(test.template, words(), Plain, 1000); got != test.text {
			t.Errorf("%q gives %q, want %q", test.template, got, test.text)
		}
	}
}

func TestFillHTML(t *testing.T) {
	t.Parallel()
	got := Fill("<p>{{ticket.title}}</p>{{ticket.description}}", words(), HTML, 1000)
	want := "<p>A &lt;b&gt;&#34;Lens&#34;&lt;/b&gt; &amp; {{current_user.email}}</p>one<br>\ntwo {{ticket.id}}"
	if got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestFillIsBounded(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		limit int
		want  string
	}{{0, ""}, {1, ""}, {2, "ä"}, {4, "ä"}, {5, "ä€"}, {6, "ä€x"}, {7, "ä€xy"}, {17, "ä€Carla Diazxy"}} {
		w := &PlaceholderValues{Config: acme(), Requester: desk.User{Name: "Carla Diaz"}}
		if got := Fill("ä€{{ticket.requester.name}}xy", w, Plain, test.limit); got != test.want {
			t.Errorf("limit %d: %q, want %q", test.limit, got, test.want)
		}
	}
}

func FuzzFill(f *testing.F) {
	f.Add("Hi {{ticket.requester.name}} {{ticket.title}}", "{{ticket.id}}", 50)
	f.Add("{{{{{{", "}}", 3)
	f.Add("{{ticket.ticket_field_31}}{{ticket.created_at_with_time_with_timestamp}}", "<script>", 900)
	f.Fuzz(func(t *testing.T, template, typed string, limit int) {
		limit &= 0xffff
		w := words()
		w.Ticket.Subject, w.Requester.Name = typed, typed
		for _, format := range []Format{Plain, HTML, TextHTML} {
			got := Fill(template, w, format, limit)
			if len(got) > limit {
				t.Fatalf("%d bytes, limit %d", len(got), limit)
			}
			if utf8.ValidString(template) && utf8.ValidString(typed) && !utf8.ValidString(got) {
				t.Fatalf("cut a character: %q", got)
			}
			if format != Plain && !strings.Contains(template, "<") && strings.Contains(strings.ReplaceAll(got, "<br>\n", ""), "<") {
				t.Fatalf("markup came from a value: %q", got)
			}
		}
	})
}
