package sharing_test

import (
	"net/http"
	"testing"

	"interdesk/desk"
	"interdesk/sharing/sharetest"
)

// TestRecordedRT replays Request Tracker's side of an agreement (nhd-captures §3.7).
func TestRecordedRT(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{Style: sharetest.RT})
		expect(t, p.Replay(acme.url(), "rt-invitation"), http.StatusCreated)
		id := acme.agreements()[0].ID
		expect(t, p.Replay(acme.url(), "rt-accept"), http.StatusUnprocessableEntity) // it is the sender here
		_, err := acme.service.Accept(t.Context(), acme.account.ID, acme.admin, id)
		check(t, err)
		acme.quiet()
		expect(t, p.Replay(acme.url(), "rt-rename"), http.StatusOK)
		expect(t, p.Replay(acme.url(), "rt-deactivate-receiver"), http.StatusUnprocessableEntity)
		expect(t, p.Replay(acme.url(), "rt-deactivate-sender"), http.StatusOK)
		if a := acme.agreement(id); a.Status != desk.AgreementInactive || a.DeactivatedBy != "sender" || a.Name != "rt.test" {
			t.Fatalf("%+v", a)
		}
	})
}

// TestRecordedNode replays the Node client's share (nhd-captures §3.9).
func TestRecordedNode(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{Style: sharetest.Node})
		acme.expectRaw(201, "POST", "/agreements/"+uuidB, "", invitation(uuidB, keyA, p.URL(), ""))
		p.FailNext(-1, sharetest.Failure{Code: 200})
		_, err := acme.service.Accept(t.Context(), acme.account.ID, acme.admin, acme.byUUID(uuidB))
		check(t, err)
		acme.quiet()
		expect(t, p.Replay(acme.url(), "node-share"), http.StatusCreated)
		expect(t, p.Replay(acme.url(), "node-share"), http.StatusOK)
		id := acme.copyOf("24813ffa2788c2c17c1f2c190f62528ca50eca52")
		if got := acme.ticket(id); got.Subject != "Printer" || got.CreatedAt.Format("2006-01-02") != "2014-01-01" || got.CommentCount != 1 {
			t.Fatalf("%+v", got)
		}
	})
}

// TestRecordedAccept: Zendesk's receiver accepts by repeating all of the agreement (nhd-captures §3.2). Sent by the sender it is
// refused while pending, and changes nothing once we have accepted.
func TestRecordedAccept(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		expect(t, p.Replay(acme.url(), "gem-invitation"), http.StatusCreated)
		expect(t, p.Replay(acme.url(), "gem-accept"), http.StatusUnprocessableEntity)
		id := acme.byUUID(uuidA)
		_, err := acme.service.Accept(t.Context(), acme.account.ID, acme.admin, id)
		check(t, err)
		acme.quiet()
		before := acme.agreement(id)
		expect(t, p.Replay(acme.url(), "gem-accept"), http.StatusOK)
		if after := acme.agreement(id); after.UpdatedAt != before.UpdatedAt {
			t.Fatalf("%+v", after)
		}
	})
}
