// Package redaction finds in texts what must not leave a desk, and puts words in its place. It is pure.
//
// Detectors (detector.go) are named: payment cards and account numbers by their check digits, addresses of mail and of machines, phone
// numbers, tokens and keys, and a desk's own patterns. Texts are read as people read them (reading.go): whatever dashes and
// spaces stand between digits, without characters that have no width. In HTML (html.go) a text is what is shown of it, across
// elements that do not end a line; attributes are read by themselves.
package redaction
