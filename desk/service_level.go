package desk

import (
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"interdesk/condition"
)

// Limits of service levels.
const (
	MaxPolicies = 100                  // per account
	MaxWithin   = 366 * 24 * time.Hour // of one target
)

// Metric is a time that service levels bound.
type Metric string

// The metrics (service-levels.md §3).
const (
	FirstReplyTime      Metric = "first_reply_time"
	NextReplyTime       Metric = "next_reply_time"
	PeriodicUpdateTime  Metric = "periodic_update_time"
	PausableUpdateTime  Metric = "pausable_update_time"
	RequesterWaitTime   Metric = "requester_wait_time"
	AgentWorkTime       Metric = "agent_work_time"
	TotalResolutionTime Metric = "total_resolution_time"
)

// Metrics lists the metrics in the order in which people read them.
var Metrics = [...]Metric{FirstReplyTime, NextReplyTime, PeriodicUpdateTime, PausableUpdateTime, RequesterWaitTime, AgentWorkTime, TotalResolutionTime}

// EventName is the metric's name in events: there both kinds of replies are one.
func (m Metric) EventName() string {
	switch m {
	case FirstReplyTime, NextReplyTime:
		return "reply_time"
	case TotalResolutionTime:
		return "resolution_time"
	}
	return string(m)
}

