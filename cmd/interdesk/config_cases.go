package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"interdesk/configtext"
	"interdesk/configtext/cases"
)

type configTest struct {
	JUnit string `name:"junit" placeholder:"FILE" help:"Write what came of each case in JUnit's form, for build servers."`
	Dir   string `arg:"" help:"The folder."`
}

// Run tries the cases. One that fails makes the command fail.
func (c *configTest) Run(ctx context.Context, t *terminal) error {
	folder, err := configtext.ReadFolder(c.Dir)
	if err != nil {
		return err
	}
	results, problems, err := cases.Run(ctx, folder)
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		return printProblems(t, c.Dir, problems)
	}
	if err := cases.Print(t.out, results); err != nil {
		return err
	}
	if c.JUnit != "" {
		if err := writeJUnit(c.JUnit, results); err != nil {
			return err
		}
	}
	if n := cases.Failed(results); n > 0 {
		return fmt.Errorf("%s failed", counted(n, "case"))
	}
	return nil
}

func writeJUnit(path string, results []cases.Result) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := cases.JUnit(file, results); err != nil {
		_ = file.Close() // the first error says more
		return err
	}
	return file.Close()
}

// printProblems shows what is wrong with files, each in a line of its own, and says how much that is.
func printProblems(t *terminal, dir string, problems []configtext.Problem) error {
	for _, p := range problems {
		p.File = filepath.Join(dir, filepath.FromSlash(p.File))
		_, _ = fmt.Fprintln(t.err, p)
	}
	return fmt.Errorf("%s in the files; nothing was done", counted(len(problems), "problem"))
}
