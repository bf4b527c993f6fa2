package api

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/satisfaction"
	"interdesk/store"
)

func satisfactionRoutes() []route {
	return []route{
		{"GET", "/satisfaction_ratings", admins, (*call).listRatings},
		{"GET", "/satisfaction_ratings/count", admins, (*call).countRatings},
		{"GET", "/satisfaction_ratings/{id}", admins, (*call).showRating},
		{"GET", "/satisfaction_reasons", admins, (*call).listReasons},
		{"GET", "/satisfaction_reasons/{id}", admins, (*call).showReason},
		{"POST", "/tickets/{id}/satisfaction_rating", endUsers, (*call).rateTicket},
	}
}

// ratingJSON is how satisfied the requester is, as tickets tell it.
type ratingJSON struct {
	Score    desk.Score       `json:"score"`
	ID       desk.RatingID    `json:"id,omitempty"`
	Comment  string           `json:"comment,omitempty"`
	Reason   string           `json:"reason,omitempty"`
	ReasonID *desk.ReasonCode `json:"reason_id,omitempty"`
}

func ratingIn(cfg *desk.Config, r *desk.Rating) ratingJSON {
	reason, _ := cfg.Account.Reason(r.Reason)
	return ratingJSON{Score: r.Score.Plain(), ID: r.ID, Comment: r.Comment, Reason: reason.Value, ReasonID: nullID(r.Reason)}
}

// ratingOf is a rating by itself.
func (c *call) ratingOf(cfg *desk.Config, r *store.Rating) object {
	reason, _ := cfg.Account.Reason(r.Reason)
	return object{{"url", c.url("satisfaction_ratings", int64(r.ID))}, {"id", r.ID}, {"assignee_id", nullID(r.Assignee)}, {"group_id", nullID(r.Group)},
		{"requester_id", r.Requester}, {"ticket_id", r.Ticket}, {"score", r.Score.Plain()}, {"comment", nullString(r.Comment)},
		{"reason", nullString(reason.Value)}, {"reason_id", nullID(r.Reason)}, {"created_at", formatTime(r.CreatedAt)}, {"updated_at", formatTime(r.UpdatedAt)}}
}

// maxRatingCount is how far ratings are counted.
const maxRatingCount = 100_000

func (c *call) listRatings() error {
	f, err := c.ratingFilter()
	if err != nil {
		return err
	}
	return answerList(c, listSpec[store.Rating]{
		key: "satisfaction_ratings",
		page: func(tx *store.Tx, p store.Page) (store.Listed[store.Rating], error) {
			return tx.Ratings(c.ctx(), f, p)
		},
		count: func(tx *store.Tx) (int, error) { return tx.CountRatings(c.ctx(), f, maxRatingCount) },
		show: func(tx *store.Tx, rows []store.Rating) (any, object, error) {
			cfg, err := tx.Config(c.ctx())
			if err != nil {
				return nil, nil, err
			}
			out := make([]object, len(rows))
			for i := range rows {
				out[i] = c.ratingOf(cfg, &rows[i])
			}
			return out, nil, nil
		},
	})
}

func (c *call) countRatings() error {
	f, err := c.ratingFilter()
	if err != nil {
		return err
	}
	return c.readOK(func(tx *store.Tx) (object, error) {
		n, err := tx.CountRatings(c.ctx(), f, maxRatingCount)
		return objectOf("count", c.countObject(n)), err
	})
}

func (c *call) ratingFilter() (f store.RatingFilter, err error) {
	if f.Scores, err = scoresNamed(c.query.Get("score")); err != nil {
		return f, err
	}
	if f.From, err = c.secondsIn("start_time"); err != nil {
		return f, err
	}
	if f.To, err = c.secondsIn("end_time"); !f.To.IsZero() {
		f.To = f.To.Add(time.Second - time.Microsecond) // all of that second
	}
	return f, err
}

