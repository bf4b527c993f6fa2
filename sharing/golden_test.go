package sharing_test

import (
	"net/http"
	"testing"

	"interdesk/desk"
	"interdesk/sharing/sharetest"
	"interdesk/sharing/sharingtest"
)

// TestRecordedRT replays Request Tracker's side of an agreement (nhd-captures §3.7).
func TestRecordedRT(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{Style: sharetest.RT})
		sharingtest.Expect(t, p.Replay(acme.URL(), "rt-invitation"), http.StatusCreated)
		id := acme.ListAgreements()[0].ID
		sharingtest.Expect(t, p.Replay(acme.URL(), "rt-accept"), http.StatusUnprocessableEntity) // it is the sender here
		_, err := acme.Agreements.Accept(t.Context(), acme.Account.ID, acme.Admin, id)
		sharingtest.Check(t, err)
		acme.WaitForJobs()
		sharingtest.Expect(t, p.Replay(acme.URL(), "rt-rename"), http.StatusOK)
		sharingtest.Expect(t, p.Replay(acme.URL(), "rt-deactivate-receiver"), http.StatusUnprocessableEntity)
		sharingtest.Expect(t, p.Replay(acme.URL(), "rt-deactivate-sender"), http.StatusOK)
		if a := acme.ReadAgreement(id); a.Status != desk.AgreementInactive || a.DeactivatedBy != "sender" || a.Name != "rt.test" {
			t.Fatalf("%+v", a)
		}
	})
}

// TestRecordedNode replays the Node client's share (nhd-captures §3.9).
func TestRecordedNode(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{Style: sharetest.Node})
		acme.ExpectRequest(201, "POST", "/agreements/"+sharingtest.UUIDB, "", sharingtest.Invitation(sharingtest.UUIDB, sharingtest.KeyA, p.URL(), ""))
		p.FailNext(-1, sharetest.Failure{Code: 200})
		_, err := acme.Agreements.Accept(t.Context(), acme.Account.ID, acme.Admin, acme.AgreementByUUID(sharingtest.UUIDB))
		sharingtest.Check(t, err)
		acme.WaitForJobs()
		sharingtest.Expect(t, p.Replay(acme.URL(), "node-share"), http.StatusCreated)
		sharingtest.Expect(t, p.Replay(acme.URL(), "node-share"), http.StatusOK)
		id := acme.CopyOf("24813ffa2788c2c17c1f2c190f62528ca50eca52")
		if got := acme.Ticket(id); got.Subject != "Printer" || got.CreatedAt.Format("2006-01-02") != "2014-01-01" || got.CommentCount != 1 {
			t.Fatalf("%+v", got)
		}
	})
}

// TestRecordedAccept: Zendesk's receiver accepts by repeating all of the agreement (nhd-captures §3.2). Sent by the sender it is
// refused while pending, and changes nothing once we have accepted.
func TestRecordedAccept(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		sharingtest.Expect(t, p.Replay(acme.URL(), "gem-invitation"), http.StatusCreated)
		sharingtest.Expect(t, p.Replay(acme.URL(), "gem-accept"), http.StatusUnprocessableEntity)
		id := acme.AgreementByUUID(sharingtest.UUIDA)
		_, err := acme.Agreements.Accept(t.Context(), acme.Account.ID, acme.Admin, id)
		sharingtest.Check(t, err)
		acme.WaitForJobs()
		before := acme.ReadAgreement(id)
		sharingtest.Expect(t, p.Replay(acme.URL(), "gem-accept"), http.StatusOK)
		if after := acme.ReadAgreement(id); after.UpdatedAt != before.UpdatedAt {
			t.Fatalf("%+v", after)
		}
	})
}
