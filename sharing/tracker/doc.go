// Package tracker shares tickets with bug trackers: GitHub (also Enterprise), Gitea, Forgejo, GitLab and Redmine. A tracker is a partner
// like any other (agreement, share, lane, timeline, health, rules, promise); only the wire differs, and that is all that lies here.
//
// # Out
//
// Service is the outbound.Carrier of trackers (carry.go): an issue for each share, with the first comment in its text, then
// comments and the state. The tracker takes one comment a message and names nothing by our uuids, so each text of ours bears a
// mark (text.go), an HTML comment that nobody sees. Since of an attempt that was cut off nobody knows whether it
// arrived, the mark is looked for before anything is made. Names of people, issues and commands in a customer's words are made harmless: none of them may act there.
//
// # In
//
// poll.go asks each tracker once a minute what has changed since; a webhook (hook.go) only says that one issue is to be looked at
// now. Either way look.go compares the issue and its comments with what was seen last: what is new goes to the intake as a
// partner's message, an edit or a deletion becomes a private note. So it does no harm that both notice the same thing.
//
// # The kinds
//
// github.go (with Gitea's differences), gitlab.go and redmine.go speak to the trackers' REST interfaces behind the interface software.
// call.go turns their answers into those of the protocol, so that outbound knows what follows.
package tracker
