package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// The base styles know hundreds of components; pages use a few. prune leaves out the rules whose classes nobody names, so
// that a browser neither loads nor reads them.

// wordSet are what pages and scripts name. One that ends in a hyphen is the beginning of a name that is put together:
// "status-" + word.
type wordSet map[string]bool

var word = regexp.MustCompile(`[A-Za-z_][A-Za-z0-9_-]*`)

// wordsBelow gathers the words of all templates, programs and scripts of a folder, and of scripts that were bundled.
func wordsBelow(folder string, scripts ...[]byte) (wordSet, error) {
	w := wordSet{}
	for _, s := range scripts {
		w.add(s)
	}
	return w, filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == "dist") {
			return filepath.SkipDir
		}
		switch {
		case strings.HasSuffix(path, "_templ.go"), strings.HasSuffix(path, "_test.go"):
		case strings.HasSuffix(path, ".templ"), strings.HasSuffix(path, ".go"), strings.HasSuffix(path, ".ts"):
			raw, err := os.ReadFile(path)
			w.add(raw)
			return err
		}
		return nil
	})
}

func (w wordSet) add(text []byte) {
	for _, m := range word.FindAll(text, -1) {
		w[string(m)] = true
	}
}

// has tells whether a class is named, or begins like a name that is put together.
func (w wordSet) has(class string) bool {
	if w[class] {
		return true
	}
	for i := range class {
		if class[i] == '-' && i > 0 && w[class[:i+1]] {
			return true
		}
	}
	return false
}

var (
	exempt  = regexp.MustCompile(`:(?:not|is|where|has)\([^()]*(?:\([^()]*\)[^()]*)*\)`)
	classes = regexp.MustCompile(`\.(-?[A-Za-z_](?:[A-Za-z0-9_-]|\\.)*)`)
)

// canMatch tells whether a selector can match anything.
func (w wordSet) canMatch(selector string) bool {
	for _, m := range classes.FindAllStringSubmatch(exempt.ReplaceAllString(selector, ""), -1) {
		if !w.has(strings.ReplaceAll(m[1], `\`, "")) {
			return false
		}
	}
	return true
}

// prune reads minified styles and writes the rules that can match something.
func prune(css string, w wordSet) string {
	var b strings.Builder
	for css != "" {
		end := indexOutside(css, "{;}")
		if end == len(css) || css[end] != '{' {
			end = min(end+1, len(css))
			b.WriteString(css[:end])
			css = css[end:]
			continue
		}
		head := css[:end]
		body, rest := splitBlock(css[end:])
		b.WriteString(pruneRule(head, body, w))
		css = rest
	}
	return b.String()
}

// pruneRule writes one rule with its block, or nothing.
func pruneRule(head, body string, w wordSet) string {
	switch name, _, _ := strings.Cut(strings.TrimSpace(head), " "); {
	case strings.HasPrefix(name, "@media"), strings.HasPrefix(name, "@supports"), strings.HasPrefix(name, "@layer"), strings.HasPrefix(name, "@container"):
		if body = prune(body, w); body == "" {
			return ""
		}
	case strings.HasPrefix(name, "@"): // font faces and animations
	default:
		var kept []string
		for head != "" {
			i := indexOutside(head, ",")
			if w.canMatch(head[:i]) {
				kept = append(kept, head[:i])
			}
			head = head[min(i+1, len(head)):]
		}
		if head = strings.Join(kept, ","); head == "" {
			return ""
		}
	}
	return head + "{" + body + "}"
}

// splitBlock splits "{…}rest" at the brace that closes it.
func splitBlock(css string) (body, rest string) {
	depth, i := 1, 1
	for depth > 0 && i < len(css) {
		i += indexOutside(css[i:], "{}")
		if i == len(css) {
			break
		}
		if css[i] == '{' {
			depth++
		} else {
			depth--
		}
		i++
	}
	return css[1 : i-1], css[i:]
}

// indexOutside finds the first of some characters that stands neither in a string nor in parentheses.
func indexOutside(css, any string) int {
	depth := 0
	for i := 0; i < len(css); i++ {
		switch c := css[i]; {
		case c == '\\':
			i++
		case c == '"' || c == '\'':
			for i++; i < len(css) && css[i] != c; i++ {
				if css[i] == '\\' {
					i++
				}
			}
		case c == '(' || c == '[':
			depth++
		case c == ')' || c == ']':
			depth--
		case depth == 0 && strings.IndexByte(any, c) >= 0:
			return i
		}
	}
	return len(css)
}
