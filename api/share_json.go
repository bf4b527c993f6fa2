package api

import (
	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/inbound"
	"interdesk/store"
)

// shareJSON is one ticket under one agreement. These routes are our own: no other desk has them.
type shareJSON struct {
	URL         string           `json:"url"`
	ID          desk.ShareID     `json:"id"`
	TicketID    desk.TicketID    `json:"ticket_id"`
	AgreementID desk.AgreementID `json:"agreement_id"`
	Name        string           `json:"agreement_name"`
	UUID        string           `json:"uuid"`
	Direction   string           `json:"direction"` // "outbound": we shared it
	RemoteID    *string          `json:"remote_ticket_id"`
	RemoteURL   *string          `json:"remote_url"` // of an issue of a bug tracker

	State       desk.ShareState `json:"state"`
	Since       string          `json:"since"`
	By          string          `json:"by"`
	Cause       *desk.Cause     `json:"cause"`
	Reason      *string         `json:"reason"`
	DeliveredAt *string         `json:"delivered_at"`
	Episode     int             `json:"episode"`
	Episodes    []episodeJSON   `json:"episodes"`

	Condition      sharing.Phase `json:"condition"`
	Waiting        int           `json:"waiting"` // messages not yet delivered, failing and held ones included
	Failing        int           `json:"failing"`
	Held           int           `json:"held"`
	Dead           int           `json:"dead"`
	WaitingSince   *string       `json:"waiting_since"`
	LastAttempt    *attemptJSON  `json:"last_attempt"`
	ThrottledUntil *string       `json:"throttled_until"`
	PausedBy       *desk.Pause   `json:"agreement_paused_by"`
	BarredRules    []barredJSON  `json:"barred_rules"`

	NotHeldThere []unheldJSON `json:"not_held_there"`
	NotHeldHere  []unheldJSON `json:"not_held_here"`

	MissingFiles []missingFileJSON `json:"missing_files"`

	LastSentAt *string `json:"last_sent_at"`
	LastSeenAt *string `json:"last_seen_at"`
	CreatedAt  string  `json:"created_at"`
	UpdatedAt  string  `json:"updated_at"`
}

// episodeJSON is one time that the ticket was shared.
type episodeJSON struct {
	Number  int     `json:"episode"`
	BegunAt string  `json:"begun_at"`
	BegunBy *string `json:"begun_by"`
	EndedAt *string `json:"ended_at"`
	EndedBy *string `json:"ended_by"`
	Reason  *string `json:"reason"`
}

// attemptJSON is what became of the message that was tried last.
type attemptJSON struct {
	Delivery desk.DeliveryID    `json:"delivery_id"`
	At       string             `json:"at"`
	State    desk.DeliveryState `json:"state"`
	Attempts int                `json:"attempts"`
	Code     *int               `json:"code"`
	Answer   *string            `json:"answer"`
	Cause    *desk.Cause        `json:"cause"`
}

// barredJSON is a rule that leaves the ticket alone until somebody shares it again.
type barredJSON struct {
	ID    desk.TriggerID `json:"id"`
	Title *string        `json:"title"`
}

// unheldJSON is something that one of the two desks cannot hold.
type unheldJSON struct {
	Item   string  `json:"item"`
	Title  string  `json:"title"`
	Value  *string `json:"value"`
	Reason string  `json:"reason"`
}

// missingFileJSON is a file of the partner that has not come yet.
type missingFileJSON struct {
	FileName  string         `json:"file_name"`
	CommentID desk.CommentID `json:"comment_id"`
	GivenUp   bool           `json:"given_up"`
	Reason    *string        `json:"reason"`
	CreatedAt string         `json:"created_at"`
}

func direction(inbound bool) string {
	if inbound {
		return "inbound"
	}
	return "outbound"
}

