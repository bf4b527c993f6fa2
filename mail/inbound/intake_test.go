package inbound_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/upload"
)

const pictureMail = `
From: "Mia Miller" <Mia@example.com>
To: Acme <support@acme.localhost>
Cc: Ben <ben@example.com>, noreply@example.com, sales@acme.localhost
Subject: Stripes on the picture
Date: Mon, 02 Nov 2026 10:00:00 +0000
Message-ID: <first@example.com>
MIME-Version: 1.0
Content-Type: multipart/related; boundary=b

--b
Content-Type: text/html; charset=utf-8

<html><head><style>p{color:red}</style></head><body><p>See <b>this</b>:</p><img src="cid:pic@1"></body></html>
--b
Content-Type: image/png
Content-ID: <pic@1>
Content-Disposition: inline; filename="stripes.png"
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--b--
`

func TestANewMailMakesATicket(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		r.work()
		team := desk.Group{Name: "Optics"}
		r.write(func(ctx context.Context, tx *store.Tx) error {
			if err := tx.InsertGroup(ctx, &team); err != nil {
				return err
			}
			c, err := tx.Config(ctx)
			if err != nil {
				return err
			}
			a := c.Addresses[0]
			a.Group, a.Tags = team.ID, []string{"by_mail"}
			return tx.UpdateSupportAddress(ctx, &a)
		})
		m := r.take(pictureMail)
		got := r.ticket(m.Ticket)
		if got.Subject != "Stripes on the picture" || got.Group != team.ID || !slices.Equal(got.Tags, []string{"by_mail"}) ||
			got.Recipient != "support@acme.localhost" || !got.Public || !got.HasAttachments || len(got.EmailCCs) != 1 {
			t.Errorf("got %+v", got)
		}
		c := r.comments(got.ID)[0]
		if c.Via.Channel != desk.ChannelMail || c.Via.From != "mia@example.com" || c.Via.To != "support@acme.localhost" || len(c.Via.Flags) != 0 {
			t.Errorf("it came by %+v", c.Via)
		}
		if len(c.Attachments) != 1 || !c.Attachments[0].Inline || c.Attachments[0].ContentType != "image/png" {
			t.Fatalf("attached: %+v", c.Attachments)
		}
		if want := strings.ReplaceAll(upload.Path(c.Attachments[0]), "&", "&amp;"); !strings.Contains(c.HTML, `<img src="`+want) || strings.Contains(c.HTML, "color:red") {
			t.Errorf("the HTML is %s", c.HTML)
		}
		if m.State != desk.MailProcessed || m.Comment != c.ID || m.MessageID != "first@example.com" || m.Sender != "mia@example.com" || m.User != got.Requester {
			t.Errorf("the mail is %+v", m)
		}
	})
}