// Policy is a service level: what tickets it is for, and what is promised for them. The first one that matches counts.
type Policy struct {
	ID          PolicyID
	Title       string
	Description string
	Position    int
	Filter      condition.Tree // an empty one matches every ticket
	Targets     []Target
	// PartnerReplies: a partner's public comment answers the customer as one of ours does.
	PartnerReplies bool
	// PartnerPauses: no time counts while the partner has the ball.
	PartnerPauses bool
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// Target is how soon something is promised for tickets of a priority. One without priority is promised nothing.
type Target struct {
	Priority Priority `json:"p"`
	Metric   Metric   `json:"m"`
	Seconds  int64    `json:"s"`
	Business bool     `json:"b,omitempty"` // counts business hours only
}

// TargetsFor are a policy's targets for a priority, in the order of Metrics.
func (p *Policy) TargetsFor(priority Priority) (out []Target) {
	for _, m := range Metrics {
		for _, t := range p.Targets {
			if t.Metric == m && t.Priority == priority && priority != "" {
				out = append(out, t)
			}
		}
	}
	return out
}

// maxDescription is how many characters describe a policy at most.
const maxDescription = 2000

// Check says everything that is wrong with a policy but for its filter: the faults stand under "title", "description" and
// "policy_metrics".
func (p *Policy) Check() Faults {
	f := Faults{}
	f.CheckName("title", p.Title)
	if utf8.RuneCountInString(p.Description) > maxDescription {
		f.Add("description", "TooLong", fmt.Sprintf("Description: is too long (%d characters at most)", maxDescription))
	}
	for i, t := range p.Targets {
		switch {
		case !slices.Contains(Metrics[:], t.Metric):
			f.Add("policy_metrics", "InvalidValue", fmt.Sprintf("Policy metrics: there is no metric %q", t.Metric))
		case t.Priority.Rank() <= 0:
			f.Add("policy_metrics", "InvalidValue", fmt.Sprintf("Policy metrics: the priority is low, normal, high or urgent, not %q", t.Priority))
		case t.Seconds <= 0 || t.Seconds > int64(MaxWithin/time.Second):
			f.Add("policy_metrics", "InvalidValue", fmt.Sprintf("Policy metrics: the target of %s is from one second to %d minutes", t.Metric, int64(MaxWithin/time.Minute)))
		case slices.ContainsFunc(p.Targets[:i], func(o Target) bool { return o.Metric == t.Metric && o.Priority == t.Priority }):
			f.Add("policy_metrics", "DuplicateValue", fmt.Sprintf("Policy metrics: %s has two targets for the priority %s", t.Metric, t.Priority))
		}
	}
	return f
}

// Policy finds a policy; nil when there is none.
func (c *Config) Policy(id PolicyID) *Policy {
	i := slices.IndexFunc(c.Policies, func(p Policy) bool { return p.ID == id })
	if i < 0 {
		return nil
	}
	return &c.Policies[i]
}

// ServiceLevel is what is promised for a ticket, and what of its life that is reckoned from. It is never changed in place.
type ServiceLevel struct {
	Policy         PolicyID  `json:"p"`
	PartnerReplies bool      `json:"r,omitempty"`
	PartnerPauses  bool      `json:"w,omitempty"`
	Life           Life      `json:"l"`
	Promises       []Promise `json:"t,omitempty"`
}

// Stage is whether the clock of a promise runs.
type Stage string

// The stages, in the words of the API.
const (
	StageActive   Stage = "active"
	StagePaused   Stage = "paused"
	StageAchieved Stage = "achieved"
)

// Promise is a target as it stands for a ticket.
type Promise struct {
	Metric   Metric `json:"m"`
	Seconds  int64  `json:"s"`
	Business bool   `json:"b,omitempty"`
	Instance int    `json:"i"` // counts from 1: the first reply, the next one, …
	Stage    Stage  `json:"g"`
	BreachAt int64  `json:"a,omitempty"` // microseconds UTC: when it is or was broken, the ticket staying as it is; 0: not as long as it does
	Left     int64  `json:"f,omitempty"` // of a paused one: microseconds that are left of the target
	Breached bool   `json:"x,omitempty"` // that it is broken has been noticed
}

// Pressing tells whether the promise asks for something: it runs, or was broken and is still to be kept.
func (p *Promise) Pressing() bool {
	return p.BreachAt != 0 && (p.Stage == StageActive || p.Stage == StagePaused && p.Breached)
}

// BrokenBy tells whether the promise is broken at an instant.
func (p *Promise) BrokenBy(at time.Time) bool { return p.BreachAt != 0 && p.BreachAt <= at.UnixMicro() }

// Foremost is the promise that is broken longest, or else will be first; nil where none presses.
func (s *ServiceLevel) Foremost() *Promise {
	return s.first(func(*Promise) bool { return true })
}

func (s *ServiceLevel) first(those func(*Promise) bool) (first *Promise) {
	if s == nil {
		return nil
	}
	for i := range s.Promises {
		if p := &s.Promises[i]; p.Pressing() && those(p) && (first == nil || p.BreachAt < first.BreachAt) {
			first = p
		}
	}
	return first
}

// BreachAt is when the foremost promise is or was broken; zero where none presses.
func (s *ServiceLevel) BreachAt() time.Time { return s.Foremost().At() }

// NextBreachAt is when the next promise is broken that was not noticed as such; zero for never.
func (s *ServiceLevel) NextBreachAt() time.Time {
	return s.first(func(p *Promise) bool { return !p.Breached }).At()
}

// BreachedAt is when a promise was broken last of those that are still to be kept; zero where none was.
func (s *ServiceLevel) BreachedAt() (last time.Time) {
	if s == nil {
		return last
	}
	for i := range s.Promises {
		if p := &s.Promises[i]; p.Pressing() && p.Breached && p.At().After(last) {
			last = p.At()
		}
	}
	return last
}

// At is when the promise is or was broken; zero where it is not, as long as the ticket stays as it is.
func (p *Promise) At() time.Time {
	if p == nil || p.BreachAt == 0 {
		return time.Time{}
	}
	return time.UnixMicro(p.BreachAt).UTC()
}

// Life is what of a ticket's life its clocks are reckoned from: in which status it was when, and who waits for whose word.
type Life struct {
	Spans  []Span  `json:"s"`
	Talks  [2]Talk `json:"t"`           // as only our own people answer customers; as partners do, too
	Shared bool    `json:"h,omitempty"` // a partner has the ticket
	Ours   bool    `json:"o,omitempty"` // the last word between us and the partner was ours
}

// BallSince is since when a partner, or whoever a ticket on hold waits for, has the ball; zero where we have it.
func (l *Life) BallSince() (at time.Time) {
	for i := len(l.Spans) - 1; i >= 0 && l.Spans[i].Ball; i-- {
		at = time.UnixMicro(l.Spans[i].At).UTC()
	}
	return at
}

// MaxSpans bounds how many changes of status are remembered for the clocks. Beyond it the oldest ones run together.
const MaxSpans = 400

// Span is what a ticket was like from an instant on, until the next span.
type Span struct {
	At     int64 `json:"t"`           // microseconds UTC
	Status int   `json:"s"`           // its rank
	Ball   bool  `json:"b,omitempty"` // the partner has the ball
}

// Talk is who waits for whose word; times are in microseconds UTC, 0 for none.
type Talk struct {
	First   int64 `json:"f,omitempty"` // since when the customer waits for the first reply
	Replied int64 `json:"r,omitempty"` // when it came; NoFirstReply where we spoke first
	Next    int64 `json:"n,omitempty"` // the customer's oldest word after it that is not answered
	Rounds  int   `json:"o,omitempty"` // how often there was such a word
	Update  int64 `json:"u"`           // our last public word, or else when the ticket was made
	Replies int   `json:"e,omitempty"` // how many public words of ours there were
}

// NoFirstReply says that there was no first reply to wait for.
const NoFirstReply = -1

// Voice is who speaks in a comment, seen from the customer.
type Voice uint8

// The voices.
const (
	Silence Voice = iota
	OfCustomer
	OfAgent
	OfPartner // of a desk with which we share a customer's ticket
)

// Moment is what an update means to the clocks of its ticket.
type Moment struct {
	At       time.Time
	Status   Status // after it
	Shared   bool   // a partner has the ticket
	Said     Voice
	Public   bool
	Foreign  bool // a partner made the update
	Assigned bool // the ticket was given to somebody
}

// VoiceOf tells who speaks: a desk that shares its customer's ticket with us is our customer.
func VoiceOf(staff, isRequester, foreign, inbound bool) Voice {
	switch {
	case foreign && !inbound && !isRequester:
		return OfPartner
	case foreign || isRequester || !staff:
		return OfCustomer
	}
	return OfAgent
}

// Moment is what the draft means to the clocks.
func (d *Draft) Moment() Moment {
	m := Moment{At: d.At, Status: d.Now.Status, Foreign: d.Actor.Foreign != 0, Assigned: d.Now.Assignee != 0 && d.Now.Assignee != d.Before.Assignee}
	m.Shared = slices.ContainsFunc(d.Now.Shares, func(s ShareRef) bool {
		return s.State == ShareSending || s.State == ShareLive
	})
	if d.Comment != nil {
		_, staff := d.Config.Staff[d.Comment.Author]
		m.Public = d.Comment.Public
		m.Said = VoiceOf(staff || d.Actor.System, d.Comment.Author == d.Now.Requester, m.Foreign, d.Config.Agreements[d.Actor.Foreign].Inbound)
	}
	return m
}

// What happens to a metric of a ticket, in the words of the API.
const (
	MetricActivate     = "activate"
	MetricPause        = "pause"
	MetricFulfill      = "fulfill"
	MetricBreach       = "breach"
	MetricApply        = "apply_sla"
	MetricUpdateStatus = "update_status"
)

// MetricEvent is something that happened to a metric of a ticket under a policy.
type MetricEvent struct {
	ID       MetricEventID
	Ticket   TicketID
	Metric   string // Metric.EventName
	Instance int
	Type     string // MetricActivate, …
	At       time.Time
	NotedAt  time.Time // when it was stored: a breach is noticed a little later
	Deleted  bool      // a breach that is none after all, as another target counts now
	Applied  *Applies  // of MetricApply: what is promised now; nil: nothing
	Spent    *Spent    // of MetricUpdateStatus
}

// Applies is the target that a policy sets to a metric of a ticket.
type Applies struct {
	Policy      PolicyID `json:"p"`
	Title       string   `json:"n"`
	Description string   `json:"d,omitempty"`
	Seconds     int64    `json:"s"`
	Business    bool     `json:"b,omitempty"`
}

// Spent is for how long a metric has run, in minutes.
type Spent struct {
	Calendar int64 `json:"c"`
	Business int64 `json:"b"`
}
