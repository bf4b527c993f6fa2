package admin

import (
	_ "embed"
	"slices"
	"strings"

	"interdesk/web/ui"
)

// zoneNames are the time zones that one chooses from, a line each; other names of the same zones are not offered.
//
//go:embed zone.txt
var zoneNames string

// zoneOptions are the time zones as choices, among them the one that is chosen already, and none by the label of nothing,
// unless it is "".
func zoneOptions(chosen, nothing string) []ui.Option {
	names := strings.Fields(zoneNames)
	if chosen != "" && !slices.Contains(names, chosen) {
		names = append(names, chosen)
		slices.Sort(names)
	}
	var all []ui.Option
	if nothing != "" {
		all = append(all, ui.Option{Label: nothing})
	}
	for _, name := range names {
		all = append(all, ui.Option{Value: name, Label: strings.ReplaceAll(name, "_", " ")})
	}
	return all
}
