package desk

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Score is how satisfied the requester of a ticket is.
type Score string

// The scores. A requester who rates says good or bad, with or without a comment.
const (
	Unoffered       Score = "unoffered"
	Offered         Score = "offered" // they were asked
	Bad             Score = "bad"
	BadWithComment  Score = "bad_with_comment"
	Good            Score = "good"
	GoodWithComment Score = "good_with_comment"
)

// Scores lists the scores in their order.
var Scores = [...]Score{Unoffered, Offered, Bad, BadWithComment, Good, GoodWithComment}

// Rank orders scores; no score is Unoffered. -1 for a word that is none.
func (s Score) Rank() int {
	if s == "" {
		return 0
	}
	return slices.Index(Scores[:], s)
}

// Plain is the score without regard to the comment.
func (s Score) Plain() Score {
	switch s {
	case "":
		return Unoffered
	case BadWithComment:
		return Bad
	case GoodWithComment:
		return Good
	}
	return s
}

// Given tells whether the requester has rated.
func (s Score) Given() bool { return s.Rank() >= Bad.Rank() }

// Rating is what the requester of a ticket says of it. The zero Rating is of one who was not asked.
type Rating struct {
	ID      RatingID
	Score   Score
	Comment string
	Reason  ReasonCode // of a bad rating; 0: they gave none
}

// Vote is a requester's rating as they give it.
type Vote struct {
	Good    bool
	Comment string
	Reason  ReasonCode
}

// Rating is the rating that the vote makes, without an id.
func (v Vote) Rating() Rating {
	r := Rating{Comment: strings.TrimSpace(v.Comment), Score: Bad, Reason: v.Reason}
	if v.Good {
		r.Score, r.Reason = Good, 0
	}
	if r.Comment != "" {
		r.Score += "_with_comment"
	}
	return r
}

// Bounds of ratings.
const (
	MaxRatingComment = 4096 // characters
	MaxReasons       = 20   // that are offered
	maxOldReasons    = 200  // that are remembered
	firstOwnReason   = 1000 // the codes of an account's own reasons begin here
)

// ReasonCode is the number of a reason within its account.
type ReasonCode int64

// Reason is why somebody may say that they are not satisfied.
type Reason struct {
	Code      ReasonCode `json:"code"`
	Value     string     `json:"value"`
	CreatedAt time.Time  `json:"created_at"`
	UpdatedAt time.Time  `json:"updated_at"`
	DeletedAt time.Time  `json:"deleted_at,omitzero"` // zero: it is offered
}

// Survey is how an account asks its customers whether they are satisfied.
type Survey struct {
	On      bool     `json:"on,omitempty"`
	Subject string   `json:"subject,omitempty"` // of the letter, a template; "": ours
	Body    string   `json:"body,omitempty"`    // as well
	Reasons []Reason `json:"reasons,omitempty"` // nil: the usual ones
}

// What the letter says unless an account says otherwise.
const (
	DefaultSurveySubject = "[{{ticket.account}}] How did we do with request #{{ticket.id}}?"
	DefaultSurveyBody    = "Hello {{ticket.requester.first_name}},\n\nwe would like to know what you think of our help with “{{ticket.title}}”.\n\n" +
		"{{satisfaction.rating_section}}\n\nThank you. It helps us to get better."
)

// SubjectOrDefault is the subject of the letter.
func (s *Survey) SubjectOrDefault() string { return orText(s.Subject, DefaultSurveySubject) }

// BodyOrDefault is what the letter says.
func (s *Survey) BodyOrDefault() string { return orText(s.Body, DefaultSurveyBody) }

func orText(s, otherwise string) string {
	if strings.TrimSpace(s) == "" {
		return otherwise
	}
	return s
}

// AllReasons are all reasons, also those that are offered no more, in the order in which they are offered.
func (a *Account) AllReasons() []Reason {
	if a.Settings.Survey.Reasons != nil {
		return a.Settings.Survey.Reasons
	}
	usual := func(code ReasonCode, value string) Reason {
		return Reason{Code: code, Value: value, CreatedAt: a.CreatedAt, UpdatedAt: a.CreatedAt}
	}
	return []Reason{usual(5, "The issue took too long to resolve"), usual(6, "The issue was not resolved"),
		usual(7, "The agent's knowledge is unsatisfactory"), usual(8, "The agent's attitude is unsatisfactory"), usual(100, "Some other reason")}
}

// Reasons are those that are offered.
func (a *Account) Reasons() []Reason {
	return slices.DeleteFunc(slices.Clone(a.AllReasons()), func(r Reason) bool { return !r.DeletedAt.IsZero() })
}

// Reason finds a reason, also one that is offered no more.
func (a *Account) Reason(code ReasonCode) (Reason, bool) {
	all := a.AllReasons()
	i := slices.IndexFunc(all, func(r Reason) bool { return r.Code == code })
	if i < 0 {
		return Reason{}, false
	}
	return all[i], true
}

