package interdesk

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// rooms is which packages of ours each package may import. The arrows run one way; ARCHITECTURE.md draws them.
var rooms = map[string][]string{
	"condition":    {},
	"sharing/wire": {},
	"store/sqldb":  {},
	"config":       {},
	"outbound":     {},

	"desk": {"condition"},
	"rule": {"desk", "condition"},
	"blob": {"desk"},

	"job":             {"store/sqldb"},
	"store/migration": {"store/sqldb"},
	"store":           {"desk", "condition", "store/sqldb", "store/migration"},
	"ticketing":       {"desk", "condition", "rule", "store", "store/sqldb", "job"},

	"sharing/peer": {"outbound", "sharing/wire"},
	"sharing":      {"desk", "ticketing", "store", "store/sqldb", "job", "httpkit", "outbound", "sharing/wire", "sharing/peer"},

	"access":  {"desk", "condition", "store", "job"},
	"admin":   {"desk", "condition", "rule", "access", "store", "ticketing"},
	"httpkit": {"desk"},
	"api":     {"desk", "condition", "rule", "ticketing", "sharing", "access", "admin", "store", "httpkit"},

	"web/text":         {},
	"web/asset":        {},
	"web/asset/bundle": {"web/asset"},
	"web/ui":           {"desk", "ticketing", "sharing", "access", "admin", "store", "httpkit", "web/asset", "web/text"},
	"web/markup":       {"desk", "httpkit", "web/ui", "web/text"},
	"web/sharing":      pages(),
	"web/live":         pages(),
	"web/views":        pages(),
	"web/listing":      {"desk", "store", "web/text", "web/ui"},
	"web/search":       pages("web/listing"),
	"web/customers":    pages("web/listing"),
	"web/newticket":    pages("web/ticket"),
	"web/ticket":       pages("web/sharing", "web/markup"),
	"web/rules":        pages("web/views"),
	"web/admin":        pages(),
	"web/portal":       pages("web/markup"),
	"report":           {"desk", "condition", "store"},
	"web/reports":      pages("report"),
	"web": {"desk", "access", "store", "httpkit", "web/asset", "web/ui", "web/text", "web/sharing", "web/live", "web/views", "web/search",
		"web/customers", "web/newticket", "web/ticket", "web/rules", "web/admin", "web/portal", "web/reports"},

	"cmd/interdesk": {"*"},

	// Test support; nothing that ships imports these.
	"store/storetest":            {"store/sqldb", "store/migration", "store/storetest/cluster"},
	"store/storetest/cluster":    {},
	"store/storetest/cmd/testpg": {"store/storetest/cluster"},
	"sharing/sharetest":          {"sharing/wire"},
	"api/apitest":                {"*"},
	"web/webtest":                {"*"},
	"bench":                      {"*"},
	"e2e":                        {"*"},
}

// pages is what each part of the web may import: the services and what all pages share, but no other part.
func pages(more ...string) []string {
	return append([]string{"desk", "condition", "rule", "ticketing", "sharing", "access", "admin", "store", "httpkit", "web/ui", "web/text"}, more...)
}

func TestArrowsBetweenRooms(t *testing.T) {
	t.Parallel()
	for dir, imports := range importsByPackage(t) {
		allowed, known := rooms[dir]
		if !known {
			t.Errorf("package %s is in no room: name it in arch_test.go and ARCHITECTURE.md", dir)
			continue
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
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && path != "." || d.Name() == "node_modules" || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		dir := filepath.ToSlash(filepath.Dir(path))
		found[dir] = append(found[dir], []string{}...)
		for _, spec := range file.Imports {
			name := strings.Trim(spec.Path.Value, `"`)
			if ours, ok := strings.CutPrefix(name, "interdesk/"); ok && !slices.Contains(found[dir], ours) {
				found[dir] = append(found[dir], ours)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
