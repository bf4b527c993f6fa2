// Package condition answers one question: do these conditions hold for this ticket? Triggers, automations and views all
// ask it. A rule's author writes a Tree of Conditions, each a field, an operator and a value as the API spells them.
// A Catalog declares the fields there are. Catalog.Check says what is wrong with a tree, in words for its author;
// Compile makes a Matcher of it, which answers in nanoseconds from Facts and allocates nothing.
//
// The package knows operators and kinds of values, and nothing of tickets: which fields a ticket has, and how a fact is
// read off a ticket, is declared by whoever builds the Catalog.
//
// # One meaning, two evaluators
//
// Views run as SQL. So that a view and a trigger with the same conditions never disagree, every condition is first
// reduced to a Plan: one of few Probes, the moment it is asked of, whether it is negated, and operands that are already
// in the form facts have. The matcher here and the SQL renderer both start from the Plan and only from it. Whoever
// renders SQL follows the description of each Probe, and these rules:
//
//   - "No value" is one thing. For kinds read from Fact.Text it is "" (a null column counts as ""), for sets the empty
//     set, for numbers and instants a missing one (null), for a Checkbox or Flag anything but true.
//   - Every probe is either true or false, never unknown: a comparison with a missing number or day is false, and its
//     negation true. In SQL that takes a coalesce before the not.
//   - ProbeSame compares bytes, and "" may be among its Texts. An empty Texts holds never; there is no "in ()" in SQL.
//   - Folding lowers ASCII letters only: lower(x) in SQLite, lower(x collate "C") in PostgreSQL. Operands are folded
//     already. Containment is instr and strpos, so that no wildcard needs escaping.
//   - Days are compared as the text YYYY-MM-DD (collation "C"), numbers as integers; a decimal is kept beside its text in millionths
//     (ParseDecimal). A range whose low end is above its high end holds nothing.
//   - ProbeElapsed compares microseconds. Both ends are inclusive, and an instant ahead of the present has a negative
//     distance. A range that begins with no time passed reaches down to all of them, unless the field says MayLieAhead:
//     a stamp is of something that has happened, whatever the clock says by now.
//
// # What the operators mean
//
// X is the value. "Is X" with an empty X asks whether there is no value, for every kind but Checkbox, Flag and the hours
// kinds, which have no such question. A negated operator (is_not, not_includes, …) is true exactly when its positive form
// is false; so it is true where there is no value, unless the field says NotNeedsValue (organisations do).
//
//	Choice      is                X is looked up among the choices without regard to ASCII case, then compared exactly
//	            includes          the value is one of the list
//	            less_than, …      the value stands before (after) X in the order of the choices; a value that is not
//	                              among the choices stands nowhere; "" ranks only where it is a choice (priority)
//	ID          is                equal ids; also the user's own (current_user), one of the user's groups
//	                              (current_groups) or another field's (requester_id), which "" never equals
//	            includes          the id is one of the list
//	Tags,       is                X is in the set; X is looked up among the choices, else lowered
//	Multi,      includes          at least one of the list is in the set
//	Member      changed           the sets differ
//	Text        is                equal when folded
//	            includes          contains at least one of the list, folded
//	            includes_string   contains X, folded, spaces and all
//	Words       as Text, but "is" is includes_string; a word is found inside a longer one ("none" in "nonetheless")
//	Number      is, less_than, …  compares whole numbers
//	Decimal     is, less_than, …  compares millionths; further digits of X are cut off
//	Date        is, less_than, …  compares days
//	            within_previous_n_days, within_next_n_days
//	                              from n days ago to today; from today to n days ahead
//	Instant     less_than, …      compares instants; X is a time such as 2026-12-31T12:00:00Z
//	Checkbox,   is true           the fact's text is "true"; X may be true, 1, yes or on
//	Flag        is false          anything else, so also where nothing is set; X may be false, 0, no or off
//	Hours       is n              n <= hours passed, floored to whole hours, < n+1: from 2h00 to 2h59 "is 2" holds
//	            less_than n       0 <= floored hours < n
//	            greater_than n    floored hours > n, so "greater_than 96" holds from the 97th full hour on
//	HoursUntil  as Hours, of the hours left; but less_than n includes n itself
//	            …_business_hours  the same, counted in working time
//	every kind  present           there is a value (hours kinds excepted)
//
// A list is a JSON list, or a text split on spaces and commas. A fraction of an hour in X is cut off.
//
// # Before and now
//
// Six operators, which only triggers may use, compare the ticket before the whole update with the ticket at the moment
// of asking; what earlier triggers of the same update did counts as changed. On creation every field had no value before.
//
//	changed               the value now is not the value before (texts byte by byte)
//	value X               is X now, and was not X before      (also changed_to)
//	value_previous X      was X before, and is not X now      (also changed_from)
//	not_changed, not_value X, not_value_previous X            the negations
//
// "Is X" within them is the kind's own. Where X is another field or the current user, it is what that is now.
package condition
