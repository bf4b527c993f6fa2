package notify

import (
	"context"
	"crypto/rand"
	"html"
	"net/url"
	"strings"
	"time"

	"interdesk/access"
	"interdesk/desk"
	"interdesk/mail/outbound"
	"interdesk/store"
)

// ErrNoMail says that nothing can be sent.
var ErrNoMail = desk.Errorf(desk.Unavailable, "Mail is not set up at this help desk, so nothing could be sent.")

// Invite writes to a new user with a link to choose a password.
func (s *Service) Invite(ctx context.Context, tx *store.Tx, u desk.User) error {
	token, err := s.options.Access.Link(ctx, tx, access.LinkInvite, u)
	if err != nil {
		return err
	}
	return s.writeTo(ctx, tx, u, u.Email, personal{kind: outbound.KindInvitation, path: "/letters/invite", token: token,
		subject: "Welcome to {account}", button: "Choose a password",
		words: []string{"An account was made for you at the help desk of {account}.", "Choose a password to see your requests and to sign in. The link works once, within 14 days."}})
}

// ForgotPassword writes to whoever signs in with an address, if anybody does, with a link to a new password.
func (s *Service) ForgotPassword(ctx context.Context, tx *store.Tx, address string) error {
	u, err := s.owner(ctx, tx, address)
	if err != nil || u.ID == 0 {
		return err
	}
	token, err := s.options.Access.Link(ctx, tx, access.LinkPassword, u)
	if err != nil {
		return err
	}
	return s.writeTo(ctx, tx, u, u.Email, personal{kind: outbound.KindPassword, path: "/letters/password", token: token,
		subject: "A new password for {account}", button: "Choose a new password",
		words: []string{"Somebody, most likely you, asked for a new password at the help desk of {account}.",
			"The link works once, within two hours. If you did not ask, do nothing: your password stays."}})
}

// SignInLink writes to the customer of an address, if there is one, with a link that signs in and leads on to a page. Who works
// here gets a link to a new password instead.
func (s *Service) SignInLink(ctx context.Context, tx *store.Tx, address, next string) error {
	u, err := s.owner(ctx, tx, address)
	if err != nil || u.ID == 0 {
		return err
	}
	if u.Role.Staff() {
		return s.ForgotPassword(ctx, tx, address)
	}
	token, err := s.options.Access.Link(ctx, tx, access.LinkSignIn, u)
	if err != nil {
		return err
	}
	return s.writeTo(ctx, tx, u, u.Email, personal{kind: outbound.KindSignIn, path: "/letters/signin", token: token, next: next,
		subject: "Sign in to {account}", button: "Sign in",
		words: []string{"With this link you sign in to the help desk of {account} without a password.", "It works once, within an hour. If you did not ask for it, do nothing."}})
}

// Verify writes to an address to find out whether it is its user's own.
func (s *Service) Verify(ctx context.Context, tx *store.Tx, u desk.User, i desk.Identity) error {
	if i.Kind != desk.IdentityEmail {
		return desk.InvalidField("type", "InvalidValue", "Type: only an email address can be verified by mail")
	}
	return s.writeTo(ctx, tx, u, i.Value, personal{kind: outbound.KindVerification, path: "/letters/verify", token: s.options.Access.VerifyLink(tx.Account(), i),
		subject: "Is this your address?", button: "Yes, this is my address",
		words: []string{"Somebody, most likely you, gave this address at the help desk of {account}.", "Tell us that it is yours. The link works for seven days. If it is not, do nothing."}})
}

// Test writes to an admin, who wants to see whether mail arrives.
func (s *Service) Test(ctx context.Context, tx *store.Tx, u desk.User) error {
	return s.writeTo(ctx, tx, u, u.Email, personal{kind: outbound.KindTest, path: "/admin", subject: "Mail from {account} arrives", button: "Back to the admin centre",
		words: []string{"This is a test. If you read it in your mailbox, the help desk of {account} can send mail.", "Look at where it arrived, too: in a junk folder, your domain's SPF and DKIM records are likely to be missing."}})
}

