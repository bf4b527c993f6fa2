package api

import (
	"encoding/json"
	"errors"

	"interdesk/desk"
	"interdesk/sharing/agreement"
	"interdesk/store"
)

// agreementInput is what admins may say of a sharing agreement. The terms are fixed by the invitation.
type agreementInput struct {
	RemoteSubdomain textInput   `json:"remote_subdomain"`
	SharingURL      textInput   `json:"sharing_url"`
	Name            textInput   `json:"name"`
	PublicComments  flagInput   `json:"allows_public_comments"`
	SyncTags        flagInput   `json:"sync_tags"`
	SyncFields      flagInput   `json:"sync_custom_fields"`
	ShareNotes      flagInput   `json:"share_private_notes"`
	PassNotes       flagInput   `json:"pass_private_notes"`
	PeopleLimit     numberInput `json:"people_limit"`
	Status          textInput   `json:"status"`
	Paused          flagInput   `json:"paused"`
	Dialect         textInput   `json:"dialect"`
	StatusMap       wordsInput  `json:"status_map"`
	Retry           flagInput   `json:"retry"`
	Verify          flagInput   `json:"verify"`
	BothWays        flagInput   `json:"both_ways"`
	Drop            flagInput   `json:"drop"`
	Ending          flagInput   `json:"ending"`

	Tracker trackerInput `json:"tracker"`
}

// wordsInput maps a partner's words to ours.
type wordsInput struct {
	set bool
	v   map[string]string
}

func (in *wordsInput) UnmarshalJSON(raw []byte) error {
	in.set = true
	if err := json.Unmarshal(raw, &in.v); err != nil {
		return errors.New(`must be an object such as {"stalled":"hold"}`)
	}
	return nil
}

// createAgreement invites a partner: an account of this server by its subdomain, any other desk by its sharing URL. A bug tracker
// is not asked, but has to take the token.
func (c *call) createAgreement() error {
	var in agreementInput
	if err := c.parseRecord("sharing_agreement", &in); err != nil {
		return err
	}
	if in.RemoteSubdomain.v == "" && in.SharingURL.v == "" && !in.Tracker.set {
		return desk.InvalidField("base", "BlankValue", "remote_subdomain, sharing_url or tracker must say with whom to share")
	}
	cfg, err := c.config()
	if err != nil {
		return err
	}
	make := c.invite
	if in.Tracker.set {
		make = c.addTracker
	}
	a, err := make(&in, c.actor(cfg))
	if err != nil {
		return err
	}
	return c.created(c.url("sharing_agreements", int64(a.ID)), objectOf("sharing_agreement", c.agreementOf(&a)))
}

func (c *call) invite(in *agreementInput, actor desk.Actor) (desk.Agreement, error) {
	return c.Agreements.Invite(c.ctx(), c.account, actor, agreement.Invitation{
		RemoteURL: in.SharingURL.v, RemoteSubdomain: in.RemoteSubdomain.v, Name: in.Name.v, WithoutNotes: !in.ShareNotes.or(true), BothWays: in.BothWays.v,
		Terms: desk.Terms{PublicComments: in.PublicComments.or(true), SyncTags: in.SyncTags.or(true), SyncFields: in.SyncFields.or(true)},
	})
}

// agreementStep is one of the changes that an update of an agreement asks for.
type agreementStep func(actor desk.Actor, a desk.Agreement) (desk.Agreement, error)

// updateAgreement takes each change in turn; those before one that is refused stand.
func (c *call) updateAgreement() error {
	var in agreementInput
	if err := c.parseRecord("sharing_agreement", &in); err != nil {
		return err
	}
	id, err := c.agreementID()
	if err != nil {
		return err
	}
	cfg, err := c.config()
	if err != nil {
		return err
	}
	a, err := c.Agreements.Agreement(c.ctx(), c.account, id)
	if err != nil {
		return err
	}
	if err := in.checkTermsUnchanged(&a); err != nil {
		return err
	}
	for _, step := range [...]agreementStep{c.renameStep(&in), c.configureStep(&in), c.trackerStep(&in), c.moveStep(&in), c.changeStatus(&in), c.pauseStep(&in), c.tryAgain(&in)} {
		if a, err = step(c.actor(cfg), a); err != nil {
			return err
		}
	}
	return c.ok(objectOf("sharing_agreement", c.agreementOf(&a)))
}

