// Package admin is how a desk is set up: its rules, macros, views, fields, forms, groups, people and their keys.
//
// Whoever changes how the desk works does it as an Actor, which Service.As makes of one person inside one transaction:
//
//	err := account.Write(ctx, func(tx *store.Tx) error {
//		actor, err := service.As(ctx, tx, user)
//		if err != nil {
//			return err
//		}
//		return actor.CreateTrigger(ctx, &trigger)
//	})
//
// Each noun has the same few methods: list, read one, Create, Change, Delete and, where order matters, Reorder. They
// check who may (admins set the desk up; agents keep macros and views of their own and look after end users; everybody
// looks after themselves), then what is said, then store it. So no door, API or browser, can forget a check, and none
// repeats one.
//
// Change methods hand the record as it stands to a function that edits it. A rule is checked only where its meaning
// changes: one that names what is gone can still be switched off, moved and described.
//
// What must happen after the commit, such as forgetting whose token is whose, the methods arrange themselves.
//
// Errors: Forbidden for whoever may not, NotFound for what they may not know of, Invalid with the faults of each field.
package admin