// Whoever speaks, by whatever thread: what becomes of it.
func TestAnswers(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		r.work()
		r.person("Agnes", "agnes@acme.test", desk.Agent)
		r.person("Otto", "otto@example.com", desk.EndUser)
		id := r.take(pictureMail).Ticket
		r.apply(r.ada, desk.Update{Ticket: id, Edits: desk.Edits{Assignee: &r.ada.ID}, Comment: &desk.NewComment{Body: "Solved."}})
		marker := "\n\n> " + r.tokens.Marker(r.account.ID(), id)
		plus := r.tokens.Address("support@acme.localhost", r.account.ID(), id)
		for n, try := range []struct {
			name, from, more, text, to string
			public                     bool
			flags                      []desk.CommentFlag
			solved, reopened           bool
		}{
			{name: "the requester, by reference", from: "mia@example.com", more: "In-Reply-To: <first@example.com>\n", text: "Still stripes.", public: true, reopened: true},
			{name: "the requester, by marker", from: "MIA@example.com", text: "Hm." + marker, public: true, reopened: true},
			{name: "who was copied, by address", from: "ben@example.com", text: "Me too.", to: plus, public: true, reopened: true},
			{name: "a stranger with a token", from: "eve@example.net", text: "Hello.", to: plus, flags: []desk.CommentFlag{2, 17}},
			{name: "another customer", from: "otto@example.com", more: "References: <x@y> <first@example.com>\n", text: "Hello.", flags: []desk.CommentFlag{2, 17}},
			{name: "the requester, perhaps", from: "mia@example.com", more: "X-Test: forged\n", text: "Hm." + marker, public: true, flags: []desk.CommentFlag{14}, reopened: true},
			{name: "an agent", from: "agnes@acme.test", more: "X-Test: proven\n", text: "Try it now." + marker, public: true},
			{name: "who says to be an agent", from: "agnes@acme.test", text: "#solved" + marker, flags: []desk.CommentFlag{14}},
			{name: "with answers to an agent", from: "mia@example.com", more: "Reply-To: agnes@acme.test\n", text: "Hm." + marker, public: true, flags: []desk.CommentFlag{20, 21}, reopened: true},
			{name: "an agent with answers to another", from: "agnes@acme.test", more: "X-Test: proven\nReply-To: ada@acme.test\n", text: "Hm." + marker, flags: []desk.CommentFlag{14, 20, 21}},
			{name: "a machine that is away", from: "ben@example.com", more: "List-Id: <l.example.com>\nList-Post: <mailto:l@example.com>\n", text: "Listed." + marker, public: true, flags: []desk.CommentFlag{4}, reopened: true},
		} {
			status := desk.Solved
			r.apply(r.ada, desk.Update{Ticket: id, Edits: desk.Edits{Status: &status}})
			before := r.ticket(id)
			to := []string{}
			if try.to != "" {
				to = append(to, try.to)
			}
			m := r.take(mail(try.from, fmt.Sprint("answer", n), try.more, try.text), to...)
			if m.State != desk.MailProcessed || m.Ticket != id {
				t.Errorf("%s: %+v", try.name, m)
				continue
			}
			all := r.comments(id)
			last := all[len(all)-1]
			if last.Public != try.public || !slices.Equal(last.Via.Flags, try.flags) || last.ID != m.Comment {
				t.Errorf("%s: public %v, flags %v; want %v, %v", try.name, last.Public, last.Via.Flags, try.public, try.flags)
			}
			if after := r.ticket(id); (after.Status == desk.Open) != try.reopened || after.Reopens-before.Reopens == 0 && try.reopened {
				t.Errorf("%s: the ticket is %s, reopened: want %v", try.name, after.Status, try.reopened)
			}
		}
		if left := r.suspended(); len(left) != 0 {
			t.Errorf("suspended: %+v", left)
		}
	})
}

func TestAWrongTokenMakesANewTicket(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		r.work()
		id := r.take(pictureMail).Ticket
		for name, to := range map[string]string{
			"guessed":           "support+t.1.0123456789@acme.localhost",
			"another account's": r.tokens.Address("support@acme.localhost", r.other, id),
		} {
			if m := r.take(mail("mia@example.com", name[:3], "", "Hello."), to); m.State != desk.MailProcessed || m.Ticket == id {
				t.Errorf("%s: %+v", name, m)
			}
		}
	})
}

