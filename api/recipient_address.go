package api

import (
	"interdesk/admin"
	"interdesk/desk"
	"interdesk/store"
)

func recipientAddressRoutes() []route {
	return []route{
		{"GET", "/recipient_addresses", agents, (*call).listRecipientAddresses},
		{"GET", "/recipient_addresses/{id}", agents, (*call).showRecipientAddress},
		{"POST", "/recipient_addresses", admins, (*call).createRecipientAddress},
		{"PUT", "/recipient_addresses/{id}", admins, (*call).updateRecipientAddress},
		{"DELETE", "/recipient_addresses/{id}", admins, (*call).deleteRecipientAddress},
	}
}

// recipientAddressJSON is an address at which the account receives mail. What the DNS says of its domain is not looked up
// when it is asked for.
type recipientAddressJSON struct {
	URL                string         `json:"url"`
	ID                 desk.AddressID `json:"id"`
	BrandID            desk.BrandID   `json:"brand_id"`
	Default            bool           `json:"default"`
	Name               string         `json:"name"`
	Email              string         `json:"email"`
	ForwardingStatus   string         `json:"forwarding_status"`
	SPFStatus          string         `json:"spf_status"`
	CNAMEStatus        string         `json:"cname_status"`
	DomainStatus       string         `json:"domain_verification_status"`
	DomainVerification *string        `json:"domain_verification_code"`
	GroupID            *desk.GroupID  `json:"group_id"`
	Tags               []string       `json:"tags"`
	CreatedAt          string         `json:"created_at"`
	UpdatedAt          string         `json:"updated_at"`
}

// Whether something about an address is as it must be, in clients' words.
const (
	statusUnknown  = "unknown"
	statusVerified = "verified"
)

func (c *call) recipientAddressOf(a desk.SupportAddress) recipientAddressJSON {
	out := recipientAddressJSON{
		URL: c.url("recipient_addresses", int64(a.ID)), ID: a.ID, BrandID: a.Brand, Default: a.Default, Name: a.Name, Email: a.Address,
		ForwardingStatus: statusUnknown, SPFStatus: statusUnknown, CNAMEStatus: statusUnknown, DomainStatus: statusUnknown,
		GroupID: nullID(a.Group), Tags: nonNil(a.Tags), CreatedAt: formatTime(a.CreatedAt), UpdatedAt: formatTime(a.UpdatedAt),
	}
	if !a.VerifiedAt.IsZero() {
		out.ForwardingStatus = statusVerified
	}
	return out
}

func (c *call) listRecipientAddresses() error {
	return answerWholeList(c, "recipient_addresses", func(tx *store.Tx) ([]desk.SupportAddress, error) {
		return tx.SupportAddresses(c.ctx())
	}, func(a desk.SupportAddress) int64 { return int64(a.ID) }, showEach(c.recipientAddressOf))
}

func (c *call) showRecipientAddress() error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.readOK(func(tx *store.Tx) (object, error) {
		a, err := tx.SupportAddress(c.ctx(), desk.AddressID(id))
		return objectOf("recipient_address", c.recipientAddressOf(a)), err
	})
}

// recipientAddressInput is what clients may say of an address. Group and tags are ours: they are what new tickets get.
type recipientAddressInput struct {
	Email   textInput   `json:"email"`
	Name    textInput   `json:"name"`
	Default flagInput   `json:"default"`
	BrandID numberInput `json:"brand_id"`
	GroupID numberInput `json:"group_id"`
	Tags    textsInput  `json:"tags"`
}

func (in *recipientAddressInput) edit(a *desk.SupportAddress) {
	setText(&a.Name, in.Name)
	a.Default = in.Default.or(a.Default)
	if in.BrandID.v != 0 {
		a.Brand = desk.BrandID(in.BrandID.v)
	}
	if in.GroupID.set {
		a.Group = desk.GroupID(in.GroupID.v)
	}
	if in.Tags.set {
		a.Tags = in.Tags.v
	}
}

func (c *call) createRecipientAddress() error {
	var in recipientAddressInput
	if err := c.parseRecord("recipient_address", &in); err != nil {
		return err
	}
	return c.changeCreated(func(_ *store.Tx, actor *admin.Actor) (string, object, error) {
		a := desk.SupportAddress{Address: in.Email.v}
		in.edit(&a)
		err := actor.CreateSupportAddress(c.ctx(), &a)
		return c.url("recipient_addresses", int64(a.ID)), objectOf("recipient_address", c.recipientAddressOf(a)), err
	})
}

// updateRecipientAddress changes all but the address itself. Clients that send whole records repeat it.
func (c *call) updateRecipientAddress() error {
	var in recipientAddressInput
	if err := c.parseRecord("recipient_address", &in); err != nil {
		return err
	}
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.changeOK(func(_ *store.Tx, actor *admin.Actor) (object, error) {
		a, err := actor.ChangeSupportAddress(c.ctx(), desk.AddressID(id), in.edit)
		return objectOf("recipient_address", c.recipientAddressOf(a)), err
	})
}

func (c *call) deleteRecipientAddress() error {
	return c.deleteOne(func(actor *admin.Actor, id int64) error {
		return actor.DeleteSupportAddress(c.ctx(), desk.AddressID(id))
	})
}
