package desk

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"interdesk/calendar"
	"interdesk/condition"
	"interdesk/schedule"
)

// Limits of the schedules of an account, and of one schedule.
const (
	MaxSchedules = 100
	MaxIntervals = 7 * 24
	MaxHolidays  = 500
)

// Schedule is when a desk works: the business hours of conditions that count them. The oldest one of an account is the
// default; a ticket has another one once a trigger gives it that.
type Schedule struct {
	ID        ScheduleID
	Name      string
	TimeZone  string // IANA name
	Week      []schedule.Interval
	Holidays  []Holiday
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Holiday is a row of days, the first and the last among them, on which nobody works.
type Holiday struct {
	ID       HolidayID
	Schedule ScheduleID
	Name     string
	First    calendar.Day
	Last     calendar.Day
}

// WorkingWeek is that of a new schedule that names none: Monday to Friday, nine to five.
func WorkingWeek() (week []schedule.Interval) {
	for day := 1; day <= 5; day++ {
		week = append(week, schedule.Interval{Start: day*schedule.DayMinutes + 9*60, End: day*schedule.DayMinutes + 17*60})
	}
	return week
}

// Hours makes the schedule ready to reckon with. An unknown zone is UTC.
func (s *Schedule) Hours() *schedule.Hours {
	zone, err := time.LoadLocation(s.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	days := make([]schedule.Days, len(s.Holidays))
	for i, h := range s.Holidays {
		days[i] = schedule.Days{First: h.First, Last: h.Last}
	}
	return schedule.New(zone, s.Week, days)
}

// Check says everything that is wrong with a schedule before it is stored: the faults stand under "name", "time_zone" and
// "intervals".
func (s *Schedule) Check() Faults {
	f := Faults{}
	f.CheckName("name", s.Name)
	if _, err := time.LoadLocation(s.TimeZone); err != nil || s.TimeZone == "" || strings.EqualFold(s.TimeZone, "local") {
		f.Add("time_zone", "InvalidValue", fmt.Sprintf("Time zone: %q is not known; use a name such as Europe/Berlin", s.TimeZone))
	}
	checkWeek(f, s.Week)
	return f
}

func checkWeek(f Faults, week []schedule.Interval) {
	if len(week) > MaxIntervals {
		f.Add("intervals", "TooManyValues", fmt.Sprintf("Intervals: a week has %d at most", MaxIntervals))
		return
	}
	sorted := slices.SortedFunc(slices.Values(week), func(a, b schedule.Interval) int { return a.Start - b.Start })
	for i, one := range sorted {
		switch {
		case one.Start < 0 || one.End > schedule.WeekMinutes || one.Start >= one.End:
			f.Add("intervals", "InvalidValue", fmt.Sprintf("Intervals: %d to %d is none; minutes count from Sunday 00:00, 0 to %d, and the end comes after the start",
				one.Start, one.End, schedule.WeekMinutes))
		case one.Start/schedule.DayMinutes != (one.End-1)/schedule.DayMinutes:
			f.Add("intervals", "InvalidValue", fmt.Sprintf("Intervals: %d to %d crosses midnight; end it there, and begin another", one.Start, one.End))
		case i > 0 && one.Start < sorted[i-1].End:
			f.Add("intervals", "InvalidValue", fmt.Sprintf("Intervals: %d to %d overlaps with the one before it", one.Start, one.End))
		}
	}
}

// maxHoliday bounds the length of one holiday, in days.
const maxHoliday = 2 * 366

// Check says everything that is wrong with a holiday: the faults stand under "name" and "end_date".
func (h *Holiday) Check() Faults {
	f := Faults{}
	f.CheckName("name", h.Name)
	switch {
	case h.Last < h.First:
		f.Add("end_date", "InvalidValue", "End date: comes before the start date")
	case h.Last-h.First > maxHoliday:
		f.Add("end_date", "InvalidValue", "End date: a holiday lasts two years at most")
	}
	return f
}

// Schedule finds a schedule; nil when there is none.
func (c *Config) Schedule(id ScheduleID) *Schedule {
	i := slices.IndexFunc(c.Schedules, func(s Schedule) bool { return s.ID == id })
	if i < 0 {
		return nil
	}
	return &c.Schedules[i]
}

// ScheduleOf is the id of the schedule that counts for a ticket: its own while that is there, else the default; 0 where the
// account has none.
func (c *Config) ScheduleOf(t *Ticket) ScheduleID {
	if len(c.Schedules) == 0 {
		return 0
	}
	if c.Schedule(t.Schedule) != nil {
		return t.Schedule
	}
	return c.Schedules[0].ID
}

// HoursOf are the business hours that count for a ticket: around the clock where the account has no schedule.
func (c *Config) HoursOf(t *Ticket) *schedule.Hours { return c.hours[c.ScheduleOf(t)] }

// HoursOfSchedule are the business hours of a schedule; around the clock where there is none.
func (c *Config) HoursOfSchedule(id ScheduleID) *schedule.Hours { return c.hours[id] }

// openSchedules are the schedules within whose hours an instant is.
func (c *Config) openSchedules(at time.Time) (ids []string) {
	for i := range c.Schedules {
		if id := c.Schedules[i].ID; c.hours[id].Open(at) {
			ids = append(ids, idText(id))
		}
	}
	slices.Sort(ids)
	return ids
}

func scheduleOptions(c *Config) (out []condition.Option) {
	for i := range c.Schedules {
		out = append(out, condition.Option{Value: idText(c.Schedules[i].ID), Title: c.Schedules[i].Name})
	}
	return out
}
