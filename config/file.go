package config

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/alecthomas/kong"
)

// File reads settings from lines "name = value", where a name is a flag's; blank lines and those with # are passed over.
// It is a loader for kong. A variable that is set in the environment wins over the file.
func File(r io.Reader) (kong.Resolver, error) {
	values := map[string]string{}
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		if name = strings.TrimSpace(name); !ok || name == "" {
			return nil, fmt.Errorf("line %d of the configuration file: write name = value", n)
		}
		values[name] = strings.Trim(strings.TrimSpace(value), `"`)
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	return &file{values}, nil
}

type file struct{ values map[string]string }

// Resolve gives the file's value of a flag that neither the command line nor the environment sets.
func (f *file) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	for _, env := range flag.Envs {
		if _, set := os.LookupEnv(env); set {
			return nil, nil
		}
	}
	if v, ok := f.values[flag.Name]; ok {
		return v, nil
	}
	return nil, nil
}

// Validate refuses names that no flag of the program has, since a misspelt setting would be silently without effect.
func (f *file) Validate(app *kong.Application) error {
	known := map[string]bool{}
	collectFlags(app.Node, known)
	for name := range f.values {
		if !known[name] {
			return fmt.Errorf("the configuration file sets %s, which does not exist", name)
		}
	}
	return nil
}

func collectFlags(n *kong.Node, known map[string]bool) {
	for _, flag := range n.Flags {
		known[flag.Name] = true
	}
	for _, child := range n.Children {
		collectFlags(child, known)
	}
}