func TestClosedAndDeletedTickets(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		r.work()
		id := r.take(pictureMail).Ticket
		status := desk.Solved
		r.apply(r.ada, desk.Update{Ticket: id, Edits: desk.Edits{Status: &status, AddTags: []string{"stripes"}}})
		status = desk.Closed
		r.apply(r.ada, desk.Update{Ticket: id, Edits: desk.Edits{Status: &status}})
		stranger := r.ticket(r.take(mail("eve@example.net", "eve", "In-Reply-To: <first@example.com>\n", "Hello.")).Ticket)
		if stranger.ID == id || stranger.FollowupOf != 0 || !stranger.Public || slices.Contains(stranger.Tags, "stripes") {
			t.Errorf("a stranger's is %+v", stranger)
		}
		answer := mail("mia@example.com", "later", "In-Reply-To: <first@example.com>\n", "Again.")
		next := r.ticket(r.take(answer).Ticket)
		if next.ID == id || next.FollowupOf != id || next.Via.From != "mia@example.com" || len(next.EmailCCs) != 1 || !slices.Contains(next.Tags, "stripes") {
			t.Errorf("the follow-up is %+v", next)
		}
		must(t, r.tickets.Delete(t.Context(), r.account.ID(), desk.Actor{ID: r.ada.ID, Role: desk.Admin}, desk.Via{}, next.ID))
		m := r.take(mail("mia@example.com", "last", "In-Reply-To: <later@example.com>\n", "And again."))
		if fresh := r.ticket(m.Ticket); fresh.ID == next.ID || fresh.FollowupOf != 0 {
			t.Errorf("after the ticket was deleted: %+v", fresh)
		}
	})
}

func TestWhatIsSuspended(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		r.work()
		r.write(func(ctx context.Context, tx *store.Tx) error {
			for _, s := range []desk.MailSender{{Pattern: "@blocked.test", Blocked: true}, {Pattern: "shop@allowed.test"}} {
				if err := tx.SetMailSender(ctx, s); err != nil {
					return err
				}
			}
			bad := desk.User{Name: "Bad", Email: "bad@example.com", Role: desk.EndUser, Suspended: true}
			return tx.InsertUser(ctx, &bad)
		})
		ticket := r.take(pictureMail).Ticket
		for n, try := range []struct {
			name, from, more, text string
			cause                  desk.SuspensionCause
			ticket                 desk.TicketID
			taken                  bool
		}{
			{name: "our own address", from: "support@acme.localhost", text: "x", cause: desk.SuspendFromSupportAddress},
			{name: "any name at our host", from: "root@acme.localhost", text: "x", cause: desk.SuspendFromSupportAddress},
			{name: "blocked", from: "mia@blocked.test", text: "x", cause: desk.SuspendBlocked},
			{name: "nobody", from: "", text: "x", cause: desk.SuspendSystemUser},
			{name: "a daemon", from: "mailer-daemon@example.com", text: "x", cause: desk.SuspendSystemUser},
			{name: "no answers", from: "no-reply@example.com", text: "x", cause: desk.SuspendFromNoReply},
			{name: "away", from: "mia@example.com", more: "Auto-Submitted: auto-replied (vacation)\nIn-Reply-To: <first@example.com>\n", text: "I am away.", cause: desk.SuspendVacation},
			{name: "a machine", from: "mia@example.com", more: "Auto-Submitted: auto-generated\n", text: "x", cause: desk.SuspendAutoMailer},
			{name: "to many", from: "mia@example.com", more: "Precedence: bulk\n", text: "x", cause: desk.SuspendAutoMailer},
			{name: "spam", from: "mia@example.com", more: "X-Spam-Flag: YES\n", text: "x", cause: desk.SuspendSpam},
			{name: "a suspended person", from: "bad@example.com", text: "x", cause: desk.SuspendUnknownAuthor},
			{name: "a forger on another's ticket", from: "eve@example.net", more: "X-Test: forged\nIn-Reply-To: <first@example.com>\n", text: "x", cause: desk.SuspendUnknownUserUpdate, ticket: ticket},
			{name: "a shop that is let in", from: "shop@allowed.test", more: "Auto-Submitted: auto-generated\n", text: "Order 5", taken: true},
			{name: "a form that a blocked person fills in", from: "no-reply@forms.test", more: "Reply-To: mia@blocked.test\n", text: "x", cause: desk.SuspendBlocked},
			{name: "a form in somebody's name", from: "no-reply@forms.test", more: "Reply-To: Zoe <zoe@example.com>\n", text: "I need help", taken: true},
		} {
			before := r.suspended()
			raw := mail(try.from, fmt.Sprint("s", n), try.more, try.text)
			if try.from == "" {
				raw = strings.Replace(raw, "From: \n", "", 1)
			}
			m := r.take(raw)
			after := r.suspended()
			if try.taken {
				if m.State != desk.MailProcessed || m.Ticket == 0 {
					t.Errorf("%s: %+v", try.name, m)
				}
				continue
			}
			if m.State != desk.MailSuspended || len(after) != len(before)+1 {
				t.Errorf("%s: %+v", try.name, m)
				continue
			}
			last := after[len(after)-1]
			if last.Cause != try.cause || last.Ticket != try.ticket || last.Mail != m.ID || last.Reason == "" || strings.TrimSpace(last.Content) != try.text {
				t.Errorf("%s: %+v; want cause %d, ticket %d", try.name, last, try.cause, try.ticket)
			}
		}
	})
}

