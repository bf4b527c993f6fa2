package sla_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"interdesk/condition"
	"interdesk/desk"
	"interdesk/schedule"
	"interdesk/sla"
)

// start is a Monday, midnight.
var start = time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)

func office() *schedule.Hours { return schedule.New(time.UTC, desk.WorkingWeek(), nil) }

func at(minutes int) time.Time { return start.Add(time.Duration(minutes) * time.Minute) }

// shop is an account with office hours.
func shop(policies ...desk.Policy) *desk.Config {
	c := &desk.Config{Schedules: []desk.Schedule{{ID: 1, TimeZone: "UTC", Week: desk.WorkingWeek()}}, Policies: policies}
	return c.BuildIndexes()
}

// walk is the plain meaning of a clock: it goes from minute to minute and asks, of each, what of the moments there were.
type walk struct {
	moments  []desk.Moment
	policy   desk.Policy
	business bool
}

func (w *walk) ours(m desk.Moment) bool {
	return m.Public && (m.Said == desk.OfAgent || m.Said == desk.OfPartner && w.policy.PartnerReplies)
}

// awaits tells whether the clock of a metric stands on, before the minute's own moment, and which word it counts from.
func (w *walk) awaits(metric desk.Metric, past []desk.Moment) (from int, on bool) {
	lastOurs, firstTheirs, firstOurs, nextTheirs := -1, -1, -1, -1
	for i, m := range past {
		theirs := m.Public && m.Said == desk.OfCustomer
		if w.ours(m) {
			lastOurs, nextTheirs = i, -1
			if firstOurs < 0 {
				firstOurs = i
			}
		}
		if theirs && firstTheirs < 0 && firstOurs < 0 {
			firstTheirs = i
		}
		if theirs && firstOurs >= 0 && nextTheirs < 0 {
			nextTheirs = i
		}
	}
	switch metric {
	case desk.FirstReplyTime:
		return firstTheirs, firstTheirs >= 0 && firstOurs < 0
	case desk.NextReplyTime:
		return nextTheirs, nextTheirs >= 0
	case desk.PeriodicUpdateTime, desk.PausableUpdateTime:
		return max(lastOurs, 0), true
	}
	return 0, true
}

func (w *walk) ball(past []desk.Moment) bool {
	ours, shared := false, false
	for _, m := range past {
		if m.Said != desk.Silence || m.Shared && !shared {
			ours = !m.Foreign
		}
		shared = m.Shared
	}
	return past[len(past)-1].Status == desk.Hold || shared && ours
}

func (w *walk) counts(metric desk.Metric, past []desk.Moment) bool {
	if w.policy.PartnerPauses && w.ball(past) {
		return false
	}
	in := "new open pending hold"
	switch metric {
	case desk.PausableUpdateTime, desk.RequesterWaitTime:
		in = "new open hold"
	case desk.AgentWorkTime:
		in = "new open"
	}
	return slices.Contains(strings.Fields(in), string(past[len(past)-1].Status))
}

// minutes is how many minutes a metric has run at the last instant, since the word it counts from, and at which minute that came
// to the target.
func (w *walk) minutes(metric desk.Metric, target, last int) (used, crossed int) {
	from, crossed := -1, -1
	now, _ := w.awaits(metric, w.moments)
	hours := office()
	for minute := 0; minute < last+20_000; minute++ {
		past := w.moments[:countBefore(w.moments, minute)]
		if len(past) == 0 {
			continue
		}
		word, on := w.awaits(metric, past)
		if word != from {
			used, from = 0, word
		}
		if word != now || !on || !w.counts(metric, past) || w.business && !hours.Open(at(minute)) {
			continue
		}
		if minute < last {
			used++
		}
		if target--; target == 0 && crossed < 0 {
			crossed = minute + 1
		}
	}
	return used, crossed
}

// countBefore is how many moments there were at the beginning of a minute.
func countBefore(all []desk.Moment, minute int) int {
	n := slices.IndexFunc(all, func(m desk.Moment) bool { return m.At.After(at(minute)) })
	if n < 0 {
		return len(all)
	}
	return n
}

// TestClocksAgreeWithAWalk compares what is promised after any life with going from minute to minute through it.
func TestClocksAgreeWithAWalk(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		metric := rapid.SampledFrom(desk.Metrics[:]).Draw(t, "metric")
		target := rapid.IntRange(1, 2000).Draw(t, "target")
		w := walk{moments: drawMoments(t), business: rapid.Bool().Draw(t, "business")}
		w.policy = desk.Policy{ID: 1, PartnerReplies: rapid.Bool().Draw(t, "partner replies"), PartnerPauses: rapid.Bool().Draw(t, "partner pauses"),
			Targets: []desk.Target{{Priority: desk.High, Metric: metric, Seconds: int64(target) * 60, Business: w.business}}}
		ticket := desk.Ticket{ID: 1, Priority: desk.High, Status: w.moments[len(w.moments)-1].Status}
		now := w.moments[len(w.moments)-1].At
		level, _ := sla.Advance(shop(), &w.policy, &ticket, nil, sla.Live(w.moments), now)
		w.compare(t, metric, target, level, int(now.Sub(start)/time.Minute))
	})
}

