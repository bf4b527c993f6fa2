// Package suspended is where staff look through mail that was not let in (/agent/suspended): each message with the cause in
// plain words, to be let in after all or deleted, one by one or several at once. Admins say besides that its sender is always
// let in from now on, or never.
//
// A message is read without it being able to do anything: its HTML is cleaned as a comment's and stands in the same frame,
// pictures from elsewhere are loaded only when the reader asks, and its files are named, not opened. Admins take the source.
package suspended