// SetReasons has an account offer these reasons in this order. One that it had before, also once, keeps its code; those that it
// offers no more are remembered for the ratings that name them.
func (a *Account) SetReasons(values []string, at time.Time) {
	old := a.AllReasons()
	next := ReasonCode(firstOwnReason)
	for _, r := range old {
		next = max(next, r.Code+1)
	}
	offered := []Reason{}
	for _, value := range values {
		value = strings.TrimSpace(value)
		if value == "" || slices.ContainsFunc(offered, func(r Reason) bool { return r.Value == value }) {
			continue
		}
		r := Reason{Code: next, Value: value, CreatedAt: at, UpdatedAt: at}
		if i := slices.IndexFunc(old, func(r Reason) bool { return r.Value == value }); i >= 0 {
			r = old[i]
			r.DeletedAt = time.Time{}
		} else {
			next++
		}
		offered = append(offered, r)
	}
	a.Settings.Survey.Reasons = append(offered, withdrawn(old, offered, at)...)
}

// withdrawn are the reasons that are no longer offered, the latest of them.
func withdrawn(old, offered []Reason, at time.Time) (out []Reason) {
	for _, r := range old {
		if slices.ContainsFunc(offered, func(o Reason) bool { return o.Code == r.Code }) {
			continue
		}
		if r.DeletedAt.IsZero() {
			r.DeletedAt, r.UpdatedAt = at, at
		}
		out = append(out, r)
	}
	return out[:min(len(out), maxOldReasons)]
}

// checkSurvey notes what is wrong with how customers are asked.
func (a *Account) checkSurvey(faults Faults) {
	faults.checkLength("subject", a.Settings.Survey.Subject, MaxSubject)
	faults.checkLength("body", a.Settings.Survey.Body, MaxNotes)
	reasons := a.Reasons()
	if len(reasons) > MaxReasons {
		faults.Add("reasons", "TooManyValues", fmt.Sprintf("Reasons: are too many (%d at most)", MaxReasons))
	}
	for _, r := range reasons {
		faults.checkLength("reasons", r.Value, MaxName)
	}
}

// Received tells whether the ticket came from a partner: its customer is theirs, and so is asking them.
func (t *Ticket) Received() bool {
	return slices.ContainsFunc(t.Shares, func(s ShareRef) bool { return s.Inbound })
}

// RatableBy tells whether somebody may rate the ticket now, or change their rating: its requester, once it was solved and until it
// is closed.
func (t *Ticket) RatableBy(id UserID) bool {
	return id != 0 && id == t.Requester && t.Status != Closed && !t.SolvedAt.IsZero() && !t.Received()
}

// editRating asks the requester, or takes what they say.
func (x *edit) editRating(e Edits) {
	if e.Offer {
		x.offerRating()
	}
	if e.Rate == nil {
		return
	}
	now := e.Rate.Rating()
	now.ID = x.next.Rating.ID
	if x.checkVote(e.Rate, &now); len(x.faults) > 0 || now == x.next.Rating {
		return
	}
	if now.ID == 0 {
		now.ID = RatingID(x.NewID())
	}
	x.next.Rating = now
	x.events = append(x.events, Event{ID: EventID(x.NewID()), Type: EventRating, Value: string(now.Score.Plain()), Message: now.Comment,
		Assignee: x.next.Assignee, Via: x.by})
}

// offerRating asks nobody twice.
func (x *edit) offerRating() {
	switch {
	case !x.Config.Account.Settings.Survey.On:
		x.faults.Add("satisfaction", "NotAllowed", "Satisfaction: nobody is asked, since an admin has not turned this on")
	case x.next.Received():
		x.faults.Add("satisfaction", "NotAllowed", "Satisfaction: the customer is a partner's, whose desk asks them")
	case x.next.Rating.Score.Rank() == 0:
		x.next.Rating = Rating{ID: RatingID(x.NewID()), Score: Offered}
	}
}

func (x *edit) checkVote(v *Vote, r *Rating) {
	_, staff := x.Config.Staff[x.Actor.ID]
	switch {
	case x.Created || x.Actor.ID == 0 || x.Actor.ID != x.Before.Requester || staff:
		x.faults.Add("satisfaction_rating", "NotAllowed", "Satisfaction rating: only the requester can rate a ticket, and nobody who works here")
	case !x.Before.RatableBy(x.Actor.ID):
		x.faults.Add("satisfaction_rating", "NotAllowed", "Satisfaction rating: a ticket can be rated once it was solved, and until it is closed")
	}
	if x.Before.Rating.Score == "" && !x.Config.Account.Settings.Survey.On {
		x.faults.Add("satisfaction_rating", "NotAllowed", "Satisfaction rating: this help desk does not ask for ratings")
	}
	if utf8.RuneCountInString(r.Comment) > MaxRatingComment {
		x.faults.Add("comment", "TooLong", fmt.Sprintf("Comment: is too long (%d characters at most)", MaxRatingComment))
	}
	if reason, ok := x.Config.Account.Reason(v.Reason); v.Reason != 0 && (!ok || v.Good || !reason.DeletedAt.IsZero() && v.Reason != x.Before.Rating.Reason) {
		x.faults.Add("reason_code", "InvalidValue", "Reason: a bad rating takes one of the reasons that are offered")
	}
}
