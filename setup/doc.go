// Package setup opens new accounts: it describes what a help desk has on its first day, and stores that in one transaction
// with the account and its first admin.
//
// Standard is the description: a group, the fields that every ticket has and the form that shows them, the triggers and
// views that people who know other help desks expect to find. It is data and depends on nothing; whoever sets up the desk may
// change all of it afterwards. CreateAccount stores it; the command line and the demo open their accounts so, and tests.
package setup
