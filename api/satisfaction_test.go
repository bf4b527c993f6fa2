package api_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"interdesk/api/apitest"
	"interdesk/desk"
	"interdesk/store"
)

// surveyed turns asking on, with a trigger that asks when a ticket is solved.
func surveyed(d *apitest.Desk) {
	d.Admin.Put("account/settings", object{"settings": object{"satisfaction": object{"enabled": true, "reasons": array{"Too slow", "Rude"}}}}, 200)
	d.Admin.Post("triggers", object{"trigger": object{"title": "Ask", "conditions": object{"all": array{object{"field": "status", "operator": "changed_to", "value": "solved"}}},
		"actions": array{object{"field": "satisfaction_score", "value": "offered"}}}}, 201)
}

func solve(d *apitest.Desk, id int64) {
	d.Agent.Put(fmt.Sprintf("tickets/%d", id), object{"ticket": object{"status": "solved", "assignee_id": d.Agent.User.ID}}, 200)
}

func rating(score, comment string, reason int) object {
	return object{"satisfaction_rating": object{"score": score, "comment": comment, "reason_code": reason}}
}

// Whoever works here rates nothing, also where the ticket was made theirs for a moment.
func TestStaffDoNotRate(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		surveyed(d)
		id := request(d.EndUser, "Stripes")
		path, rate := fmt.Sprintf("tickets/%d", id), fmt.Sprintf("tickets/%d/satisfaction_rating", id)
		solve(d, id)
		d.EndUser.Post(rate, rating("bad", "awful", 0), 200)
		d.Agent.Put(path, object{"ticket": object{"requester_id": d.Agent.User.ID}}, 200)
		d.Agent.Post(rate, rating("good", "", 0), 422)
		if got := d.Agent.Get(path, 200); got.Text("ticket.satisfaction_rating.score") != "bad" {
			t.Errorf("%s", got.Body)
		}
	})
}

func TestARequesterRates(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		surveyed(d)
		id := request(d.EndUser, "Stripes")
		path, rate := fmt.Sprintf("tickets/%d", id), fmt.Sprintf("tickets/%d/satisfaction_rating", id)
		d.EndUser.Post(rate, rating("good", "", 0), 422)
		solve(d, id)
		if got := d.Agent.Get(path, 200); got.Text("ticket.satisfaction_rating.score") != "offered" {
			t.Errorf("asked: %s", got.Body)
		}
		bad := d.EndUser.Post(rate, rating("bad", "Slow <b>", 1000), 200)
		if bad.Text("satisfaction_rating.score") != "bad" || bad.Text("satisfaction_rating.reason") != "Too slow" || bad.ID("satisfaction_rating.assignee_id") != int64(d.Agent.User.ID) {
			t.Errorf("%s", bad.Body)
		}
		good := d.EndUser.Post(rate, rating("good", "", 0), 200)
		if good.ID("satisfaction_rating.id") != bad.ID("satisfaction_rating.id") {
			t.Errorf("another rating: %s", good.Body)
		}
		d.EndUser.Post(rate, rating("good", "", 0), 200)
		audits := d.Agent.Get(path+"/audits", 200)
		if n := strings.Count(string(audits.Body), `"type":"SatisfactionRating"`); n != 2 {
			t.Errorf("%d votes in %s", n, audits.Body)
		}
		if !strings.Contains(string(audits.Body), `"field_name":"satisfaction_score","value":"good","previous_value":"bad"`) {
			t.Errorf("%s", audits.Body)
		}
		for name, body := range map[string]object{"no score": rating("", "", 0), "another score": rating("offered", "", 0), "no such reason": rating("bad", "", 7),
			"a reason of good": rating("good", "", 1000), "too long": rating("good", strings.Repeat("x", desk.MaxRatingComment+1), 0)} {
			if got := d.EndUser.Post(rate, body, 422); !strings.Contains(string(got.Body), "details") {
				t.Errorf("%s: %s", name, got.Body)
			}
		}
		d.Agent.Post(rate, rating("good", "", 0), 404)
		d.Person(t, "Uma Other", desk.EndUser).Post(rate, rating("good", "", 0), 404)
		d.Agent.Put(path, object{"ticket": object{"status": "closed"}}, 200)
		d.EndUser.Post(rate, rating("bad", "", 0), 422)
	})
}

