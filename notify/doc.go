// Package notify turns what happens to tickets into letters: who hears of an update, in what words, and who does not and why.
//
// Follow stands in the update's own transaction and does next to nothing: where somebody may have to hear, it leaves one job.
// The job reads what is there by then, the ticket as the rules left it, and works out
//
//   - the notices: what rules asked for (rules.md §3), and the comment for those who follow the ticket;
//   - the hearers of each: recipient.go. Nobody gets two letters of one update, nobody hears their own words, end users never
//     hear of private ones, machines get no answer from machines. Who is left out for a reason that staff may wonder
//     about has a row that says so;
//   - the words: the rule's template, filled (package rule) for the eyes of the hearer, in the account's layout (layout.go).
//
// Then the letters go into the queue of mail/outbound, all in the transaction that ends the job. Should the job run again, it
// makes the same letters with the same Message-IDs.
package notify
