package sharing_test

import (
	"fmt"
	"net/url"
	"testing"

	"interdesk/desk"
	"interdesk/web/webtest"
)

// An admin says what must not leave, and goes back to what it was. The preview tells what is done, and an agent says yes to what
// is held.
func TestWhatMustNotLeave(t *testing.T) {
	onDesks(t, func(t *testing.T, s scene) {
		id := linked(t, s.acme, s.kongen, desk.Terms{PublicComments: true, SyncTags: true, SyncFields: true}, true)
		ada, ben := webtest.Open(t, s.acme, s.acme.Admin.User), webtest.Open(t, s.acme, s.acme.Agent.User)
		here := fmt.Sprintf("/admin/sharing/%d", id)
		ada.Get(here, 200).Has(t, "What they see", "sees what stands here")
		ada.Get(here+"/map", 200).Has(t, "Numbers of payment cards", "It was never changed")
		form := url.Values{"detector-email": {"hold"}, "name-0": {"case " + hostile}, "pattern-0": {"("}, "action-0": {"mask"}}
		ada.Post(here+"/map", form, 422).Escaped(t).Has(t, "without quotes and angle brackets")
		form.Set("name-0", "case")
		ada.Post(here+"/map", form, 422).Has(t, "not RE2")
		form.Set("pattern-0", `CASE-\d+`)
		ada.Post(here+"/map", form, 200).Has(t, "Saved", "Revision 1", `redaction[email].action: none → "hold"`)
		ada.Get(here, 200).Has(t, "sees some things otherwise")

		path := ticket(t, s.acme, "About CASE-17 of ana@example.org")
		form.Set("do", "try")
		form.Set("detector-email", "mask")
		ada.Post(here+"/map", form, 200).Has(t, "as they would see", "About [case hidden] of [e-mail address hidden]", "nothing would change here", "Revision 1")
		form.Set("name-0", "")
		ada.Post(here+"/map", form, 422).Has(t, "needs a name")
		form.Set("name-0", "case")
		form.Set("detector-email", "hold")
		form.Del("do")
		preview := ben.Get(fmt.Sprintf("%s/share?agreement=%d", path, id), 200)
		preview.Has(t, "About [case hidden] of [e-mail address hidden]", "The message will wait", "the subject was masked (case)")
		ben.Post(path+"/share", url.Values{"agreement": {fmt.Sprint(id)}}, 200)
		share := shareOf(t, s.acme, path)
		x := &shared{scene: s, ben: ben}
		x.shows(t, share, "waits for a person's yes", "the subject (e-mail address)", "Send it masked")
		ben.Post(share+"/review/burn", nil, 404)
		ben.Post(share+"/review/mask", nil, 200).Has(t, "goes out masked")
		x.shows(t, share, "in step", "with the yes of")
		ben.Post(share+"/review/mask", nil, 200).Has(t, "No message waits")

		for name, value := range map[string]string{"customers": "initials", "files": "some", "types": "image/* text/plain", "size": "1.5", "allow": "lens strap", "prefix": "a_", "rename": "strap",
			"field-0": "Severity", "as-0": "Priority", "values-0": "1 = high", "owner-0": "ours", "notsent-1": "true"} {
			form.Set(name, value)
		}
		ada.Post(here+"/map", form, 422).Has(t, "“strap” is not of the form")
		form.Set("rename", "strap = belt")
		ada.Post(here+"/map", form, 422).Has(t, "each needs the title of a field")
		form.Del("notsent-1")
		ada.Post(here+"/map", form, 200).Has(t, `tags.rename.strap: none → "belt"`, "attachments.max_size: none → 1572864", `fields[Severity].values.1: none → "high"`)
		form.Set("detector-email", "")
		ada.Post(here+"/map", form, 200).Has(t, "Revision 3")
		ada.Post(here+"/map/revert", url.Values{"revision": {"1"}}, 200).Has(t, "It is as it was then", "Revision 4")
		ada.Post(here+"/map/revert", url.Values{"revision": {"99"}}, 404)
		ben.Get(here+"/map", 403)
		ben.Post(here+"/map", form, 403)
	})
}
