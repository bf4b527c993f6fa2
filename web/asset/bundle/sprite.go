package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// icon is how pages name an icon: Icon("lock"), Empty("lock", …), or icon: "lock" in a table. A name that ends in -filled is
// of the filled set.
var icon = regexp.MustCompile(`\b(?:Icon\(|Empty\(|[iI]con: )"([a-z0-9-]+)"`)

type output struct {
	name    string
	content []byte
}

// sprite gathers the icons that the pages below a folder name into one file.
func sprite(web, icons string) (output, error) {
	names, err := iconsNamed(web)
	if err != nil {
		return output{}, err
	}
	var b bytes.Buffer
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg">`)
	for _, name := range names {
		set, base := "outline", name
		if plain, filled := strings.CutSuffix(name, "-filled"); filled {
			set, base = "filled", plain
		}
		raw, err := os.ReadFile(filepath.Join(icons, set, base+".svg"))
		if err != nil {
			return output{}, fmt.Errorf("a page names the icon %s, which Tabler does not have", name)
		}
		b.WriteString(iconSymbol(name, string(raw)))
	}
	b.WriteString(`</svg>`)
	return output{hashedName("icons.svg", b.Bytes()), b.Bytes()}, nil
}

// iconSymbol makes a drawing addressable within the sprite; its colours come from the page.
func iconSymbol(name, drawing string) string {
	head, rest, _ := strings.Cut(drawing[strings.Index(drawing, "<svg"):], ">")
	look := `fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"`
	if strings.Contains(head, `fill="currentColor"`) {
		look = `fill="currentColor"`
	}
	inner := strings.TrimSuffix(strings.TrimSpace(rest), "</svg>")
	return `<symbol id="` + name + `" viewBox="0 0 24 24" ` + look + `>` + strings.Join(strings.Fields(inner), " ") + `</symbol>`
}

func iconsNamed(web string) ([]string, error) {
	var names []string
	err := filepath.WalkDir(web, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if d.Name() == "node_modules" || d.Name() == "dist" {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".templ") && !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_templ.go") {
			return nil
		}
		raw, err := os.ReadFile(path)
		for _, m := range icon.FindAllSubmatch(raw, -1) {
			names = append(names, string(m[1]))
		}
		return err
	})
	slices.Sort(names)
	return slices.Compact(names), err
}
