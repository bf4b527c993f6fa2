package main

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"

	"interdesk/config"
)

type demoCommand struct {
	Listen string `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address to listen on; port 0 takes a free one. ${default} unless set."`
	Data   string `default:"data/demo" placeholder:"DIR" help:"Folder of the demo's data; remove it to begin anew. ${default} unless set."`
	JSON   bool   `name:"json" help:"Print addresses, sign-ins and tokens as one line of JSON once the demo serves."`
	// Few words by default: requests would hide what is printed.
	LogLevel  string `default:"warn" enum:"debug,info,warn,error" help:"The least that is logged: debug, info, warn or error. Each request is a line of info. ${default} unless set."`
	LogFormat string `default:"auto" enum:"auto,text,json" help:"Form of the log: text, json, or auto (text on a terminal, else json)."`
}

// demoAccount is one of the demo's help desks with a person of each role.
type demoAccount struct {
	Subdomain string `json:"subdomain"`
	Name      string `json:"name"`
	URL       string `json:"url"`
	Admin     signIn `json:"admin"`
	Agent     signIn `json:"agent"`
	EndUser   signIn `json:"end_user"`
}

// Run serves the demo until a signal comes. Its partners are on this machine, so private addresses are
// allowed; its letters go to nobody and are shown to everybody, with the links in them.
func (c *demoCommand) Run(ctx context.Context, t *terminal) error {
	all := settings{
		Database: config.Database{Database: "sqlite:" + filepath.Join(c.Data, "interdesk.db")},
		Address:  config.Address{Listen: c.Listen, Domain: "localhost"},
		Server:   config.Server{AllowPrivatePartners: true, RateLimit: 100_000},
		demo:     true,
	}
	if err := all.Address.Validate(); err != nil {
		return err
	}
	return serve(ctx, all, newLog(t, config.Log{LogLevel: c.LogLevel, LogFormat: c.LogFormat}), func(ctx context.Context, s *server) error {
		signIns, err := openDemoSignIns(c.Data)
		if err != nil {
			return err
		}
		accounts, err := seed(ctx, s, signIns)
		if err == nil {
			err = signIns.save()
		}
		s.demoSignIns.Store(signIns)
		if err == nil {
			err = tellStory(ctx, s, accounts)
		}
		if err != nil {
			return fmt.Errorf("set up the demo: %w", err)
		}
		return c.print(t, accounts)
	})
}

func (c *demoCommand) print(t *terminal, accounts []demoAccount) error {
	if c.JSON {
		return json.NewEncoder(t.out).Encode(map[string]any{"accounts": accounts})
	}
	var b strings.Builder
	for _, a := range accounts {
		fmt.Fprintf(&b, "\n%s  %s\n", a.Name, a.URL)
		for _, p := range [...]struct {
			role string
			signIn
		}{{"admin", a.Admin}, {"agent", a.Agent}, {"customer", a.EndUser}} {
			fmt.Fprintf(&b, "  %-8s  %-24s  sign in at one click: %s\n", p.role, p.Email, p.Link)
			fmt.Fprintf(&b, "  %-8s  %-24s  password %s  token %s\n", "", "", p.Password, p.Token)
		}
	}
	b.WriteString("\nNo mail leaves the demo: what people would have received is at /mailbox of each desk.\n")
	b.WriteString("\nThe demo runs until you press Ctrl-C.\n")
	_, err := t.out.Write([]byte(b.String()))
	return err
}