func (w *walk) compare(t *rapid.T, metric desk.Metric, target int, level *desk.ServiceLevel, last int) {
	word, on := w.awaits(metric, w.moments)
	finished := w.moments[len(w.moments)-1].Status.Finished()
	if word < 0 {
		if len(level.Promises) != 0 {
			t.Fatalf("promised before anybody waits: %+v", level.Promises)
		}
		return
	}
	p := level.Promises[0]
	want := desk.StagePaused
	switch {
	case !on || finished:
		want = desk.StageAchieved
	case w.counts(metric, w.moments):
		want = desk.StageActive
	}
	used, crossed := w.minutes(metric, target, last)
	breach := int64(0)
	if crossed >= 0 && (want == desk.StageActive || crossed <= last) {
		breach = at(crossed).UnixMicro()
	}
	if p.Stage != want || p.BreachAt != breach {
		t.Fatalf("%s of %d minutes is %s, broken at %s; want %s, %d", metric, target, p.Stage, time.UnixMicro(p.BreachAt).UTC(), want, crossed)
	}
	if left := int64(target-used) * time.Minute.Microseconds(); p.Stage == desk.StagePaused && p.BreachAt == 0 && p.Left != left {
		t.Fatalf("%s left of %d minutes, of which %d are used", time.Duration(p.Left)*time.Microsecond, target, used)
	}
}

func drawMoments(t *rapid.T) (out []desk.Moment) {
	minute := rapid.IntRange(0, 3000).Draw(t, "created")
	for range rapid.IntRange(1, 12).Draw(t, "moments") {
		m := desk.Moment{At: at(minute), Status: rapid.SampledFrom(desk.Statuses[:5]).Draw(t, "status"),
			Shared: rapid.Bool().Draw(t, "shared"), Said: desk.Voice(rapid.IntRange(0, 3).Draw(t, "said")), Public: rapid.Bool().Draw(t, "public")}
		m.Foreign = m.Said == desk.OfPartner
		out = append(out, m)
		minute += rapid.IntRange(1, 1500).Draw(t, "minutes")
	}
	return out
}

// story has a ticket go through updates under policies and gathers what is told of it.
type story struct {
	t      *testing.T
	config *desk.Config
	ticket desk.Ticket
	life   desk.Life
	level  *desk.ServiceLevel
	events []desk.MetricEvent
}

func (s *story) at(minute int, change func(t *desk.Ticket, m *desk.Moment)) {
	m := desk.Moment{}
	change(&s.ticket, &m)
	m.At, m.Status = at(minute), s.ticket.Status
	s.life = sla.Step(s.life, m)
	var events []desk.MetricEvent
	s.level, events = sla.Advance(s.config, sla.Compile(s.config).Choose(&s.ticket, m.At), &s.ticket, s.level, s.life, m.At)
	s.events = append(s.events, events...)
}

func (s *story) told(want ...string) {
	s.t.Helper()
	var got []string
	for _, e := range s.events {
		text := e.Metric + " " + e.Type
		if e.Deleted {
			text += " deleted"
		}
		got = append(got, text)
	}
	if !slices.Equal(got, want) {
		s.t.Errorf("told %q, want %q", got, want)
	}
	s.events = nil
}

func customer(t *desk.Ticket, m *desk.Moment) { m.Said, m.Public = desk.OfCustomer, true }

func agent(t *desk.Ticket, m *desk.Moment) { m.Said, m.Public = desk.OfAgent, true }

func prioritized(p desk.Priority) func(*desk.Ticket, *desk.Moment) {
	return func(t *desk.Ticket, _ *desk.Moment) { t.Priority = p }
}

func becomes(s desk.Status) func(*desk.Ticket, *desk.Moment) {
	return func(t *desk.Ticket, _ *desk.Moment) { t.Status = s }
}

func hour(metric desk.Metric, priority desk.Priority, hours int) desk.Target {
	return desk.Target{Priority: priority, Metric: metric, Seconds: int64(hours) * 3600}
}

