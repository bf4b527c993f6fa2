package outbound_test

import (
	"context"
	"strings"
	"testing"

	"interdesk/desk"
	"interdesk/sharing/sharetest"
	"interdesk/sharing/sharingtest"
	"interdesk/sharing/wire"
	"interdesk/store"
	"interdesk/ticketing"
)

// What is blacked out in a comment is blacked out at another Interdesk, too, in its files and in what both desks keep of their
// messages; agents of others are asked to, without a word of it. A partner's own comment is not asked about.
func TestARedactedComment(t *testing.T) {
	redact := func(o *sharingtest.Office, id desk.TicketID, n int, r ticketing.Redaction) {
		t.Helper()
		_, err := o.Tickets.Redact(t.Context(), o.Account.ID, o.Admin, desk.Via{}, id, o.Comments(id)[n].ID, r)
		sharingtest.Check(t, err)
	}
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out, in := acme.Link(kongen, sharingtest.FullTerms())
		zed := acme.Invite(p, sharingtest.FullTerms())
		id := acme.OpenTicket("Dark", "Card \"4111-22\" of Ana")
		acme.Share(id, out)
		acme.Share(id, zed)
		acme.Upload(id, "card.txt", "text/plain", "4111-22")
		acme.WaitForJobs()
		kongen.WaitForJobs()
		there := kongen.CopyOf(acme.ShareOf(id, out).UUID)
		kongen.AddComment(there, "Theirs 4111-22", true)
		kongen.WaitForJobs()
		redact(acme, id, 0, ticketing.Redaction{Texts: []string{`"4111-22"`}})
		redact(acme, id, 1, ticketing.Redaction{Files: []desk.AttachmentID{acme.Comments(id)[1].Attachments[0].ID}})
		redact(acme, id, 2, ticketing.Redaction{Texts: []string{"4111"}}) // here and where it was passed on: it is theirs
		acme.WaitForJobs()
		kongen.Eventually("the file to go", func() bool { return len(kongen.Comments(there)[1].Attachments) == 0 })
		if got, want := kongen.Bodies(there), "Card ▇▇▇▇▇▇▇▇▇ of Ana"; got[0] != want || got[2] != "Theirs 4111-22" {
			t.Errorf("%q", got)
		}
		if d := kongen.Ticket(there).Description; d != "Card ▇▇▇▇▇▇▇▇▇ of Ana" {
			t.Errorf("%q", d)
		}
		uuid := acme.ShareOf(id, zed).UUID
		p.WaitFor("the requests", func() bool {
			all := strings.Join(bodiesOf(sharingtest.PartnerTicket(p, uuid).Comments.Value), "\n")
			return strings.Count(all, "Please redact the same") == 3 && !strings.Contains(all[strings.Index(all, "has redacted"):], "4111-22")
		})
		for o, share := range map[*sharingtest.Office]desk.ShareID{acme: acme.ShareOf(id, out).ID, kongen: kongen.ShareOf(there, in).ID} {
			o.Read(func(ctx context.Context, tx *store.Tx) error {
				kept, err := tx.ShareDeliveries(ctx, share, 0, 100)
				for _, d := range kept {
					if strings.Contains(d.Body, "Card") && strings.Contains(d.Body, "4111-22") {
						t.Errorf("%s still keeps %s", o.Account.Name, d.Body)
					}
				}
				return err
			})
		}
	})
}

func bodiesOf(all []wire.Comment) (out []string) {
	for _, c := range all {
		out = append(out, c.Body)
	}
	return out
}
