package main

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"interdesk/api"
	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/sharing/inbound"
	"interdesk/sharing/tracker"
	"interdesk/store/sqldb"
)

// routing leads each request to its account, by the host name, and to the room that its path names.
func (s *server) routing() http.Handler {
	return httpkit.Handler(func(w http.ResponseWriter, r *http.Request) error {
		info := httpkit.About(r)
		account, err := s.accountAt(r.Context(), info.Hostname())
		if desk.KindOf(err) == desk.NotFound {
			return &httpkit.Failure{Status: http.StatusNotFound, Code: "RecordNotFound", Message: "There is no help desk at " + info.Hostname()}
		}
		if err != nil {
			return err
		}
		info.Account = account
		switch path := r.URL.Path; {
		case strings.HasPrefix(path, api.Prefix), strings.HasPrefix(path, api.AttachmentPrefix):
			s.api.Handler().ServeHTTP(w, r)
		case strings.HasPrefix(path, tracker.HookPath):
			info.Route = tracker.HookPath
			s.sharing.trackers.ServeHook(w, r, account)
		case path == "/sharing", strings.HasPrefix(path, "/sharing/"):
			info.Route = "/sharing/"
			ctx := inbound.WithClient(inbound.WithAccount(r.Context(), account), info.Client)
			s.sharing.inbox.Handler().ServeHTTP(w, r.WithContext(ctx))
		case path == demoSignInPath && s.demo:
			return s.demoSignIn(w, r, account)
		default:
			s.site.ServeHTTP(w, r)
		}
		return nil
	})
}

// accountAt finds whose desk answers at a host name: by the directory or, where the domain has changed since the account
// was made, by its subdomain, which the directory then learns.
func (s *server) accountAt(ctx context.Context, host string) (desk.AccountID, error) {
	id, err := s.store.AccountByHost(ctx, host)
	if desk.KindOf(err) != desk.NotFound {
		return id, err
	}
	subdomain, ours := strings.CutSuffix(host, "."+s.Domain)
	if !ours || !desk.ValidSubdomain(subdomain) {
		return 0, desk.Missing()
	}
	a, err := s.store.AccountBySubdomain(ctx, subdomain)
	if err != nil {
		return 0, err
	}
	return a.ID, s.store.AddHost(ctx, a.ID, host)
}

// lookupTime bounds a look at the directory on behalf of the partners' client, which gives no context.
const lookupTime = 5 * time.Second

// accountHere tells which account of this installation answers at a host with its port.
func (s *server) accountHere(host string) (desk.AccountID, bool) {
	name, port := splitHost(host)
	if port != "" && port != s.publicPort() {
		return 0, false // another process on this machine
	}
	ctx, cancel := context.WithTimeout(context.Background(), lookupTime)
	defer cancel()
	id, err := s.accountAt(ctx, name)
	return id, err == nil
}

// partnerHere is the sharing handler of an account of this installation; nil when the host is elsewhere. Accounts that
// are neighbours speak the same protocol as strangers do, without a detour over the network.
func (s *server) partnerHere(host string) http.Handler {
	id, ok := s.accountHere(host)
	if !ok {
		return nil
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.sharing.inbox.Handler().ServeHTTP(w, r.WithContext(inbound.WithAccount(r.Context(), id)))
	})
}

// accountURL is an account's address as people and partners see it.
func (s *server) accountURL(a desk.Account) string { return s.AccountURL(a.Subdomain, s.port) }

// publicPort is the port in the accounts' addresses, "" where the scheme says it.
func (s *server) publicPort() string {
	_, host, _ := strings.Cut(s.AccountURL("x", s.port), "://")
	_, port := splitHost(host)
	return port
}

func splitHost(host string) (name, port string) {
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasSuffix(host, "]") {
		host, port = host[:i], host[i+1:]
	}
	return strings.TrimSuffix(strings.ToLower(host), "."), port
}

// withErrorKind gives the database's errors their kind.
func withErrorKind(err error) error {
	switch {
	case errors.Is(err, sqldb.ErrText):
		return desk.InvalidField("base", "InvalidValue", "Text must be valid UTF-8 without the character NUL")
	case sqldb.Unavailable(err):
		return &desk.Error{Kind: desk.Unavailable, Message: "The help desk is busy. Try again in a few seconds.", Err: err}
	}
	return err
}
