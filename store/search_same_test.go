package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"interdesk/desk"
	"interdesk/search"
	"interdesk/setup"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// searchWords are words of ten scripts and more, in forms that mean the same and in some that do not.
func searchWords() []string {
	return []string{"lens", "LENS", "lenses", "Straße", "STRASSE", "Über", "U\u0308ber", "naïve", "Søren", "ışık", "привет", "ПРИВЕТ", "Ёлка", "σοφός", "ΣΟΦΟΣ",
		"שָׁלוֹם", "שלום", "مُحَمَّد", "محمد", "हिन्दी", "ภาษาไทย", "ภาษา", "日本語", "日本", "画像センサー", "センサー", "서버가", "서버", "中文", "գիրք", "ქართული",
		"KIT-30-112", "kit30112", "kit-30", "a/b", "C++", "c", ".NET", "net", "H&R", "👍", "Linsenoberflächenfehler", "Oberfläche", "fehler", "ana@example.com", "it's"}
}

// toldTicket is a ticket as a naive search sees it.
type toldTicket struct {
	subject string
	tags    []string
	said    []string
	deleted bool
}

func (t *toldTicket) doc() *search.Doc {
	d := &search.Doc{}
	d.Add(search.InTitle, t.subject)
	for _, s := range t.said {
		d.Add(search.InText, s)
	}
	for _, tag := range t.tags {
		d.Add(search.InTags, tag)
	}
	return d
}

// naiveTier looks at all texts of a ticket: 0 for all words in the title, 1 anywhere, 2 for beginnings and parts of words.
func naiveTier(q search.Query, t *toldTicket) (tier int, ok bool) {
	d := t.doc()
	level := 0
	for _, term := range q.Terms {
		n, _ := search.NeedleOf(term)
		places, fixed := search.Places(), true
		switch term.Key {
		case "subject":
			places = []search.Place{search.InTitle}
		case "comment":
			places = []search.Place{search.InText}
		default:
			fixed = term.Not
		}
		if fixed {
			n = n.Whole()
			if d.Has(&n, true, places...) == term.Not {
				return 0, false
			}
			continue
		}
		switch {
		case d.Has(&n, false, search.InTitle):
		case d.Has(&n, false, places...):
			level = max(level, 1)
		case d.Has(&n, true, places...):
			level = 2
		default:
			return 0, false
		}
	}
	return level, true
}

