package interdesk

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// rooms is which packages of ours each package may import: exactly those that it does. The arrows run one way;
// ARCHITECTURE.md draws them.
var rooms = map[string][]string{
	".":            {}, // a chapter, no code
	"calendar":     {},
	"condition":    {"calendar"},
	"config":       {},
	"schedule":     {"calendar"},
	"outbound":     {},
	"ratelimit":    {},
	"sharing/wire": {},
	"store/sqldb":  {},

	"search":          {"calendar", "desk"},
	"store/wordindex": {"search", "store/sqldb"},

	"desk":    {"calendar", "condition", "schedule"},
	"rule":    {"calendar", "condition", "desk"},
	"sla":     {"condition", "desk", "schedule"},
	"blob":    {"desk"},
	"httpkit": {"desk", "ratelimit"},

	"job":             {"store/sqldb"},
	"store/migration": {"desk", "search", "store/sqldb"},
	"store":           {"calendar", "condition", "desk", "schedule", "search", "store/sqldb", "store/wordindex"},
	"upload":          {"desk", "store"},
	"setup":           {"condition", "desk", "store"},
	"ticketing":       {"desk", "rule", "sla", "store", "store/sqldb", "job"},

	"automation": {"desk", "job", "rule", "sla", "store", "store/sqldb", "ticketing"},

	"sharing/peer":      {"outbound", "sharing/wire"},
	"sharing/mapping":   {"desk"},
	"sharing/redaction": {"desk"},
	"sharing":           {"desk", "ticketing", "store", "store/sqldb", "job", "sharing/mapping", "sharing/redaction", "sharing/wire"},
	"sharing/agreement": {"desk", "store", "store/sqldb", "job", "sharing", "sharing/mapping", "sharing/redaction", "sharing/wire", "sharing/peer"},
	"sharing/outbound":  {"desk", "ticketing", "store", "store/sqldb", "job", "sharing", "sharing/wire", "sharing/peer"},
	"sharing/tracker":   {"desk", "outbound", "store", "store/sqldb", "job", "sharing", "sharing/wire", "sharing/peer"},
	// The one arrow among the three: messages about agreements come in at the endpoint, which hands them over.
	"sharing/inbound": {"desk", "ratelimit", "ticketing", "store", "store/sqldb", "job", "sharing", "sharing/wire", "sharing/peer", "sharing/agreement"},

	"mail/message":        {"desk"},
	"mail/authentication": {"mail/message"},
	"mail/imap":           {"desk", "outbound", "store"},
	"mail/suspended":      {"desk", "job", "mail/inbound", "mail/message", "store", "store/sqldb"},
	"mail/inbound":        {"desk", "job", "mail/authentication", "mail/message", "ratelimit", "store", "store/sqldb", "ticketing", "upload"},

	// The two arrows between these: what is to be sent is handed over to who sends.
	"mail/outbound": {"blob", "desk", "job", "mail/message", "outbound", "store", "store/sqldb"},
	"notify":        {"access", "desk", "job", "mail/message", "mail/outbound", "rule", "store", "store/sqldb", "ticketing", "upload"},

	"mail/conversion": {"desk", "job", "notify", "store", "store/sqldb", "ticketing"},
	"webhook":         {"access", "condition", "desk", "job", "notify", "outbound", "rule", "store", "store/sqldb"},

	"access":       {"desk", "ratelimit", "store"},
	"satisfaction": {"access", "desk", "store", "ticketing"},
	"admin":        {"condition", "desk", "rule", "store", "ticketing", "access"},
	"report":       {"calendar", "desk", "store"},

	"configtext":       {"admin", "calendar", "condition", "desk", "rule", "schedule", "sharing/agreement", "sharing/tracker", "store", "webhook"},
	"configtext/cases": {"access", "admin", "automation", "configtext", "desk", "notify", "outbound", "rule", "setup", "sharing", "sharing/agreement", "sharing/inbound", "sharing/outbound", "sharing/peer", "sharing/tracker", "store", "store/migration", "store/sqldb", "ticketing", "webhook"},

	"api": {"calendar", "condition", "configtext", "desk", "schedule", "notify", "ratelimit", "rule", "satisfaction", "search", "sla", "store", "upload", "ticketing", "access", "admin", "sharing", "sharing/agreement", "sharing/outbound", "sharing/inbound", "sharing/tracker", "httpkit", "mail/conversion", "mail/imap", "mail/suspended", "webhook"},

	"web/text":         {},
	"web/asset":        {},
	"web/asset/bundle": {"web/asset"},
	"web/ui":           {"calendar", "desk", "mail/conversion", "mail/inbound", "mail/outbound", "mail/suspended", "notify", "ratelimit", "store", "upload", "ticketing", "access", "admin", "sharing/agreement", "sharing/outbound", "sharing/inbound", "sharing/tracker", "httpkit", "web/asset", "web/text", "webhook"},
	"web/markup":       {"desk", "httpkit", "web/text", "web/ui"},
	"web/letters":      {"access", "desk", "ratelimit", "satisfaction", "store", "httpkit", "mail/message", "web/text", "web/ui"},
	"web/sending":      {"admin", "desk", "httpkit", "mail/outbound", "notify", "store", "web/text", "web/ui"},
	"web/webhooks":     {"desk", "store", "web/listing", "web/text", "web/ui", "webhook"},
	"web/listing":      {"desk", "store", "web/text", "web/ui"},
	"web/sharing":      {"desk", "store", "sharing", "sharing/agreement", "sharing/outbound", "sharing/inbound", "sharing/mapping", "sharing/redaction", "sharing/tracker", "web/text", "web/ui"},
	"web/live":         {"desk", "store", "httpkit", "web/ui"},
	"web/views":        {"calendar", "condition", "desk", "rule", "store", "ticketing", "access", "admin", "web/text", "web/ui"},
	"web/search":       {"desk", "search", "store", "admin", "web/listing", "web/text", "web/ui"},
	"web/customers":    {"desk", "store", "ticketing", "access", "web/listing", "web/text", "web/ui"},
	"web/newticket":    {"desk", "store", "ticketing", "web/text", "web/ticket", "web/ui"},
	"web/ticket":       {"condition", "desk", "rule", "search", "store", "ticketing", "upload", "httpkit", "web/markup", "web/sharing", "web/text", "web/ui"},
	"web/rules":        {"condition", "desk", "rule", "store", "access", "admin", "web/text", "web/ui", "web/views"},
	"web/admin":        {"calendar", "desk", "schedule", "store", "access", "admin", "httpkit", "web/listing", "web/text", "web/ui"},
	"web/mail":         {"desk", "store", "admin", "web/text", "web/ui"},
	"web/suspended":    {"desk", "store", "ticketing", "mail/message", "mail/suspended", "web/listing", "web/markup", "web/text", "web/ui"},
	"web/merge":        {"desk", "store", "ticketing", "web/listing", "web/text", "web/ui"},
	"web/trash":        {"access", "desk", "store", "ticketing", "web/listing", "web/text", "web/ui"},
	"web/portal":       {"desk", "ratelimit", "satisfaction", "search", "store", "ticketing", "access", "httpkit", "web/markup", "web/text", "web/ui"},
	"web/reports":      {"calendar", "desk", "report", "httpkit", "web/text", "web/ui"},
	"web": {
		"desk", "store", "access", "httpkit", "web/admin", "web/asset", "web/customers", "web/letters", "web/live", "web/mail", "web/merge", "web/newticket", "web/portal",
		"web/reports", "web/rules", "web/search", "web/sending", "web/sharing", "web/suspended", "web/text", "web/ticket", "web/trash", "web/ui", "web/views", "web/webhooks",
	},

	"cmd/interdesk": {"*"},

	// Test support; nothing that ships imports these.
	"store/storetest":            {"store/sqldb", "store/migration", "store/storetest/cluster"},
	"store/storetest/cluster":    {},
	"store/storetest/cmd/testpg": {"store/storetest/cluster"},
	"sharing/sharetest":          {"sharing/wire"},
	"mail/mailtest":              {},
	"sharing/sharingtest":        {"*"},
	"api/apitest":                {"*"},
	"web/webtest":                {"*"},
	"bench":                      {"*"},
	"e2e":                        {"*"},
}

