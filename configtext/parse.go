package configtext

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Folder is files by their paths, with slashes.
type Folder map[string][]byte

// Limits of a folder.
const (
	MaxFiles  = 20_000
	MaxFile   = 256 << 10
	MaxFolder = 12 << 20
)

// The files beside those of things.
const (
	orderFile   = "order.yaml"
	lockFile    = ".interdesk.lock"
	schemaDir   = ".schema"
	testsDir    = "tests"
	folderNames = "folders are "
)

// Problem is something wrong with a file, at a line and column counted from 1; 0 where it is about none.
type Problem struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Message string `json:"message"`
}

// String is the problem in one line, in the form that editors jump to.
func (p Problem) String() string {
	if p.Line == 0 {
		return p.File + ": " + p.Message
	}
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.Message)
}

// parsed is a folder that was read.
type parsed struct {
	docs     []*document
	order    *document // its text an *orderText; nil: there is none
	problems []Problem
}

// parse reads a folder.
func parse(f Folder) *parsed {
	p := &parsed{}
	byFolder := map[string]*kind{}
	for _, k := range kinds() {
		byFolder[k.folder] = k
	}
	for _, name := range slices.Sorted(maps.Keys(f)) {
		dir, base, nested := strings.Cut(name, "/")
		extension := path.Ext(name)
		switch {
		case isHidden(name), nested && dir == testsDir, extension != ".yaml" && extension != ".yml":
		case extension == ".yml":
			p.problem(name, "call it .yaml: files that end otherwise are not read")
		case name == orderFile:
			if d := p.read(name, f[name], reflect.TypeFor[orderText]()); d != nil {
				p.order = d
			}
		case nested && byFolder[dir] != nil && !strings.Contains(base, "/"):
			if d := p.read(name, f[name], byFolder[dir].text); d != nil {
				d.kind = byFolder[dir]
				p.docs = append(p.docs, d)
			}
		default:
			p.problem(name, "is no place for a file; "+folderNames+strings.Join(slices.Sorted(maps.Keys(byFolder)), ", ")+", and "+testsDir)
		}
	}
	p.nameThem()
	if len(p.docs) == 0 && len(p.problems) == 0 {
		p.problem(".", "there is nothing in the folder")
	}
	return p
}

func isHidden(name string) bool {
	return strings.HasPrefix(name, ".") || strings.Contains(name, "/.")
}

func (p *parsed) problem(file, message string) {
	p.problems = append(p.problems, Problem{File: file, Message: message})
}

// read reads one file; nil where it cannot be read at all.
func (p *parsed) read(name string, raw []byte, text reflect.Type) *document {
	root, problem := parseNode(raw)
	if problem != nil {
		problem.File = name
		p.problems = append(p.problems, *problem)
		return nil
	}
	v := reflect.New(text)
	doc := &document{path: name, raw: raw, root: root, text: v.Interface()}
	d := decoder{problem: func(n *yaml.Node, message string) {
		doc.unread = true
		p.problems = append(p.problems, Problem{name, n.Line, n.Column, message})
	}}
	d.decode(root, v.Elem(), key{})
	return doc
}

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// parseNode reads YAML as one mapping.
func parseNode(raw []byte) (*yaml.Node, *Problem) {
	if len(raw) > MaxFile {
		return nil, &Problem{Message: fmt.Sprintf("is larger than %d KiB", MaxFile>>10)}
	}
	decoder := yaml.NewDecoder(bytes.NewReader(raw))
	var doc, more yaml.Node
	err := decoder.Decode(&doc)
	if errors.Is(err, io.EOF) {
		return nil, &Problem{Line: 1, Column: 1, Message: "is empty"}
	}
	if err == nil {
		if err := decoder.Decode(&more); !errors.Is(err, io.EOF) {
			return nil, &Problem{Line: max(more.Line, 1), Column: 1, Message: "holds more than one document: make a file for each"}
		}
		return doc.Content[0], nil
	}
	at := yamlLine.FindStringSubmatch(err.Error())
	problem := &Problem{Line: 1, Column: 1, Message: "is not YAML: " + yamlLine.ReplaceAllString(err.Error(), "")}
	if at != nil && at[1] != "" {
		problem.Line, _ = strconv.Atoi(at[1])
	}
	return nil, problem
}

// nameThem gives each file the name by which others mean it, and refuses two with the same.
func (p *parsed) nameThem() {
	seen := map[string]*document{}
	for _, d := range p.docs {
		d.name = ownName(d.kind, d.text)
		d.text = tidied(d.text)
		if d.name == "" {
			if !d.unread {
				p.problems = append(p.problems, d.problemAt(d.kind.title, d.kind.title+": cannot be blank"))
			}
			d.unread = true
			continue
		}
		if other := seen[d.kind.name+"\x00"+d.name]; other != nil {
			d.unread = true
			key := "reference"
			if d.kind.title == "key" || d.kind.title == "email" {
				key = d.kind.title
			}
			p.problems = append(p.problems, d.problemAt(d.kind.title, fmt.Sprintf("%s is called %q, too; give one of them another %s, or a %s of its own", other.path, d.name, d.kind.title, key)))
			continue
		}
		seen[d.kind.name+"\x00"+d.name] = d
	}
	slices.SortStableFunc(p.docs, func(a, b *document) int { return strings.Compare(a.name, b.name) })
}
