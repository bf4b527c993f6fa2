package sharingtest_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"interdesk/sharing/sharingtest"
	"interdesk/store/sqldb"
)

// TestMain has the property test be short unless -rapid.checks asks for more.
func TestMain(m *testing.M) {
	flag.Parse()
	asked := false
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "rapid.checks" })
	if !asked {
		_ = flag.Set("rapid.checks", "4")
	}
	os.Exit(m.Run())
}

// TestDesksAgree lets two desks edit the same tickets at the same time, with rules that answer, over a network that delays,
// loses and repeats messages, while their processes are stopped in the middle of their work. When nothing is on its way any
// more, both sides agree, have every comment once, and nothing has left that was committed after the end of a share
// (share-life §3).
func TestDesksAgree(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		setup func(t *testing.T, n *sharingtest.Network) *desks
	}{
		{"one SQLite", func(t *testing.T, n *sharingtest.Network) *desks { return together(t, n, sqldb.SQLite) }},
		{"two SQLite", func(t *testing.T, n *sharingtest.Network) *desks { return apart(t, n, sqldb.SQLite, 1) }},
		{"one PostgreSQL", func(t *testing.T, n *sharingtest.Network) *desks { return together(t, n, sqldb.Postgres) }},
		{"two PostgreSQL of three and two processes", func(t *testing.T, n *sharingtest.Network) *desks { return apart(t, n, sqldb.Postgres, 3, 2) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			n := sharingtest.NewNetwork()
			d := c.setup(t, n)
			rapid.Check(t, func(r *rapid.T) {
				s := rapid.Custom(drawStory).Draw(r, "story")
				if faults := d.play(s, n); len(faults) > 0 {
					r.Fatalf("%+v %v\n%s", s.weather, s.crashes, strings.Join(faults, "\n"))
				}
			})
		})
	}
}

// story is what happens in one check.
type story struct {
	weather sharingtest.Weather
	seed    uint64
	crashes []time.Duration // when a process is stopped in its work, one after another
	tickets []plot
}

// plot is what happens to one ticket: how it begins, and then at either desk, in order.
type plot struct {
	from  int // which desk has it first
	begin step
	at    [2][]step
}

// step is one update.
type step struct {
	pause time.Duration
	edits []edit
	words string // of a comment; "": none
	note  bool   // the comment is private
	share int    // 1: begin, -1: end
}

// edit changes one item.
type edit struct{ item, value string }

func (s step) String() string {
	return strings.TrimSpace(fmt.Sprint(s.pause, " ", s.edits, " ", s.words, map[bool]string{true: " privately"}[s.note],
		map[int]string{1: " share", -1: " end"}[s.share]))
}

func drawStory(r *rapid.T) story {
	percent := func(most int, what string) int { return rapid.IntRange(0, most).Draw(r, what) }
	s := story{seed: rapid.Uint64().Draw(r, "seed")}
	s.weather = sharingtest.Weather{Drop: percent(15, "drop"), Lose: percent(20, "lose"), Busy: percent(15, "busy"), Repeat: percent(15, "repeat"),
		Delay: time.Duration(percent(60, "delay")) * time.Millisecond}
	for range rapid.IntRange(0, 4).Draw(r, "crashes") {
		s.crashes = append(s.crashes, time.Duration(percent(100, "crash"))*time.Millisecond)
	}
	for range rapid.IntRange(1, 4).Draw(r, "tickets") {
		p := plot{from: rapid.IntRange(0, 1).Draw(r, "from"), begin: drawStep(r, false)}
		for n := range p.at {
			for range rapid.IntRange(0, 8).Draw(r, "steps") {
				p.at[n] = append(p.at[n], drawStep(r, n == p.from))
			}
		}
		s.tickets = append(s.tickets, p)
	}
	return s
}

// items are what is edited, with the values that are given to it.
func items() map[string][]string {
	return map[string][]string{
		"subject": {"Dark", "Dark pictures", "Stripes"}, "status": {"open", "open", "pending", "pending", "hold", "solved"},
		"tag": {"red", "green", "blue", "echo", "question"}, "untag": {"red", "green", "blue"}, "assignee": {"me", ""}, "priority": {"high", "low"},
		"Problem type": {"strap", "lens", "sensor", ""}, "Parts": {"a", "a b", "b c", "d", ""}, "Serial": {"0042", "7", "x7", ""}, "Code": {"AB", "a1", ""},
		"Broken": {"true", "false"}, "Bought": {"2026-01-02", "2026-02-03", ""}, "Weight": {"1.5", "2", ""}, "Details": {"many\nlines", "few", ""},
		"Version": {"3.2", "3.20", ""},
	}
}

func drawStep(r *rapid.T, sharing bool) step {
	all := items()
	names := make([]string, 0, len(all)+12)
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	names = append(names, "status", "status", "tag", "tag", "untag", "Problem type", "Parts")
	s := step{pause: time.Duration(rapid.IntRange(0, 40).Draw(r, "pause")) * time.Millisecond}
	for range rapid.IntRange(0, 3).Draw(r, "edits") {
		name := rapid.SampledFrom(names).Draw(r, "item")
		s.edits = append(s.edits, edit{name, rapid.SampledFrom(all[name]).Draw(r, "value")})
	}
	if len(s.edits) == 0 || rapid.Bool().Draw(r, "comment") {
		s.words, s.note = "said", rapid.IntRange(0, 3).Draw(r, "note") == 0
	}
	if sharing && rapid.IntRange(0, 4).Draw(r, "sharing") == 0 {
		s.share = rapid.SampledFrom([]int{1, -1, -1}).Draw(r, "share")
	}
	if sharing && rapid.IntRange(0, 5).Draw(r, "rule") == 0 {
		s.edits = append(s.edits, edit{"tag", rapid.SampledFrom([]string{"hand_over", "take_back", "hand_over take_back"}).Draw(r, "rules")})
	}
	return s
}

// play carries a story out and tells what is wrong in the end.
func (d *desks) play(s story, n *sharingtest.Network) []string {
	n.Change(s.seed, s.weather)
	d.rounds++
	var all sync.WaitGroup
	pairs := make([]*pair, len(s.tickets))
	for i, p := range s.tickets {
		pairs[i] = &pair{desks: d, from: p.from, name: fmt.Sprintf("%d.%d", d.rounds, i), plot: p}
		all.Go(pairs[i].play)
	}
	all.Go(func() {
		for i, pause := range s.crashes {
			time.Sleep(pause)
			processes := d.side[i%2].processes
			processes[i/2%len(processes)].Restart()
		}
	})
	all.Wait()
	n.Calm()
	d.settle()
	var faults []string
	for _, p := range pairs {
		faults = append(faults, p.faults()...)
	}
	return faults
}
