package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"

	"interdesk/condition"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/ticketing"
)

// What every desk of the bench has: triggers of four conditions, of which one matches each ticket, and customers.
const (
	triggers    = 50
	customers   = 200
	fillBatch   = 200 // updates that share a transaction while filling
	fillWorkers = 4
)

// filler writes to the database of a server that does not run, through the same door that the server uses.
type filler struct {
	db      *sqldb.DB
	store   *store.Store
	tickets *ticketing.Service
	account desk.AccountID
	admin   desk.Actor
}

// fill opens the database of a stopped server and has do write to it. The words of what was written are searchable
// afterwards, so that the server finds nothing left to do.
func (s *server) fill(ctx context.Context, do func(*filler) error) (err error) {
	quiet := slog.New(slog.DiscardHandler)
	db, err := sqldb.Open(ctx, s.database, sqldb.Options{Logger: quiet})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	st, err := store.Open(ctx, db)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close(context.WithoutCancel(ctx))) }()
	f := &filler{db: db, store: st, tickets: ticketing.New(st, ticketing.Options{Logger: quiet})}
	if err := f.find(ctx, s.name, s.email); err != nil {
		return err
	}
	if err := do(f); err != nil {
		return err
	}
	return st.IndexWords(ctx)
}

func (f *filler) find(ctx context.Context, subdomain, email string) error {
	a, err := f.store.AccountBySubdomain(ctx, subdomain)
	if err != nil {
		return err
	}
	f.account = a.ID
	return f.store.Account(a.ID).Read(ctx, func(tx *store.Tx) error {
		u, err := tx.UserByAddress(ctx, email)
		f.admin = desk.Actor{ID: u.ID, Name: u.Name, Role: u.Role}
		return err
	})
}

// setUp puts the bench's triggers in place of the standard ones and adds customers; it returns the customers.
func (f *filler) setUp(ctx context.Context) (people []desk.UserID, err error) {
	err = f.store.Account(f.account).Write(ctx, func(tx *store.Tx) error {
		people = nil
		standard, err := tx.Triggers(ctx)
		if err != nil {
			return err
		}
		for _, t := range standard {
			if err := tx.DeleteTrigger(ctx, t.ID); err != nil {
				return err
			}
		}
		for i := range triggers {
			t := productTrigger(i)
			if err := tx.InsertTrigger(ctx, &t, f.admin.ID); err != nil {
				return err
			}
		}
		for i := range customers {
			u := desk.User{Name: fmt.Sprintf("Customer %d", i), Email: fmt.Sprintf("customer%d@shop.example", i), Role: desk.EndUser, Active: true}
			if err := tx.InsertUser(ctx, &u); err != nil {
				return err
			}
			people = append(people, u.ID)
		}
		return nil
	})
	return people, err
}

// productTrigger sends what is about one product to the team of that product.
func productTrigger(i int) desk.Trigger {
	is := func(field string, o condition.Operator, v any) condition.Condition {
		return condition.Condition{Field: field, Operator: o, Value: condition.ValueOf(v)}
	}
	action, _ := json.Marshal(fmt.Sprintf("team_%d", i)) // never fails
	return desk.Trigger{Title: fmt.Sprintf("Team of product %d", i), Active: true,
		Conditions: condition.Tree{All: condition.Conditions{
			is("status", condition.LessThan, "solved"),
			is("priority", condition.IsNot, "low"),
			is("current_tags", condition.Includes, fmt.Sprintf("product_%d", i)),
			is("type", condition.IsNot, "task"),
		}},
		Actions: []desk.Action{{Field: "current_tags", Value: action}}}
}

// ids lists the tickets that there are: between the numbers of those that several processes or transactions make are gaps.
func (f *filler) ids(ctx context.Context) (ids []desk.TicketID, err error) {
	for page := (store.Page{Limit: store.MaxPage}); ; {
		var found store.Listed[desk.Ticket]
		err := f.store.Account(f.account).Read(ctx, func(tx *store.Tx) (err error) {
			found, err = tx.TicketList(ctx, store.TicketQuery{Page: page})
			return err
		})
		for i := range found.Items {
			ids = append(ids, found.Items[i].ID)
		}
		if err != nil || !found.More {
			return ids, err
		}
		page.After = found.After
	}
}

// add makes tickets of a number of comments each, many in one transaction, and some transactions at once, which on
// PostgreSQL saves half of the time.
func (f *filler) add(ctx context.Context, people []desk.UserID, tickets, comments int) error {
	per := max(1, fillBatch/comments)
	var next atomic.Int64
	var working sync.WaitGroup
	failed := make([]error, fillWorkers)
	for w := range fillWorkers {
		working.Go(func() {
			for failed[w] == nil {
				first := int(next.Add(int64(per))) - per
				if first >= tickets {
					return
				}
				failed[w] = f.batch(ctx, people, first, min(tickets, first+per), comments)
			}
		})
	}
	working.Wait()
	return errors.Join(failed...)
}

func (f *filler) batch(ctx context.Context, people []desk.UserID, from, to, comments int) error {
	return f.store.Account(f.account).Write(ctx, func(tx *store.Tx) error {
		for i := from; i < to; i++ {
			if err := f.one(ctx, tx, i, people[i%len(people)], comments); err != nil {
				return err
			}
		}
		return nil
	})
}

// one makes a ticket whose customer and agent answer each other.
func (f *filler) one(ctx context.Context, tx *store.Tx, i int, customer desk.UserID, comments int) error {
	subject := subject(i)
	u := desk.Update{Account: f.account, Actor: f.admin, Via: desk.Via{Channel: desk.ChannelAPI},
		Edits:   desk.Edits{Subject: &subject, Requester: &customer, AddTags: tags(i)},
		Comment: &desk.NewComment{Author: customer, Body: body(i)}}
	made, err := f.tickets.ApplyIn(ctx, tx, u)
	for n := 1; n < comments && err == nil; n++ {
		reply := desk.Update{Account: f.account, Ticket: made.Ticket.ID, Actor: f.admin, Via: u.Via, Comment: &desk.NewComment{Body: body(i + n)}}
		if n%2 == 0 {
			reply.Comment.Author = customer
		}
		_, err = f.tickets.ApplyIn(ctx, tx, reply)
	}
	return err
}