func TestListsOfRatings(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		surveyed(d)
		var ids, rated []int64
		for i, vote := range []object{rating("good", "", 0), rating("bad", "no", 1001), rating("good", "yes", 0), nil} {
			id := request(d.EndUser, fmt.Sprint("r", i))
			solve(d, id)
			if vote != nil {
				rated = append(rated, d.EndUser.Post(fmt.Sprintf("tickets/%d/satisfaction_rating", id), vote, 200).ID("satisfaction_rating.id"))
			}
			ids = append(ids, id)
		}
		for score, want := range map[string][]int64{"good": {rated[0], rated[2]}, "good_with_comment": {rated[2]}, "bad_without_comment": nil, "received": rated,
			"received_without_comment": {rated[0]}} {
			path := "satisfaction_ratings?score=" + score
			for name, got := range map[string][]int64{"offset": d.Admin.All(path, "satisfaction_ratings", 1, false), "cursor": d.Admin.All(path, "satisfaction_ratings", 2, true)} {
				slices.Sort(got)
				if !slices.Equal(got, want) {
					t.Errorf("%s by %s: %v, want %v", score, name, got, want)
				}
			}
		}
		if got := d.Admin.Get("satisfaction_ratings?score=offered", 200); got.ID("count") != 1 || got.ID("satisfaction_ratings.0.ticket_id") != ids[3] {
			t.Errorf("%s", got.Body)
		}
		later := time.Now().Add(time.Hour).Unix()
		if got := d.Admin.Get(fmt.Sprintf("satisfaction_ratings/count?start_time=%d", later), 200); got.ID("count.value") != 0 {
			t.Errorf("%s", got.Body)
		}
		if got := d.Admin.Get(fmt.Sprintf("satisfaction_ratings/count?end_time=%d", later), 200); got.ID("count.value") != 4 {
			t.Errorf("%s", got.Body)
		}
		for query, want := range map[string][]int64{"satisfaction:good": {ids[0], ids[2]}, "satisfaction:bad_with_comment": {ids[1]}, "satisfaction:received": ids[:3], "-satisfaction:received": {ids[3]}} {
			got := d.Agent.All("search?sort_by=created_at&sort_order=asc&query=type:ticket+"+query, "results", 10, false)
			if !slices.Equal(got, want) {
				t.Errorf("%s: %v, want %v", query, got, want)
			}
		}
		d.Agent.Get("search?query=satisfaction:fine", 422)
		d.Admin.Get(fmt.Sprintf("satisfaction_ratings/%d", rated[1]), 200)
		d.Admin.Get("satisfaction_ratings/1", 404)
		d.Admin.Get("satisfaction_ratings?score=fine", 400)
		d.Admin.Get("satisfaction_ratings?start_time=x", 400)
		d.Agent.Get("satisfaction_ratings", 403)
		d.Agent.Delete(fmt.Sprintf("tickets/%d", ids[1]), 204)
		d.Admin.Get(fmt.Sprintf("satisfaction_ratings/%d", rated[1]), 404)
	})
}

func TestReasonsForBadRatings(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		usual := d.Admin.Get("satisfaction_reasons", 200)
		if got := usual.IDs("reasons"); !slices.Equal(got, []int64{5, 6, 7, 8, 100}) {
			t.Errorf("%s", usual.Body)
		}
		surveyed(d)
		all := d.Admin.Get("satisfaction_reasons", 200)
		if all.ID("reasons.0.reason_code") != 1000 || all.At("reasons.0.deleted_at") != nil || all.At("reasons.2.deleted_at") == nil {
			t.Errorf("%s", all.Body)
		}
		if one := d.Admin.Get("satisfaction_reasons/1001", 200); one.Text("reason.value") != "Rude" {
			t.Errorf("%s", one.Body)
		}
		d.Admin.Get("satisfaction_reasons/3", 404)
		many := array{}
		for i := range desk.MaxReasons + 1 {
			many = append(many, fmt.Sprint("r", i))
		}
		d.Admin.Put("account/settings", object{"settings": object{"satisfaction": object{"reasons": many}}}, 422)
	})
}

func TestAReceivedTicketIsNeverRated(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		surveyed(d)
		id := request(d.EndUser, "Stripes")
		if err := d.Write(t, func(ctx context.Context, tx *store.Tx) error {
			a := desk.Agreement{Name: "Kongen", Inbound: true, Status: desk.AgreementAccepted, RemoteURL: "https://kongen.test/sharing", UUID: "a1"}
			if err := tx.InsertAgreement(ctx, &a, "key"); err != nil {
				return err
			}
			return tx.InsertShare(ctx, &desk.Share{Agreement: a.ID, Ticket: desk.TicketID(id), UUID: "s1", Inbound: true, State: desk.ShareLive})
		}); err != nil {
			t.Fatal(err)
		}
		solve(d, id)
		got := d.Agent.Get(fmt.Sprintf("tickets/%d?include=audits", id), 200)
		if got.Text("ticket.satisfaction_rating.score") != "unoffered" {
			t.Errorf("%s", got.Body)
		}
		if audits := d.Agent.Get(fmt.Sprintf("tickets/%d/audits", id), 200); !strings.Contains(string(audits.Body), "whose desk asks them") {
			t.Errorf("nobody says why: %s", audits.Body)
		}
		d.EndUser.Post(fmt.Sprintf("tickets/%d/satisfaction_rating", id), rating("good", "", 0), 422)
	})
}

func TestRecipeThatAsks(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		recipe := object{"recipe": object{"name": "ask_satisfied"}}
		d.Admin.Post("triggers/recipes", recipe, 422)
		d.Admin.Put("account/settings", object{"settings": object{"satisfaction": object{"enabled": true}}}, 200)
		made := d.Admin.Post("triggers/recipes", recipe, 201)
		if made.Text("automations.0.actions.0.field") != "satisfaction_score" || made.At("automations.0.active") != true {
			t.Errorf("%s", made.Body)
		}
	})
}