func TestFormsSpeakForWhomTheyName(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		r.work()
		m := r.take(mail("no-reply@forms.test", "f", "Reply-To: Zoe <zoe@example.com>\n", "Help"))
		c := r.comments(m.Ticket)[0]
		if m.Sender != "zoe@example.com" || !slices.Equal(c.Via.Flags, []desk.CommentFlag{desk.FlagReplyToDiffers}) {
			t.Errorf("from %s, flags %v", m.Sender, c.Via.Flags)
		}
	})
}

func TestEmptyMail(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		r.work()
		m := r.take("From: mia@example.com\nTo: support@acme.localhost\nMessage-ID: <e1@example.com>\n\n\n")
		if left := r.suspended(); m.State != desk.MailSuspended || left[0].Cause != desk.SuspendBlank {
			t.Errorf("%+v, %+v", m, left)
		}
		m = r.take("From: mia@example.com\nTo: support@acme.localhost\nMessage-ID: <e2@example.com>\nSubject: Call me\n\n\n")
		if all := r.comments(m.Ticket); all[0].Body != "Call me" {
			t.Errorf("%+v", all)
		}
	})
}

// A message that comes again is recognised, whatever way it comes; another one under the same id is not.
func TestRepetitions(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		r.work()
		first := r.take(pictureMail)
		for name, try := range map[string]struct {
			raw, to string
			state   desk.MailState
		}{
			"the same bytes":      {pictureMail, "support@acme.localhost", desk.MailDiscarded},
			"another way":         {"Received: from relay\n" + strings.TrimLeft(pictureMail, "\n"), "support@acme.localhost", desk.MailDiscarded},
			"to another address":  {pictureMail, "sales@acme.localhost", desk.MailDiscarded},
			"other words":         {strings.Replace(pictureMail, "this", "that", 1), "support@acme.localhost", desk.MailProcessed},
			"without an id":       {"From: ina@example.com\nSubject: No id\n\nOne.\n", "support@acme.localhost", desk.MailProcessed},
			"without an id again": {"From: ina@example.com\nSubject: No id\n\nTwo.\n", "support@acme.localhost", desk.MailProcessed},
		} {
			if m := r.take(try.raw, try.to); m.State != try.state {
				t.Errorf("%s: %+v", name, m)
			}
		}
		if n := len(r.comments(first.Ticket)); n != 1 {
			t.Errorf("the ticket has %d comments", n)
		}
	})
}

func TestMailToTwoAddressesIsOneTicket(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		r.accept(pictureMail, "support@acme.localhost", "sales@acme.localhost")
		r.work()
		states := map[desk.MailState]int{}
		for _, m := range r.mails() {
			states[r.await(m).State]++
		}
		if diff := cmp.Diff(map[desk.MailState]int{desk.MailProcessed: 1, desk.MailDiscarded: 1}, states); diff != "" {
			t.Error(diff)
		}
	})
}

