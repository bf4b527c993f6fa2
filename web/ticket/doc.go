// Package ticket is the page of one ticket, where agents spend their day: the properties at the left, the conversation and
// the composer in the middle, what is known around it at the right.
//
// The page is one form. Every property is sent back beside the value that the page was made with (base.NAME), so that an
// update holds only what its author touched. What others changed meanwhile is compared value by value inside the
// transaction of the update: a property that only one side changed is merged, one that both changed differently is a
// conflict, which comes back with both values to choose from and with everything that was typed. Nobody's words get lost.
//
// Comments are shown by what they are made of. Plain text has its links made clickable. HTML of the simple kind, which is
// what our own editor writes, stands in the page after a strict rebuilding of its tree. Anything richer is mail: it stands
// in a sandboxed frame with a policy of its own, without script, and loads nothing from elsewhere until somebody asks.
//
// Everything works by plain links and forms. Script adds the rich editor, drafts, files by drag and paste, macros that
// join what is typed, and news of the ticket that come in without touching what is being written.
package ticket
