package inbound_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"interdesk/desk"
	"interdesk/sharing/sharingtest"
	"interdesk/store"
	"interdesk/ticketing"
)

// mailed makes two tickets about which the desks have mailed each other: "one" by acme and "two" by kongen are on both.
func mailed(t *testing.T, acme, kongen *sharingtest.Office) (ours, theirs desk.TicketID) {
	t.Helper()
	answerer := writerAt(acme, "support@kongen.example")
	ours = acme.OpenTicket("Order", "one", func(e *desk.Edits) { e.Requester = &answerer })
	here := acme.Comments(ours)[0].ID
	writer := writerAt(kongen, "support@acme.example")
	subject := "Order"
	theirs = kongen.Apply(desk.Update{Actor: desk.Actor{System: true}, Edits: desk.Edits{Subject: &subject, Requester: &writer},
		Comment: &desk.NewComment{Author: writer, Body: "one", UUID: acme.Sharing.CommentUUID(acme.Account.ID, here)}}).Ticket.ID
	there := kongen.AddComment(theirs, "two", true).Comment.ID
	acme.Apply(desk.Update{Ticket: ours, Actor: desk.Actor{System: true}, Comment: &desk.NewComment{Author: answerer, Body: "two", UUID: kongen.Sharing.CommentUUID(kongen.Account.ID, there)}})
	noteDesk(kongen, theirs, "support@acme.example", acme, ours)
	noteDesk(acme, ours, "support@kongen.example", kongen, theirs)
	return ours, theirs
}

func writerAt(o *sharingtest.Office, address string) (id desk.UserID) {
	o.Write(func(ctx context.Context, tx *store.Tx) error {
		u, err := ticketing.PersonAt(ctx, tx, address, address)
		id = u.ID
		return err
	})
	return id
}

func noteDesk(o *sharingtest.Office, ticket desk.TicketID, address string, other *sharingtest.Office, number desk.TicketID) {
	o.Write(func(ctx context.Context, tx *store.Tx) error {
		d := desk.RemoteDesk{Address: address, Kind: "interdesk", URL: other.BaseURL(other.Account.Subdomain)}
		if err := tx.SaveRemoteDesk(ctx, &d); err != nil {
			return err
		}
		return tx.SaveCorrespondence(ctx, &desk.Correspondence{Ticket: ticket, Address: address, Desk: d.ID, RemoteTicket: fmt.Sprint(number), UpdatedAt: time.Now()})
	})
}

// A ticket about which the desks have mailed each other is joined, with every comment once; what was on its way still comes.
func TestShareJoinsTheTicketOfTheMails(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		out, in := acme.Link(kongen, desk.Terms{PublicComments: true, SyncTags: true, SyncFields: true})
		ours, theirs := mailed(t, acme, kongen)
		acme.AddComment(ours, "acme's note", false)
		kongen.AddComment(theirs, "on its way by mail", true)
		kongen.AddComment(theirs, "kongen's note", false)
		acme.Share(ours, out)
		acme.Eventually("the share to be live", func() bool { return acme.ShareOf(ours, out).State == desk.ShareLive })
		acme.WaitForJobs()
		kongen.WaitForJobs()
		if got := kongen.CopyOf(acme.ShareOf(ours, out).UUID); got != theirs {
			t.Fatalf("the share is of ticket %d, not of %d", got, theirs)
		}
		acme.AddComment(ours, "three", true)
		kongen.AddComment(theirs, "four", true)
		acme.WaitForJobs()
		kongen.WaitForJobs()
		said := func(o *sharingtest.Office, id desk.TicketID) []string {
			all := o.Bodies(id)
			slices.Sort(all)
			return all
		}
		if got, want := said(acme, ours), []string{"acme's note", "four", "on its way by mail", "one", "three", "two"}; !slices.Equal(got, want) {
			t.Errorf("acme has %q", got)
		}
		if got, want := said(kongen, theirs), []string{"acme's note", "four", "kongen's note", "on its way by mail", "one", "three", "two"}; !slices.Equal(got, want) {
			t.Errorf("kongen has %q", got)
		}
		if got := acme.ShareOf(ours, out).RemoteID; got != fmt.Sprint(theirs) {
			t.Errorf("acme knows their ticket as %q", got)
		}
		if s := kongen.ShareOf(theirs, in); !s.Inbound || s.RemoteID != fmt.Sprint(ours) {
			t.Errorf("kongen's share is %+v", s)
		}
		if requester := kongen.Ticket(theirs).Requester; requester != writerAt(kongen, "support@acme.example") {
			t.Error("kongen's requester is another")
		}
	})
}

