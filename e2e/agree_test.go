package e2e

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"interdesk/desk"
	"interdesk/sharing/sharingtest"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

var agreeFor = flag.Duration("agree", 2*time.Second, "how long TestDesksAgree has two desks work while it kills their processes")

// TestDesksAgree has people edit the same tickets at two desks at the same time, with rules that answer, while processes of
// both are killed. When nothing is on its way any more, both sides agree, have every comment once, and nothing has left that
// was committed after the end of a share (share-life §3). Package sharingtest has the same with a network that fails.
func TestDesksAgree(t *testing.T) {
	t.Parallel()
	for engine, processes := range map[sqldb.Dialect]int{sqldb.SQLite: 1, sqldb.Postgres: 3} {
		t.Run(engine.String(), func(t *testing.T) {
			t.Parallel()
			w := newNeighbours(t, engine, processes)
			stop := make(chan struct{})
			var working sync.WaitGroup
			for n := range 6 {
				working.Go(func() { w.work(n, stop) })
			}
			for until := time.Now().Add(*agreeFor); time.Now().Before(until); {
				time.Sleep(time.Duration(100+rand.IntN(600)) * time.Millisecond)
				w.houses[rand.IntN(2)].crash(time.Duration(rand.IntN(100)) * time.Millisecond)
			}
			close(stop)
			working.Wait()
			(&pair{acme: w.houses[0].server, kongen: w.houses[1].server}).settle(t)
			w.check(t)
		})
	}
}

// neighbours are two desks that share with each other.
type neighbours struct {
	houses  [2]*house
	out, in [2]int64 // agreements under which the one shares with the other, and under which it receives
	fields  [2]map[string]int64

	mu      sync.Mutex
	tickets [2][]int64
	marks   int
}

func newNeighbours(t *testing.T, engine sqldb.Dialect, processes int) *neighbours {
	t.Helper()
	w := &neighbours{}
	for n, name := range []string{"acme", "kongen"} {
		w.houses[n] = newHouse(t, name, storetest.URL(t, engine), processes)
	}
	for n := range 2 {
		var err error
		if w.out[n], w.in[1-n], err = link(w.houses[n].server, w.houses[1-n].server); err != nil {
			t.Fatal(err)
		}
	}
	w.fields[0] = addFields(w.houses[0].server, "strap", "lens", "sensor")
	w.fields[1] = addFields(w.houses[1].server, "lens", "sensor")
	for n := range 2 {
		w.addRules(n)
	}
	return w
}

// addFields makes a dropdown with the given options, a checkbox and a text field.
func addFields(s *server, problems ...string) map[string]int64 {
	var options []object
	for _, p := range problems {
		options = append(options, object{"name": p, "value": "p_" + p})
	}
	ids := map[string]int64{}
	for _, f := range []object{{"type": "tagger", "title": "Problem type", "custom_field_options": options},
		{"type": "checkbox", "title": "Broken"}, {"type": "text", "title": "Serial"}} {
		var made struct {
			Field struct{ ID int64 } `json:"ticket_field"`
		}
		s.call("POST", "/ticket_fields", object{"ticket_field": f}, &made)
		ids[f["title"].(string)] = made.Field.ID
	}
	return ids
}

func addTrigger(s *server, title string, conditions []object, actions ...object) {
	s.t.Helper()
	s.call("POST", "/triggers", object{"trigger": object{"title": title, "all": conditions, "actions": actions}}, nil)
}

func tagged(tag string) object {
	return object{"field": "current_tags", "operator": "includes", "value": tag}
}

func is(field string, value any) object {
	return object{"field": field, "operator": "is", "value": fmt.Sprint(value)}
}

func do(field string, value any) object { return object{"field": field, "value": fmt.Sprint(value)} }

// addRules: both hand over and take back by tags; Kongen also answers what Acme does, in the same breath.
func (w *neighbours) addRules(n int) {
	s := w.houses[n].server
	addTrigger(s, "Hand over", []object{tagged("hand_over")}, do("share_ticket", w.out[n]), do("remove_tags", "hand_over"))
	addTrigger(s, "Take back", []object{tagged("take_back"), is("sent_to", w.out[n])},
		do("unshare_ticket", w.out[n]), do("remove_tags", "take_back"), do("status", "solved"))
	if n == 1 {
		addTrigger(s, "Reopen", []object{is("current_via_id", 31), is("status", "pending")}, do("status", "open"))
		addTrigger(s, "Answer", []object{is("current_via_id", 31), tagged("question")}, do("remove_tags", "question"), do("current_tags", "answered"))
	}
}

// work makes tickets and edits them, at either desk, until it is told to stop.
func (w *neighbours) work(n int, stop chan struct{}) {
	for i := 0; ; i++ {
		select {
		case <-stop:
			return
		case <-time.After(time.Duration(20+rand.IntN(40)) * time.Millisecond):
		}
		at := (n + i) % 2
		if i%6 == 0 {
			w.create(at)
			continue
		}
		w.edit(at)
	}
}

func (w *neighbours) mark() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.marks++
	return fmt.Sprint(w.marks)
}