// An answer is never taken in before what it answers, however many work.
func TestOrderOfAConversation(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		const conversations, answers = 8, 5
		for n := range answers + 1 {
			for c := range conversations {
				more := ""
				if n > 0 {
					more = fmt.Sprintf("In-Reply-To: <c%d-%d@example.com>\nReferences: <c%d-0@example.com>\n", c, n-1, c)
				}
				r.accept(mail(fmt.Sprintf("p%d@example.com", c), fmt.Sprintf("c%d-%d", c, n), more, fmt.Sprint("words ", n)))
			}
		}
		r.work()
		tickets := map[desk.TicketID]bool{}
		for _, m := range r.mails() {
			tickets[r.await(m).Ticket] = true
		}
		if len(tickets) != conversations {
			t.Errorf("%d tickets", len(tickets))
		}
		for id := range tickets {
			for n, c := range r.comments(id) {
				if c.Body != fmt.Sprint("words ", n) {
					t.Errorf("comment %d of %d is %q", n, id, c.Body)
				}
			}
		}
	})
}

func TestTooManyFromOneSender(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		r.work()
		states := map[desk.MailState]int{}
		for n := range 23 {
			states[r.take(mail("mia@example.com", fmt.Sprint("m", n), "", fmt.Sprint("Words ", n))).State]++
		}
		left := r.suspended()
		if states[desk.MailProcessed] != 20 || len(left) != 3 || left[0].Cause != desk.SuspendLoop {
			t.Errorf("%v, suspended %+v", states, left)
		}
	})
}

func TestUnreadableMailIsKept(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		r.work()
		raw := "From: mia@example.com\nX-Long: " + strings.Repeat("x ", 1<<20) + "\n\nHello\n"
		m := r.take(raw)
		left := r.suspended()
		if m.State != desk.MailSuspended || len(left) != 1 || left[0].Cause != desk.SuspendUnprocessable || left[0].Mail != m.ID {
			t.Fatalf("%+v, %+v", m, left)
		}
		if text := r.source(m); !strings.HasSuffix(text, "Hello\r\n") {
			t.Error("the source is lost")
		}
	})
}

// A message at which the process ended again and again is kept for people.
func TestAMessageThatEndsTheProcess(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		m := r.accept(mail("mia@example.com", "poison", "", "Hello."))[0]
		r.write(func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `update jobs set attempt = 8 where account_id = $1`, int64(tx.Account()))
			return err
		})
		r.work()
		m = r.await(m)
		if left := r.suspended(); m.State != desk.MailSuspended || len(left) != 1 || left[0].Cause != desk.SuspendUnprocessable || left[0].Mail != m.ID {
			t.Errorf("%+v, %+v", m, left)
		}
	})
}

// Whatever the ticket itself refuses is kept for people, not tried for ever.
func TestWhatTheTicketRefusesIsKept(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		r.work()
		id := r.take(pictureMail).Ticket
		r.write(func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `update tickets set comment_count = $1 where account_id = $2 and ticket_id = $3`, desk.MaxComments, int64(tx.Account()), int64(id))
			return err
		})
		m := r.take(mail("mia@example.com", "full", "In-Reply-To: <first@example.com>\n", "More."))
		if left := r.suspended(); m.State != desk.MailSuspended || left[0].Cause != desk.SuspendUnprocessable || !strings.Contains(left[0].Reason, "5000 comments") {
			t.Errorf("%+v, %+v", m, left)
		}
	})
}

