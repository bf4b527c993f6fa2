package sharing_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"interdesk/condition"
	"interdesk/desk"
	"interdesk/sharing/sharetest"
)

// TestStory is the main job: a trigger shares a ticket with another account, which answers, until it is unshared.
func TestStory(t *testing.T) {
	each(t, func(t *testing.T, acme, kongen *office) {
		out, in := acme.link(kongen, full())
		acme.trigger("Share image sensor problems", []condition.Condition{{Field: "current_tags", Operator: "includes", Value: condition.ValueOf("image_sensor")}},
			desk.Action{Field: "share_ticket", Value: value(idText(out))}, desk.Action{Field: "current_tags", Value: value("shared_kongen")})
		id := acme.open("Dark pictures", "The pictures are dark.", func(e *desk.Edits) { e.AddTags = []string{"image_sensor"} })
		acme.quiet()
		uuid := acme.shareOf(id, out).UUID
		there := kongen.copyOf(uuid)
		if there == 0 {
			t.Fatalf("the ticket did not arrive; %+v", acme.timeline(id, acme.shareOf(id, out).ID))
		}
		copied := kongen.ticket(there)
		if copied.Subject != "Dark pictures" || !copied.Shares[0].Inbound || copied.Via.Channel != desk.ChannelSharing {
			t.Fatalf("the copy is %+v", copied)
		}
		if diff := cmp.Diff([]string{"image_sensor", "shared_kongen"}, copied.Tags); diff != "" {
			t.Fatal(diff)
		}
		kongen.say(there, "Which lens?", true)
		kongen.setStatus(there, desk.Pending)
		kongen.quiet()
		if got := acme.ticket(id); got.Status != desk.Pending {
			t.Fatalf("status is %s", got.Status)
		}
		acme.say(id, "Do not tell them.", false)
		acme.quiet()
		want := []string{"The pictures are dark.", "Which lens?", "Do not tell them."}
		for _, o := range []*office{acme, kongen} {
			at := id
			if o == kongen {
				at = there
			}
			if diff := cmp.Diff(want, o.said(at)); diff != "" {
				t.Fatal(diff)
			}
			if c := o.comments(at); !c[1].Public || c[2].Public {
				t.Fatal("a comment lost its visibility")
			}
		}
		acme.unshare(id, out)
		acme.quiet()
		if s := kongen.shareOf(there, in); s.State != desk.ShareEnded || s.StateBy != "partner" {
			t.Fatalf("the share is %+v\nacme %+v", s, acme.timeline(id, acme.shareOf(id, out).ID)[0])
		}
	})
}

// TestStoryWithZendesk is the same with a partner from elsewhere.
func TestStoryWithZendesk(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.invite(p, full())
		id := acme.open("Dark pictures", "The pictures are dark.")
		acme.share(id, out)
		uuid := acme.shareOf(id, out).UUID
		p.WaitForReceived(uuid, "The pictures are dark.")
		expect(t, p.Reply(uuid, "Which lens?", true), http.StatusOK)
		if diff := cmp.Diff([]string{"The pictures are dark.", "Which lens?"}, acme.said(id)); diff != "" {
			t.Fatal(diff)
		}
		acme.quiet()
		if got := words(p, uuid); got.Messages != 1 {
			t.Fatalf("the partner heard %d messages, one of them an echo", got.Messages)
		}
	})
}
