package sharing

import (
	"context"
	"strings"

	"interdesk/desk"
	"interdesk/sharing/agreement"
	"interdesk/sharing/outbound"
	"interdesk/sharing/tracker"
	"interdesk/store"
	"interdesk/web/ui"
)

// agreementAction is one thing that an admin can do about an agreement: said is a key of the catalogue, to the agreement to show then,
// 0 for all of them.
type agreementAction func(on actionTarget) (said string, to desk.AgreementID, err error)

// actionTarget is the agreement that an action is about, and who does it.
type actionTarget struct {
	context.Context
	*agreement.Service
	outbox   *outbound.Service
	trackers *tracker.Service
	account  desk.AccountID
	actor    desk.Actor
	id       desk.AgreementID
}

// agreementChange is how package agreement changes one.
type agreementChange func(*agreement.Service, context.Context, desk.AccountID, desk.Actor, desk.AgreementID) (desk.Agreement, error)

func changeAction(change agreementChange, said string) agreementAction {
	return func(on actionTarget) (string, desk.AgreementID, error) {
		_, err := change(on.Service, on.Context, on.account, on.actor, on.id)
		return said, on.id, err
	}
}

// agreementActions are the actions, by the last word of their address.
func agreementActions() map[string]agreementAction {
	return map[string]agreementAction{
		"accept":      changeAction((*agreement.Service).Accept, "sharing.done.accept"),
		"accept-both": acceptBoth,
		"decline":     changeAction((*agreement.Service).Decline, "sharing.done.decline"),
		"deactivate":  changeAction((*agreement.Service).Deactivate, "sharing.done.deactivate"),
		"reactivate":  changeAction((*agreement.Service).Reactivate, "sharing.done.reactivate"),
		"end-now":     changeAction((*agreement.Service).EndNow, "sharing.done.deactivate"),
		"compare":     changeAction((*agreement.Service).Compare, "sharing.done.compare"),
		"retry":       changeAction((*agreement.Service).Retry, "sharing.done.retry"),
		"pause":       changeAction((*agreement.Service).Pause, "sharing.done.pause"),
		"resume":      changeAction((*agreement.Service).Resume, "sharing.done.resume"),
		"invite-back": inviteBack,
		"await":       acceptReplyAction(true, "sharing.done.await"),
		"unawait":     acceptReplyAction(false, "sharing.done.unawait"),
		"verify":      verifyAgreement,
		"check":       checkTracker,
		"ask":         askTracker,
		"delete":      removeAgreement,
		"replay":      replayAll,
	}
}

func acceptBoth(on actionTarget) (string, desk.AgreementID, error) {
	_, back, err := on.AcceptBothWays(on, on.account, on.actor, on.id)
	if back.ID == 0 {
		return "sharing.done.accept", on.id, err
	}
	return "sharing.done.both", on.id, err
}

// inviteBack invites a partner that shares with us, on the same terms.
func inviteBack(on actionTarget) (string, desk.AgreementID, error) {
	a, err := on.Agreement(on, on.account, on.id)
	if err != nil {
		return "", 0, err
	}
	back, err := on.Invite(on, on.account, on.actor, agreement.Invitation{RemoteURL: a.RemoteURL, Name: a.Name, Terms: a.Terms, WithoutNotes: !a.ShareNotes})
	return "sharing.done.back", back.ID, err
}

func acceptReplyAction(awaited bool, said string) agreementAction {
	return func(on actionTarget) (string, desk.AgreementID, error) {
		_, err := on.AcceptReply(on, on.account, on.actor, on.id, awaited)
		return said, on.id, err
	}
}

func verifyAgreement(on actionTarget) (string, desk.AgreementID, error) {
	verified, err := on.Verify(on, on.account, on.actor, on.id)
	if verified {
		return "sharing.done.verified", on.id, err
	}
	return "sharing.done.unverified", on.id, err
}

func removeAgreement(on actionTarget) (string, desk.AgreementID, error) {
	return "sharing.done.delete", 0, on.Delete(on, on.account, on.actor, on.id)
}

func replayAll(on actionTarget) (string, desk.AgreementID, error) {
	replayed, err := on.outbox.ReplayAll(on, on.account, on.actor, on.id)
	if len(replayed) == 0 {
		return "sharing.done.replay.none", on.id, err
	}
	return "sharing.done.replay", on.id, err
}

// runAction carries out the action that the address names.
func runAction(c *ui.Call) error {
	do, ok := agreementActions()[c.R.PathValue("action")]
	if !ok {
		return desk.Missing()
	}
	on, err := targetOf(c)
	if err != nil {
		return err
	}
	said, to, err := do(on)
	switch refused, err := toastRefusal(c, err); {
	case err != nil:
		return err
	case refused:
		to = on.id
	default:
		c.ToastSuccess(c.T(said))
	}
	if to == 0 {
		return c.Redirect("/admin/sharing")
	}
	return c.Redirect(agreementPath(to))
}

func targetOf(c *ui.Call) (on actionTarget, err error) {
	id, err := c.ID("id")
	if err != nil {
		return on, err
	}
	actor, err := actorOf(c)
	return actionTarget{c.Ctx(), c.Agreements, c.Outbox, c.Trackers, c.Account.ID, actor, desk.AgreementID(id)}, err
}

// toastRefusal says what speaks against an action; an error that is none of that kind is given back.
func toastRefusal(c *ui.Call, err error) (refused bool, _ error) {
	faults, ok := ui.FaultsOf(err)
	if !ok {
		return false, err
	}
	var words []string
	for _, field := range faults.Fields() {
		words = append(words, faults[field]...)
	}
	c.ToastFailure(strings.Join(words, " "))
	return true, nil
}

// replayDelivery sends one message of an agreement again that was given up.
func replayDelivery(c *ui.Call) error {
	on, err := targetOf(c)
	if err != nil {
		return err
	}
	id, err := c.ID("delivery")
	if err != nil {
		return err
	}
	err = c.Read(func(tx *store.Tx) error {
		if _, err := tx.Agreement(c.Ctx(), on.id); err != nil {
			return err
		}
		d, err := tx.Delivery(c.Ctx(), desk.DeliveryID(id))
		if err == nil && d.Agreement != on.id {
			err = desk.Missing()
		}
		return err
	})
	if err != nil {
		return err
	}
	refused, err := toastRefusal(c, c.Outbox.Replay(c.Ctx(), c.Account.ID, on.actor, desk.DeliveryID(id)))
	if err != nil {
		return err
	}
	if !refused {
		c.ToastSuccess(c.T("sharing.replayed"))
	}
	return c.Redirect(agreementPath(on.id))
}
