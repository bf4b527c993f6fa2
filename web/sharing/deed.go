package sharing

import (
	"context"
	"strings"

	"interdesk/desk"
	"interdesk/sharing/agreement"
	"interdesk/sharing/outbound"
	"interdesk/store"
	"interdesk/web/ui"
)

// deed is one thing that an admin can do about an agreement: said is a key of the catalogue, to the agreement to show then,
// 0 for all of them.
type deed func(on target) (said string, to desk.AgreementID, err error)

// target is the agreement that a deed is about, and who does it.
type target struct {
	context.Context
	*agreement.Service
	outbox  *outbound.Service
	account desk.AccountID
	actor   desk.Actor
	id      desk.AgreementID
}

// method is how package agreement changes one.
type method func(*agreement.Service, context.Context, desk.AccountID, desk.Actor, desk.AgreementID) (desk.Agreement, error)

func plain(change method, said string) deed {
	return func(on target) (string, desk.AgreementID, error) {
		_, err := change(on.Service, on.Context, on.account, on.actor, on.id)
		return said, on.id, err
	}
}

// deeds are the actions, by the last word of their address.
func deeds() map[string]deed {
	return map[string]deed{
		"accept":      plain((*agreement.Service).Accept, "sharing.done.accept"),
		"accept-both": acceptBoth,
		"decline":     plain((*agreement.Service).Decline, "sharing.done.decline"),
		"deactivate":  plain((*agreement.Service).Deactivate, "sharing.done.deactivate"),
		"reactivate":  plain((*agreement.Service).Reactivate, "sharing.done.reactivate"),
		"retry":       plain((*agreement.Service).Retry, "sharing.done.retry"),
		"pause":       plain((*agreement.Service).Pause, "sharing.done.pause"),
		"resume":      plain((*agreement.Service).Resume, "sharing.done.resume"),
		"invite-back": inviteBack,
		"await":       await(true, "sharing.done.await"),
		"unawait":     await(false, "sharing.done.unawait"),
		"verify":      verify,
		"delete":      remove,
		"replay":      replayAll,
	}
}

func acceptBoth(on target) (string, desk.AgreementID, error) {
	_, back, err := on.AcceptBothWays(on, on.account, on.actor, on.id)
	if back.ID == 0 {
		return "sharing.done.accept", on.id, err
	}
	return "sharing.done.both", on.id, err
}

// inviteBack invites a partner that shares with us, on the same terms.
func inviteBack(on target) (string, desk.AgreementID, error) {
	a, err := on.Agreement(on, on.account, on.id)
	if err != nil {
		return "", 0, err
	}
	back, err := on.Invite(on, on.account, on.actor, agreement.Invitation{RemoteURL: a.RemoteURL, Name: a.Name, Terms: a.Terms, WithoutNotes: !a.ShareNotes})
	return "sharing.done.back", back.ID, err
}

func await(awaited bool, said string) deed {
	return func(on target) (string, desk.AgreementID, error) {
		_, err := on.AcceptReply(on, on.account, on.actor, on.id, awaited)
		return said, on.id, err
	}
}

func verify(on target) (string, desk.AgreementID, error) {
	verified, err := on.Verify(on, on.account, on.actor, on.id)
	if verified {
		return "sharing.done.verified", on.id, err
	}
	return "sharing.done.unverified", on.id, err
}

func remove(on target) (string, desk.AgreementID, error) {
	return "sharing.done.delete", 0, on.Delete(on, on.account, on.actor, on.id)
}

func replayAll(on target) (string, desk.AgreementID, error) {
	replayed, err := on.outbox.ReplayAll(on, on.account, on.actor, on.id)
	if len(replayed) == 0 {
		return "sharing.done.replay.none", on.id, err
	}
	return "sharing.done.replay", on.id, err
}

// act carries out the deed that the address names.
func act(c *ui.Call) error {
	do, ok := deeds()[c.R.PathValue("deed")]
	if !ok {
		return desk.Missing()
	}
	on, err := targetOf(c)
	if err != nil {
		return err
	}
	said, to, err := do(on)
	switch refused, err := refusal(c, err); {
	case err != nil:
		return err
	case refused:
		to = on.id
	default:
		c.Good(c.T(said))
	}
	if to == 0 {
		return c.Go("/admin/sharing")
	}
	return c.Go(agreementPath(to))
}

func targetOf(c *ui.Call) (on target, err error) {
	id, err := c.ID("id")
	if err != nil {
		return on, err
	}
	actor, err := actorOf(c)
	return target{c.Ctx(), c.Agreements, c.Outbox, c.Account.ID, actor, desk.AgreementID(id)}, err
}

// refusal says what speaks against a deed; an error that is none of that kind is given back.
func refusal(c *ui.Call, err error) (refused bool, _ error) {
	faults, ok := ui.FaultsOf(err)
	if !ok {
		return false, err
	}
	var words []string
	for _, field := range faults.Fields() {
		words = append(words, faults[field]...)
	}
	c.Bad(strings.Join(words, " "))
	return true, nil
}

// replayLetter sends one message of an agreement again that was given up.
func replayLetter(c *ui.Call) error {
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
	refused, err := refusal(c, c.Outbox.Replay(c.Ctx(), c.Account.ID, on.actor, desk.DeliveryID(id)))
	if err != nil {
		return err
	}
	if !refused {
		c.Good(c.T("sharing.replayed"))
	}
	return c.Go(agreementPath(on.id))
}
