package sharing_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"interdesk/condition"
	"interdesk/desk"
	"interdesk/sharing/sharetest"
	"interdesk/sharing/sharingtest"
)

// TestStory is the main job: a trigger shares a ticket with another account, which answers, until it is unshared.
func TestStory(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		out, in := acme.Link(kongen, sharingtest.FullTerms())
		acme.AddTrigger("Share image sensor problems", []condition.Condition{{Field: "current_tags", Operator: "includes", Value: condition.ValueOf("image_sensor")}},
			desk.Action{Field: "share_ticket", Value: sharingtest.Value(sharingtest.IDText(out))}, desk.Action{Field: "current_tags", Value: sharingtest.Value("shared_kongen")})
		id := acme.OpenTicket("Dark pictures", "The pictures are dark.", func(e *desk.Edits) { e.AddTags = []string{"image_sensor"} })
		acme.WaitForJobs()
		uuid := acme.ShareOf(id, out).UUID
		there := kongen.CopyOf(uuid)
		if there == 0 {
			t.Fatalf("the ticket did not arrive; %+v", acme.Timeline(id, acme.ShareOf(id, out).ID))
		}
		copied := kongen.Ticket(there)
		if copied.Subject != "Dark pictures" || !copied.Shares[0].Inbound || copied.Via.Channel != desk.ChannelSharing {
			t.Fatalf("the copy is %+v", copied)
		}
		if diff := cmp.Diff([]string{"image_sensor", "shared_kongen"}, copied.Tags); diff != "" {
			t.Fatal(diff)
		}
		kongen.AddComment(there, "Which lens?", true)
		kongen.SetStatus(there, desk.Pending)
		kongen.WaitForJobs()
		if got := acme.Ticket(id); got.Status != desk.Pending {
			t.Fatalf("status is %s", got.Status)
		}
		acme.AddComment(id, "Do not tell them.", false)
		acme.WaitForJobs()
		want := []string{"The pictures are dark.", "Which lens?", "Do not tell them."}
		for _, o := range []*sharingtest.Office{acme, kongen} {
			at := id
			if o == kongen {
				at = there
			}
			if diff := cmp.Diff(want, o.Bodies(at)); diff != "" {
				t.Fatal(diff)
			}
			if c := o.Comments(at); !c[1].Public || c[2].Public {
				t.Fatal("a comment lost its visibility")
			}
		}
		acme.Unshare(id, out)
		acme.WaitForJobs()
		if s := kongen.ShareOf(there, in); s.State != desk.ShareEnded || s.StateBy != "partner" {
			t.Fatalf("the share is %+v\nacme %+v", s, acme.Timeline(id, acme.ShareOf(id, out).ID)[0])
		}
	})
}

// TestStoryWithZendesk is the same with a partner from elsewhere.
func TestStoryWithZendesk(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		id := acme.OpenTicket("Dark pictures", "The pictures are dark.")
		acme.Share(id, out)
		uuid := acme.ShareOf(id, out).UUID
		p.WaitForReceived(uuid, "The pictures are dark.")
		sharingtest.Expect(t, p.Reply(uuid, "Which lens?", true), http.StatusOK)
		if diff := cmp.Diff([]string{"The pictures are dark.", "Which lens?"}, acme.Bodies(id)); diff != "" {
			t.Fatal(diff)
		}
		acme.WaitForJobs()
		if got := sharingtest.PartnerTicket(p, uuid); got.Messages != 1 {
			t.Fatalf("the partner heard %d messages, one of them an echo", got.Messages)
		}
	})
}
