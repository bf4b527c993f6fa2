// Package rule is what an account's own rules do to its tickets. Conditions say when (package condition), actions say
// what, and this package brings them together. It is pure: it reads a desk.Config, works on a desk.Draft and does no I/O.
//
// # Triggers
//
// A Set is all triggers of an account at one version, compiled once and used by any number of updates at the same time.
// Run lets them look at one update until they are quiet (rules.md §4.2): top to bottom, each fires at most once in an
// update, its actions apply at once, and when they changed the ticket, looking starts again from the top, so that an
// earlier trigger may answer to what a later one did. It ends because what has fired does not fire again; over that
// stands a cap on the number of firings.
//
// Every action is an edit of the draft by itself, under the same invariants as a person's edit. One that cannot be
// carried out (a group that was deleted) leaves a visible Error event and nothing else; those after it still run. Only a
// trigger that shares does all or nothing: a ticket that cannot go to the partner must not be tagged, solved or announced
// as if it had gone (share-life §4). And a trigger that handed the ticket over to a partner who never got it waits until
// somebody shares it again. Both are Obstacles in the trace. Notifications and webhook calls are kept on the draft as templates. Whoever sends mail or calls
// hooks reads them from the audit; until then they are a record of what was asked for.
//
// A trigger that cannot be compiled any more, say because its field was deleted, keeps its place, never fires, and says
// why in Set.Problems and in the explanation of a trace.
//
// # Looking at a thousand triggers
//
// Most triggers have a condition that demands one value: a tag, a group, an option. Each trigger is filed under the most
// telling of its demands, its anchor; only those whose anchor is met, and those without one, are asked at all. All others
// are known to say no, and which condition said it: the anchor. So the cost of a look depends on how many triggers might
// fire, not on how many there are. Of those that are asked, each different condition is evaluated once a walk, however
// many triggers have it.
//
// # Traces
//
// A Trace says what came of each trigger, one Verdict each, and in which order and pass the triggers fired. A verdict
// names one condition that said no, at the last look: the anchor if that said no, else the first that did. Packed, a
// trace takes a few bits a trigger; with the kept revisions of the triggers Explain makes it readable again.
//
// # Trials and warnings
//
// Before a trigger is turned on, Try judges past tickets by it, each by its last update, and tells what it would change.
// TriggerWarnings finds what is allowed and most likely not meant: conditions that contradict each other or always hold
// (field_state.go: every way a field can be is tried), actions that change nothing, partners that take nothing, triggers that may
// set each other off, placeholders that nobody knows.
//
// # Macros, checks, definitions
//
// ApplyMacro turns a macro into the edits and the comment an agent may then submit; Fill puts the values of placeholders
// into a text, a small closed part of Liquid (template.go), and TemplateFaults names what means nothing in one. CheckTrigger, CheckMacro and CheckView say everything that is wrong with a rule before it is stored.
// Definitions tells rule builders which conditions and actions there are, under which heading, and in what input and how
// many at once their values are given. All of these and the compiler read the same
// table of declared actions.
package rule