// foundPages reads a search page by page.
func foundPages(t *rapid.T, a store.Account, q search.Query, size int) (found []desk.TicketID, counted store.Count) {
	asked := store.SearchQuery{Search: q, Config: kindsConfig(), Viewer: desk.Actor{ID: 1, Role: desk.Agent}, At: noon(), Page: store.Page{Limit: size}}
	err := a.Read(t.Context(), func(tx *store.Tx) (err error) {
		if counted, err = tx.CountSearchedTickets(t.Context(), asked); err != nil {
			return err
		}
		for more := true; more; {
			page, err := tx.SearchTickets(t.Context(), asked)
			if err != nil {
				return err
			}
			found = append(found, ids(page.Items)...)
			more, asked.After = page.More, page.After
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found, counted
}

// sameDesk is a desk that changes, with what a naive search knows of it.
type sameDesk struct {
	store   *store.Store
	account store.Account
	tickets []*toldTicket // ticket n+1
	comment desk.CommentID
}

// change does one random thing.
func (d *sameDesk) change(t *rapid.T) error {
	text := rapid.Map(rapid.SliceOfN(rapid.SampledFrom(searchWords()), 1, 4), func(words []string) string { return strings.Join(words, " ") })
	what := rapid.IntRange(0, 9).Draw(t, "what")
	if what < 4 || len(d.tickets) == 0 {
		told := &toldTicket{subject: text.Draw(t, "subject"), said: []string{text.Draw(t, "said")}}
		d.tickets = append(d.tickets, told)
		return d.account.Write(t.Context(), func(tx *store.Tx) error {
			id := desk.TicketID(len(d.tickets))
			if err := tx.InsertTicket(t.Context(), &desk.Ticket{ID: id, Subject: told.subject, Requester: 99, CreatedAt: noon(), UpdatedAt: noon()}); err != nil {
				return err
			}
			return d.say(t, tx, id, told.said[0])
		})
	}
	n := rapid.IntRange(0, len(d.tickets)-1).Draw(t, "ticket")
	told, id := d.tickets[n], desk.TicketID(n+1)
	switch {
	case what == 4:
		return d.store.IndexWords(t.Context())
	case what == 5 && rapid.IntRange(0, 3).Draw(t, "rebuild") == 0:
		if err := d.store.RebuildSearchIndex(t.Context()); err != nil {
			return err
		}
		return d.store.IndexWords(t.Context())
	case told.deleted:
		return nil
	case what == 6:
		told.said = append(told.said, text.Draw(t, "said"))
		return d.account.Write(t.Context(), func(tx *store.Tx) error { return d.say(t, tx, id, told.said[len(told.said)-1]) })
	case what == 7 && rapid.Bool().Draw(t, "delete"):
		told.deleted = true
		return d.account.Write(t.Context(), func(tx *store.Tx) error { return tx.DeleteTicket(t.Context(), id, 0, noon()) })
	}
	return d.account.Write(t.Context(), func(tx *store.Tx) error {
		before, err := tx.Ticket(t.Context(), id)
		if err != nil {
			return err
		}
		after := before
		after.Subject = text.Draw(t, "subject")
		after.Tags = desk.NormalizeTags(rapid.SliceOfN(rapid.SampledFrom([]string{"lens", "kit-30", "日本", "straße"}), 0, 2).Draw(t, "tags"))
		told.subject, told.tags = after.Subject, after.Tags
		return tx.UpdateTicket(t.Context(), &before, &after)
	})
}

func (d *sameDesk) say(t *rapid.T, tx *store.Tx, id desk.TicketID, text string) error {
	d.comment++
	c := saidOn(id, d.comment, true, text)
	return tx.InsertComment(t.Context(), &c)
}

// naive is what a look at all texts finds, in order.
func (d *sameDesk) naive(q search.Query) (out []desk.TicketID) {
	for want := range 3 {
		for n := len(d.tickets) - 1; n >= 0; n-- {
			if tier, ok := naiveTier(q, d.tickets[n]); ok && tier == want && !d.tickets[n].deleted {
				out = append(out, desk.TicketID(n+1))
			}
		}
	}
	return out
}

func drawQuery(t *rapid.T) search.Query {
	forms := []string{"%s", "%s", "%s*", `"%s %s"`, "%s %s", "%s -%s", "subject:%s", "comment:%s %s", "%s -subject:%s", "subject:%s*"}
	form := rapid.SampledFrom(forms).Draw(t, "form")
	var words []any
	for range strings.Count(form, "%s") {
		words = append(words, rapid.SampledFrom(searchWords()).Draw(t, "word"))
	}
	q, err := search.Parse(fmt.Sprintf(form, words...))
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// A search finds what a look at all texts finds, in the same order, on both engines, whatever of it is indexed already.
func TestSearchFindsWhatIsThere(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s, _, _ := openDesk(t, db)
		desks := 0
		rapid.Check(t, func(t *rapid.T) {
			desks++
			name := fmt.Sprintf("desk%d", desks)
			created, _, err := setup.CreateAccount(t.Context(), s, desk.Account{Subdomain: name, Name: name}, name+".localhost", desk.User{Name: "Qq", Email: "qq@example.net"}, "hash")
			if err != nil {
				t.Fatal(err)
			}
			d := &sameDesk{store: s, account: s.Account(created.ID)}
			for range rapid.IntRange(1, 25).Draw(t, "steps") {
				if err := d.change(t); err != nil {
					t.Fatal(err)
				}
			}
			for range 12 {
				q := drawQuery(t)
				found, counted := foundPages(t, d.account, q, rapid.IntRange(1, 5).Draw(t, "page"))
				if want := d.naive(q); !slices.Equal(found, want) || counted.N != len(want) {
					t.Fatalf("%+v: found %v, counted %+v; want %v", q.Terms, found, counted, want)
				}
			}
		})
	})
}
