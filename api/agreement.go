package api

import (
	"interdesk/desk"
	"interdesk/store"
)

func agreementRoutes() []route {
	return []route{
		{"GET", "/sharing_agreements", agents, (*call).listAgreements},
		{"GET", "/sharing_agreements/{id}", agents, (*call).showAgreement},
		{"GET", "/sharing_agreements/{id}/health", agents, (*call).agreementHealth},
		{"POST", "/sharing_agreements/{id}/replay", admins, (*call).replayAgreement},
		{"POST", "/sharing_agreements/{id}/both_ways", admins, (*call).bothWays},
		{"POST", "/sharing_agreements/{id}/compare", admins, (*call).compareAgreement},
		{"POST", "/sharing_agreements/restored", admins, (*call).settleRestored},
		{"POST", "/sharing_agreements", admins, (*call).createAgreement},
		{"PUT", "/sharing_agreements/{id}", admins, (*call).updateAgreement},
		{"DELETE", "/sharing_agreements/{id}", admins, (*call).deleteAgreement},
	}
}

// agreementJSON is a sharing agreement: the members that all clients know, then our own.
type agreementJSON struct {
	URL             string               `json:"url"`
	ID              desk.AgreementID     `json:"id"`
	Name            string               `json:"name"`
	Type            string               `json:"type"` // "outbound": we invited, and share tickets under it
	Status          desk.AgreementStatus `json:"status"`
	PartnerName     *string              `json:"partner_name"`
	RemoteSubdomain *string              `json:"remote_subdomain"`
	CreatedAt       string               `json:"created_at"`
	UpdatedAt       string               `json:"updated_at"`

	SharingURL     string            `json:"sharing_url"` // the partner's
	PublicComments bool              `json:"allows_public_comments"`
	SyncTags       bool              `json:"sync_tags"`
	SyncFields     bool              `json:"sync_custom_fields"`
	ShareNotes     bool              `json:"share_private_notes"`
	NotesSince     *string           `json:"private_notes_since"` // those written before stay; null: all travel
	PassNotes      bool              `json:"pass_private_notes"`
	PeopleLimit    int               `json:"people_limit"`
	Paused         bool              `json:"paused"`
	PausedBy       *desk.Pause       `json:"paused_by"`
	Ending         bool              `json:"ending"` // in force until what is owed has left
	EndingAt       *string           `json:"ending_at"`
	MovedTo        *string           `json:"moved_to"`
	BothWays       bool              `json:"both_ways"` // the partner's own invitation is awaited
	LastCheck      *comparisonJSON   `json:"last_comparison"`
	Verified       bool              `json:"verified"`
	DeactivatedBy  *string           `json:"deactivated_by"`
	Dialect        *desk.Dialect     `json:"dialect"`
	StatusMap      map[string]string `json:"status_map"`
	LastSeenAt     *string           `json:"last_seen_at"`
	LastError      *string           `json:"last_error"`
	LastErrorAt    *string           `json:"last_error_at"`
	Tracker        *trackerJSON      `json:"tracker"`
}

// comparisonJSON is what two desks found when they held their shares against each other.
type comparisonJSON struct {
	At       string  `json:"at"`
	Compared int     `json:"compared"`
	Resent   int     `json:"resent"`  // something was missing there and is sent again
	Asked    int     `json:"asked"`   // something was missing here and is sent again
	Unknown  int     `json:"unknown"` // tickets of the partner that are not here
	Fault    *string `json:"fault"`
}

func comparisonOf(c *desk.Comparison) *comparisonJSON {
	if c.At.IsZero() {
		return nil
	}
	return &comparisonJSON{formatTime(c.At), c.Compared, c.Resent, c.Asked, c.Unknown, nullString(c.Fault)}
}

