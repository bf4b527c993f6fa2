package desk

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestReasonsKeepTheirCodes(t *testing.T) {
	t.Parallel()
	a := Account{}
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	a.SetReasons([]string{"Too slow", " The issue was not resolved ", "", "Too slow"}, at)
	if got := codesOf(a.Reasons()); !cmp.Equal(got, []ReasonCode{1000, 6}) {
		t.Errorf("new ones have %v", got)
	}
	a.SetReasons([]string{"Rude"}, at.Add(time.Hour))
	if r, ok := a.Reason(1000); !ok || r.DeletedAt.IsZero() {
		t.Errorf("a reason that is offered no more is forgotten: %+v", r)
	}
	a.SetReasons([]string{"Rude", "Too slow"}, at.Add(2*time.Hour))
	if got := codesOf(a.Reasons()); !cmp.Equal(got, []ReasonCode{1001, 1000}) {
		t.Errorf("one that comes back has %v", got)
	}
	a.SetReasons(nil, at)
	if len(a.Reasons()) != 0 || len(a.AllReasons()) < 7 {
		t.Errorf("none: %v of %v", a.Reasons(), a.AllReasons())
	}
	a.SetReasons(strings.Split(strings.Repeat("x", MaxReasons), ""), at)
	if len(a.Reasons()) != 1 {
		t.Errorf("equal ones count %d times", len(a.Reasons()))
	}
}

func codesOf(all []Reason) (out []ReasonCode) {
	for _, r := range all {
		out = append(out, r.Code)
	}
	return out
}

func TestWhoRates(t *testing.T) {
	t.Parallel()
	solved := Ticket{Requester: 5, Status: Solved, SolvedAt: time.Unix(1, 0)}
	for name, test := range map[string]struct {
		change func(*Ticket)
		by     UserID
		want   bool
	}{
		"the requester":   {func(*Ticket) {}, 5, true},
		"somebody else":   {func(*Ticket) {}, 6, false},
		"nobody":          {func(x *Ticket) { x.Requester = 0 }, 0, false},
		"opened again":    {func(x *Ticket) { x.Status = Open }, 5, true},
		"never solved":    {func(x *Ticket) { x.Status, x.SolvedAt = Open, time.Time{} }, 5, false},
		"closed":          {func(x *Ticket) { x.Status = Closed }, 5, false},
		"a partner's":     {func(x *Ticket) { x.Shares = []ShareRef{{Inbound: true, State: ShareEnded}} }, 5, false},
		"shared with one": {func(x *Ticket) { x.Shares = []ShareRef{{State: ShareLive}} }, 5, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := solved
			test.change(&x)
			if got := x.RatableBy(test.by); got != test.want {
				t.Errorf("may rate: %v", got)
			}
		})
	}
}
