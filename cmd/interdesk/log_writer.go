package main

import (
	"fmt"
	"io"
	"sync/atomic"
	"time"
)

// logWriter stands between the program and whoever reads its log: who reads slowly, or no longer, neither stops nor ends it.
// Lines that find no room are dropped and counted, and the next line that goes through says how many they were.
type logWriter struct {
	to    io.Writer
	lines chan []byte
	lost  atomic.Int64
	ended chan struct{}
}

// logLines is how many lines wait for the reader, and flushTime how long the last ones may take at the end.
const (
	logLines  = 4096
	flushTime = time.Second
)

func newLogWriter(to io.Writer) *logWriter {
	w := &logWriter{to: to, lines: make(chan []byte, logLines), ended: make(chan struct{})}
	go w.run()
	return w
}

// Write takes a line, whatever becomes of it.
func (w *logWriter) Write(line []byte) (int, error) {
	select {
	case w.lines <- append([]byte(nil), line...):
	default:
		w.lost.Add(1)
	}
	return len(line), nil
}

func (w *logWriter) run() {
	defer close(w.ended)
	for line := range w.lines {
		if lost := w.lost.Swap(0); lost > 0 {
			line = fmt.Appendf(line, "interdesk: %d lines of the log were lost, as nobody read them\n", lost)
		}
		if _, err := w.to.Write(line); err != nil {
			w.lost.Add(1)
		}
	}
}

// Close waits for the last lines, as long as flushTime. Nothing may be written any more.
func (w *logWriter) Close() error {
	close(w.lines)
	select {
	case <-w.ended:
	case <-time.After(flushTime):
	}
	return nil
}
