package main

import (
	"fmt"
	"runtime/debug"
)

type versionCommand struct{}

// Run prints one line, such as "interdesk v1.2.0 (go1.26.8)".
func (versionCommand) Run(t *terminal) error {
	_, err := fmt.Fprintf(t.out, "interdesk %s (%s)\n", version(), goVersion())
	return err
}

// version is what the build knows: a release's tag, or the commit.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value[:min(12, len(s.Value))]
		}
	}
	return "devel"
}

func goVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	return info.GoVersion
}
