package rule

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"interdesk/desk"
)

// conversation is a ticket with three comments, the last of them a note.
func conversation() *PlaceholderValues {
	w := words()
	w.Now, w.LinkNumbers = noon(), true
	w.CCs = []desk.User{{ID: 7, Name: "Dora", Email: "dora@mail.example"}, {ID: 8, Name: "Emil", Email: "emil@mail.example"}}
	w.Comments = []Comment{
		{ID: 3, Author: "Ben", Body: "looks like the lens", At: noon()},
		{ID: 2, Author: "Ana", Public: true, Body: "Which lens?", HTML: "<p>Which <b>lens</b>?</p>", At: noon().Add(-time.Hour)},
		{ID: 1, Author: "Carla {{ticket.id}}", Public: true, Body: "a < b\nfringe", At: noon().Add(-2 * time.Hour), Files: []File{{"p&q.png", "https://acme.example/f?a=1&b=2"}}},
	}
	return w
}

func TestTemplates(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ template, want string }{
		"a filter":              {"{{ ticket.requester.name | upcase }}", "CARLA MARIA DIAZ"},
		"a chain":               {"{{ticket.requester.name|downcase|replace:'carla','C'|append: \"!\"}}", "C maria diaz!"},
		"a default":             {"{{ticket.assignee.first_name | default: 'our team'}}", "our team"},
		"a bar in quotes":       {"{{ticket.assignee.name | default: 'a | b, c'}}", "a | b, c"},
		"shortened":             {"{{ticket.requester.name | truncate: 8}}|{{ticket.requester.name | truncatewords: 1}}", "Carla...|Carla..."},
		"a date":                {"{{ticket.created_at | date: '%Y-%m-%d %H:%M %B %%'}}", "2026-03-03 22:00 March %"},
		"arithmetic":            {"{{ticket.id | times: 2 | plus: 1}}", "19"},
		"if":                    {"{% if ticket.priority == 'High' and ticket.tags contains 'cam' %}soon{% else %}later{% endif %}", "soon"},
		"or":                    {"{% if ticket.assignee.name or ticket.id > 8 %}yes{% endif %}", "yes"},
		"elsif":                 {"{% if ticket.status == 'New' %}a{% elsif ticket.status == 'Open' %}b{% else %}c{% endif %}", "b"},
		"unless empty":          {"{% unless ticket.assignee.name %}nobody{% endunless %}{% if ticket.assignee.name == blank %}!{% endif %}", "nobody!"},
		"case":                  {"{% case ticket.status %}{% when 'New', 'Open' %}now{% when 'Solved' %}done{% else %}?{% endcase %}", "now"},
		"a loop":                {"{% for c in ticket.public_comments %}{{forloop.index}}{{c.author.name}}:{{c.value}};{% endfor %}", "1Ana:Which lens?;2Carla {{ticket.id}}:a < b\nfringe;"},
		"a loop, cut":           {"{% for c in ticket.comments limit:1 offset:1 %}{{c.id}}{% endfor %}{% for c in ticket.comments reversed %}{{c.id}}{% endfor %}", "2123"},
		"loops in loops":        {"{% for c in ticket.comments %}{% for f in c.attachments %}{{f.filename}} {{f.url}}{% endfor %}{% endfor %}", "p&q.png https://acme.example/f?a=1&b=2"},
		"an empty loop":         {"{% for c in ticket.nothing %}x{% else %}none{% endfor %}", "none"},
		"people copied":         {"{{ticket.cc_names}}: {% for u in ticket.ccs %}{{u.email}} {% endfor %}{{ticket.ccs.size}}", "Dora, Emil: dora@mail.example emil@mail.example 2"},
		"assign":                {"{% assign who = ticket.requester.first_name | upcase %}{{who}}{{who.name}}", "CARLA"},
		"split and join":        {"{% assign parts = 'a-b-c' | split: '-' %}{{parts | join: '+'}}{{parts.last}}{{parts | size}}", "a+b+cc3"},
		"comments and raw":      {"a{% comment %}{{ticket.id}} {% if %}{% endcomment %}{% raw %}{{ticket.id}}{% endraw %}", "a{{ticket.id}}"},
		"blanks":                {"a \n{%- if ticket.id -%} \n b {{- ticket.id -}} c{% endif %}", "ab9c"},
		"the last words":        {"{{ticket.latest_comment}}|{{ticket.latest_public_comment}}|{{ticket.latest_public_comment.author.name}}", "looks like the lens|Which lens?|Ana"},
		"never closed":          {"{% if ticket.id %}a", "a"},
		"closed twice":          {"a{% endif %}b", "a{% endif %}b"},
		"no tag":                {"{% include '/etc/passwd' %}{% for %}", "{% include '/etc/passwd' %}{% for %}"},
		"values are not looked": {"{{ticket.title}}{% if ticket.title contains '{{' %}!{% endif %}", "A <b>\"Lens\"</b> & {{current_user.email}}{% if ticket.title contains '{{' %}!{% endif %}"},
		"as JSON":               {"{{ticket.latest_public_comment | json}}", `"Which lens?"`},
		"of a house":            {"{{ticket.organization.name}} {{ticket.organization.is_shared}}", "Diaz & Co false"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := Fill(test.template, conversation(), Plain, 10_000); got != test.want {
				t.Errorf("%q gives\n%q, want\n%q", test.template, got, test.want)
			}
		})
	}
}

