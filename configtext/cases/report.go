package cases

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// Print writes what came of cases, for people.
func Print(to io.Writer, results []Result) error {
	var b strings.Builder
	failed := 0
	for _, r := range results {
		word := "ok  "
		if len(r.Faults) > 0 {
			word = "FAIL"
			failed++
		}
		fmt.Fprintf(&b, "%s  %s: %s\n", word, base(r.File), r.Name)
		for _, f := range r.Faults {
			b.WriteString("      " + strings.ReplaceAll(f, "\n", "\n      ") + "\n")
		}
	}
	fmt.Fprintf(&b, "%d cases, %d failed\n", len(results), failed)
	_, err := io.WriteString(to, b.String())
	return err
}

// Failed counts the cases that failed.
func Failed(results []Result) (n int) {
	for _, r := range results {
		if len(r.Faults) > 0 {
			n++
		}
	}
	return n
}

type junitSuite struct {
	XMLName  xml.Name    `xml:"testsuite"`
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	File    string        `xml:"file,attr"`
	Time    string        `xml:"time,attr"`
	Failure *junitFailure `xml:"failure"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// JUnit writes what came of cases in the form that build servers read.
func JUnit(to io.Writer, results []Result) error {
	suite := junitSuite{Name: "interdesk", Tests: len(results), Failures: Failed(results)}
	for _, r := range results {
		c := junitCase{Class: base(r.File), Name: r.Name, File: r.File, Time: fmt.Sprintf("%.3f", r.Took.Seconds())}
		if len(r.Faults) > 0 {
			c.Failure = &junitFailure{Message: r.Faults[0], Text: strings.Join(r.Faults, "\n")}
		}
		suite.Cases = append(suite.Cases, c)
	}
	if _, err := io.WriteString(to, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(to)
	e.Indent("", "  ")
	if err := e.Encode(suite); err != nil {
		return err
	}
	_, err := io.WriteString(to, "\n")
	return err
}
