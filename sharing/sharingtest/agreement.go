package sharingtest

import (
	"net/http"
	"testing"

	"interdesk/desk"
	"interdesk/sharing/agreement"
	"interdesk/sharing/sharetest"
)

// Link makes an accepted agreement under which o shares with other, and gives each side's id.
func (o *Office) Link(other *Office, terms desk.Terms) (ours, theirs desk.AgreementID) {
	o.t.Helper()
	to := agreement.Invitation{RemoteSubdomain: other.Account.Subdomain, Terms: terms}
	if o.installation != other.installation {
		to = agreement.Invitation{RemoteURL: other.URL(), Name: other.Account.Name, Terms: terms}
	}
	a, err := o.Agreements.Invite(o.t.Context(), o.Account.ID, o.Admin, to)
	Check(o.t, err)
	o.Eventually("the invitation to arrive", func() bool {
		for _, b := range other.ListAgreements() {
			if b.UUID == a.UUID {
				theirs = b.ID
			}
		}
		return theirs != 0
	})
	_, err = other.Agreements.Accept(o.t.Context(), other.Account.ID, other.Admin, theirs)
	Check(o.t, err)
	o.Eventually("the acceptance to arrive", func() bool { x := o.ReadAgreement(a.ID); return x.Usable() })
	o.WaitForJobs()
	other.WaitForJobs()
	return a.ID, theirs
}

// Invite has o invite a partner, which accepts.
func (o *Office) Invite(p *sharetest.Partner, terms desk.Terms) desk.AgreementID {
	o.t.Helper()
	a, err := o.Agreements.Invite(o.t.Context(), o.Account.ID, o.Admin, agreement.Invitation{RemoteURL: p.URL(), Name: "Zed", Terms: terms})
	Check(o.t, err)
	p.WaitFor("the invitation", func() bool { _, ok := p.Agreement(a.UUID); return ok })
	o.WaitForJobs()
	Expect(o.t, p.Accept(a.UUID), http.StatusOK)
	return a.ID
}

// Accept has a partner invite o, which accepts, and gives the agreement's uuid and id.
func (o *Office) Accept(p *sharetest.Partner, terms sharetest.Terms) (string, desk.AgreementID) {
	o.t.Helper()
	uuid, got := p.Invite(o.URL(), terms)
	Expect(o.t, got, http.StatusCreated)
	id := o.AgreementByUUID(uuid)
	_, err := o.Agreements.Accept(o.t.Context(), o.Account.ID, o.Admin, id)
	Check(o.t, err)
	o.WaitForJobs()
	return uuid, id
}

// AgreementByUUID finds an agreement; 0 when there is none.
func (o *Office) AgreementByUUID(uuid string) desk.AgreementID {
	for _, a := range o.ListAgreements() {
		if a.UUID == uuid {
			return a.ID
		}
	}
	return 0
}

// Expect checks the status that a partner was answered.
func Expect(t testing.TB, got sharetest.Response, status int) {
	t.Helper()
	if got.Status != status {
		t.Fatalf("answered %d %q, want %d", got.Status, got.Body, status)
	}
}

// AllTerms let everything travel, as a fake partner states them.
func AllTerms() sharetest.Terms {
	return sharetest.Terms{SyncTags: true, SyncCustomFields: true, AllowsPublicComments: true}
}
