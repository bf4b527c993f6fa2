package rule

import (
	"encoding/json"
	"slices"
	"strings"

	"interdesk/condition"
	"interdesk/desk"
)

// TemplateFaults are the placeholders and tags of a template that mean nothing, as they stand in it: a placeholder that is
// unknown is empty in what people get, a tag that is unknown or not closed is read as text.
func TemplateFaults(c *desk.Config, template string) []string {
	parsed := parseTemplate(template)
	faults := parsed.faults
	w := &PlaceholderValues{Config: c, Ticket: &desk.Ticket{}}
	for _, ref := range parsed.paths {
		if !isKnown(w, ref) {
			faults = append(faults, "{{"+strings.Join(ref.path, ".")+"}}")
		}
	}
	slices.Sort(faults)
	return slices.Compact(faults)
}

// isKnown tells whether a path leads anywhere. What a template has named itself is its own matter.
func isKnown(w *PlaceholderValues, ref reference) bool {
	if _, own := ref.locals[ref.path[0]]; own {
		return true
	}
	if _, known := w.lookup(ref.path); known {
		return true
	}
	last := len(ref.path) - 1
	return last > 0 && (ref.path[last] == "size" || ref.path[last] == "first" || ref.path[last] == "last") && isKnown(w, reference{path: ref.path[:last]})
}

// templateWarnings names what the texts of actions speak of and nobody knows.
func templateWarnings(c *desk.Config, actions []desk.Action) (out []Warning) {
	for _, a := range actions {
		for _, text := range templatesOf(a) {
			for _, fault := range TemplateFaults(c, text) {
				w := Warning{Kind: UnknownPlaceholder, Name: fault}
				if !slices.Contains(out, w) {
					out = append(out, w)
				}
			}
		}
	}
	return out
}

// templatesOf are the texts of an action in which placeholders are filled.
func templatesOf(a desk.Action) []string {
	switch {
	case strings.HasPrefix(a.Field, "notification_"):
		var parts []condition.Value
		if json.Unmarshal(a.Value, &parts) != nil || len(parts) < 2 {
			return nil
		}
		var out []string
		for _, p := range parts[1:] {
			out = append(out, p.Text())
		}
		return out
	case a.Field == "subject":
		return []string{valueOf(a).Text()}
	case a.Field == "comment_value", a.Field == "comment_value_html":
		text, _ := commentText(actionValue{raw: a.Value, value: valueOf(a)})
		return []string{text}
	}
	return nil
}
