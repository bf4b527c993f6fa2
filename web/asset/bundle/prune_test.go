package main

import "testing"

func TestPrune(t *testing.T) {
	t.Parallel()
	w := wordSet{"card": true, "btn": true, "status-": true, "open": true}
	for _, c := range []struct{ name, css, want string }{
		{"a rule that nobody needs", `.card{a:b}.modal{c:d}`, `.card{a:b}`},
		{"one selector of several", `.btn,.modal .btn,a{a:b}`, `.btn,a{a:b}`},
		{"put together", `.status-new,.hue-1{a:b}`, `.status-new{a:b}`},
		{"within media", `@media print{.modal{a:b}}@media (min-width:1px){.card{a:b}.modal{a:b}}`, `@media (min-width:1px){.card{a:b}}`},
		{"not is no need", `.card:not(.modal){a:b}`, `.card:not(.modal){a:b}`},
		{"animations, fonts, imports stay", `@import "x";@keyframes k{from{a:b}to{a:c}}`, `@import "x";@keyframes k{from{a:b}to{a:c}}`},
		{"braces and dots in values", `.card{background:url("data:image/svg+xml,%3c{.modal}%3e")}.x{}`, `.card{background:url("data:image/svg+xml,%3c{.modal}%3e")}`},
		{"escaped names", `.w-1\/2{a:b}.card\:x{a:b}`, ``},
		{"attributes", `[data-x="modal"] .card{a:b}`, `[data-x="modal"] .card{a:b}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := prune(c.css, w); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}
