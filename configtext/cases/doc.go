// Package cases tries rules by cases: files that say what comes in, and what is to become of it. They need no server and no
// help desk: an account is opened in a new SQLite file, the folder is applied to it as to any other, and each case's ticket
// goes the one write path, where the real rules look at it. So what a case finds is what would happen.
//
// What no text brings is made up: people whom rules or cases name, organizations, partners who have accepted, secrets. Jobs do
// not run, so nothing is sent anywhere; hours pass by the clock of the case, and then automations run that are due.
//
// A case that fails says what was wanted and what became of it, and of each rule that was to act why it did not: which of its
// conditions said no.
package cases