func TestArrowsBetweenRooms(t *testing.T) {
	t.Parallel()
	packages := importsByPackage(t)
	for dir := range rooms {
		if _, there := packages[dir]; !there {
			t.Errorf("there is no package %s: take it out of arch_test.go and ARCHITECTURE.md", dir)
		}
	}
	for dir, imports := range packages {
		allowed, known := rooms[dir]
		if !known {
			t.Errorf("package %s is in no room: name it in arch_test.go and ARCHITECTURE.md", dir)
			continue
		}
		for _, name := range allowed {
			if name != "*" && !slices.Contains(imports, name) {
				t.Errorf("%s may import %s and does not: take that out of arch_test.go and ARCHITECTURE.md", dir, name)
			}
		}
		for _, imported := range imports {
			if !slices.Contains(allowed, imported) && !slices.Contains(allowed, "*") {
				t.Errorf("%s imports %s; allowed are %v", dir, imported, allowed)
			}
			if strings.HasSuffix(imported, "test") && !strings.HasSuffix(dir, "test") && !strings.Contains(dir, "testpg") && dir != "bench" {
				t.Errorf("%s imports test support %s", dir, imported)
			}
		}
	}
}

// importsByPackage reads which packages of ours every package imports outside its tests.
func importsByPackage(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	for _, path := range sources(t) {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		dir := filepath.ToSlash(filepath.Dir(path))
		found[dir] = append(found[dir], []string{}...)
		for _, spec := range file.Imports {
			name := strings.Trim(spec.Path.Value, `"`)
			if ours, ok := strings.CutPrefix(name, "interdesk/"); ok && !slices.Contains(found[dir], ours) {
				found[dir] = append(found[dir], ours)
			}
		}
	}
	return found
}

// sources are all Go files but tests.
func sources(t *testing.T) (paths []string) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && path != "." || d.Name() == "node_modules" || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if !d.IsDir() && strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			paths = append(paths, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

// Days and midnights come from package calendar alone: adding days to a time.Time goes wrong where clocks skip midnight.
func TestDaysAreReckonedInOnePlace(t *testing.T) {
	t.Parallel()
	others := []string{"calendar", "sharing/sharetest", "bench"}
	for _, path := range sources(t) {
		if slices.Contains(others, filepath.ToSlash(filepath.Dir(path))) || path == filepath.Join("search", "span.go") { // months and years, in UTC
			continue
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, wrong := range []string{".AddDate(", "time.Date(", "ParseInLocation(time.DateOnly", ".Truncate(24"} {
			if strings.Contains(string(raw), wrong) {
				t.Errorf("%s reckons with days by %s: use package calendar", path, wrong)
			}
		}
	}
}
