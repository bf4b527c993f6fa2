package api

import (
	"time"

	"interdesk/admin"
	"interdesk/desk"
	"interdesk/store"
)

func settingsRoutes() []route {
	return []route{
		{"GET", "/account", agents, (*call).showAccount},
		{"GET", "/account/settings", agents, (*call).showSettings},
		{"PUT", "/account/settings", admins, (*call).updateSettings},
	}
}

// settingsOf says how the desk works in the words that clients look for, and under sharing, mail and satisfaction what is our own.
func settingsOf(a *desk.Account) object {
	ids := []int64{}
	for _, l := range locales() {
		ids = append(ids, l.ID)
	}
	return object{
		{"branding", object{{"header_logo_url", nil}, {"favicon_url", nil}}},
		{"active_features", object{{"ticket_forms", true}, {"ticket_tagging", true}, {"sharing_tickets", true}, {"explore", false}, {"voice", false},
			{"customer_satisfaction", a.Settings.Survey.On}, {"csat_reason_code", len(a.Reasons()) > 0}}},
		{"api", object{{"accepted_api_agreement", true}, {"api_password_access", "true"}, {"api_token_access", "true"}}},
		{"tickets", object{{"comments_public_by_default", true}, {"tagging", true}, {"private_attachments", true}, {"agent_collision", true},
			{"allow_group_reset", true}, {"list_newest_comments_first", false}}},
		{"user", object{{"tagging", true}, {"time_zone_selection", true}, {"language_selection", true}}},
		{"localization", object{{"locale_ids", ids}, {"time_zone", a.TimeZone}, {"iana_time_zone", a.TimeZone}}},
		{"sharing", object{{"decline_invitations", a.Settings.DeclineInvitations}}},
		{"satisfaction", surveyOf(a)},
		{"mail", object{{"suspended_days", int(a.Settings.SuspendedFor() / (24 * time.Hour))}, {"email_comments_public_by_default", !a.Settings.PrivateCCs}}},
	}
}

// showAccount says which help desk this is.
func (c *call) showAccount() error {
	return c.readOK(func(tx *store.Tx) (object, error) {
		a, err := tx.AccountRow(c.ctx())
		return objectOf("account", object{{"id", a.ID}, {"url", c.base}, {"name", a.Name}, {"subdomain", a.Subdomain}, {"time_zone", a.TimeZone}, {"sandbox", false},
			{"created_at", formatTime(a.CreatedAt)}}), err
	})
}

func (c *call) showSettings() error {
	return c.readOK(func(tx *store.Tx) (object, error) {
		a, err := tx.AccountRow(c.ctx())
		return objectOf("settings", settingsOf(&a)), err
	})
}

// surveyOf is how customers are asked whether they are satisfied.
func surveyOf(a *desk.Account) object {
	reasons := []string{}
	for _, r := range a.Reasons() {
		reasons = append(reasons, r.Value)
	}
	s := &a.Settings.Survey
	return object{{"enabled", s.On}, {"subject", s.SubjectOrDefault()}, {"body", s.BodyOrDefault()}, {"reasons", reasons}}
}

// settingsInput is what admins may switch.
type settingsInput struct {
	Sharing      sharingSettingsInput `json:"sharing"`
	Mail         mailSettingsInput    `json:"mail"`
	Localization localizationInput    `json:"localization"`
	Satisfaction surveyInput          `json:"satisfaction"`
}

type surveyInput struct {
	Enabled flagInput  `json:"enabled"`
	Subject textInput  `json:"subject"`
	Body    textInput  `json:"body"`
	Reasons textsInput `json:"reasons"`
}

// apply switches what is given.
func (in *surveyInput) apply(a *desk.Account, at time.Time) {
	s := &a.Settings.Survey
	s.On = in.Enabled.or(s.On)
	setText(&s.Subject, in.Subject)
	setText(&s.Body, in.Body)
	if in.Reasons.set {
		a.SetReasons(in.Reasons.v, at)
	}
}

type mailSettingsInput struct {
	SuspendedDays numberInput `json:"suspended_days"`
	PublicCCs     flagInput   `json:"email_comments_public_by_default"`
}

type sharingSettingsInput struct {
	Decline flagInput `json:"decline_invitations"`
}

type localizationInput struct {
	TimeZone textInput `json:"time_zone"`
	Iana     textInput `json:"iana_time_zone"`
}

func (c *call) updateSettings() error {
	var in settingsInput
	if err := c.parseRecord("settings", &in); err != nil {
		return err
	}
	return c.changeOK(func(_ *store.Tx, actor *admin.Actor) (object, error) {
		a, err := actor.ChangeAccount(c.ctx(), func(a *desk.Account) error {
			a.Settings.DeclineInvitations = in.Sharing.Decline.or(a.Settings.DeclineInvitations)
			a.Settings.PrivateCCs = !in.Mail.PublicCCs.or(!a.Settings.PrivateCCs)
			if in.Mail.SuspendedDays.set {
				a.Settings.SuspendedDays = int(min(in.Mail.SuspendedDays.v, desk.MaxSuspendedDays+1))
			}
			in.Satisfaction.apply(a, c.Clock())
			setText(&a.TimeZone, in.Localization.TimeZone)
			setText(&a.TimeZone, in.Localization.Iana)
			return nil
		})
		return objectOf("settings", settingsOf(&a)), err
	})
}
