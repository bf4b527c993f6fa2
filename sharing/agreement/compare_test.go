package agreement_test

import (
	"context"
	"slices"
	"testing"

	"interdesk/desk"
	"interdesk/sharing/sharetest"
	"interdesk/sharing/sharingtest"
	"interdesk/store"
	"interdesk/store/sqldb"
)

// lose takes a comment away as a restore from an older backup does: nothing of it is left.
func lose(o *sharingtest.Office, t desk.TicketID, body string) {
	for _, c := range o.Comments(t) {
		if c.Body != body {
			continue
		}
		o.Write(func(ctx context.Context, tx *store.Tx) error {
			return forget(ctx, tx.Tx, o.Account.ID, t, c.ID)
		})
	}
}

func forget(ctx context.Context, tx *sqldb.Tx, account desk.AccountID, t desk.TicketID, c desk.CommentID) error {
	for _, table := range []string{"share_comments", "comments"} {
		if _, err := tx.Exec(ctx, `delete from `+table+` where account_id = $1 and comment_id = $2`, account, c); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, `update tickets set comment_count = comment_count - 1 where account_id = $1 and ticket_id = $2`, account, t)
	return err
}

// C59: a desk was restored from a backup. The desks compare, and what is missing is sent again, whoever asks.
func TestDesksCompare(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		out, in := acme.Link(kongen, sharingtest.FullTerms())
		id := acme.OpenTicket("Printer", "It burns.")
		acme.Share(id, out)
		acme.AddComment(id, "It still burns.", true)
		acme.WaitForJobs()
		there := kongen.CopyOf(acme.ShareOf(id, out).UUID)
		kongen.AddComment(there, "We look at it.", true)
		acme.WaitForJobs()
		for name, ask := range map[string]func() (desk.Agreement, error){
			"the sender": func() (desk.Agreement, error) {
				return acme.Agreements.Compare(t.Context(), acme.Account.ID, acme.Admin, out)
			},
			"the receiver": func() (desk.Agreement, error) {
				return kongen.Agreements.Compare(t.Context(), kongen.Account.ID, kongen.Admin, in)
			},
		} {
			a, err := ask()
			sharingtest.Check(t, err)
			if a.Check.Compared != 1 || a.Check.Resent+a.Check.Asked+a.Check.Unknown != 0 || a.Check.Fault != "" {
				t.Fatalf("%s, nothing missing: %+v", name, a.Check)
			}
			lose(kongen, there, "It still burns.")
			a, err = ask()
			sharingtest.Check(t, err)
			if a.Check.Resent+a.Check.Asked == 0 || a.Check.Fault != "" {
				t.Fatalf("%s, a comment missing: %+v", name, a.Check)
			}
			acme.WaitForJobs()
			if !slices.Contains(kongen.Bodies(there), "It still burns.") || len(kongen.Bodies(there)) != 3 || len(acme.Bodies(id)) != 3 {
				t.Fatalf("%s: %q and %q", name, acme.Bodies(id), kongen.Bodies(there))
			}
		}
	})
}

func TestOthersCannotCompare(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		a, err := acme.Agreements.Compare(t.Context(), acme.Account.ID, acme.Admin, out)
		sharingtest.Check(t, err)
		if a.Check.Fault == "" || a.Check.At.IsZero() {
			t.Fatalf("%+v", a.Check)
		}
	})
}
