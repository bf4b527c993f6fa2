package e2e

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
)

// TestStamps updates a ticket many times within a second or two. Each update has a stamp of its own, an old one is
// refused, audits and comments keep their order, also after a restart, and views of what changed lately show the ticket.
func TestStamps(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, database func(testing.TB, string) string) {
		s := newServer(t, "acme", database(t, "acme")).start()
		type answer struct {
			Ticket struct {
				ID        int64
				UpdatedAt string `json:"updated_at"`
			}
		}
		var made answer
		s.call("POST", "/tickets", object{"ticket": object{"subject": "Burst", "comment": object{"body": "0"}}}, &made)
		path := fmt.Sprintf("/tickets/%d", made.Ticket.ID)
		const updates = 20
		stamps := []string{made.Ticket.UpdatedAt}
		for i := 1; i < updates; i++ {
			var now answer
			s.call("PUT", path, object{"ticket": object{"comment": object{"body": fmt.Sprint(i)}, "safe_update": true, "updated_stamp": stamps[i-1]}}, &now)
			stamps = append(stamps, now.Ticket.UpdatedAt)
			if i == updates/2 {
				s.kill()
				s.start()
			}
		}
		if !slices.IsSorted(stamps) || len(slices.Compact(slices.Clone(stamps))) != updates {
			t.Errorf("stamps %v", stamps)
		}
		for _, old := range stamps[:updates-1] {
			stale := object{"ticket": object{"subject": "stale", "safe_update": true, "updated_stamp": old}}
			if code, _ := s.try("PUT", path, stale, nil); code != http.StatusConflict {
				t.Errorf("an update of who saw %s: %d", old, code)
			}
		}
		var said struct{ Comments []struct{ Body string } }
		s.call("GET", path+"/comments", nil, &said)
		for i, c := range said.Comments {
			if c.Body != fmt.Sprint(i) {
				t.Errorf("comment %d is %q", i, c.Body)
			}
		}
		var audits struct {
			Audits []struct {
				CreatedAt string `json:"created_at"`
			}
		}
		s.call("GET", path+"/audits", nil, &audits)
		for i, a := range audits.Audits {
			if a.CreatedAt != stamps[i] {
				t.Errorf("audit %d is of %s, the update of %s", i, a.CreatedAt, stamps[i])
			}
		}
		if len(said.Comments) != updates || len(audits.Audits) != updates {
			t.Errorf("%d comments, %d audits", len(said.Comments), len(audits.Audits))
		}
		var shown struct{ Rows []any }
		s.call("POST", "/views/preview", object{"view": object{"all": []object{
			{"field": "status", "operator": "less_than", "value": "solved"}, {"field": "updated_at", "operator": "less_than", "value": "1"}}}}, &shown)
		if len(shown.Rows) != 1 {
			t.Errorf("%d tickets changed within the hour", len(shown.Rows))
		}
	})
}
