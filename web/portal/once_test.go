package portal_test

import (
	"net/http"
	"regexp"
	"strconv"
	"sync"
	"testing"

	"interdesk/api/apitest"
	"interdesk/desk"
	"interdesk/web/webtest"
)

var onceInput = regexp.MustCompile(`name="once" value="([^"]+)"`)

// A form that is sent twice, one after the other or at once, counts once; what was changed before it was sent again is new.
func TestAFormThatIsSentTwiceCountsOnce(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		eve := webtest.Open(t, d, d.EndUser.User)
		token := func(path string) string {
			t.Helper()
			found := onceInput.FindStringSubmatch(eve.Get(path, http.StatusOK).Body)
			if found == nil {
				t.Fatalf("%s has no token", path)
			}
			return found[1]
		}
		once := token("/requests/new")
		send := func(words string) string {
			return post(t, eve, "/requests/new", http.StatusOK, part{"once", "", once}, part{"subject", "", "Stripes"}, part{"description", "", words},
				part{"file", "grey.txt", "grey"}).Path
		}
		var paths [3]string
		var all sync.WaitGroup
		for i := range paths {
			all.Go(func() { paths[i] = send("It is grey") })
		}
		all.Wait()
		if paths[0] != paths[1] || paths[1] != paths[2] || send("It is grey") != paths[0] {
			t.Errorf("the same form led to %v", paths)
		}
		if send("It is very grey") == paths[0] {
			t.Error("other words were dropped")
		}
		number := request(t, eve, "Another", "Please")
		here := "/requests/" + number
		once = token(here)
		for range 2 {
			post(t, eve, here, http.StatusOK, part{"once", "", once}, part{"description", "", "And now?"}).Has(t, "And now?")
		}
		if got := d.Agent.Get("search?query=And+now", 200); got.ID("count") != 1 {
			t.Errorf("%s", got.Body)
		}
		if got := d.Agent.Get("tickets/count", 200); got.ID("count.value") != 3 {
			t.Errorf("tickets: %s", got.Body)
		}
		last := d.Agent.Get("tickets/"+number+"/comments", 200)
		if len(last.List("comments")) != 2 {
			t.Errorf("the reply counts not once: %s", last.Body)
		}
	})
}

// In the portal agents are end users: their reply opens the request again; only who has a part may reply at all.
func TestAgentsAreEndUsersInThePortal(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		ben, ada := webtest.Open(t, d, d.Agent.User), webtest.Open(t, d, d.Admin.User)
		number := request(t, ben, "My laptop", "It is slow")
		d.Admin.Put("tickets/"+number, map[string]any{"ticket": map[string]any{"status": "solved"}}, 200)
		post(t, ben, "/requests/"+number, http.StatusOK, part{"description", "", "Still slow"})
		if got := d.Admin.Get("tickets/"+number, 200); got.Text("ticket.status") != "open" {
			t.Errorf("status %s, want open", got.Text("ticket.status"))
		}
		ada.Get("/requests/"+number, http.StatusOK).Lacks(t, "Send reply")
		post(t, ada, "/requests/"+number, http.StatusNotFound, part{"description", "", "Not mine"})
	})
}

// Who is copied sees no way to solve a request, and sending it by hand changes nothing.
func TestOnlyTheRequesterSolvesInThePortal(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		cora := d.Person(t, "Cora Copied", desk.EndUser)
		id := webtest.NewTicket(t, d, "Stripes", "Grey", apitest.Object{"requester_id": d.EndUser.User.ID, "assignee_id": d.Agent.User.ID,
			"email_ccs": apitest.List{apitest.Object{"user_id": cora.User.ID}}})
		number := strconv.FormatInt(int64(id), 10)
		post(t, webtest.Open(t, d, cora.User), "/requests/"+number, http.StatusOK, part{"solved", "", "true"}, part{"description", "", "Done?"})
		if got := d.Agent.Get("tickets/"+number, 200); got.Text("ticket.status") != "open" {
			t.Errorf("status %s, want open", got.Text("ticket.status"))
		}
	})
}
