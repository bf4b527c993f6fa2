package ticket

import (
	"strings"

	"github.com/a-h/templ"

	"interdesk/desk"
)

// manyOptions is from how many choices on they are searched by typing.
const manyOptions = 12

// inputAttributes are those of a property's input, whatever its kind.
func inputAttributes(f Form, p *Property) templ.Attributes {
	a := templ.Attributes{"id": "in-" + strings.ReplaceAll(p.Name, ".", "-"), "name": p.Name, "form": f.ID}
	if f.Closed {
		a["disabled"] = true
	}
	if len(p.Faults) > 0 {
		a["aria-invalid"] = "true"
	}
	if p.Load != "" || p.Kind == Choices || len(p.Options) > manyOptions {
		a["data-part"] = "pick"
	}
	if p.Load != "" {
		a["data-load"] = p.Load
	}
	if p.Note != "" {
		a["data-placeholder"] = p.Note
	}
	switch {
	case p.Kind == Tags:
		a["data-create"], a["autocomplete"], a["spellcheck"] = true, "off", "false"
	case p.Kind == Number && p.Field != nil && p.Field.Type == desk.FieldInteger:
		a["inputmode"] = "numeric"
	case p.Kind == Number:
		a["inputmode"] = "decimal"
	case p.Name == "form":
		a["hx-get"], a["hx-trigger"], a["hx-target"], a["hx-swap"] = f.fieldsPath(), "change", "#ticket-fields", "outerHTML"
	}
	return a
}

// fieldsPath is where the custom fields of another form come from.
func (f *Form) fieldsPath() string {
	if f.Ticket == 0 {
		return "/agent/tickets/new/fields"
	}
	return Path(f.Ticket) + "/fields"
}

// isPartial tells whether the options of a select are only some of what can be chosen.
func isPartial(p *Property) bool { return p.Load != "" && p.Name != "assignee" }

func typedKind(p *Property) string {
	switch p.Load {
	case "/agent/suggest/organizations":
		return "organization"
	case "/agent/suggest/problems", "/agent/suggest/tickets":
		return "ticket"
	}
	return "person"
}
