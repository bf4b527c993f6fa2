package inbound_test

import (
	"fmt"
	"testing"

	"interdesk/ratelimit"
	"interdesk/sharing/sharingtest"
)

// TestInvitationsAreBounded: strangers' invitations are bounded, in number and in size.
func TestInvitationsAreBounded(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		invite := func(n, want int, from string) {
			uuid := fmt.Sprintf("%040x", n+1)
			acme.ExpectRequest(want, "POST", "/agreements/"+uuid, "", sharingtest.Invitation(uuid, sharingtest.KeyA, from, ""))
		}
		for n := range 10 {
			invite(n, 201, "http://one.localhost/sharing")
		}
		invite(10, 503, "http://one.localhost/sharing")
		invite(11, 201, "http://two.localhost/sharing")
		acme.ExpectRequest(422, "POST", "/agreements/"+sharingtest.UUIDA, "", `{"name":"`+string(make([]byte, 70_000))+`"}`)
	}, func(c *sharingtest.Config) { c.Inbound.Strangers = ratelimit.NewStrangers(1) })
}