// checkTermsUnchanged refuses other terms than those of the invitation; clients that send whole records repeat them.
func (in *agreementInput) checkTermsUnchanged(a *desk.Agreement) error {
	faults := desk.Faults{}
	for field, differs := range map[string]bool{
		"allows_public_comments": in.PublicComments.or(a.Terms.PublicComments) != a.Terms.PublicComments,
		"sync_tags":              in.SyncTags.or(a.Terms.SyncTags) != a.Terms.SyncTags,
		"sync_custom_fields":     in.SyncFields.or(a.Terms.SyncFields) != a.Terms.SyncFields,
		"remote_subdomain":       in.RemoteSubdomain.v != "" && in.RemoteSubdomain.v != a.RemoteSubdomain,
	} {
		if differs {
			faults.Add(field, "InvalidValue", fieldSentence(field)+": is fixed by the invitation; make a new agreement")
		}
	}
	return faults.Err()
}

func (c *call) renameStep(in *agreementInput) agreementStep {
	return func(actor desk.Actor, a desk.Agreement) (desk.Agreement, error) {
		if !in.Name.set || in.Name.v == a.Name {
			return a, nil
		}
		return c.Agreements.Rename(c.ctx(), c.account, actor, a.ID, in.Name.v)
	}
}

func (c *call) configureStep(in *agreementInput) agreementStep {
	return func(actor desk.Actor, a desk.Agreement) (desk.Agreement, error) {
		if !in.ShareNotes.set && !in.PassNotes.set && !in.PeopleLimit.set && !in.Dialect.set && !in.StatusMap.set {
			return a, nil
		}
		set := agreement.SettingsOf(&a)
		set.ShareNotes, set.PassNotes = in.ShareNotes.or(set.ShareNotes), in.PassNotes.or(set.PassNotes)
		if in.PeopleLimit.set {
			set.PeopleLimit = int(in.PeopleLimit.v)
		}
		if in.Dialect.set {
			set.Dialect = desk.Dialect(in.Dialect.v)
		}
		if set.Dialect != desk.DialectUnknown && set.Dialect != desk.DialectDefault && set.Dialect != desk.DialectRT {
			return a, desk.InvalidField("dialect", "InvalidValue", "Dialect: must be default or rt")
		}
		if in.StatusMap.set {
			set.StatusMap = in.StatusMap.v
		}
		return c.Agreements.Configure(c.ctx(), c.account, actor, a.ID, set)
	}
}

// moveStep goes over to another address of the partner, once the desk there has confirmed that it knows the agreement.
func (c *call) moveStep(in *agreementInput) agreementStep {
	return func(actor desk.Actor, a desk.Agreement) (desk.Agreement, error) {
		if in.SharingURL.v == "" || in.SharingURL.v == a.RemoteURL {
			return a, nil
		}
		return c.Agreements.Move(c.ctx(), c.account, actor, a.ID, in.SharingURL.v)
	}
}

func (c *call) changeStatus(in *agreementInput) agreementStep {
	return func(actor desk.Actor, a desk.Agreement) (desk.Agreement, error) {
		to := desk.AgreementStatus(in.Status.v)
		ending := !a.EndingAt.IsZero()
		if !in.Status.set || to == a.Status && in.Ending.or(ending) == ending {
			return a, nil // clients that send whole records repeat what holds
		}
		switch to {
		case desk.AgreementAccepted:
			if a.Status == desk.AgreementInactive || ending {
				return c.Agreements.Reactivate(c.ctx(), c.account, actor, a.ID)
			}
			return c.Agreements.Accept(c.ctx(), c.account, actor, a.ID)
		case desk.AgreementDeclined:
			return c.Agreements.Decline(c.ctx(), c.account, actor, a.ID)
		case desk.AgreementInactive:
			if in.Drop.v {
				return c.Agreements.EndNow(c.ctx(), c.account, actor, a.ID)
			}
			return c.Agreements.Deactivate(c.ctx(), c.account, actor, a.ID)
		}
		return a, desk.InvalidField("status", "InvalidValue", "Status: can be set to accepted, declined or inactive")
	}
}

func (c *call) pauseStep(in *agreementInput) agreementStep {
	return func(actor desk.Actor, a desk.Agreement) (desk.Agreement, error) {
		switch {
		case !in.Paused.set || in.Paused.v == a.Paused():
			return a, nil
		case in.Paused.v:
			return c.Agreements.Pause(c.ctx(), c.account, actor, a.ID)
		}
		return c.Agreements.Resume(c.ctx(), c.account, actor, a.ID)
	}
}

