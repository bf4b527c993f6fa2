package outbound_test

import (
	"fmt"
	"strings"
	"testing"

	"interdesk/desk"
	"interdesk/sharing/sharetest"
	"interdesk/sharing/sharingtest"
	"interdesk/sharing/wire"
)

func setMap(t *testing.T, o *sharingtest.Office, id desk.AgreementID, m desk.ShareMap) {
	t.Helper()
	_, err := o.Agreements.SetMap(t.Context(), o.Account.ID, o.Admin, id, m)
	sharingtest.Check(t, err)
}

// Two desks with other words for the same: fields, values and tags go and come in each desk's own, and what has no name on the
// other side stays where it is.
func TestOtherWords(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		severity := acme.AddField(desk.TicketField{Title: "Severity", Type: desk.FieldText})
		cost := acme.AddField(desk.TicketField{Title: "Cost", Type: desk.FieldText})
		plan := acme.AddField(desk.TicketField{Title: "Plan", Type: desk.FieldText})
		there := map[string]desk.FieldID{}
		for _, title := range []string{"Priority", "Cost", "Plan", "Source", "Severity"} {
			there[title] = kongen.AddField(desk.TicketField{Title: title, Type: desk.FieldText})
		}
		out, _ := acme.Link(kongen, sharingtest.FullTerms())
		setMap(t, acme, out, desk.ShareMap{Customers: desk.CustomersByInitials, Files: desk.FilesMap{Types: []string{"image/*"}},
			Tags: desk.TagsMap{Allow: []string{"lens", "strap"}, Prefix: "acme_", Rename: map[string]string{"strap": "belt"}},
			Fields: []desk.FieldMap{{Field: "Severity", As: "Priority", Values: map[string]string{"1": "high", "2": "low"}},
				{Field: "Cost", NotSent: true}, {Field: "Plan", Owner: desk.OwnerOurs}, {Field: "Source", Constant: "Acme"}}})
		id := acme.OpenTicket("Dark", "It is dark", func(e *desk.Edits) {
			e.Fields = map[desk.FieldID][]string{severity: {"1"}, cost: {"12"}, plan: {"Gold"}}
			e.AddTags = []string{"lens", "strap", "secret"}
		})
		acme.Share(id, out)
		acme.Upload(id, "a.txt", "text/plain", "x")
		acme.Upload(id, "a.png", "image/png", "x")
		both := func() { acme.WaitForJobs(); kongen.WaitForJobs(); acme.WaitForJobs() }
		both()
		copied := kongen.CopyOf(acme.ShareOf(id, out).UUID)
		values := func(o *sharingtest.Office, id desk.TicketID, fields ...desk.FieldID) string {
			ticket := o.Ticket(id)
			words := []string{strings.Join(ticket.Tags, " ")}
			for _, f := range fields {
				words = append(words, ticket.Fields[f].Text())
			}
			return strings.Join(words, "|")
		}
		theirs := func() string {
			return values(kongen, copied, there["Priority"], there["Cost"], there["Plan"], there["Source"], there["Severity"])
		}
		ours := func() string { return values(acme, id, severity, cost, plan) }
		if got := theirs(); got != "acme_lens belt|high||Gold|Acme|" {
			t.Error(got)
		}
		if c := kongen.Comments(copied); len(c[1].Attachments) != 0 || len(c[2].Attachments) != 1 {
			t.Errorf("%+v", c)
		}
		for _, agreement := range []desk.AgreementID{out, acme.Invite(sharetest.NewPartner(t, sharetest.Options{}), sharingtest.FullTerms())} {
			tested, err := acme.Outbox.TestMap(t.Context(), acme.Account.ID, acme.Admin, agreement, acme.ReadAgreement(out).Map, 50)
			if err != nil || len(tested) != 1 || len(tested[0].Changes)+len(tested[0].Remarks) != 0 || fmt.Sprint(tested[0].Preview.Fields) != "map[Plan:Gold Priority:high Source:Acme]" {
				t.Errorf("%q %q %v %v", tested[0].Changes, tested[0].Remarks, tested[0].Preview.Fields, err)
			}
		}
		kongen.Edit(copied, func(e *desk.Edits) {
			e.Fields = map[desk.FieldID][]string{there["Priority"]: {"low"}, there["Plan"]: {"Lead"}, there["Source"]: {"Kongen"}, there["Severity"]: {"9"}}
			e.AddTags, e.RemoveTags = []string{"lens", "internal"}, []string{"belt"}
		})
		both()
		if got := ours(); got != "lens secret|2|12|Gold" {
			t.Error(got)
		}
		acme.Edit(id, func(e *desk.Edits) {
			e.Fields = map[desk.FieldID][]string{severity: {"7"}, cost: {"13"}}
			e.AddTags, e.RemoveTags = []string{"strap", "more"}, []string{"lens"}
		})
		both()
		if got := theirs(); got != "belt internal lens|7||Lead|Kongen|9" {
			t.Error(got)
		}
		if compared, err := acme.Agreements.Compare(t.Context(), acme.Account.ID, acme.Admin, out); err != nil || compared.Check.Resent+compared.Check.Asked != 0 {
			t.Errorf("%+v %v", compared.Check, err)
		}
	})
}

// A partner that says all its tags keeps those that have no name here.
func TestTagsWithoutAName(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		zed := acme.Invite(p, sharingtest.FullTerms())
		setMap(t, acme, zed, desk.ShareMap{Tags: desk.TagsMap{Prefix: "acme_"}, Customers: desk.CustomersUnnamed})
		id := acme.OpenTicket("Dark", "It is dark", func(e *desk.Edits) { e.AddTags = []string{"lens"} })
		acme.Share(id, zed)
		acme.WaitForJobs()
		uuid := acme.ShareOf(id, zed).UUID
		p.Update(uuid, wire.Ticket{Tags: wire.Some([]string{"acme_lens", "acme_new", "own"})})
		acme.Edit(id, func(e *desk.Edits) { e.AddTags = []string{"strap"} })
		acme.WaitForJobs()
		if got := strings.Join(sharingtest.PartnerTicket(p, uuid).Tags.Value, " "); got != "acme_lens acme_new acme_strap own" {
			t.Error(got)
		}
		if got := strings.Join(acme.Ticket(id).Tags, " "); got != "lens new strap" {
			t.Error(got)
		}
	})
}

// A tag that may not leave never does, also after the partner has spoken.
func TestAHiddenTagStaysHidden(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		out, _ := acme.Link(kongen, sharingtest.FullTerms())
		setMap(t, acme, out, desk.ShareMap{Redaction: detectors(desk.ActionMask)})
		id := acme.OpenTicket("Dark", "It is dark")
		acme.Share(id, out)
		acme.WaitForJobs()
		copied := kongen.CopyOf(acme.ShareOf(id, out).UUID)
		for n := range 3 {
			acme.Edit(id, func(e *desk.Edits) { e.AddTags = []string{fmt.Sprint("case-1", n), fmt.Sprint("ours", n)} })
			acme.WaitForJobs()
			kongen.Edit(copied, func(e *desk.Edits) { e.AddTags = []string{fmt.Sprint("theirs", n)} })
			kongen.WaitForJobs()
		}
		if got := strings.Join(kongen.Ticket(copied).Tags, " "); strings.Contains(got, "case") {
			t.Error(got)
		}
	})
}