// Suspended writes to an admin what mail was not let in and waits for somebody to look at it.
func (s *Service) Suspended(ctx context.Context, tx *store.Tx, u desk.User, subject string, words []string) error {
	return s.writeTo(ctx, tx, u, u.Email, personal{kind: outbound.KindSummary, path: "/agent/suspended", subject: subject, button: "Look at suspended mail", words: words})
}

// owner is who signs in with an address; nobody is no error, and must not be told from somebody outside.
func (s *Service) owner(ctx context.Context, tx *store.Tx, address string) (desk.User, error) {
	normal, ok := desk.NormalizeEmail(address)
	if !ok {
		return desk.User{}, nil
	}
	u, err := tx.UserByLogin(ctx, normal)
	if desk.KindOf(err) == desk.NotFound || err == nil && (!u.Active || u.Suspended || u.Foreign != 0 || u.Email == "") {
		return desk.User{}, nil
	}
	return u, err
}

// personal is a letter about a person's own account: words, and a button that leads to a page.
type personal struct {
	kind    string
	path    string
	token   string
	next    string
	subject string
	button  string
	words   []string
}

// personalPerHour is how many such letters an address gets in an hour.
const personalPerHour = 10

// writeTo sends a personal letter. It never goes to a support address, nor to where nobody reads.
func (s *Service) writeTo(ctx context.Context, tx *store.Tx, u desk.User, address string, p personal) error {
	can, err := s.out.CanSend(ctx, tx)
	if err != nil {
		return err
	}
	if !can {
		return ErrNoMail
	}
	cfg, err := tx.Config(ctx)
	if err != nil {
		return err
	}
	if desk.OwnAddress(cfg.Addresses, address) {
		return desk.InvalidField("email", "InvalidValue", "Email: "+address+" is one of this help desk's own addresses")
	}
	n, err := tx.CountPersonal(ctx, address, s.options.Clock().Add(-time.Hour), personalPerHour)
	if err != nil || n >= personalPerHour {
		return err // whoever asks so often fills somebody's mailbox; those that went out will do
	}
	l := &outbound.Letter{Kind: p.kind, Class: outbound.Automatic, Instance: s.options.BaseURL(cfg.Account)}
	p.fill(l, cfg, s.options.BaseURL(cfg.Account))
	return s.out.Plain(ctx, tx, l, outbound.Recipient{User: u.ID, Name: u.Name, Email: address}, strings.ToLower(rand.Text()[:16]))
}

func (p *personal) fill(l *outbound.Letter, cfg *desk.Config, base string) {
	named := func(s string) string { return strings.ReplaceAll(s, "{account}", cfg.Account.Name) }
	link := base + p.path
	if q := p.query(); q != "" {
		link += "?" + q
	}
	f := frame{brand: cfg.Brand.Name, accent: accentColor(cfg.Account.Accent()), footerHTML: html.EscapeString(cfg.Brand.Name), footerText: cfg.Brand.Name}
	for _, w := range p.words {
		f.html += "<p>" + html.EscapeString(named(w)) + "</p>\n"
		f.text += named(w) + "\n\n"
	}
	f.html += `<p><a href="` + html.EscapeString(link) + `" style="display:inline-block;padding:9px 18px;border-radius:5px;background:` + f.accent +
		`;color:#ffffff !important;text-decoration:none">` + html.EscapeString(p.button) + "</a></p>"
	f.text += p.button + ": " + link
	l.Subject = named(p.subject)
	l.HTML, l.Text = LayoutOf(cfg.Account).render(f)
}

func (p *personal) query() string {
	q := url.Values{}
	if p.token != "" {
		q.Set("link", p.token)
	}
	if p.next != "" {
		q.Set("next", p.next)
	}
	return q.Encode()
}