// sharesOf shows those shares of a ticket that pick chooses.
func (c *call) sharesOf(tx *store.Tx, id desk.TicketID, pick func(*desk.Share) bool) ([]shareJSON, error) {
	if err := agentSees(c, tx, id); err != nil {
		return nil, err
	}
	t, err := tx.Ticket(c.ctx(), id)
	if err != nil {
		return nil, err
	}
	cfg, err := tx.Config(c.ctx())
	if err != nil {
		return nil, err
	}
	all, err := sharing.ShareStatuses(c.ctx(), tx, cfg, id, c.Clock())
	if err != nil {
		return nil, err
	}
	out := []shareJSON{}
	for i := range all {
		if !pick(&all[i].Share) {
			continue
		}
		s, err := c.shareOf(tx, cfg, &t, &all[i])
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

func (c *call) shareOf(tx *store.Tx, cfg *desk.Config, t *desk.Ticket, at *sharing.ShareStatus) (shareJSON, error) {
	s := &at.Share
	episodes, err := tx.ShareEpisodes(c.ctx(), s.ID)
	if err != nil {
		return shareJSON{}, err
	}
	last, err := tx.LastAttempt(c.ctx(), s.ID)
	if err != nil {
		return shareJSON{}, err
	}
	missing, err := inbound.MissingFiles(c.ctx(), tx, s)
	if err != nil {
		return shareJSON{}, err
	}
	barred, err := c.barredOf(tx, s.BarredRules)
	return shareJSON{URL: c.url("tickets", int64(s.Ticket), "shares", int64(s.ID)), ID: s.ID, TicketID: s.Ticket, AgreementID: s.Agreement,
		Name: at.Agreement.Name, UUID: s.UUID, Direction: direction(s.Inbound), RemoteID: nullString(s.RemoteID), RemoteURL: nullString(at.Agreement.IssueURL(s.RemoteID)), State: s.State,
		Since: formatTime(s.StateAt), By: byWords(s.StateBy), Cause: nullString(at.Cause), Reason: nullString(at.Reason),
		DeliveredAt: nullTime(s.DeliveredAt), Episode: s.Episode, Episodes: episodesOf(episodes), Condition: at.Phase, Waiting: at.Open(),
		Failing: at.Health.Failing, Held: at.Held(), Dead: at.Health.Dead, WaitingSince: nullTime(at.Health.OldestWaiting), LastAttempt: attemptOf(last),
		ThrottledUntil: nullTime(s.ThrottledUntil), PausedBy: nullString(at.Agreement.PausedBy), BarredRules: barred,
		NotHeldThere: unheldOf(sharing.NotHeldThere(cfg, t, s)), NotHeldHere: unheldOf(sharing.NotHeldHere(cfg, s)), MissingFiles: missingFilesOf(missing),
		LastSentAt: nullTime(s.LastSentAt), LastSeenAt: nullTime(s.LastSeenAt), CreatedAt: formatTime(s.CreatedAt), UpdatedAt: formatTime(s.UpdatedAt)}, err
}

// byWords names who brought a share into its state.
func byWords(by string) string {
	switch by {
	case desk.ByPerson, "":
		return "person"
	}
	return by
}

// barredOf names triggers; one that is gone has no title.
func (c *call) barredOf(tx *store.Tx, ids []desk.TriggerID) ([]barredJSON, error) {
	out := []barredJSON{}
	for _, id := range ids {
		rule, err := tx.Trigger(c.ctx(), id)
		if err != nil && desk.KindOf(err) != desk.NotFound {
			return nil, err
		}
		out = append(out, barredJSON{id, nullString(rule.Title)})
	}
	return out, nil
}

func episodesOf(all []desk.ShareEpisode) []episodeJSON {
	out := []episodeJSON{}
	for i := range all {
		e := &all[i]
		out = append(out, episodeJSON{e.Number, formatTime(e.BegunAt), nullString(e.BegunBy), nullTime(e.EndedAt), nullString(e.EndedBy), nullString(e.Reason)})
	}
	return out
}

func attemptOf(d *desk.Delivery) *attemptJSON {
	if d == nil {
		return nil
	}
	return &attemptJSON{d.ID, formatTime(d.SentAt), d.State, d.Attempts, nullCode(d.Code), nullString(d.Answer), nullString(d.Cause)}
}

func nullCode(code int) *int {
	if code == 0 {
		return nil
	}
	return &code
}

func unheldOf(all []sharing.Unheld) []unheldJSON {
	out := []unheldJSON{}
	for _, u := range all {
		out = append(out, unheldJSON{u.Item, u.Title, nullString(u.Value), u.Reason})
	}
	return out
}

func missingFilesOf(all []inbound.MissingFile) []missingFileJSON {
	out := []missingFileJSON{}
	for _, f := range all {
		out = append(out, missingFileJSON{f.FileName, f.Comment, f.GivenUp, nullString(f.Reason), formatTime(f.CreatedAt)})
	}
	return out
}
