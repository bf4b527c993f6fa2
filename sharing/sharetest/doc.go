// Package sharetest is a help desk that does not exist: a partner for tests, which speaks Networked Help Desk 1.0 as server and as
// client, in the ways of the implementations that do exist.
//
// A [Partner] listens on 127.0.0.1. Its [Style] says whose habits it has: Zendesk's (no version header, every member repeated
// with nulls), Request Tracker's (its own media type, changed members only, half of the protocol missing, crashes that look like
// success) or the Node client's (whole objects each time, dates without time). As a server it keeps every request raw and the state that the
// messages led to, so a test can ask for order and for "exactly once". As a client it invites, accepts, shares, replies and unshares
// against a product's sharing URL. A script of failures makes it answer any status, wait, drop the line before or after it took the
// message, or show a web page.
//
// Recorded exchanges of the real implementations lie in testdata; [Replay] sends one as it was recorded.
package sharetest
