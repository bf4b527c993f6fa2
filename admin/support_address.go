package admin

import (
	"context"
	"fmt"
	"strings"

	"interdesk/desk"
)

// MaxSupportAddresses is how many addresses one account receives mail at.
const MaxSupportAddresses = 200

// SupportAddresses lists where the account receives mail, the default first.
func (a *Actor) SupportAddresses(ctx context.Context) ([]desk.SupportAddress, error) {
	if err := a.mustStaff(); err != nil {
		return nil, err
	}
	return a.tx.SupportAddresses(ctx)
}

// SupportAddress reads one of them.
func (a *Actor) SupportAddress(ctx context.Context, id desk.AddressID) (desk.SupportAddress, error) {
	if err := a.mustStaff(); err != nil {
		return desk.SupportAddress{}, err
	}
	return a.tx.SupportAddress(ctx, id)
}

// CreateSupportAddress has the account receive mail at another address.
func (a *Actor) CreateSupportAddress(ctx context.Context, s *desk.SupportAddress) error {
	if err := a.mustAdmin(); err != nil {
		return err
	}
	faults := desk.Faults{}
	own, err := a.checkMailAddress(ctx, faults, s)
	if err != nil {
		return err
	}
	if err := a.checkSupportAddress(ctx, faults, s); err != nil {
		return err
	}
	all, err := a.tx.SupportAddresses(ctx)
	if err != nil {
		return err
	}
	if len(all) >= MaxSupportAddresses {
		faults.Add("base", "TooManyValues", fmt.Sprintf("An account has %d support addresses at most", MaxSupportAddresses))
	}
	if err := faults.Err(); err != nil {
		return err
	}
	if err := a.tx.InsertSupportAddress(ctx, s); err != nil || !own {
		return err
	}
	*s, err = a.tx.VerifySupportAddress(ctx, s.ID)
	return err
}

// checkMailAddress notes what cannot be a support address: no address at all, or one at a host by which the installation knows
// another account, which receives all mail there. An address at one's own host needs no proof that its mail comes here.
func (a *Actor) checkMailAddress(ctx context.Context, faults desk.Faults, s *desk.SupportAddress) (own bool, err error) {
	address, ok := desk.NormalizeEmail(s.Address)
	if !ok {
		faults.Add("email", "InvalidValue", "Email: "+s.Address+" is not properly formatted")
		return false, nil
	}
	if s.Address = address; desk.PlainAddress(address) != address {
		faults.Add("email", "InvalidValue", "Email: must not have a plus sign, behind which the desk notes its tickets")
	}
	_, host, _ := strings.Cut(address, "@")
	owner, err := a.tx.HostOwner(ctx, host)
	if err == nil && owner != 0 && owner != a.tx.Account() {
		faults.Add("email", "InvalidValue", "Email: "+address+" belongs to another account")
	}
	return owner == a.tx.Account(), err
}

// checkSupportAddress notes what an address cannot be, and brings the name and tags into their one form.
func (a *Actor) checkSupportAddress(ctx context.Context, faults desk.Faults, s *desk.SupportAddress) error {
	s.Name = strings.TrimSpace(s.Name)
	if s.Name == "" {
		s.Name = a.Config.Account.Name
	}
	faults.CheckName("name", s.Name)
	if strings.ContainsAny(s.Name, "\r\n") {
		faults.Add("name", "InvalidValue", "Name: must be one line")
	}
	if s.Brand == 0 {
		s.Brand = a.Config.Brand.ID
	}
	if s.Brand != a.Config.Brand.ID {
		faults.Add("brand_id", "InvalidValue", "Brand: does not exist")
	}
	s.Tags = desk.NormalizeTags(s.Tags)
	faults.CheckTags(s.Tags)
	if s.Group == 0 {
		return nil
	}
	return a.checkGroupExists(ctx, faults, "group_id", s.Group)
}

// ChangeSupportAddress has change edit an address, of which the address itself stays. The default stays it until another
// takes its place.
func (a *Actor) ChangeSupportAddress(ctx context.Context, id desk.AddressID, change func(*desk.SupportAddress)) (desk.SupportAddress, error) {
	if err := a.mustAdmin(); err != nil {
		return desk.SupportAddress{}, err
	}
	s, err := a.tx.SupportAddress(ctx, id)
	if err != nil {
		return s, err
	}
	before := s
	change(&s)
	s.ID, s.Address, s.VerifiedAt, s.CreatedAt = before.ID, before.Address, before.VerifiedAt, before.CreatedAt
	faults := desk.Faults{}
	if err := a.checkSupportAddress(ctx, faults, &s); err != nil {
		return s, err
	}
	if before.Default && !s.Default {
		faults.Add("default", "InvalidValue", "Default: make another address the default instead")
	}
	if err := faults.Err(); err != nil {
		return s, err
	}
	err = a.tx.UpdateSupportAddress(ctx, &s)
	return s, err
}

// DeleteSupportAddress has the account no longer receive mail at an address. Mail goes out from the default, which stays.
func (a *Actor) DeleteSupportAddress(ctx context.Context, id desk.AddressID) error {
	if err := a.mustAdmin(); err != nil {
		return err
	}
	s, err := a.tx.SupportAddress(ctx, id)
	if err != nil {
		return err
	}
	if s.Default {
		return desk.InvalidField("base", "InvalidValue", "The default address cannot be deleted: make another one the default first")
	}
	return a.tx.DeleteSupportAddress(ctx, id)
}

// MailSenders lists the senders whose mail is always let in, or those whose mail never is.
func (a *Actor) MailSenders(ctx context.Context, blocked bool) ([]desk.MailSender, error) {
	if err := a.mustAdmin(); err != nil {
		return nil, err
	}
	return a.tx.MailSenders(ctx, blocked)
}

// MaxMailSenders is how many senders an account says something of.
const MaxMailSenders = 5000

// SetMailSender has mail of an address, or of @ and a domain, always be let in or never.
func (a *Actor) SetMailSender(ctx context.Context, pattern string, blocked bool) error {
	if err := a.mustAdmin(); err != nil {
		return err
	}
	pattern, ok := desk.NormalizeSender(pattern)
	if !ok {
		return desk.InvalidField("pattern", "InvalidValue", "Sender: write an address, or @ and a domain such as @example.com")
	}
	if blocked && desk.OwnAddress(a.Config.Addresses, pattern) {
		return desk.InvalidField("pattern", "InvalidValue", "Sender: "+pattern+" is an address of this desk, whose mail is held anyway")
	}
	others, err := a.tx.CountMailSenders(ctx, pattern)
	if err != nil {
		return err
	}
	if others >= MaxMailSenders {
		return desk.InvalidField("base", "TooManyValues", fmt.Sprintf("The two lists hold %d senders at most", MaxMailSenders))
	}
	return a.tx.SetMailSender(ctx, desk.MailSender{Pattern: pattern, Blocked: blocked, CreatedBy: a.Me.ID})
}

// DeleteMailSender forgets what was said of a sender.
func (a *Actor) DeleteMailSender(ctx context.Context, pattern string) error {
	if err := a.mustAdmin(); err != nil {
		return err
	}
	return a.tx.DeleteMailSender(ctx, strings.ToLower(strings.TrimSpace(pattern)))
}
