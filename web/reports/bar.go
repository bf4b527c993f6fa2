package reports

import (
	"context"
	"strconv"
	"time"

	"interdesk/calendar"
	"interdesk/report"
	"interdesk/web/text"
)

// maxBars is up to how many days each have bars; longer spans are drawn by weeks.
const maxBars = 62

// timeSlot is what stands side by side in the chart over time: a day, or a week that begins on Monday.
type timeSlot struct {
	from, to calendar.Day // both included
	created  int
	solved   int
}

func byWeek(days []report.Day) bool { return len(days) > maxBars }

func timeSlots(days []report.Day) []timeSlot {
	var out []timeSlot
	weekly := byWeek(days)
	for i, d := range days {
		if i == 0 || !weekly || d.At.Weekday() == time.Monday {
			out = append(out, timeSlot{from: d.At})
		}
		last := &out[len(out)-1]
		last.to = d.At
		last.created += d.Created
		last.solved += d.Solved
	}
	return out
}

// name is a slot's days.
func (s timeSlot) name() string {
	if s.from == s.to {
		return s.from.Format("Mon 2 Jan 2006")
	}
	return s.from.Format("2 Jan") + " – " + s.to.Format("2 Jan 2006")
}

// The chart's own units: a slot is unit wide, the highest bar height high.
const (
	unit   = 20
	height = 100
)

// axisTop is the round number, whose half is round too, at which a chart ends that shows up to most.
func axisTop(most int) int {
	for step := 1; ; step *= 10 {
		for _, n := range [...]int{4, 6, 8, 10, 20} {
			if most <= n*step {
				return n * step
			}
		}
	}
}

func highestOf(all []timeSlot) int {
	most := 0
	for _, s := range all {
		most = max(most, s.created, s.solved)
	}
	return axisTop(most)
}

// chartBar is one rectangle of the chart over time.
type chartBar struct{ x, y, width, height, class, title string }

func chartBars(ctx context.Context, all []timeSlot) []chartBar {
	most := highestOf(all)
	var out []chartBar
	add := func(x float64, n int, class, title string) {
		if n == 0 {
			return
		}
		high := max(float64(n)*height/float64(most), 1)
		out = append(out, chartBar{x: decimalText(x), y: decimalText(height - high), width: decimalText(unit * 0.4), height: decimalText(high), class: class, title: title})
	}
	for i, s := range all {
		x := float64(i*unit) + unit*0.1
		add(x, s.created, "bar-created", s.name()+": "+text.N(ctx, "reports.created.n", s.created))
		add(x+unit*0.4, s.solved, "bar-solved", s.name()+": "+text.N(ctx, "reports.solved.n", s.solved))
	}
	return out
}

func decimalText(f float64) string { return strconv.FormatFloat(f, 'f', 2, 64) }

// percentOf is how many of a hundred n is of most.
func percentOf(n, most int) string {
	if most == 0 {
		return "0"
	}
	return decimalText(float64(n) * 100 / float64(most))
}

func mostOf(all []report.Counted) (most int) {
	for _, c := range all {
		most = max(most, c.N)
	}
	return most
}

func mostWorked(all []report.Worked) (most int) {
	for _, w := range all {
		most = max(most, w.Created)
	}
	return most
}

// durationText is a duration as people read it.
func durationText(ctx context.Context, a report.Answers) string {
	d := a.Median
	switch {
	case a.Of == 0:
		return "–"
	case d < time.Minute:
		return text.T(ctx, "reports.short")
	case d < time.Hour:
		return text.T(ctx, "reports.minutes", int(d.Minutes()))
	case d < 24*time.Hour:
		return text.T(ctx, "reports.hours", int(d.Hours()), int(d.Minutes())%60)
	}
	return text.T(ctx, "reports.days", int(d.Hours())/24, int(d.Hours())%24)
}

// ratedSlots are the ratings of each slot that has some.
func ratedSlots(r *report.Report) []report.Rated {
	var out []report.Rated
	for _, s := range timeSlots(r.Days) {
		one := report.Rated{Name: s.name()}
		for day := s.from; day <= s.to; day++ {
			in := r.Satisfaction.Days[day-r.Span.First]
			one.N, one.Good = one.N+in.N, one.Good+in.Good
		}
		if one.N > 0 {
			out = append(out, one)
		}
	}
	return out
}
