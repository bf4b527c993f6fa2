package rule

import (
	"encoding/json"
	"encoding/xml"
	"io"
	"net/url"
	"strings"
	"testing"

	"interdesk/desk"
)

// hostile is a title that means something to everything that reads it.
const hostile = "a\"b\\c</t>]]>&d=1;\n{{ticket.id}}\x01<!-- -->"

func titled(title string) *PlaceholderValues {
	w := words()
	w.Ticket = &desk.Ticket{ID: 9, Subject: title}
	return w
}

func TestBodies(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		template, title, want string
		format                Format
	}{
		"in quotes":               {`{"t":"x {{ticket.title}} y"}`, `a"b\` + "\n<é>", `{"t":"x a\"b\\\n<é> y"}`, JSON},
		"outside of them":         {`{"t":{{ticket.title}},"id":{{ticket.id}},"to":{{ticket.assignee.id}}}`, `a"b`, `{"t":"a\"b","id":9,"to":null}`, JSON},
		"a number":                {`[{{ticket.title}}]`, "-1.5", "[-1.5]", JSON},
		"no number":               {`[{{ticket.title}}]`, "007", `["007"]`, JSON},
		"JSON as a value":         {`[{{ticket.title}}]`, `{"a":1}`, `["{\"a\":1}"]`, JSON},
		"made JSON by a filter":   {`[{{ticket.title | json}},"{{ticket.title | json}}"]`, `12`, `["12","\"12\""]`, JSON},
		"behind a backslash":      {`["\{{ticket.title}}"]`, `"n`, `["\\\"n"]`, JSON},
		"behind an escaped quote": {`["\"{{ticket.title}}\""]`, `"`, `["\"\"\""]`, JSON},
		"broken letters":          {`["{{ticket.title}}"]`, "a\xffb", "[\"a\uFFFDb\"]", JSON},
		"in an element":           {`<t>{{ticket.title}}</t>`, `<b>&"--`, `<t>&lt;b&gt;&amp;&#34;&#45;&#45;</t>`, XML},
		"a day in an element":     {`<t>{{ticket.title}}</t>`, `2026-03-03`, `<t>2026-03-03</t>`, XML},
		"in a section":            {`<t><![CDATA[<{{ticket.title}}>]]></t><u>{{ticket.title}}</u>`, `<a]`, `<t><![CDATA[<<a]]]><![CDATA[>]]></t><u>&lt;a]</u>`, XML},
		"in a form":               {`a={{ticket.title}}&b=1`, "x&b=2 +é", "a=x%26b%3D2%20%2B%C3%A9&b=1", Form},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, complete := FillBody(test.template, titled(test.title), test.format, 10_000)
			if got != test.want || !complete {
				t.Errorf("got  %s (%v)\nwant %s", got, complete, test.want)
			}
		})
	}
}

func TestABodyThatIsCutSaysSo(t *testing.T) {
	t.Parallel()
	for _, format := range [...]Format{JSON, XML, Form} {
		if _, complete := FillBody(`"{{ticket.title}}"`, titled(strings.Repeat("x", 200)), format, 100); complete {
			t.Errorf("format %d: complete", format)
		}
		if _, complete := FillBody(strings.Repeat("x", 200), titled(""), format, 100); complete {
			t.Errorf("format %d, the template's own text: complete", format)
		}
	}
}

func TestBodyFault(t *testing.T) {
	t.Parallel()
	for body, test := range map[string]struct {
		format Format
		fine   bool
	}{
		`{"a":1}`: {JSON, true}, ``: {JSON, true}, `{"a":}`: {JSON, false}, `{} x`: {JSON, false},
		`<a><b/></a>`: {XML, true}, `<a>`: {XML, false}, `<a></b>`: {XML, false}, `a=b&c`: {Form, true},
	} {
		if said := BodyFault(body, test.format); (said == "") != test.fine {
			t.Errorf("%s: %q", body, said)
		}
	}
}

// Whatever a customer types, the body holds it as one value and stays what it was.
func FuzzBody(f *testing.F) {
	f.Add(hostile, "plain")
	f.Add("]]", ">")
	f.Add(`\`, `"`)
	f.Fuzz(func(t *testing.T, title, name string) {
		w := titled(title)
		w.Requester.Name = name
		holdJSON(t, w)
		holdXML(t, w)
		body, _ := FillBody("t={{ticket.title}}&n={{ticket.requester.name}}", w, Form, 1<<20)
		form, err := url.ParseQuery(body)
		if err != nil || len(form) != 2 || form.Get("t") != strings.ToValidUTF8(title, "\uFFFD") {
			t.Errorf("%q: %v, %v", body, form, err)
		}
	})
}

func holdJSON(t *testing.T, w *PlaceholderValues) {
	t.Helper()
	body, _ := FillBody(`{"t":"{{ticket.title}}{{ticket.requester.name}}","u":{{ticket.title}},"v":"\{{ticket.title}}"}`, w, JSON, 1<<20)
	var got map[string]any
	if err := json.Unmarshal([]byte(body), &got); err != nil || len(got) != 3 {
		t.Fatalf("%q: %v, %v", body, got, err)
	}
	if want := strings.ToValidUTF8(w.Ticket.Subject, "\uFFFD") + strings.ToValidUTF8(w.Requester.Name, "\uFFFD"); got["t"] != want {
		t.Errorf("%q holds %q, want %q", body, got["t"], want)
	}
}

func holdXML(t *testing.T, w *PlaceholderValues) {
	t.Helper()
	body, _ := FillBody(`<r a="{{ticket.title}}"><!--{{ticket.title}}--><t>{{ticket.title}}</t><t><![CDATA[{{ticket.title}}{{ticket.requester.name}}]]></t></r>`, w, XML, 1<<20)
	elements, d := 0, xml.NewDecoder(strings.NewReader(body))
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("%q: %v", body, err)
		}
		if _, ok := token.(xml.StartElement); ok {
			elements++
		}
	}
	if elements != 3 {
		t.Errorf("%q has %d elements", body, elements)
	}
}