// tryAgain sends an invitation again, or asks the partner whether it knows of the agreement.
func (c *call) tryAgain(in *agreementInput) agreementStep {
	return func(actor desk.Actor, a desk.Agreement) (_ desk.Agreement, err error) {
		if in.Retry.v {
			if a, err = c.Agreements.Retry(c.ctx(), c.account, actor, a.ID); err != nil {
				return a, err
			}
		}
		if in.Verify.v && a.IsTracker() {
			return a, c.Trackers.Check(c.ctx(), c.account, actor, a.ID)
		}
		if in.Verify.v {
			a.Verified, err = c.Agreements.Verify(c.ctx(), c.account, actor, a.ID)
		}
		return a, err
	}
}

func (c *call) deleteAgreement() error {
	id, err := c.agreementID()
	if err != nil {
		return err
	}
	cfg, err := c.config()
	if err != nil {
		return err
	}
	if err := c.Agreements.Delete(c.ctx(), c.account, c.actor(cfg), id); err != nil {
		return err
	}
	return c.noContent()
}

// replayAgreement takes up the messages of an agreement that were given up, or the one that delivery_id names.
func (c *call) replayAgreement() error {
	id, err := c.agreementID()
	if err != nil {
		return err
	}
	var in struct {
		DeliveryID numberInput `json:"delivery_id"`
	}
	if c.r.ContentLength != 0 {
		if err := c.parseBody(&in); err != nil {
			return err
		}
	}
	cfg, err := c.config()
	if err != nil {
		return err
	}
	replayed := []desk.DeliveryID{desk.DeliveryID(in.DeliveryID.v)}
	if in.DeliveryID.v == 0 {
		replayed, err = c.Outbox.ReplayAll(c.ctx(), c.account, c.actor(cfg), id)
	} else {
		err = c.replayOne(id, replayed[0], c.actor(cfg))
	}
	if err != nil {
		return err
	}
	h, err := c.healthOf(id)
	if err != nil {
		return err
	}
	return c.ok(object{{"replayed", replayed}, {"health", h}})
}

func (c *call) replayOne(agreement desk.AgreementID, id desk.DeliveryID, actor desk.Actor) error {
	err := c.readTx(func(tx *store.Tx) error {
		if _, err := tx.Agreement(c.ctx(), agreement); err != nil {
			return err
		}
		d, err := tx.Delivery(c.ctx(), id)
		if err == nil && d.Agreement != agreement {
			err = desk.Missing()
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.Outbox.Replay(c.ctx(), c.account, actor, id)
}

// bothWays makes an agreement one for both ways: an invitation of the partner's is accepted and answered with one on the same
// terms; with one of ours, the partner's own is accepted when it comes.
func (c *call) bothWays() error {
	id, err := c.agreementID()
	if err != nil {
		return err
	}
	cfg, err := c.config()
	if err != nil {
		return err
	}
	a, err := c.Agreements.Agreement(c.ctx(), c.account, id)
	if err != nil {
		return err
	}
	if a.Inbound {
		a, _, err = c.Agreements.AcceptBothWays(c.ctx(), c.account, c.actor(cfg), id)
	} else {
		a, err = c.Agreements.AcceptReply(c.ctx(), c.account, c.actor(cfg), id, true)
	}
	if err != nil {
		return err
	}
	return c.ok(objectOf("sharing_agreement", c.agreementOf(&a)))
}

// compareAgreement holds the shares of both desks against each other, and has sent again what is missing.
func (c *call) compareAgreement() error {
	id, err := c.agreementID()
	if err != nil {
		return err
	}
	cfg, err := c.config()
	if err != nil {
		return err
	}
	a, err := c.Agreements.Compare(c.ctx(), c.account, c.actor(cfg), id)
	if err != nil {
		return err
	}
	return c.ok(objectOf("sharing_agreement", c.agreementOf(&a)))
}

// settleRestored says of a database that was restored or copied whether it is the real one.
func (c *call) settleRestored() error {
	var in struct {
		Database textInput `json:"database"`
	}
	if err := c.parseBody(&in); err != nil {
		return err
	}
	if in.Database.v != "real" && in.Database.v != "copy" {
		return desk.InvalidField("database", "InvalidValue", "Database: must be real, which goes on sending, or copy, which stays silent")
	}
	cfg, err := c.config()
	if err != nil {
		return err
	}
	if err := c.Agreements.SettleRestored(c.ctx(), c.account, c.actor(cfg), in.Database.v == "real"); err != nil {
		return err
	}
	return c.listAgreements()
}
