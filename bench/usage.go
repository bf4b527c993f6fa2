package main

import (
	"context"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// usage is what the system has counted so far of the processors' time. Where it does not tell, everything is zero.
type usage struct {
	server time.Duration // by the servers' processes
	self   time.Duration // by this one
	busy   time.Duration // by all
	at     time.Time
}

// tickTime is the unit in which Linux counts.
const tickTime = 10 * time.Millisecond

func readUsage(servers ...*server) usage {
	u := usage{self: processTime("self"), busy: busyTime(), at: time.Now()}
	for _, s := range servers {
		u.server += processTime(strconv.Itoa(s.cmd.Process.Pid))
	}
	return u
}

// processTime reads the user and system time of a process.
func processTime(pid string) time.Duration {
	raw, _ := os.ReadFile("/proc/" + pid + "/stat")
	_, rest, _ := strings.Cut(string(raw), ") ") // the name may contain blanks
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	return ticks(fields[11]) + ticks(fields[12])
}

// busyTime reads what all processes have used, the kernel's own work and what a neighbouring machine stole included.
func busyTime() (busy time.Duration) {
	raw, _ := os.ReadFile("/proc/stat")
	line, _, _ := strings.Cut(string(raw), "\n")
	for i, field := range strings.Fields(line) {
		if i > 0 && i != 4 && i != 5 && i < 9 { // not idle, not waiting for the disk
			busy += ticks(field)
		}
	}
	return busy
}

func ticks(text string) time.Duration {
	n, _ := strconv.ParseInt(text, 10, 64)
	return time.Duration(n) * tickTime
}

// quiet waits until the machine has little to do, but no longer than the bench is patient.
func (b *bench) quiet(ctx context.Context) {
	const look, little = 400 * time.Millisecond, 0.15
	for end := time.Now().Add(b.patience); time.Now().Before(end); {
		before := busyTime()
		select {
		case <-ctx.Done():
			return
		case <-time.After(look):
		}
		if float64(busyTime()-before) < little*float64(look)*float64(runtime.NumCPU()) {
			return
		}
	}
}

// since puts on a result what was used from then on, for so many operations.
func (u usage) since(r *result, now usage, operations int) {
	wall := now.at.Sub(u.at) * time.Duration(runtime.NumCPU())
	if now.busy == u.busy || operations == 0 || wall <= 0 {
		return
	}
	server, self := now.server-u.server, now.self-u.self
	r.Cost = float64(server.Microseconds()) / float64(operations)
	r.Others = max(0, float64(now.busy-u.busy-server-self)/float64(wall))
}
