package api

import (
	"interdesk/desk"
	"interdesk/store"
)

func correspondenceRoutes() []route {
	return []route{
		{"GET", "/tickets/{id}/correspondences", agents, (*call).listCorrespondences},
		{"PUT", "/tickets/{id}/correspondences/{desk}", agents, (*call).chooseForCorrespondence},
	}
}

// correspondenceJSON is what goes to and fro by mail between a ticket and another help desk. It is ours.
type correspondenceJSON struct {
	DeskID       desk.RemoteDeskID `json:"desk_id"`
	Address      string            `json:"address"`
	Name         string            `json:"name"`
	Kind         string            `json:"kind"`
	DeskURL      *string           `json:"desk_url"`
	RemoteTicket *string           `json:"remote_ticket"`
	Choice       *string           `json:"choice"`
	AgreementID  *desk.AgreementID `json:"agreement_id"`
	NeverOffer   bool              `json:"never_offer"`
	Paused       bool              `json:"paused"`
	PauseReason  *string           `json:"pause_reason"`
	UpdatedAt    string            `json:"updated_at"`
}

// listCorrespondences lists those with help desks: what goes to people's mailboxes is nothing to choose about.
func (c *call) listCorrespondences() error {
	id, err := c.ticketID()
	if err != nil {
		return err
	}
	return c.readOK(func(tx *store.Tx) (object, error) {
		all, err := c.correspondencesOf(tx, id)
		return object{{"correspondences", all}, {"count", len(all)}}, err
	})
}

func (c *call) correspondencesOf(tx *store.Tx, id desk.TicketID) ([]correspondenceJSON, error) {
	if err := tx.RequireTicket(c.ctx(), id); err != nil {
		return nil, err
	}
	all, err := tx.CorrespondencesOf(c.ctx(), id)
	if err != nil {
		return nil, err
	}
	out := []correspondenceJSON{}
	for _, m := range all {
		if m.Desk == 0 {
			continue
		}
		d, err := tx.RemoteDesk(c.ctx(), m.Desk)
		if err != nil {
			return nil, err
		}
		out = append(out, correspondenceOf(m, d))
	}
	return out, nil
}

func correspondenceOf(m desk.Correspondence, d desk.RemoteDesk) correspondenceJSON {
	return correspondenceJSON{DeskID: d.ID, Address: m.Address, Name: d.Name, Kind: d.Kind, DeskURL: nullString(d.URL), RemoteTicket: nullString(m.RemoteTicket),
		Choice: nullString(string(m.Choice)), AgreementID: nullID(m.Agreement), NeverOffer: d.NeverOffer, Paused: m.Paused(),
		PauseReason: nullString(m.PauseReason), UpdatedAt: formatTime(m.UpdatedAt)}
}

// chooseForCorrespondence says what becomes of the mail with a help desk: it stays mail, or the ticket is shared once an
// agreement is in force, or it is open again; and whether anybody is asked about the desk at all.
func (c *call) chooseForCorrespondence() error {
	id, err := c.ticketID()
	if err != nil {
		return err
	}
	there, err := c.pathID("desk")
	if err != nil {
		return err
	}
	var in struct {
		Choice      textInput   `json:"choice"`
		AgreementID numberInput `json:"agreement_id"`
		NeverOffer  flagInput   `json:"never_offer"`
	}
	if err := c.parseRecord("correspondence", &in); err != nil {
		return err
	}
	return c.writeOK(func(tx *store.Tx) (object, error) {
		if in.NeverOffer.set {
			if err := c.Conversion.SetNeverOffer(c.ctx(), tx, c.user, id, desk.RemoteDeskID(there), in.NeverOffer.or(false)); err != nil {
				return nil, err
			}
		}
		if in.Choice.set {
			if err := c.choose(tx, id, desk.RemoteDeskID(there), desk.MailChoice(in.Choice.v), desk.AgreementID(in.AgreementID.v)); err != nil {
				return nil, err
			}
		}
		all, err := c.correspondencesOf(tx, id)
		for _, m := range all {
			if m.DeskID == desk.RemoteDeskID(there) {
				return objectOf("correspondence", m), err
			}
		}
		if err == nil {
			err = desk.Missing()
		}
		return nil, err
	})
}

func (c *call) choose(tx *store.Tx, ticket desk.TicketID, there desk.RemoteDeskID, what desk.MailChoice, agreement desk.AgreementID) error {
	switch what {
	case "":
		return c.Conversion.Ask(c.ctx(), tx, c.user, ticket, there)
	case desk.ChooseMail:
		return c.Conversion.KeepMail(c.ctx(), tx, c.user, ticket, there)
	case desk.ChooseShare:
		return c.Conversion.Await(c.ctx(), tx, c.user, ticket, there, agreement)
	}
	return desk.InvalidField("choice", "InvalidValue", `Choice: is "mail", "share" or null`)
}
