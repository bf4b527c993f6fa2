package letters_test

import (
	"net/http"
	"net/url"
	"testing"

	"interdesk/api/apitest"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/web/webtest"
)

const hostile = `<script>alert(1)</script>`

// solved is a customer's ticket that was solved, at a desk that asks whether they are satisfied.
func solved(t *testing.T, d *apitest.Desk, who desk.User) desk.Ticket {
	t.Helper()
	d.Admin.Put("account/settings", map[string]any{"settings": map[string]any{"satisfaction": map[string]any{"enabled": true}}}, 200)
	id := webtest.NewTicket(t, d, "Stripes "+hostile, "They are grey", apitest.Object{"requester_id": who.ID, "status": "solved", "assignee_id": d.Agent.User.ID})
	return stored(t, d, id)
}

func stored(t *testing.T, d *apitest.Desk, id desk.TicketID) (now desk.Ticket) {
	t.Helper()
	webtest.Check(t, d.Store.Account(d.Account.ID).Read(t.Context(), func(tx *store.Tx) (err error) {
		now, err = tx.Ticket(t.Context(), id)
		return err
	}))
	return now
}

func TestRatingByALink(t *testing.T) {
	each(t, func(t *testing.T, d *apitest.Desk, carla desk.User) {
		ticket := solved(t, d, carla)
		link := d.Access.RatingLink(d.Account.ID, ticket.ID, carla.ID)
		b := webtest.Open(t, d, desk.User{})
		b.Get("/letters/rating?link="+link+"&score=bad", http.StatusOK).Has(t, "How did we do?", "What is the main reason?").Escaped(t).
			HasMarkup(t, `value="bad" checked`)
		if got := stored(t, d, ticket.ID); got.Rating.Score != "" || got.Version != ticket.Version {
			t.Errorf("looking rates: %+v", got.Rating)
		}
		b.Post("/letters/rating", url.Values{"link": {link}}, http.StatusUnprocessableEntity).Has(t, "Choose good or bad")
		b.Post("/letters/rating", url.Values{"link": {link}, "score": {"bad"}, "comment": {hostile}, "reason": {"5"}}, http.StatusOK).Has(t, "Thank you").Escaped(t)
		if got := stored(t, d, ticket.ID).Rating; got.Score != desk.BadWithComment || got.Comment != hostile || got.Reason != 5 {
			t.Errorf("stored: %+v", got)
		}
		b.Get("/letters/rating?link="+link+"&score=good", http.StatusOK).HasMarkup(t, `value="good" checked`)
		b.Post("/letters/rating", url.Values{"link": {link}, "score": {"good"}, "reason": {"5"}}, http.StatusOK)
		if got := stored(t, d, ticket.ID).Rating; got.Score != desk.Good || got.Reason != 0 {
			t.Errorf("changed: %+v", got)
		}
		d.Agent.Put("tickets/1", map[string]any{"ticket": map[string]any{"status": "closed"}}, 200)
		b.Get("/letters/rating?link="+link, http.StatusOK).Has(t, "can not be rated any more")
		b.Post("/letters/rating", url.Values{"link": {link}, "score": {"bad"}}, http.StatusUnprocessableEntity)
		if got := stored(t, d, ticket.ID).Rating; got.Score != desk.Good {
			t.Errorf("rated after it was closed: %+v", got)
		}
	})
}

func TestLinksOfOthersDoNotRate(t *testing.T) {
	each(t, func(t *testing.T, d *apitest.Desk, carla desk.User) {
		ticket := solved(t, d, carla)
		b := webtest.Open(t, d, desk.User{})
		right := d.Access.RatingLink(d.Account.ID, ticket.ID, carla.ID)
		for name, link := range map[string]string{
			"another person":  d.Access.RatingLink(d.Account.ID, ticket.ID, d.Agent.User.ID),
			"another ticket":  d.Access.RatingLink(d.Account.ID, ticket.ID+1, carla.ID),
			"another account": d.Access.RatingLink(d.Account.ID+1, ticket.ID, carla.ID),
			"another purpose": d.Access.UnfollowLink(d.Account.ID, ticket.ID, carla.ID),
			"changed":         "2" + right[1:],
			"none":            "",
		} {
			b.Get("/letters/rating?link="+url.QueryEscape(link), http.StatusGone).Has(t, "This link is over")
			b.Post("/letters/rating", url.Values{"link": {link}, "score": {"bad"}}, http.StatusGone)
			if got := stored(t, d, ticket.ID).Rating; got.Score != "" {
				t.Errorf("%s: rated %+v", name, got)
			}
		}
		d.Admin.Put("tickets/1", map[string]any{"ticket": map[string]any{"requester_id": d.EndUser.User.ID}}, 200)
		b.Post("/letters/rating", url.Values{"link": {right}, "score": {"bad"}}, http.StatusGone)
	})
}

func TestVotesOfStrangersAreBounded(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		d := webtest.Start(t, db, apitest.WithStrangers(0.001)).Desk(t, "acme")
		b := webtest.Open(t, d, desk.User{})
		for range 10 {
			b.Post("/letters/rating", url.Values{"link": {"x"}, "score": {"bad"}}, http.StatusGone)
		}
		b.Post("/letters/rating", url.Values{"link": {"x"}, "score": {"bad"}}, http.StatusTooManyRequests)
	})
}
