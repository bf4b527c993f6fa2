package configtext

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Plan is what an application does, or would do.
type Plan struct {
	Changes  []Change  `json:"changes"`
	Problems []Problem `json:"problems"` // for which nothing is done
	Left     []string  `json:"left"`     // what the account has and no file
	Applied  bool      `json:"applied"`  // it was done
	Lock     []byte    `json:"-"`        // the folder's lock from now on, once it was done
}

// ChangeAction is what happens to a thing.
type ChangeAction string

// The actions.
const (
	Create  ChangeAction = "create"
	Update  ChangeAction = "change"
	Delete  ChangeAction = "delete"
	Reorder ChangeAction = "reorder"
)

// Change is what happens to one thing.
type Change struct {
	Action  ChangeAction `json:"action"`
	Kind    string       `json:"kind"`
	Name    string       `json:"name"`
	File    string       `json:"file"`
	Details []Detail     `json:"details,omitempty"`
}

// Detail is one difference: what stands at a path before and after. "" is nothing.
type Detail struct {
	Path string `json:"path"`
	From string `json:"from"`
	To   string `json:"to"`
}

// mostLeft is how much is named of what is in no file.
const mostLeft = 20

// Words are the plan for people.
func (p *Plan) Words() string {
	var b strings.Builder
	for _, c := range p.Changes {
		fmt.Fprintf(&b, "%s %s", c.Action, c.Kind)
		if c.Name != "" {
			fmt.Fprintf(&b, " %q", c.Name)
		}
		if c.File != "" {
			fmt.Fprintf(&b, " (%s)", c.File)
		}
		b.WriteByte('\n')
		for _, d := range c.Details {
			b.WriteString("    " + d.words() + "\n")
		}
	}
	if len(p.Changes) == 0 && len(p.Problems) == 0 {
		b.WriteString("There is nothing to change.\n")
	}
	if len(p.Left) > 0 {
		names, more := p.Left, ""
		if len(names) > mostLeft {
			names, more = names[:mostLeft], fmt.Sprintf(" and %d more", len(names)-mostLeft)
		}
		fmt.Fprintf(&b, "In the account and in no file (--prune deletes): %s%s\n", strings.Join(names, ", "), more)
	}
	return b.String()
}

func (d Detail) words() string {
	switch {
	case d.From == "":
		return fmt.Sprintf("%s: + %s", d.Path, d.To)
	case d.To == "":
		return fmt.Sprintf("%s: - %s", d.Path, d.From)
	}
	return fmt.Sprintf("%s: from %s to %s", d.Path, d.From, d.To)
}

// differences are what differs between two texts of a kind.
func differences(before, after any) []Detail {
	return compare("", encode(reflect.ValueOf(before).Elem()), encode(reflect.ValueOf(after).Elem()))
}

func compare(path string, a, b *yaml.Node) (out []Detail) {
	switch {
	case a == nil || b == nil || a.Kind != b.Kind || a.Kind == yaml.ScalarNode:
		if from, to := line(a), line(b); from != to {
			out = append(out, Detail{path, from, to})
		}
		return out
	case a.Kind == yaml.SequenceNode:
		return compareLists(path, a, b)
	}
	var names []string
	for _, n := range [...]*yaml.Node{a, b} {
		for i := 0; i < len(n.Content); i += 2 {
			if name := n.Content[i].Value; !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	for _, name := range names {
		out = append(out, compare(strings.TrimPrefix(path+"."+name, "."), child(a, name), child(b, name))...)
	}
	return out
}

// compareLists tells what is gone and what is new; where there is neither, that the order is another.
func compareLists(path string, a, b *yaml.Node) (out []Detail) {
	gone, added := lines(a), lines(b)
	before, after := slices.Clone(gone), slices.Clone(added)
	for _, one := range before {
		if at := slices.Index(added, one); at >= 0 {
			added = slices.Delete(added, at, at+1)
			at = slices.Index(gone, one)
			gone = slices.Delete(gone, at, at+1)
		}
	}
	for _, one := range gone {
		out = append(out, Detail{path, one, ""})
	}
	for _, one := range added {
		out = append(out, Detail{path, "", one})
	}
	if len(out) == 0 && !slices.Equal(before, after) {
		out = append(out, Detail{path, cut(strings.Join(before, "; ")), cut(strings.Join(after, "; "))})
	}
	return out
}

func lines(n *yaml.Node) []string {
	out := make([]string, len(n.Content))
	for i, one := range n.Content {
		out[i] = line(one)
	}
	return out
}

// line is a node in one line.
func line(n *yaml.Node) string {
	switch {
	case n == nil:
		return ""
	case n.Kind == yaml.SequenceNode:
		return "[" + strings.Join(lines(n), ", ") + "]"
	case n.Kind == yaml.MappingNode:
		var parts []string
		for i := 0; i+1 < len(n.Content); i += 2 {
			parts = append(parts, n.Content[i].Value+": "+line(n.Content[i+1]))
		}
		return strings.Join(parts, ", ")
	case n.Tag == "!!str":
		return fmt.Sprintf("%q", n.Value)
	}
	return n.Value
}

// mostShown is how much of a long list a sentence shows, in bytes.
const mostShown = 400

func cut(s string) string {
	if len(s) <= mostShown {
		return s
	}
	return strings.ToValidUTF8(s[:mostShown], "") + "…"
}
