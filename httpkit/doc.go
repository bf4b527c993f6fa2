// Package httpkit is what all of Interdesk's HTTP has in common: it lets a handler return its error, and alone knows
// which status an error becomes.
//
// Front stands before everything. It gives each request an id and finds out by which address the client called
// (Info, read with About), recovers panics, sets the security headers, writes the request log and reports to metrics.
// What the log must never hold (query, body, Authorization, capability tokens in paths) does not reach it.
//
// A Handler is a function that returns an error; its adapter writes the error in the shapes that clients of Zendesk's
// API know, so no handler spells a status for a failure. Answers go out through JSON or WriteEncodedJSON, which add a validator,
// answer If-None-Match and compress. Bodies come in through Body or ReadJSON, which bound size and depth.
//
// A Limiter counts requests per account and caller. StripJSON makes the paths with and without ".json" one, OneSlash
// those with "//" and "/".
package httpkit