func TestBounces(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		r.work()
		id := r.take(pictureMail).Ticket
		sent := desk.Mail{Direction: desk.MailOut, State: desk.MailSent, Ticket: id, MessageID: "sent@acme.localhost", Recipient: "mia@example.com"}
		r.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertMail(ctx, &sent) })
		report := func(id, original, status string) string {
			return fmt.Sprintf(`From: mailer-daemon@example.com
To: support@acme.localhost
Subject: Undelivered
Message-ID: <%s@example.com>
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

It did not work.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; mia@example.com
Action: failed
Status: %s
Diagnostic-Code: smtp; 550 %s no such user
--b
Content-Type: text/rfc822-headers

Message-ID: <%s>
--b--
`, id, status, status, original)
		}
		if m := r.take(report("b1", "other@acme.localhost", "5.1.1")); m.State != desk.MailSuspended || r.suspended()[0].Cause != desk.SuspendDeliveryFailure {
			t.Errorf("of a mail that was not ours: %+v", m)
		}
		if m := r.take(report("b2", "sent@acme.localhost", "5.1.1")); m.State != desk.MailProcessed || m.Ticket != id {
			t.Errorf("of ours: %+v", m)
		}
		r.read(func(ctx context.Context, tx *store.Tx) error {
			m, err := tx.Mail(ctx, sent.ID)
			if err != nil || m.State != desk.MailBounced || !strings.Contains(m.Reason, "no such user") {
				t.Errorf("our mail: %+v, %v", m, err)
			}
			i, err := tx.IdentityByAddress(ctx, "mia@example.com")
			if err != nil || i.State != desk.Undeliverable {
				t.Errorf("the address: %+v, %v", i, err)
			}
			audits, err := tx.Audits(ctx, id, store.Page{})
			if err != nil {
				return err
			}
			last := audits.Items[len(audits.Items)-1]
			if len(last.Events) != 1 || last.Events[0].Type != desk.EventError || !strings.Contains(last.Events[0].Message, "mia@example.com did not arrive") {
				t.Errorf("the history: %+v", last.Events)
			}
			return nil
		})
		if n := len(r.comments(id)); n != 1 {
			t.Errorf("%d comments", n)
		}
		again := desk.Mail{Direction: desk.MailOut, State: desk.MailSent, Ticket: id, MessageID: "again@acme.localhost", Recipient: "mia@example.com"}
		r.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertMail(ctx, &again) })
		nameless := strings.Replace(report("b3", "", "5.1.1"), "Message-ID: <>\n", "Subject: x\n", 1)
		m := r.take(nameless, r.tokens.Address("support@acme.localhost", r.account.ID(), id))
		r.read(func(ctx context.Context, tx *store.Tx) error {
			sent, err := tx.Mail(ctx, again.ID)
			if m.State != desk.MailProcessed || sent.State != desk.MailBounced {
				t.Errorf("by the address it came back to: %+v, our mail: %+v", m, sent)
			}
			return err
		})
	})
}

// Another help desk's mail is never put aside as a machine's; it says so, and machines do not answer each other for ever.
func TestAnotherHelpDesk(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		r.work()
		header := "X-Zendesk-From-Account-Id: 68b8aed\nX-Mailer: Zendesk Mailer\nAuto-Submitted: auto-generated\nX-Auto-Response-Suppress: All\n"
		first := r.take(mail("Kongen <support@kongen.zendesk.com>", "z0", header, "Your request (4711) has been received."))
		if first.State != desk.MailProcessed {
			t.Fatalf("%+v", first)
		}
		if c := r.comments(first.Ticket)[0]; !slices.Equal(c.Via.Flags, []desk.CommentFlag{desk.FlagAutomatic}) || !c.Public {
			t.Errorf("flags %v, public %v", c.Via.Flags, c.Public)
		}
		for n := range 44 {
			m := r.take(mail("Kongen <support@kongen.zendesk.com>", fmt.Sprint("z", n+1), header+"In-Reply-To: <z0@example.com>\n", fmt.Sprint("Update ", n)))
			if m.State != desk.MailProcessed || m.Ticket != first.Ticket {
				t.Fatalf("message %d: %+v", n, m)
			}
		}
		if n := len(r.comments(first.Ticket)); n != 45 {
			t.Errorf("%d comments of 45", n)
		}
		var other desk.Correspondence
		r.read(func(ctx context.Context, tx *store.Tx) error {
			all, err := tx.CorrespondencesOf(ctx, first.Ticket)
			if err != nil || len(all) != 1 || !all[0].Paused() || all[0].Desk == 0 {
				t.Fatalf("%v, %+v", err, all)
			}
			other = all[0]
			d, err := tx.RemoteDesk(ctx, all[0].Desk)
			if d.Kind != "zendesk" || d.Name != "Kongen" || d.RemoteID != "68b8aed" {
				t.Errorf("the desk: %+v", d)
			}
			return err
		})
		r.write(func(ctx context.Context, tx *store.Tx) error {
			if err := r.Resume(ctx, tx, desk.User{Role: desk.EndUser}, first.Ticket, other.Address); desk.KindOf(err) != desk.Forbidden {
				t.Errorf("a customer resumes: %v", err)
			}
			return r.Resume(ctx, tx, r.ada, first.Ticket, other.Address)
		})
		r.read(func(ctx context.Context, tx *store.Tx) error {
			c, err := tx.Correspondence(ctx, first.Ticket, other.Address)
			if err != nil || c.Paused() || c.ResumedBy != r.ada.ID {
				t.Errorf("resumed: %+v, %v", c, err)
			}
			return err
		})
	})
}