// TestPriorityCountsFromTheStart: without priority nothing is promised; then the time since the beginning counts.
func TestPriorityCountsFromTheStart(t *testing.T) {
	t.Parallel()
	s := &story{t: t, ticket: desk.Ticket{ID: 7, Status: desk.New}, config: shop(desk.Policy{ID: 1, Title: "All", Targets: []desk.Target{
		hour(desk.FirstReplyTime, desk.Urgent, 1), hour(desk.FirstReplyTime, desk.Low, 8)}})}
	s.at(0, customer)
	if s.level == nil || len(s.level.Promises) != 0 {
		t.Fatalf("promised without priority: %+v", s.level)
	}
	s.told()
	s.at(30, prioritized(desk.Low))
	s.told("reply_time apply_sla", "reply_time activate")
	if got := s.level.BreachAt(); !got.Equal(at(480)) {
		t.Errorf("low: broken at %s", got)
	}
	s.at(90, prioritized(desk.Urgent))
	s.told("reply_time apply_sla", "reply_time breach")
	if got := s.level.BreachedAt(); !got.Equal(at(60)) || !s.level.NextBreachAt().IsZero() {
		t.Errorf("urgent: broken at %s", got)
	}
	s.at(100, prioritized(desk.Low))
	s.told("reply_time breach deleted", "reply_time apply_sla")
	s.at(110, agent)
	s.told("reply_time update_status", "reply_time fulfill")
	if !s.level.BreachAt().IsZero() {
		t.Errorf("broken at %s although it was kept", s.level.BreachAt())
	}
}

// TestReopeningResumes: a solved ticket breaks nothing, and goes on with the time used before.
func TestReopeningResumes(t *testing.T) {
	t.Parallel()
	s := &story{t: t, ticket: desk.Ticket{ID: 7, Status: desk.New, Priority: desk.High}, config: shop(desk.Policy{ID: 1, Targets: []desk.Target{
		hour(desk.TotalResolutionTime, desk.High, 2)}})}
	s.at(0, customer)
	s.at(60, becomes(desk.Solved))
	s.told("resolution_time apply_sla", "resolution_time activate", "resolution_time update_status", "resolution_time fulfill")
	if !s.level.BreachAt().IsZero() {
		t.Error("a solved ticket has something to break")
	}
	s.at(600, becomes(desk.Open))
	s.told("resolution_time activate")
	if got := s.level.NextBreachAt(); !got.Equal(at(660)) {
		t.Errorf("broken at %s", got)
	}
	late, events := sla.Notice(7, s.level, at(700))
	if len(events) != 1 || !events[0].At.Equal(at(660)) || !late.BreachedAt().Equal(at(660)) || !late.NextBreachAt().IsZero() {
		t.Errorf("noticed %+v", events)
	}
	if _, again := sla.Notice(7, late, at(800)); len(again) != 0 {
		t.Errorf("noticed again: %+v", again)
	}
}

// TestNextReplies: each round of question and answer is one of its own.
func TestNextReplies(t *testing.T) {
	t.Parallel()
	s := &story{t: t, ticket: desk.Ticket{ID: 7, Status: desk.New, Priority: desk.High}, config: shop(desk.Policy{ID: 1, Targets: []desk.Target{
		hour(desk.NextReplyTime, desk.High, 1)}})}
	s.at(0, agent) // we speak first: no first reply
	s.told()
	s.at(10, customer)
	s.told("reply_time apply_sla", "reply_time activate")
	s.at(20, customer) // the oldest word counts
	if got := s.level.NextBreachAt(); !got.Equal(at(70)) {
		t.Errorf("broken at %s", got)
	}
	s.told()
	s.at(30, agent)
	s.told("reply_time update_status", "reply_time fulfill")
	s.at(40, customer)
	s.told("reply_time apply_sla", "reply_time activate")
	if got := s.level.Promises[0].Instance; got != 3 {
		t.Errorf("instance %d", got)
	}
}

// TestFirstPolicyThatMatches: in order, an unreadable filter matches nothing, and a ticket that none matches has none.
func TestFirstPolicyThatMatches(t *testing.T) {
	t.Parallel()
	tagged := func(tag string) condition.Tree {
		return condition.Tree{All: condition.Conditions{{Field: "current_tags", Operator: condition.Includes, Value: condition.ValueOf(tag)}}}
	}
	broken := condition.Tree{All: condition.Conditions{{Field: "no_such", Operator: condition.Is}}}
	p := sla.Compile(shop(desk.Policy{ID: 1, Filter: broken}, desk.Policy{ID: 2, Filter: tagged("vip")}, desk.Policy{ID: 3, Filter: tagged("lens")}))
	for name, c := range map[string]struct {
		tags []string
		want desk.PolicyID
	}{"both": {[]string{"lens", "vip"}, 2}, "the second": {[]string{"lens"}, 3}, "none": {nil, 0}} {
		got := desk.PolicyID(0)
		if policy := p.Choose(&desk.Ticket{Tags: c.tags}, start); policy != nil {
			got = policy.ID
		}
		if got != c.want {
			t.Errorf("%s: policy %d, want %d", name, got, c.want)
		}
	}
}

// TestALifeIsBounded: a ticket that changes for ever remembers so much.
func TestALifeIsBounded(t *testing.T) {
	t.Parallel()
	var life desk.Life
	for i := range 3 * desk.MaxSpans {
		life = sla.Step(life, desk.Moment{At: at(i), Status: desk.Statuses[1+i%2]})
	}
	if len(life.Spans) != desk.MaxSpans || life.Spans[0].At != at(0).UnixMicro() {
		t.Errorf("%d spans since %d", len(life.Spans), life.Spans[0].At)
	}
}
