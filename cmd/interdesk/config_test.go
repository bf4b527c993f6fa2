package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"interdesk/configtext"
)

func writeFile(t *testing.T, text string, path ...string) {
	t.Helper()
	at := filepath.Join(path...)
	if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(at, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func readFile(t *testing.T, path ...string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestConfigurationAsText(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, flags []string) {
		config := func(args ...string) []string { return append(append([]string{"config"}, args...), flags...) }
		fine(t, append([]string{"account", "create", "acme", "--name", "Acme", "--admin", "ada@acme.test"}, flags...)...)
		fine(t, append([]string{"account", "create", "other", "--name", "Other", "--admin", "bo@other.test"}, flags...)...)
		dir := filepath.Join(t.TempDir(), "desk")
		if out := fine(t, config("export", "acme", dir)...); !strings.Contains(out, "0 removed") {
			t.Errorf("export says %s", out)
		}
		if out := fine(t, config("export", "acme", dir)...); !strings.Contains(out, "; 0 were written, 0 removed") {
			t.Errorf("another export says %s", out)
		}
		writeFile(t, "# ours\nname: Laboratory\n", dir, "groups", "lab.yaml")
		if out := fine(t, config("diff", "acme", dir)...); out != "create group \"Laboratory\" (groups/lab.yaml)\n" {
			t.Errorf("diff says %q", out)
		}
		fine(t, config("apply", "acme", dir, "--dry-run")...)
		if out := fine(t, config("apply", "acme", dir)...); !strings.HasSuffix(out, "\nDone.\n") {
			t.Errorf("apply says %q", out)
		}
		fine(t, config("export", "acme", dir)...)
		if readFile(t, dir, "groups", "lab.yaml") != "# ours\nname: Laboratory\n" || !strings.Contains(readFile(t, dir, ".interdesk.lock"), "groups/lab.yaml") {
			t.Error("the file was rewritten, or the lock does not know it")
		}
		if out := fine(t, config("diff", "other", dir)...); !strings.Contains(out, `create group "Laboratory"`) {
			t.Errorf("the other desk differs by %q", out)
		}
		writeFile(t, "nam: Laboratory\n", dir, "groups", "lab.yaml")
		code, _, complaint := command(t, config("apply", "acme", dir)...)
		if want := filepath.Join(dir, "groups", "lab.yaml") + `:1:1: there is no key "nam" here`; code != exitError || !strings.Contains(complaint, want) || !strings.Contains(complaint, "2 problems in the files; nothing was done") {
			t.Errorf("%d: %s", code, complaint)
		}
		code, out, _ := command(t, config("diff", "acme", dir, "--json")...)
		var plan configtext.Plan
		if err := json.Unmarshal([]byte(out), &plan); code != exitError || err != nil || len(plan.Problems) != 2 {
			t.Errorf("%d, %v: %s", code, err, out)
		}
		if code, _, complaint := command(t, config("diff", "nobody", dir)...); code != exitError || !strings.Contains(complaint, "there is no help desk nobody here") {
			t.Errorf("%d: %s", code, complaint)
		}
	})
}

func TestSecretsOfWebhooksComeFromAFile(t *testing.T) {
	t.Parallel()
	flags := []string{"--database", "sqlite:" + filepath.Join(t.TempDir(), "desk.db"), "--log-level", "error"}
	fine(t, append([]string{"account", "create", "acme", "--name", "Acme", "--admin", "ada@acme.test"}, flags...)...)
	dir := t.TempDir()
	writeFile(t, "name: Chat\nendpoint: https://chat.example/\nauthentication: {type: bearer_token}\n", dir, "webhooks", "chat.yaml")
	secrets := filepath.Join(t.TempDir(), "secrets.yaml")
	writeFile(t, "Chat: s3cret\n", secrets)
	if code, _, complaint := command(t, append([]string{"config", "apply", "acme", dir}, flags...)...); code != exitError || !strings.Contains(complaint, "needs its secret") {
		t.Errorf("%d: %s", code, complaint)
	}
	fine(t, append([]string{"config", "apply", "acme", dir, "--secrets", secrets}, flags...)...)
}

// The cases of the demo's folders hold, and a case that does not makes the command fail.
func TestCasesOfTheDemo(t *testing.T) {
	t.Parallel()
	for _, d := range demoDesks() {
		report := filepath.Join(t.TempDir(), "report.xml")
		fine(t, "config", "test", filepath.Join("demo", d.subdomain), "--junit", report)
		if text := readFile(t, report); !strings.Contains(text, `failures="0"`) || strings.Contains(text, `tests="0"`) {
			t.Errorf("the report is %s", text)
		}
	}
	dir := t.TempDir()
	writeFile(t, "name: Support\ndefault: true\n", dir, "groups", "support.yaml")
	writeFile(t, "name: Form\ndefault: true\n", dir, "ticket_forms", "form.yaml")
	writeFile(t, "email: support\ndefault: true\n", dir, "support_addresses", "support.yaml")
	writeFile(t, "cases: [{name: no rule, ticket: {comment: x}, expect: {priority: high}}]\n", dir, "tests", "a.yaml")
	code, out, complaint := command(t, "config", "test", dir)
	if code != exitError || !strings.Contains(out, "priority is none, not high") || !strings.Contains(complaint, "1 case failed") {
		t.Errorf("%d: %s %s", code, out, complaint)
	}
}

func TestSchemasArePrinted(t *testing.T) {
	t.Parallel()
	var all map[string]json.RawMessage
	mustDecode(t, fine(t, "config", "schema"), &all)
	if len(all) != len(configtext.Schemas()) || !slices.Contains(sortedKeys(all), "tests") {
		t.Errorf("there are schemas of %v", sortedKeys(all))
	}
	if out := fine(t, "config", "schema", "triggers"); !strings.Contains(out, `"additionalProperties": false`) {
		t.Errorf("the schema of triggers is %s", out)
	}
	if code, _, complaint := command(t, "config", "schema", "trigger"); code != exitError || !strings.Contains(complaint, "there is no kind of file trigger; there are agreements,") {
		t.Errorf("%d: %s", code, complaint)
	}
}

// sameAsFolder holds a desk of the demo against its folder, by the API.
func sameAsFolder(t *testing.T, a demoAccount) {
	t.Helper()
	_, port := splitHost(strings.TrimPrefix(a.URL, "http://"))
	d := remoteDesk{base: "http://127.0.0.1:" + port, host: strings.TrimPrefix(a.URL, "http://"), email: a.Admin.Email, token: a.Admin.Token}
	folder, err := demoFolder(a.Subdomain)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := d.apply(t.Context(), folder, configtext.Options{DryRun: true, Prune: true})
	if err != nil || len(plan.Changes)+len(plan.Problems)+len(plan.Left) > 0 {
		t.Errorf("%s is not as its folder says: %v, %v, %s", a.Name, err, plan.Problems, plan.Words())
	}
	export, err := d.export(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for name, raw := range configtext.Merge(folder, export).Folder {
		if !strings.HasPrefix(name, ".") && string(folder[name]) != string(raw) {
			t.Errorf("%s: %s comes back otherwise:\n%s", a.Name, name, raw)
		}
	}
}