func TestTemplatesInHTML(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		template, want string
		format         Format
	}{
		"text becomes HTML":     {"a < b\n{{ticket.requester.name}}", "a &lt; b<br>\nCarla Maria Diaz", TextHTML},
		"HTML stays":            {"<b>{{ticket.title | upcase}}</b>", "<b>A &lt;B&gt;&#34;LENS&#34;&lt;/B&gt; &amp; {{CURRENT_USER.EMAIL}}</b>", HTML},
		"a comment's HTML":      {"{{ticket.latest_public_comment_html}}", "<p>Which <b>lens</b>?</p>", TextHTML},
		"a comment's text":      {"{% for c in ticket.comments offset:2 %}{{c.value_rich}}{{c.author.name}}{% endfor %}", "a &lt; b<br>\nfringeCarla {{ticket.id}}", HTML},
		"escaped once":          {"{{ticket.title | escape}}", "A &lt;b&gt;&#34;Lens&#34;&lt;/b&gt; &amp; {{current_user.email}}", HTML},
		"the number is a link":  {"#{{ticket.id}} {{ticket.id}}", `#<a href="https://acme.example/agent/tickets/9">9</a> 9`, TextHTML},
		"quotes in expressions": {`{{ticket.assignee.name | default: "<none>"}}`, "&lt;none&gt;", TextHTML},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := Fill(test.template, conversation(), test.format, 10_000); got != test.want {
				t.Errorf("%q gives\n%q, want\n%q", test.template, got, test.want)
			}
		})
	}
}

func TestHistoryIsFormatted(t *testing.T) {
	t.Parallel()
	w := conversation()
	text := Fill("{{ticket.comments_formatted}}", w, Plain, 10_000)
	for _, want := range []string{"Ben, March 3, 2026 at 23:00 (internal note)\n\nlooks like the lens", "Attachment: p&q.png - https://acme.example/f?a=1&b=2", "Carla {{ticket.id}}"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
	page := Fill("{{ticket.public_comments_formatted}}", w, TextHTML, 10_000)
	for _, want := range []string{"<p>Which <b>lens</b>?</p>", "a &lt; b<br>", `<a href="https://acme.example/f?a=1&amp;b=2">p&amp;q.png</a>`} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is missing in\n%s", want, page)
		}
	}
	if strings.Contains(page, "looks like") || strings.Index(page, "Which") > strings.Index(page, "fringe") {
		t.Errorf("a private note, or not newest first:\n%s", page)
	}
}

func TestTemplatesAreBounded(t *testing.T) {
	t.Parallel()
	for name, template := range map[string]string{
		"loops in loops": strings.Repeat("{% for a in ticket.comments %}", 19) + "xxxxxxxxxx" + strings.Repeat("{% endfor %}", 19),
		"deeper yet":     strings.Repeat("{% if ticket.id %}", 5000),
		"a text doubles": "{% assign a = 'aaaaaaaaaa' %}" + strings.Repeat("{% assign a = a | append: a %}", 60) + "{{a}}",
		"replaced":       "{% assign a = ticket.comments_formatted %}" + strings.Repeat("{% assign a = a | replace: 'e', a %}", 60) + "{{a}}",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := Fill(template, conversation(), HTML, 1<<16); len(got) > 1<<16 {
				t.Errorf("%d bytes", len(got))
			}
		})
	}
}

func TestTemplateFaults(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		template string
		want     []string
	}{
		"nothing wrong": {"{{ticket.id}} {{ticket.requester.organization.name}} {% for c in ticket.comments limit:5 %}{{c.value}}{{forloop.last}}{% endfor %}{{ticket.ccs.size}} {{ticket.ticket_field_31}}", nil},
		"unknown":       {"{{ticket.titel}} {{Ticket.id}} {{satisfaction.rating}} {{dc.hello}} {{ticket.ticket_field_99}}", []string{"{{Ticket.id}}", "{{dc.hello}}", "{{satisfaction.rating}}", "{{ticket.ticket_field_99}}", "{{ticket.titel}}"}},
		"in a test":     {"{% if ticket.foo == 'x' %}{% endif %}", []string{"{{ticket.foo}}"}},
		"a filter":      {"{{ticket.id | frobnicate}}", []string{"{{ticket.id | frobnicate}}"}},
		"a tag":         {"{% include 'x' %}{% if ticket.id %}", []string{"{% if ticket.id %}", "{% include 'x' %}"}},
		"a loop's name": {"{% for c in ticket.comments %}{% endfor %}{{c.value}}", []string{"{{c.value}}"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, TemplateFaults(acme(), test.template), equateEmpty()); diff != "" {
				t.Error(diff)
			}
		})
	}
	warnings := ActionWarnings(acme(), []desk.Action{{Field: "notification_user", Value: []byte(`["requester_id","Re: {{ticket.titel}}","{{ticket.id}} {{ticket.titel}}"]`)}})
	if diff := cmp.Diff([]Warning{{Kind: UnknownPlaceholder, Name: "{{ticket.titel}}"}}, warnings); diff != "" {
		t.Error(diff)
	}
}
