package agreement

import (
	"context"
	"net/url"
	"strings"

	"interdesk/desk"
)

// Address is what we make of the words by which an admin names a partner.
type Address struct {
	URL       string // the sharing URL, to which an invitation would go
	Host      string // with its port
	Subdomain string // of an account on this server; "" for a desk elsewhere
	Name      string // of that account
	Guessed   bool   // no path was given, so it is the usual one
}

// usualPath is where Interdesk and Zendesk take messages.
const usualPath = "/sharing"

// Address understands the subdomain of an account on this server, a host name, and a whole sharing URL. Nothing is sent.
// What it cannot make sense of is an Invalid error of the field "address".
func (s *Service) Address(ctx context.Context, own desk.AccountID, words string) (Address, error) {
	words = strings.TrimSpace(words)
	if words == "" {
		return Address{}, badAddress("BlankValue", "Write the partner's address: an account of this server, a host name or a sharing URL.")
	}
	if name := strings.ToLower(words); desk.ValidSubdomain(name) {
		partner, err := s.store.AccountBySubdomain(ctx, name)
		if desk.KindOf(err) == desk.NotFound {
			return Address{}, badAddress("InvalidValue", "No account on this server is called “"+name+"”. Write the whole address of a desk elsewhere, such as "+name+".zendesk.com.")
		}
		if err != nil {
			return Address{}, err
		}
		words = s.core.URL(partner)
	}
	raw, guessed := s.completed(words)
	u, err := s.peer.CheckURL(raw)
	if err != nil {
		return Address{}, badAddress("InvalidValue", err.Error())
	}
	a := Address{URL: u.String(), Host: u.Host, Guessed: guessed}
	local, here := s.core.LocalAccount(u.Host)
	if !here {
		return a, nil
	}
	if local == own {
		return Address{}, badAddress("InvalidValue", "This is the address of your own help desk. Write the partner's.")
	}
	a.Subdomain, _, _ = strings.Cut(u.Hostname(), ".")
	if partner, err := s.store.AccountBySubdomain(ctx, a.Subdomain); err == nil && partner.ID == local {
		a.Name = partner.Name
	}
	return a, nil
}

func badAddress(code, sentence string) error { return desk.InvalidField("address", code, sentence) }

// completed adds what an address lacks: https, or http on one machine where we have no https either, and the usual path.
func (s *Service) completed(words string) (raw string, guessed bool) {
	if !strings.Contains(words, "://") {
		words = s.schemeFor(words) + words
	}
	u, err := url.Parse(words)
	if err != nil || strings.Trim(u.Path, "/") != "" {
		return words, false
	}
	u.Path = usualPath
	return u.String(), true
}

func (s *Service) schemeFor(words string) string {
	host, _, _ := strings.Cut(strings.ToLower(words), "/")
	name, _, _ := strings.Cut(host, ":")
	_, here := s.core.LocalAccount(host)
	if (here || name == "localhost" || strings.HasSuffix(name, ".localhost")) && strings.HasPrefix(s.core.URL(desk.Account{Subdomain: "x"}), "http://") {
		return "http://"
	}
	return "https://"
}
