package ticket_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"interdesk/api/apitest"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/web/webtest"
)

func commentsOf(t *testing.T, d *apitest.Desk, id desk.TicketID) []desk.Comment {
	t.Helper()
	var all store.Listed[desk.Comment]
	webtest.Check(t, d.Store.Account(d.Account.ID).Read(t.Context(), func(tx *store.Tx) (err error) {
		all, err = tx.Comments(t.Context(), id, store.CommentFilter{}, store.Page{})
		return err
	}))
	return all.Items
}

// What an agent redacts is gone from the page, for closed tickets, too; what a comment does not have is said, and what was typed stays.
func TestRedacting(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s := webtest.Start(t, db)
		d := s.Desk(t, "acme")
		id := webtest.NewTicket(t, d, "Card", "My card is 4111 1111, code 99. "+webtest.Hostile, nil)
		first := commentsOf(t, d, id)[0].ID
		page := fmt.Sprintf("%s/comments/%d/redact", path(id), first)
		webtest.StaffOnly(t, d, page)
		ben := webtest.Open(t, d, d.Agent.User)
		ben.Get(path(id), http.StatusOK).HasMarkup(t, `href="`+page+`"`)
		ben.Get(page, http.StatusOK).Escaped(t).Has(t, "for good", "My card is 4111 1111")
		for _, elsewhere := range []string{path(id) + "/comments/1/redact", path(999) + fmt.Sprintf("/comments/%d/redact", first)} {
			ben.Get(elsewhere, http.StatusNotFound)
			ben.Post(elsewhere, url.Values{"words": {"card"}}, http.StatusNotFound)
		}
		webtest.Open(t, d, d.EndUser.User).Post(page, url.Values{"words": {"card"}}, http.StatusForbidden)
		ben.Post(page, url.Values{}, http.StatusUnprocessableEntity).Has(t, "Say what is to be redacted")
		ben.Post(page, url.Values{"words": {"4111 1111\nnot there"}}, http.StatusUnprocessableEntity).Escaped(t).Has(t, "does not have all of these words", "My card is 4111 1111", "not there")
		ben.Post(page, url.Values{"words": {many()}}, http.StatusUnprocessableEntity).Has(t, "100 pieces at most")
		done := ben.Post(page, url.Values{"words": {" 4111 1111 \r\n\r\n99"}}, http.StatusOK).ArrivedAt(t, path(id)).Has(t, "The comment is redacted.", "My card is ▇▇▇▇▇▇▇▇▇, code ▇▇.")
		done.Lacks(t, "4111")
		d.Admin.Put(fmt.Sprintf("tickets/%d", id), apitest.Object{"ticket": apitest.Object{"status": "closed"}}, http.StatusOK)
		ben.Post(page, url.Values{"words": {"My card"}}, http.StatusOK).Has(t, "▇▇▇▇▇▇▇ is")
		ben.Get(path(id)+"?events=1", http.StatusOK).Has(t, "Redacted a comment")
	})
}

// many are more pieces than are redacted at once.
func many() string {
	var b strings.Builder
	for n := range 101 {
		fmt.Fprintf(&b, "\npiece %d", n)
	}
	return b.String()
}

func TestRedactingFilesAndPictures(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		d := webtest.Start(t, db).Desk(t, "acme")
		ben := webtest.Open(t, d, d.Agent.User)
		_, token, _ := strings.Cut(ben.Send("/agent/uploads?filename=card.txt", "text/plain", []byte("4111"), http.StatusCreated).Body, `"token":"`)
		token, _, _ = strings.Cut(token, `"`)
		id := apply(t, d, d.Agent.User, desk.Update{Comment: &desk.NewComment{HTML: `<p>See <a href="https://far.example/card">this</a></p>`, Uploads: []string{token}}})
		said := commentsOf(t, d, id)[0]
		page := fmt.Sprintf("%s/comments/%d/redact", path(id), said.ID)
		ben.Get(page, http.StatusOK).Has(t, "Files and pictures to remove", "card.txt", "Remove all pictures and links")
		ben.Post(page, url.Values{"file": {"1"}}, http.StatusNotFound)
		after := ben.Post(page, url.Values{"file": {fmt.Sprint(said.Attachments[0].ID)}, "plain": {"true"}}, http.StatusOK).ArrivedAt(t, path(id)).Has(t, "The comment is redacted.", "See this")
		after.Lacks(t, "card.txt", "far.example")
	})
}
