// Package configtext writes how a help desk is set up as text, and sets it up from text: triggers, automations, macros, views,
// fields, forms, groups, schedules, service levels, webhooks, support addresses and sharing agreements, a YAML file for each.
// So a team keeps its rules in version control, talks about changes before they are made, tries them by cases, and compares
// desks.
//
// # A folder
//
//	triggers/share-image-sensor-problems.yaml   one thing; the folder says of which kind
//	order.yaml                                  in which order things run and are shown
//	tests/sharing.yaml                          cases (package configtext/cases)
//	.interdesk.lock                             which record each file is about, and as what it was read
//	.schema/triggers.json                       what editors check and offer
//
// Files speak of other things by name: groups, forms and partners by their titles, people by their addresses. An account has a
// name for each thing, its title; where two have the same, the second is called "Title #2", and its file says so under
// reference. What has no name keeps its id. Where the API has an id inside a word, the text has a name in brackets:
// custom_fields_[Serial number], {{ticket.ticket_field_[Serial number]}}.
//
// A text is a struct whose tags say how it stands in a file (codec.go); reading, writing and the schemas come from these.
// A kind (kind.go) knows how records of the account become texts and how texts become changes, which it has rooms make that
// people's changes go through as well: admin, webhook, sharing/agreement. So nothing gets in by text that a page would refuse.
//
// # Applying
//
// Apply does everything in one transaction: it finds which record each file is about (by the lock, else by name), makes and
// changes kind after kind, deletes what is in no file if it is told to, and puts all into order. Faults do not stop it: it goes
// on to find the others, each with file, line and column, and in the end takes everything back. A plan is the same with another
// end, so it promises nothing that would then be refused.
//
// What was changed in the account since the folder was exported or applied last is never overwritten: the lock knows what it
// was, and the account remembers what was applied, for a folder whose lock lies in version control and is not written back
// (docs/adr/0015).
package configtext
