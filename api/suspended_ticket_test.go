package api_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"interdesk/api/apitest"
	"interdesk/desk"
	"interdesk/mail/inbound"
	"interdesk/store"
)

// suspend has mail come in that is not let in: answers of a machine.
func suspend(t *testing.T, d *apitest.Desk, from string, n int) {
	t.Helper()
	to := d.Agent.Get("recipient_addresses", 200).Text("recipient_addresses.0.email")
	route, err := d.Server.MailIn.Route(t.Context(), to)
	if err != nil {
		t.Fatal(err)
	}
	source := fmt.Sprintf("From: Carla <%s>\r\nTo: %s\r\nSubject: Out of office %d\r\nMessage-ID: <%d@away.example>\r\nAuto-Submitted: auto-replied\r\n\r\nI am away.\r\n", from, to, n, n)
	if err := d.Server.MailIn.Accept(t.Context(), inbound.Envelope{From: from, To: []inbound.Route{route}}, strings.NewReader(source)); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		found := 0
		_ = d.Server.Store.Account(d.Account.ID).Read(t.Context(), func(tx *store.Tx) error {
			list, err := tx.SuspendedTickets(t.Context(), store.SuspendedFilter{Author: from, Text: fmt.Sprintf("office %d", n)}, store.SuspendedByID, false, store.Page{Limit: 1})
			found = len(list.Items)
			return err
		})
		if found == 1 {
			return
		}
	}
	t.Fatalf("mail %d is not suspended", n)
}

func TestSuspendedTickets(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		for n := range 4 {
			suspend(t, d, fmt.Sprintf("carla%d@customer.example", n), n)
		}
		d.EndUser.Get("suspended_tickets", 403)
		list := d.Agent.Get("suspended_tickets.json?page[size]=3", 200)
		if len(list.List("suspended_tickets")) != 3 || list.At("meta.has_more") != true {
			t.Fatalf("%s", list.Body)
		}
		first := list.ID("suspended_tickets.0.id")
		shown := d.Agent.Get(fmt.Sprintf("suspended_tickets/%d", first), 200)
		if shown.Text("suspended_ticket.author.email") != "carla0@customer.example" || shown.ID("suspended_ticket.cause_id") != int64(desk.SuspendAutoMailer) || shown.Text("suspended_ticket.message_id") != "0@away.example" {
			t.Errorf("%s", shown.Body)
		}
		sorted := d.Agent.Get("suspended_tickets?sort_by=author_email&sort_order=desc", 200)
		if sorted.Text("suspended_tickets.0.author.email") != "carla3@customer.example" {
			t.Errorf("%s", sorted.Body)
		}
		d.Agent.Get("suspended_tickets?sort_by=colour", 400)
		if found := d.Agent.Get("suspended_tickets?query=OFFICE+2", 200); len(found.List("suspended_tickets")) != 1 {
			t.Errorf("%s", found.Body)
		}
		d.Agent.Get(fmt.Sprintf("suspended_tickets/%d/source", first), 403)
		if source := d.Admin.Get(fmt.Sprintf("suspended_tickets/%d/source", first), 200); !strings.Contains(string(source.Body), "Subject: Out of office 0") {
			t.Errorf("%s", source.Body)
		}

		alone := d.Agent.Put(fmt.Sprintf("suspended_tickets/%d/recover", first), nil, 200)
		if alone.Text("ticket.0.subject") != "Out of office 0" || alone.ID("ticket.0.requester_id") != int64(d.Agent.User.ID) {
			t.Errorf("who recovers one becomes its author: %s", alone.Body)
		}
		d.Agent.Put(fmt.Sprintf("suspended_tickets/%d/recover", first), nil, 404)
		second, third, fourth := list.ID("suspended_tickets.1.id"), list.ID("suspended_tickets.2.id"), sorted.ID("suspended_tickets.0.id")
		many := d.Agent.Put(fmt.Sprintf("suspended_tickets/recover_many?ids=%d,%d", second, first), nil, 422)
		if many.Text("tickets.0.subject") != "Out of office 1" || many.ID("suspended_tickets.0.id") != first {
			t.Errorf("%s", many.Body)
		}
		who := d.Agent.Get(fmt.Sprintf("users/%d", many.ID("tickets.0.requester_id")), 200)
		if who.Text("user.email") != "carla1@customer.example" {
			t.Errorf("recovered with others it keeps its author: %s", who.Body)
		}
		d.Agent.Put("suspended_tickets/recover_many", nil, 400)
		foreign := d.Server.Desk(t, "kongen")
		foreign.Agent.Get(fmt.Sprintf("suspended_tickets/%d", third), 404)
		foreign.Agent.Delete(fmt.Sprintf("suspended_tickets/%d", third), 404)
		d.Agent.Delete(fmt.Sprintf("suspended_tickets/%d", third), 204)
		d.Agent.Delete(fmt.Sprintf("suspended_tickets/destroy_many?ids=%d,%d", third, fourth), 204)
		if rest := d.Agent.Get("suspended_tickets", 200); len(rest.List("suspended_tickets")) != 0 {
			t.Errorf("%s", rest.Body)
		}
	})
}
