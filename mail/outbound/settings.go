package outbound

import (
	"context"
	"strings"
	"time"

	"interdesk/desk"
	"interdesk/mail/message"
	"interdesk/store"
)

// RelayInput is a relay as an admin types it. An empty password keeps the one before, as long as host and name stay: a
// password that somebody else typed is not sent to another server.
type RelayInput struct {
	Host     string
	Port     int
	Security desk.RelaySecurity
	Username string
	Password string
}

func (in *RelayInput) check() error {
	faults := desk.Faults{}
	in.Host, in.Username = strings.ToLower(strings.TrimSpace(in.Host)), strings.TrimSpace(in.Username)
	if in.Host == "" || strings.ContainsAny(in.Host, " /@") || len(in.Host) > 253 {
		faults.Add("host", "InvalidValue", "Host: must be the name of a mail server, such as mail.example.com")
	}
	if in.Port < 1 || in.Port > 65535 {
		faults.Add("port", "InvalidValue", "Port: must be a number from 1 to 65535")
	}
	if !in.Security.Valid() {
		faults.Add("security", "InvalidValue", "Security: must be tls, starttls or opportunistic")
	}
	if in.Username != "" && in.Security == desk.RelayOpportunistic {
		faults.Add("security", "InvalidValue", "Security: a password needs tls or starttls")
	}
	if len(in.Username) > desk.MaxEmail || len(in.Password) > 1024 {
		faults.Add("password", "TooLong", "Name and password: are too long")
	}
	return faults.Err()
}

// sealed is the input with its password sealed.
func (s *Service) sealed(in RelayInput, before desk.MailRelay) (desk.MailRelay, error) {
	r := desk.MailRelay{Host: in.Host, Port: in.Port, Security: in.Security, Username: in.Username}
	switch {
	case in.Username == "":
		return r, nil
	case in.Password == "" && before.Host == r.Host && before.Username == r.Username && before.Secret != "":
		r.Secret = before.Secret
		return r, nil
	case in.Password == "":
		return r, desk.InvalidField("password", "BlankValue", "Password: cannot be blank")
	}
	var err error
	r.Secret, err = s.options.Secrets.Seal(in.Password)
	return r, err
}

// TryRelay connects to a relay and signs in, before it is kept. It gives the relay to keep; the error says in a sentence what
// did not work. It talks to the network: call it outside of a transaction, and SetRelay then.
func (s *Service) TryRelay(ctx context.Context, account desk.AccountID, in RelayInput) (desk.MailRelay, error) {
	if err := in.check(); err != nil {
		return desk.MailRelay{}, err
	}
	var before desk.MailRelay
	err := s.store.Account(account).Look(ctx, func(tx *store.Tx) (err error) {
		before, err = tx.MailRelay(ctx)
		return err
	})
	if err != nil && desk.KindOf(err) != desk.NotFound {
		return desk.MailRelay{}, err
	}
	r, err := s.sealed(in, before)
	if err != nil {
		return r, err
	}
	relay, err := s.relayOf(r)
	if err != nil {
		return r, err
	}
	ctx, cancel := context.WithTimeout(ctx, greetTime)
	defer cancel()
	if err := relay.Try(ctx); err != nil {
		return r, desk.InvalidField("host", "InvalidValue", "Host: "+reasonOf(err))
	}
	return r, nil
}

// SetRelay keeps a relay that was tried; letters that wait go there at once.
func (s *Service) SetRelay(ctx context.Context, tx *store.Tx, r desk.MailRelay, by desk.UserID) error {
	r.UpdatedBy = by
	if err := tx.SetMailRelay(ctx, &r); err != nil {
		return err
	}
	return s.relayChanged(ctx, tx)
}

// DropRelay has an account send by the installation's relay again, if there is one.
func (s *Service) DropRelay(ctx context.Context, tx *store.Tx) error {
	if err := tx.DeleteMailRelay(ctx); err != nil {
		return err
	}
	return s.relayChanged(ctx, tx)
}

func (s *Service) relayChanged(ctx context.Context, tx *store.Tx) error {
	s.ways.forget(tx.Account())
	if err := tx.ClearRelayFailure(ctx); err != nil {
		return err
	}
	_, err := s.RetryNow(ctx, tx)
	return err
}

// Installation tells whether the installation has a relay, which accounts without one of their own use.
func (s *Service) Installation() bool { return s.options.Transport != nil }

// Waiting are the letters of an account that have not been taken yet, the oldest first, with what was said at their last
// attempt.
func (s *Service) Waiting(ctx context.Context, tx *store.Tx, p store.Page) (store.Listed[desk.Mail], error) {
	return tx.Mails(ctx, store.MailFilter{Direction: desk.MailOut, State: desk.MailQueued}, p)
}

// Plain sends a letter that is about no ticket: to one person, from the account's default address. Tag makes its Message-ID
// one of its kind.
func (s *Service) Plain(ctx context.Context, tx *store.Tx, l *Letter, to Recipient, tag string) error {
	cfg, err := tx.Config(ctx)
	if err != nil {
		return err
	}
	if len(cfg.Addresses) == 0 {
		return desk.Errorf(desk.Invalid, "The account has no support address from which mail could go out.")
	}
	from := cfg.Addresses[0]
	name := from.Name
	if name == "" {
		name = cfg.Brand.Name
	}
	_, host, _ := strings.Cut(from.Address, "@")
	l.Account, l.From, l.To = tx.Account(), message.Address{Name: name, Email: from.Address}, []Recipient{to}
	l.ID, l.Date = "p."+tag+"@"+host, s.options.Clock()
	sum, size, err := s.Compose(ctx, l)
	if err != nil {
		return err
	}
	return s.Queue(ctx, tx, l, sum, size)
}

// waysTime is how long it is believed whether an account has a relay of its own: another process may have set one.
const waysTime = 5 * time.Second
