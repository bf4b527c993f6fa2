// Package api is the REST interface under /api/v2, compatible with version 2 of Zendesk's: the client libraries, scripts
// and Terraform files that people have work unchanged. It translates between JSON and the vocabulary, and adds no
// behaviour: what changes a ticket goes through ticketing, what concerns partners through sharing.
//
// Each resource has a file that holds its routes (method, path, who may call, handler), what its JSON looks like in the
// order in which clients see it, and its handlers. A handler gets a call, which knows the account, who calls and under
// which address, and returns an error or has answered.
//
// Reading is tolerant, since clients are many: ids may be strings, truth may be "1", a list may be one text with commas.
// What nobody knows is ignored and named in the X-Zendesk-API-Warn header. What is known and wrong is refused, every
// fault at once.
//
// All lists page in both styles, by offset (page, per_page) and by cursor (page[size], page[after], page[before]).
//
// openapi.yaml beside this file describes every route; the tests hold requests and answers against it.
package api
