package inbound_test

import (
	"context"
	"strings"
	"testing"

	"interdesk/desk"
	"interdesk/store"
)

func TestWhatIsRepeatedIsFolded(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		r.work()
		id := r.take(pictureMail).Ticket
		for name, try := range map[string]struct{ raw, body, fresh, quoted string }{
			"plain": {mail("mia@example.com", "q1", "In-Reply-To: <first@example.com>\n", "Still there.\n\nOn Mon, 2 Nov 2026 at 10:00, Acme <support@acme.localhost> wrote:\n> Try it now.\n> Ada"),
				"Still there.", "<p>Still there.", `<blockquote type="cite">`},
			"HTML": {mail("mia@example.com", "q2", "In-Reply-To: <first@example.com>\nContent-Type: text/html\n",
				`<div dir="ltr">And <b>now</b>.</div><br><div class="gmail_quote"><div class="gmail_attr">On Mon, 2 Nov 2026 Acme wrote:<br></div><blockquote class="gmail_quote">Try it now.</blockquote></div>`),
				"And now.", "And <b>now</b>.", `<blockquote type="cite">`},
		} {
			m := r.take(try.raw)
			all := r.comments(id)
			c := all[len(all)-1]
			if c.ID != m.Comment || c.Body != try.body || !strings.Contains(c.HTML, try.fresh) || !strings.Contains(c.HTML, try.quoted) || !strings.Contains(c.HTML, "Try it now.") {
				t.Errorf("%s: body %q, HTML %s", name, c.Body, c.HTML)
			}
		}
	})
}

func TestCommands(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		r.work()
		agnes := r.person("Agnes", "agnes@acme.test", desk.Agent)
		id := r.take(pictureMail).Ticket
		answer := func(n, from, text string) desk.Comment {
			t.Helper()
			m := r.take(mail(from, n, "X-Test: proven\nIn-Reply-To: <first@example.com>\n", text))
			if m.State != desk.MailProcessed || m.Ticket != id {
				t.Fatalf("%s: %+v", n, m)
			}
			for _, c := range r.comments(id) {
				if c.ID == m.Comment {
					return c
				}
			}
			return desk.Comment{}
		}
		c := answer("c1", "agnes@acme.test", "#assignee me\n#priority high\n#tags lens, urgent\n#solved\n\nIt works now.")
		got := r.ticket(id)
		if c.Body != "It works now." || !c.Public || got.Status != desk.Solved || got.Assignee != agnes.ID || got.Priority != desk.High || len(got.Tags) != 2 {
			t.Errorf("said %q, the ticket is %+v", c.Body, got)
		}
		if c = answer("c2", "agnes@acme.test", "#note\nFor us alone."); c.Body != "For us alone." || c.Public {
			t.Errorf("a note: %+v", c)
		}
		if c = answer("c3", "agnes@acme.test", "#open"); c.ID != 0 || r.ticket(id).Status != desk.Open {
			t.Errorf("a command alone: %+v, the ticket is %s", c, r.ticket(id).Status)
		}
		if c = answer("c4", "agnes@acme.test", "#status new\n#assignee nobody\nWords stay."); c.Body != "Words stay." || r.ticket(id).Status != desk.Open {
			t.Errorf("what cannot be: %+v", c)
		}
		r.read(func(ctx context.Context, tx *store.Tx) error {
			audits, err := tx.Audits(ctx, id, store.Page{})
			if err != nil {
				return err
			}
			said := ""
			for _, e := range audits.Items[len(audits.Items)-1].Events {
				said += e.Message
			}
			if !strings.Contains(said, "#assignee nobody") || !strings.Contains(said, "cannot be new again") {
				t.Errorf("the history says %q", said)
			}
			return nil
		})
		if c = answer("c5", "mia@example.com", "#solved"); c.Body != "#solved" || r.ticket(id).Status != desk.Open {
			t.Errorf("a customer's: %+v, the ticket is %s", c, r.ticket(id).Status)
		}
	})
}

const forwardedMail = `
From: Agnes <agnes@acme.test>
To: support@acme.localhost
Subject: Fwd: Stripes
Message-ID: <fw@acme.test>
X-Test: proven

#priority high
Please look at this one.

---------- Forwarded message ---------
From: Carla <carla@example.com>
Date: Mon, 2 Nov 2026 at 09:00
Subject: Stripes
To: <agnes@acme.test>

My pictures have stripes.

Carla
`

func TestAnAgentHandsAMailOn(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		r.work()
		agnes := r.person("Agnes", "agnes@acme.test", desk.Agent)
		m := r.take(forwardedMail)
		got := r.ticket(m.Ticket)
		all := r.comments(m.Ticket)
		if len(all) != 2 || all[0].Author != got.Requester || !all[0].Public || !strings.HasPrefix(all[0].Body, "My pictures") ||
			all[1].Author != agnes.ID || all[1].Public || all[1].Body != "Please look at this one." {
			t.Fatalf("comments: %+v", all)
		}
		r.read(func(ctx context.Context, tx *store.Tx) error {
			u, err := tx.User(ctx, got.Requester)
			if u.Email != "carla@example.com" || u.Name != "Carla" || got.Subject != "Stripes" || got.Submitter != agnes.ID || got.Priority != desk.High {
				t.Errorf("requested by %+v, the ticket is %+v", u, got)
			}
			return err
		})
		unproven := r.take(strings.NewReplacer("X-Test: proven\n", "", "fw@acme", "fw2@acme").Replace(forwardedMail))
		if c := r.comments(unproven.Ticket); len(c) != 1 || c[0].Author != agnes.ID || c[0].Public {
			t.Errorf("without proof: %+v", c)
		}
	})
}
