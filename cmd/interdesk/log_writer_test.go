package main

import (
	"fmt"
	"io"
	"strings"
	"testing"
)

// Who no longer reads the log stops nobody, and later hears how much was lost.
func TestALogThatNobodyReads(t *testing.T) {
	t.Parallel()
	read, write := io.Pipe()
	w := newLogWriter(write)
	for n := range 2 * logLines {
		fmt.Fprintf(w, "line %d\n", n)
	}
	text := make(chan string)
	go func() {
		all, _ := io.ReadAll(read)
		text <- string(all)
	}()
	_ = w.Close()
	_ = write.Close()
	got := <-text
	if !strings.HasPrefix(got, "line 0\n") || !strings.Contains(got, "lines of the log were lost") {
		t.Errorf("got %d bytes: %.200s", len(got), got)
	}
}

// A reader that has gone for good is no reason to end.
func TestALogWhoseReaderIsGone(t *testing.T) {
	t.Parallel()
	read, write := io.Pipe()
	_ = read.Close()
	w := newLogWriter(write)
	for range 10 {
		if n, err := w.Write([]byte("line\n")); n != 5 || err != nil {
			t.Errorf("got %d, %v", n, err)
		}
	}
	_ = w.Close()
	if lost := w.lost.Load(); lost == 0 {
		t.Error("nothing was counted as lost")
	}
}