// A process that dies between any two steps loses nothing and doubles nothing: what is not done is done again.
func TestACrashDuringTheIntake(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		for n := range 20 {
			r.accept(mail(fmt.Sprintf("p%d@example.com", n), fmt.Sprint("k", n), "", "Hello."))
		}
		for range 5 { // each runner is cut off while it works
			dying, cancel := context.WithCancel(t.Context())
			runner := r.newRunner()
			must(t, runner.Start(dying))
			time.Sleep(10 * time.Millisecond)
			cancel()
			ended, stop := context.WithCancel(context.Background())
			stop()
			_ = runner.Stop(ended)
		}
		r.work()
		tickets := map[desk.TicketID]bool{}
		for _, m := range r.mails() {
			if m = r.await(m); m.State != desk.MailProcessed {
				t.Errorf("%+v", m)
			}
			tickets[m.Ticket] = true
		}
		r.read(func(ctx context.Context, tx *store.Tx) error {
			list, err := tx.TicketList(ctx, store.TicketQuery{})
			if len(list.Items) != 20 || len(tickets) != 20 {
				t.Errorf("%d tickets for 20 mails", len(list.Items))
			}
			return err
		})
	})
}

func TestCopiedPeopleMayBeForStaffAlone(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		r.work()
		id := r.take(pictureMail).Ticket
		r.write(func(ctx context.Context, tx *store.Tx) error {
			a, err := tx.AccountRow(ctx)
			if err != nil {
				return err
			}
			a.Settings.PrivateCCs = true
			return tx.UpdateAccount(ctx, &a)
		})
		for from, public := range map[string]bool{"mia@example.com": true, "ben@example.com": false} {
			m := r.take(mail(from, from, "In-Reply-To: <first@example.com>\n", "Words."))
			for _, c := range r.comments(id) {
				if c.ID == m.Comment && c.Public != public {
					t.Errorf("%s: public %v, want %v", from, c.Public, public)
				}
			}
		}
	})
}

// Who answers a request that was merged into another is heard there.
func TestAnswersFollowAMerge(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		r.work()
		id := r.take(pictureMail).Ticket
		into := r.take(mail("mia@example.com", "other", "", "The same, I think.")).Ticket
		status := desk.Closed
		r.apply(r.ada, desk.Update{Ticket: id, Edits: desk.Edits{Status: &status}})
		r.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertMerge(ctx, id, into) })
		if m := r.take(mail("mia@example.com", "answer", "In-Reply-To: <first@example.com>\n", "Still dark.")); m.Ticket != into {
			t.Errorf("it came to %d, not %d", m.Ticket, into)
		}
	})
}