// What the mails say of a ticket is no key to it: the writer must have a part in it, be at the partner's host, and
// each desk must name the other's ticket.
func TestShareJoinsNoOtherTicket(t *testing.T) {
	for name, spoil := range map[string]func(acme, kongen *sharingtest.Office, ours, theirs desk.TicketID){
		"another requester": func(_, kongen *sharingtest.Office, _, theirs desk.TicketID) {
			other := writerAt(kongen, "mia@example.com")
			kongen.Edit(theirs, func(e *desk.Edits) { e.Requester = &other })
		},
		"another number": func(acme, kongen *sharingtest.Office, ours, theirs desk.TicketID) {
			noteDesk(kongen, theirs, "support@acme.example", acme, ours+1)
		},
		"a number that only we know": func(acme, kongen *sharingtest.Office, ours, theirs desk.TicketID) {
			noteDesk(acme, ours, "support@kongen.example", kongen, theirs+1)
		},
		"another host": func(acme, kongen *sharingtest.Office, ours, theirs desk.TicketID) {
			noteDesk(kongen, theirs, "support@acme.example", kongen, ours)
		},
		"closed": func(_, kongen *sharingtest.Office, _, theirs desk.TicketID) { kongen.SetStatus(theirs, desk.Closed) },
	} {
		t.Run(name, func(t *testing.T) {
			sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
				out, _ := acme.Link(kongen, desk.Terms{PublicComments: true})
				ours, theirs := mailed(t, acme, kongen)
				spoil(acme, kongen, ours, theirs)
				acme.Share(ours, out)
				acme.Eventually("the share to be live", func() bool { return acme.ShareOf(ours, out).State == desk.ShareLive })
				if got := kongen.CopyOf(acme.ShareOf(ours, out).UUID); got == theirs || got == 0 {
					t.Errorf("the share is of ticket %d", got)
				}
			})
		})
	}
}

// Where both desks share the conversation at once, one share stands and the other is refused: never two.
func TestBothShareOneConversation(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		there, _ := acme.Link(kongen, desk.Terms{PublicComments: true})
		back, _ := kongen.Link(acme, desk.Terms{PublicComments: true})
		ours, theirs := mailed(t, acme, kongen)
		acme.Share(ours, there)
		_, err := kongen.Try(desk.Update{Ticket: theirs, Actor: kongen.Admin, Edits: desk.Edits{Share: []desk.AgreementID{back}}})
		if late := desk.KindOf(err) == desk.Invalid && err != nil; !late { // else acme's share is there already, and kongen is told so
			sharingtest.Check(t, err)
			acme.Eventually("both shares to be decided", func() bool {
				return acme.ShareOf(ours, there).State != desk.ShareSending && kongen.ShareOf(theirs, back).State != desk.ShareSending
			})
			states := []desk.ShareState{acme.ShareOf(ours, there).State, kongen.ShareOf(theirs, back).State}
			slices.Sort(states)
			if !slices.Equal(states, []desk.ShareState{desk.ShareLive, desk.ShareRefused}) {
				t.Fatalf("the shares are %v", states)
			}
		}
		acme.AddComment(ours, "three", true)
		acme.WaitForJobs()
		kongen.WaitForJobs()
		n := 0
		for _, body := range kongen.Bodies(theirs) {
			if body == "three" {
				n++
			}
		}
		if n != 1 {
			t.Errorf("kongen has it %d times: %q", n, kongen.Bodies(theirs))
		}
	})
}
