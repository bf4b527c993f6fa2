package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"interdesk/config"
	"interdesk/configtext"
	"interdesk/desk"
)

// configCommands are those of configuration as text.
type configCommands struct {
	Export configExport `cmd:"" help:"Write how a help desk is set up into a folder, a file for each thing. Files that are there keep their names and comments."`
	Diff   configDiff   `cmd:"" help:"Say what applying a folder would do. The folder may be another help desk's."`
	Apply  configApply  `cmd:"" help:"Set a help desk up as a folder says, wholly or not at all."`
	Test   configTest   `cmd:"" help:"Try a folder's rules by the cases below its folder tests, without a help desk."`
	Schema configSchema `cmd:"" help:"Print the JSON schemas of the files, for editors. An export brings them."`
}

// configTarget is which help desk a command is about: one of this installation, or any by its API.
type configTarget struct {
	config.Database
	config.Address
	config.Log
	AllowPrivatePartners bool   `help:"Let addresses of partners and webhooks be on this machine or in private networks, as the server's own flag does."`
	As                   string `placeholder:"EMAIL" help:"Of an account that is given by its address: the admin to sign in as."`
	Token                string `placeholder:"TEXT" help:"The admin's API token. Better set as variable than as flag, since flags show in process lists."`
	Account              string `arg:"" help:"The account: its subdomain, or its address such as https://acme.example.com, where its API is asked."`
	Dir                  string `arg:"" help:"The folder."`
}

// configDesk is a help desk that is exported from and applied to.
type configDesk interface {
	export(ctx context.Context) (configtext.Folder, error)
	apply(ctx context.Context, f configtext.Folder, o configtext.Options) (configtext.Plan, error)
}

func (c *configTarget) with(ctx context.Context, t *terminal, fn func(configDesk) error) error {
	if strings.Contains(c.Account, "://") {
		return fn(&remoteDesk{base: strings.TrimSuffix(c.Account, "/"), email: c.As, token: c.Token})
	}
	return c.withServer(ctx, newLog(t, c.Log), func(s *server) error {
		a, err := directory{s.database, s.access}.accountBySubdomain(ctx, c.Account)
		if err != nil {
			return err
		}
		return fn(&localDesk{s.texts(), a.ID})
	})
}

// withServer puts the rooms together as serve does; nothing runs, so what is to be sent waits for the server.
func (c *configTarget) withServer(ctx context.Context, log *slog.Logger, fn func(*server) error) error {
	at, err := net.ResolveTCPAddr("tcp", c.Listen)
	if err != nil {
		return err
	}
	s, err := newServer(ctx, settings{Database: c.Database, Address: c.Address, Server: config.Server{AllowPrivatePartners: c.AllowPrivatePartners}}, at, log)
	if err != nil {
		return err
	}
	err = fn(s)
	return errors.Join(err, s.close(ctx))
}

// localDesk is a help desk of this installation, at which the operator acts.
type localDesk struct {
	texts   *configtext.Service
	account desk.AccountID
}

func operator() desk.User { return desk.User{Name: "Interdesk", Role: desk.Admin} }

func (d *localDesk) export(ctx context.Context) (configtext.Folder, error) {
	return d.texts.Export(ctx, d.account, operator())
}

func (d *localDesk) apply(ctx context.Context, f configtext.Folder, o configtext.Options) (configtext.Plan, error) {
	return d.texts.Apply(ctx, d.account, operator(), f, o)
}

type configExport struct{ configTarget }

// Run exports.
func (c *configExport) Run(ctx context.Context, t *terminal) error {
	return c.with(ctx, t, func(d configDesk) error {
		before, err := configtext.ReadFolder(c.Dir)
		if err != nil {
			return err
		}
		export, err := d.export(ctx)
		if err != nil {
			return err
		}
		merged := configtext.Merge(before, export)
		written, err := configtext.WriteFolder(c.Dir, merged.Folder, merged.Removed)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(t.out, "%d files are in %s; %d were written, %d removed.\n", len(merged.Folder), c.Dir, written, len(merged.Removed))
		return err
	})
}

// configChange is what diff and apply have in common.
type configChange struct {
	configTarget
	Prune   bool   `help:"Delete what the account has and no file."`
	Secrets string `type:"existingfile" placeholder:"FILE" help:"File with the secrets of webhooks that are new or go to another server: a line NAME: SECRET for each."`
	JSON    bool   `name:"json" help:"Print the plan as one line of JSON."`
}

func (c *configChange) run(ctx context.Context, t *terminal, dry bool) (plan configtext.Plan, err error) {
	folder, err := configtext.ReadFolder(c.Dir)
	if err != nil {
		return plan, err
	}
	secrets, err := readSecrets(c.Secrets)
	if err != nil {
		return plan, err
	}
	err = c.with(ctx, t, func(d configDesk) error {
		plan, err = d.apply(ctx, folder, configtext.Options{DryRun: dry, Prune: c.Prune, Secrets: secrets})
		return err
	})
	if err != nil {
		return plan, err
	}
	if plan.Applied && len(plan.Lock) > 0 {
		if err := os.WriteFile(configtext.LockFile(c.Dir), plan.Lock, 0o644); err != nil {
			return plan, err
		}
	}
	return plan, c.print(t, &plan)
}

// print shows the plan; problems are an error, each in a line of its own.
func (c *configChange) print(t *terminal, plan *configtext.Plan) error {
	if c.JSON {
		if err := json.NewEncoder(t.out).Encode(plan); err != nil {
			return err
		}
	} else if _, err := fmt.Fprint(t.out, plan.Words()); err != nil {
		return err
	}
	if len(plan.Problems) == 0 {
		return nil
	}
	return printProblems(t, c.Dir, plan.Problems)
}

func counted(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

func readSecrets(path string) (secrets map[string]string, err error) {
	if path == "" {
		return nil, nil
	}
	raw, err := os.ReadFile(path)
	if err == nil && yaml.Unmarshal(raw, &secrets) != nil {
		err = fmt.Errorf("%s: write a line NAME: SECRET for each webhook", path)
	}
	return secrets, err
}

type configDiff struct{ configChange }

// Run compares.
func (c *configDiff) Run(ctx context.Context, t *terminal) error {
	_, err := c.run(ctx, t, true)
	return err
}

type configApply struct {
	configChange
	DryRun bool `help:"Only say what would be done, as diff does."`
}

// Run applies.
func (c *configApply) Run(ctx context.Context, t *terminal) error {
	plan, err := c.run(ctx, t, c.DryRun)
	if err == nil && plan.Applied && !c.JSON {
		_, err = fmt.Fprintln(t.out, "Done.")
	}
	return err
}

type configSchema struct {
	Kind string `arg:"" optional:"" help:"One kind of file, such as triggers; without it all, by their names."`
}

// Run prints schemas.
func (c *configSchema) Run(t *terminal) error {
	all := map[string]json.RawMessage{}
	for name, raw := range configtext.Schemas() {
		all[strings.TrimSuffix(filepath.Base(name), ".json")] = raw
	}
	if c.Kind == "" {
		return json.NewEncoder(t.out).Encode(all)
	}
	raw, ok := all[c.Kind]
	if !ok {
		return fmt.Errorf("there is no kind of file %s; there are %s", c.Kind, strings.Join(slices.Sorted(maps.Keys(all)), ", "))
	}
	_, err := t.out.Write(raw)
	return err
}
