// Package ui is what all pages of the web have in common: the call that a page serves, the shell around it, and the
// parts that pages are made of.
//
// The packages beside it (views, ticket, rules, sharing, admin, portal, …) each serve a part of the web. They list their
// Routes, each with its Audience; package web admits callers before a page is asked, so that no page can forget to. A
// page is a function that returns an error:
//
//	func (a *Pages) show(c *ui.Call) error {
//		…
//		return c.Show(ui.Page{Title: …, Shell: ui.Workspace, Current: "views", Body: viewPage(model)})
//	}
//
// It reads what it needs in one transaction into a plain model, and renders the model by a templ component. Texts come
// from package text. What is around the model while it is rendered (account, reader, time zone, assets) stands in the
// context: FrameOf.
//
// Pages are whole documents with real addresses. Where script runs, htmx replaces parts of them: a page asks Partial and
// answers with a Fragment. Forms post and redirect (Go), or come back with 422 and their faults; both work without script.
//
// Keys are in the markup too. An element with data-hotkey="r" is clicked, or focused if it is an input, by that key; one
// with data-go="v" by g and that key. The script (web/asset/src/shell/keys.ts) sees to it that keys act only while nobody
// types, and tells scripts with keys of their own which key they may act on. Elements with data-command-action="Label"
// are offered by the command bar. What keys there are stands in package web (keys.go).
package ui