func (w *neighbours) create(at int) {
	mark := w.mark()
	var made struct{ Ticket struct{ ID int64 } }
	_, err := w.houses[at].try("POST", "/tickets", object{"ticket": object{"subject": "Ticket " + mark, "tags": []string{"hand_over", sharingtest.MarkTag + mark},
		"comment": object{"body": "said " + mark}}}, &made)
	if err == nil {
		w.mu.Lock()
		w.tickets[at] = append(w.tickets[at], made.Ticket.ID)
		w.mu.Unlock()
	}
}

// edit changes one of the newest tickets of a desk, its own or one that came from the other.
func (w *neighbours) edit(at int) {
	var list struct{ Tickets []struct{ ID int64 } }
	if _, err := w.houses[at].try("GET", "/tickets?sort_by=id&sort_order=desc&per_page=12", nil, &list); err != nil || len(list.Tickets) == 0 {
		return
	}
	id := list.Tickets[rand.IntN(len(list.Tickets))].ID
	w.mu.Lock()
	own := slices.Contains(w.tickets[at], id)
	w.mu.Unlock()
	_, _ = w.houses[at].try("PUT", fmt.Sprintf("/tickets/%d", id), object{"ticket": w.change(at, own)}, nil)
}

// change draws an update. Only a desk's own tickets are handed over and taken back.
func (w *neighbours) change(at int, own bool) object {
	mark := w.mark()
	tags := []string{sharingtest.MarkTag + mark}
	change := object{}
	if rand.IntN(2) == 0 {
		change["comment"] = object{"body": "said " + mark, "public": rand.IntN(3) > 0}
	}
	one := func(words string) string { all := strings.Fields(words); return all[rand.IntN(len(all))] }
	switch rand.IntN(8) {
	case 0, 1:
		change["status"] = one("open pending hold")
	case 2:
		change["subject"] = one("Dark Stripes Scratch")
	case 3:
		tags = append(tags, one("red green blue question"))
	case 4:
		change["custom_fields"] = []object{{"id": w.fields[at]["Problem type"], "value": one("p_lens p_sensor p_strap")}}
	case 5:
		change["custom_fields"] = []object{{"id": w.fields[at]["Broken"], "value": rand.IntN(2) == 0}, {"id": w.fields[at]["Serial"], "value": one("7 8 9")}}
	case 6:
		change["remove_tags"] = []string{one("red green blue")}
	case 7:
		if own {
			tags = append(tags, one("take_back hand_over red"))
		}
	}
	change["additional_tags"] = tags
	return change
}

// check ends all processes and holds what the two have against each other.
func (w *neighbours) check(t *testing.T) {
	t.Helper()
	var stores [2]*store.Store
	for n, h := range w.houses {
		h.end()
		var err error
		if stores[n], err = store.Open(t.Context(), storetest.Open(t, h.database)); err != nil {
			t.Fatal(err)
		}
	}
	pairs := 0
	for n := range 2 {
		for _, share := range sharesOf(t, stores[n], w.houses[n].name, desk.AgreementID(w.out[n])) {
			pairs++
			a := copyOf(t, stores[n], w.houses[n].name, desk.AgreementID(w.out[n]), share.UUID)
			b := copyOf(t, stores[1-n], w.houses[1-n].name, desk.AgreementID(w.in[1-n]), share.UUID)
			if a == nil || b == nil {
				t.Errorf("ticket %d of %s did not arrive:\n%s", share.Ticket, w.houses[n].name, a)
				continue
			}
			for i, fault := range sharingtest.Compare(a, b) {
				if i == 0 {
					t.Logf("%s\n%s", a, b)
				}
				t.Errorf("%s: %s", a.Ticket.Subject, fault)
			}
		}
	}
	if pairs == 0 {
		t.Fatal("nobody made a ticket")
	}
	t.Logf("%d shared tickets, %d updates", pairs, w.marks)
}

func inAccount(t *testing.T, s *store.Store, name string, fn func(ctx context.Context, tx *store.Tx) error) {
	t.Helper()
	account, err := s.AccountBySubdomain(t.Context(), name)
	if err == nil {
		err = s.Account(account.ID).Read(t.Context(), func(tx *store.Tx) error { return fn(t.Context(), tx) })
	}
	if err != nil {
		t.Fatal(err)
	}
}

func sharesOf(t *testing.T, s *store.Store, name string, a desk.AgreementID) (all []desk.Share) {
	t.Helper()
	inAccount(t, s, name, func(ctx context.Context, tx *store.Tx) error {
		for after := desk.ShareID(0); ; {
			some, err := tx.SharesIn(ctx, a, []desk.ShareState{desk.ShareSending, desk.ShareLive, desk.ShareEnding, desk.ShareEnded, desk.ShareRefused, desk.ShareFailed}, after, 100)
			if err != nil || len(some) == 0 {
				return err
			}
			all = append(all, some...)
			after = some[len(some)-1].ID
		}
	})
	return all
}

func copyOf(t *testing.T, s *store.Store, name string, a desk.AgreementID, uuid string) (c *sharingtest.Copy) {
	t.Helper()
	inAccount(t, s, name, func(ctx context.Context, tx *store.Tx) error {
		share, err := tx.ShareByUUID(ctx, a, uuid)
		if desk.KindOf(err) == desk.NotFound {
			return nil
		}
		if err == nil {
			c, err = sharingtest.ReadCopy(ctx, tx, share.Ticket, a)
		}
		return err
	})
	return c
}
