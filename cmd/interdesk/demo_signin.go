package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"

	"interdesk/access"
	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/web"
)

// demoSignIns are the demo's passwords and tokens, which lie beside its data, so that they are the same after a restart, and
// the links that sign somebody in at one click. Only a demo has any, and only this machine may use them.
type demoSignIns struct {
	file  string
	known map[string]signIn // by address
	links map[string]demoLink
}

// demoLink is whom a link signs in.
type demoLink struct {
	account desk.AccountID
	signIn
}

// demoSignInPath is where the links lead.
const demoSignInPath = "/demo/signin"

func openDemoSignIns(folder string) (*demoSignIns, error) {
	d := &demoSignIns{file: filepath.Join(folder, "sign-ins.json"), known: map[string]signIn{}, links: map[string]demoLink{}}
	text, err := os.ReadFile(d.file)
	if errors.Is(err, fs.ErrNotExist) {
		return d, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &d.known)
	}
	return d, err
}

func (d *demoSignIns) save() error {
	text, err := json.MarshalIndent(d.known, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(d.file, append(text, '\n'), 0o600)
}

// link makes a link for somebody, good until the demo ends.
func (d *demoSignIns) link(url string, account desk.AccountID, in signIn) string {
	key := rand.Text()
	d.links[key] = demoLink{account, in}
	return url + demoSignInPath + "?key=" + key
}

// holds tells whether a password and token still are somebody's.
func holds(ctx context.Context, service *access.Service, account desk.AccountID, in signIn) bool {
	for name, secret := range map[string]string{in.Email: in.Password, in.Email + "/token": in.Token} {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, "/", nil)
		if err != nil {
			return false
		}
		r.SetBasicAuth(name, secret)
		if _, err := service.Authenticate(ctx, account, r, netip.IPv6LinkLocalAllNodes()); err != nil {
			return false
		}
	}
	return true
}

// demoSignIn signs in whom the link names, and leads to their first page.
func (s *server) demoSignIn(w http.ResponseWriter, r *http.Request, account desk.AccountID) error {
	info := httpkit.About(r)
	all := s.demoSignIns.Load()
	if all == nil {
		return httpkit.NoEndpoint()
	}
	to, ok := all.links[r.URL.Query().Get("key")]
	if !ok || to.account != account || !info.Client.IsLoopback() {
		return httpkit.NoEndpoint()
	}
	secret, u, err := s.access.SignIn(r.Context(), account, access.Login{Email: to.Email, Password: to.Password, Agent: r.UserAgent(), Client: info.Client})
	if err != nil {
		return err
	}
	http.SetCookie(w, &http.Cookie{Name: access.CookieName(access.SessionCookie, info.Scheme == "https"), Value: secret, Path: "/",
		HttpOnly: true, Secure: info.Scheme == "https", SameSite: http.SameSiteLaxMode})
	http.Redirect(w, r, web.StartPath(u, ""), http.StatusSeeOther)
	return nil
}
