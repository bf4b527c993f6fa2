// Package admin is the admin centre but for rules and sharing: who works at the desk and who asks for help, what a
// ticket can tell, what a request asks for, the keys of programs, and the account itself.
//
// All of it is done through an admin.Actor, which knows who may and what is right; these pages show what it says. A list
// leads to a page for each of its things, where a form posts to the page's own address. Whatever cannot be undone has a
// page of its own that says what will be lost (confirmPage).
//
// Agents look after customers by the same pages, at /agent/users. Lists that one orders, and forms with rows, work by
// their buttons; with script, rows can be dragged (the part "sort").
package admin