// scoresNamed are the scores of a filter.
func scoresNamed(name string) ([]desk.Score, error) {
	if name == "" {
		return nil, nil
	}
	base, without := strings.CutSuffix(name, "_without_comment")
	var out []desk.Score
	for _, s := range desk.Scores {
		commented := s != s.Plain()
		switch {
		case without && s.Given() && !commented && (base == string(s) || base == "received"),
			!without && (name == string(s) || name == string(s.Plain())),
			name == "received" && s.Given(),
			name == "received_with_comment" && commented:
			out = append(out, s)
		}
	}
	if len(out) == 0 {
		return nil, httpkit.BadRequest("InvalidValue", "score must be offered, unoffered, received, good or bad, the last three also with _with_comment or _without_comment")
	}
	return out, nil
}

// secondsIn reads a parameter that is a time in seconds since 1970; zero where there is none.
func (c *call) secondsIn(name string) (time.Time, error) {
	text := c.query.Get(name)
	if text == "" {
		return time.Time{}, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n > 1<<33 {
		return time.Time{}, httpkit.BadRequest("InvalidValue", name+" must be a time in seconds since 1970, such as 1332034771")
	}
	return time.Unix(n, 0), nil
}

func (c *call) showRating() error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.readOK(func(tx *store.Tx) (object, error) { return c.oneRating(tx, desk.RatingID(id)) })
}

func (c *call) oneRating(tx *store.Tx, id desk.RatingID) (object, error) {
	cfg, err := tx.Config(c.ctx())
	if err != nil {
		return nil, err
	}
	r, err := tx.Rating(c.ctx(), id)
	return objectOf("satisfaction_rating", c.ratingOf(cfg, &r)), err
}

func (c *call) reasonOf(r desk.Reason) object {
	return object{{"url", c.url("satisfaction_reasons", int64(r.Code))}, {"id", r.Code}, {"reason_code", r.Code}, {"value", r.Value}, {"raw_value", r.Value},
		{"created_at", formatTime(r.CreatedAt)}, {"updated_at", formatTime(r.UpdatedAt)}, {"deleted_at", nullTime(r.DeletedAt)}}
}

// listReasons lists also those that are offered no more: ratings name them.
func (c *call) listReasons() error {
	return answerWholeList(c, "reasons", func(tx *store.Tx) ([]desk.Reason, error) {
		a, err := tx.AccountRow(c.ctx())
		return a.AllReasons(), err
	}, func(r desk.Reason) int64 { return int64(r.Code) }, showEach(c.reasonOf))
}

func (c *call) showReason() error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.readOK(func(tx *store.Tx) (object, error) {
		a, err := tx.AccountRow(c.ctx())
		if err != nil {
			return nil, err
		}
		r, ok := a.Reason(desk.ReasonCode(id))
		if !ok {
			return nil, desk.Missing()
		}
		return objectOf("reason", c.reasonOf(r)), nil
	})
}

type ratingInput struct {
	Score      textInput   `json:"score"`
	Comment    textInput   `json:"comment"`
	ReasonCode numberInput `json:"reason_code"`
	ReasonID   numberInput `json:"reason_id"`
}

func (in *ratingInput) vote() (desk.Vote, error) {
	v := desk.Vote{Good: in.Score.v == string(desk.Good), Comment: in.Comment.v, Reason: desk.ReasonCode(in.ReasonCode.v)}
	if v.Reason == 0 {
		v.Reason = desk.ReasonCode(in.ReasonID.v)
	}
	if !slices.Contains([]string{string(desk.Good), string(desk.Bad)}, in.Score.v) {
		return v, desk.InvalidField("score", "InvalidValue", "Score: must be good or bad")
	}
	return v, nil
}

// rateTicket takes what the requester says of their ticket.
func (c *call) rateTicket() error {
	id, err := c.ticketID()
	if err != nil {
		return err
	}
	var in ratingInput
	if err := c.parseRecord("satisfaction_rating", &in); err != nil {
		return err
	}
	vote, err := in.vote()
	if err != nil {
		return err
	}
	return c.writeOK(func(tx *store.Tx) (object, error) {
		if _, err := c.reachRequest(tx, id); err != nil {
			return nil, err
		}
		applied, err := satisfaction.Vote(c.ctx(), tx, c.Tickets, id, c.user, vote, desk.Update{Via: c.via(), Client: c.client()})
		if err != nil {
			return nil, err
		}
		return c.oneRating(tx, applied.Ticket.Rating.ID)
	})
}