func (c *call) agreementOf(a *desk.Agreement) agreementJSON {
	out := agreementJSON{
		URL: c.url("sharing_agreements", int64(a.ID)), ID: a.ID, Name: a.Name, Type: direction(a.Inbound), Status: a.Status,
		RemoteSubdomain: nullString(a.RemoteSubdomain), CreatedAt: formatTime(a.CreatedAt), UpdatedAt: formatTime(a.UpdatedAt), SharingURL: a.RemoteURL,
		PublicComments: a.Terms.PublicComments, SyncTags: a.Terms.SyncTags, SyncFields: a.Terms.SyncFields, ShareNotes: a.ShareNotes,
		NotesSince: nullTime(a.NotesSince), PassNotes: a.PassNotes, PeopleLimit: a.PeopleLimit, PausedBy: nullString(a.PausedBy),
		Ending: !a.EndingAt.IsZero(), EndingAt: nullTime(a.EndingAt), MovedTo: nullString(a.MovedTo), BothWays: !a.WishedAt.IsZero(), LastCheck: comparisonOf(&a.Check),
		Paused: a.Paused(), Verified: a.Verified, DeactivatedBy: nullString(a.DeactivatedBy), Dialect: nullString(a.Dialect), StatusMap: a.StatusMap,
		LastSeenAt: nullTime(a.LastSeenAt), LastError: nullString(a.LastError), LastErrorAt: nullTime(a.LastErrorAt), Tracker: c.trackerOf(a),
	}
	if out.StatusMap == nil {
		out.StatusMap = map[string]string{}
	}
	return out
}

func (c *call) listAgreements() error {
	return answerWholeList(c, "sharing_agreements", func(tx *store.Tx) ([]desk.Agreement, error) { return tx.Agreements(c.ctx()) },
		func(a desk.Agreement) int64 { return int64(a.ID) }, showEach(func(a desk.Agreement) agreementJSON { return c.agreementOf(&a) }))
}

func (c *call) agreementID() (desk.AgreementID, error) {
	id, err := c.pathID("id")
	return desk.AgreementID(id), err
}

func (c *call) showAgreement() error {
	id, err := c.agreementID()
	if err != nil {
		return err
	}
	return c.readOK(func(tx *store.Tx) (object, error) {
		a, err := tx.Agreement(c.ctx(), id)
		return objectOf("sharing_agreement", c.agreementOf(&a)), err
	})
}

// healthJSON tells how messages to a partner fare.
type healthJSON struct {
	AgreementID     desk.AgreementID     `json:"agreement_id"`
	Status          desk.AgreementStatus `json:"status"`
	Paused          bool                 `json:"paused"`
	Verified        bool                 `json:"verified"`
	Waiting         int                  `json:"waiting"` // messages not yet delivered, failing ones included
	Failing         int                  `json:"failing"`
	Dead            int                  `json:"dead"` // given up; can be replayed
	OldestWaitingAt *string              `json:"oldest_waiting_at"`
	LastSeenAt      *string              `json:"last_seen_at"`
	LastError       *string              `json:"last_error"`
	LastErrorAt     *string              `json:"last_error_at"`
}

func (c *call) agreementHealth() error {
	id, err := c.agreementID()
	if err != nil {
		return err
	}
	h, err := c.healthOf(id)
	if err != nil {
		return err
	}
	return c.ok(objectOf("health", h))
}

func (c *call) healthOf(id desk.AgreementID) (healthJSON, error) {
	cfg, err := c.config()
	if err != nil {
		return healthJSON{}, err
	}
	h, err := c.Sharing.Health(c.ctx(), c.account, c.actor(cfg), id)
	a := h.Agreement
	return healthJSON{AgreementID: a.ID, Status: a.Status, Paused: a.Paused(), Verified: a.Verified, Waiting: h.Waiting + h.Failing,
		Failing: h.Failing, Dead: h.Dead, OldestWaitingAt: nullTime(h.OldestWaiting), LastSeenAt: nullTime(a.LastSeenAt),
		LastError: nullString(a.LastError), LastErrorAt: nullTime(a.LastErrorAt)}, err
}
