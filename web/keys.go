package web

import "interdesk/web/ui"

// keyBinding is something that keys do. Keys that are pressed together are joined by "+"; several ways stand side by side.
type keyBinding struct {
	keys  []string
	label string // key of the catalogue
}

// keyGroup is a place with what keys do there.
type keyGroup struct {
	title    string
	bindings []keyBinding
}

func keyGroups() []keyGroup {
	return []keyGroup{
		{"keys.everywhere", []keyBinding{
			{[]string{"Ctrl+K"}, "keys.command"},
			{[]string{"/"}, "keys.search"},
			{[]string{"?"}, "keys.help"},
			{[]string{"g v"}, "keys.go.views"},
			{[]string{"g s"}, "keys.go.search"},
			{[]string{"g c"}, "keys.go.customers"},
			{[]string{"g m"}, "keys.go.suspended"},
			{[]string{"g r"}, "keys.go.reports"},
			{[]string{"g a"}, "keys.go.admin"},
			{[]string{"Esc"}, "keys.close"},
		}},
		{"keys.list", []keyBinding{
			{[]string{"j", "k"}, "keys.next"},
			{[]string{"Enter"}, "keys.open"},
			{[]string{"Space"}, "keys.preview"},
			{[]string{"x"}, "keys.tick"},
		}},
		{"keys.ticket", []keyBinding{
			{[]string{"r"}, "keys.reply"},
			{[]string{"n"}, "keys.note"},
			{[]string{"a"}, "keys.take"},
			{[]string{"m"}, "keys.macro"},
			{[]string{"t"}, "keys.tags"},
			{[]string{"e"}, "keys.events"},
			{[]string{"Ctrl+Enter"}, "keys.submit"},
			{[]string{"Ctrl+Alt+O", "Ctrl+Alt+P"}, "keys.submit.open"},
			{[]string{"Ctrl+Alt+H", "Ctrl+Alt+S"}, "keys.submit.hold"},
		}},
	}
}

// showKeys lists the keys: a page, or what the script puts into a dialog.
func showKeys(c *ui.Call) error {
	if c.Partial() {
		return c.Fragment(0, keyList(true))
	}
	return c.Show(ui.Page{Title: c.T("keys.title"), Body: keyPage()})
}
