package ui

import (
	"context"
	"strconv"

	"interdesk/desk"
	"interdesk/web/text"
)

// RatingInput is the form in which a customer says how satisfied they are.
type RatingInput struct {
	Account *desk.Account
	Rating  desk.Rating // as it is, or was chosen
	Faults  Faults
}

// RatingTyped reads the form back.
func (c *Call) RatingTyped() desk.Vote {
	v := desk.Vote{Good: c.Value("score") == string(desk.Good), Comment: c.Value("comment"), Reason: desk.ReasonCode(c.Number("reason"))}
	if v.Good {
		v.Reason = 0
	}
	return v
}

// ScoreTyped tells whether a choice was made.
func (c *Call) ScoreTyped() bool {
	s := desk.Score(c.Value("score"))
	return s == desk.Good || s == desk.Bad
}

func reasonOptions(ctx context.Context, in RatingInput) []Option {
	all := []Option{{Value: "", Label: text.T(ctx, "satisfaction.reason.none")}}
	for _, r := range in.Account.Reasons() {
		all = append(all, Option{Value: strconv.FormatInt(int64(r.Code), 10), Label: r.Value})
	}
	return all
}

// asksReason: who is not satisfied is asked why, if the desk has reasons to offer.
func (in RatingInput) asksReason() bool {
	return in.Rating.Score.Plain() == desk.Bad && len(in.Account.Reasons()) > 0
}
