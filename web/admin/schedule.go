package admin

import (
	"fmt"
	"strings"
	"time"

	"interdesk/admin"
	"interdesk/calendar"
	"interdesk/desk"
	"interdesk/schedule"
	"interdesk/store"
	"interdesk/web/ui"
)

const schedulesPath = "/admin/schedules"

func scheduleRoutes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /admin/schedules", Who: ui.Admins, Serve: showSchedules},
		{Pattern: "GET /admin/schedules/new", Who: ui.Admins, Serve: newSchedule},
		{Pattern: "POST /admin/schedules", Who: ui.Admins, Serve: createSchedule},
		{Pattern: "GET /admin/schedules/{id}", Who: ui.Admins, Serve: showSchedule},
		{Pattern: "POST /admin/schedules/{id}", Who: ui.Admins, Serve: saveSchedule},
		{Pattern: "POST /admin/schedules/{id}/holidays", Who: ui.Admins, Serve: addHoliday},
		{Pattern: "POST /admin/schedules/{id}/holidays/{holiday}/delete", Who: ui.Admins, Serve: deleteHoliday},
		{Pattern: "GET /admin/schedules/{id}/delete", Who: ui.Admins, Serve: confirmSchedule},
		{Pattern: "POST /admin/schedules/{id}/delete", Who: ui.Admins, Serve: deleteSchedule},
	}
}

type scheduleRow struct {
	desk.Schedule
	open    bool      // now
	changes time.Time // when that ends; zero: never
	hours   float64   // of a week
}

// scheduleModel is a schedule's form. Without an id in stored it makes a new one.
type scheduleModel struct {
	stored    desk.Schedule
	isDefault bool
	name      string
	zone      string
	days      [7]string // as typed, Sunday first
	holiday   holidayTyped
	faults    ui.Faults
}

// holidayTyped is the form of a new holiday.
type holidayTyped struct{ name, first, last string }

func (m scheduleModel) action() string {
	if m.stored.ID == 0 {
		return schedulesPath
	}
	return schedulePath(m.stored.ID)
}

func schedulePath(id desk.ScheduleID) string { return schedulesPath + "/" + ui.IDText(id) }

func showSchedules(c *ui.Call) error {
	var rows []scheduleRow
	err := c.ReadAs(func(_ *store.Tx, actor *admin.Actor) error {
		all, err := actor.Schedules(c.Ctx())
		for _, s := range all {
			hours := s.Hours()
			row := scheduleRow{Schedule: s, open: hours.Open(c.Frame.Now), changes: hours.Next(c.Frame.Now)}
			for _, i := range s.Week {
				row.hours += float64(i.End-i.Start) / 60
			}
			rows = append(rows, row)
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.ShowAdmin("schedules", c.T("admin.schedules.title"), 0, schedulesPage(rows))
}

func newSchedule(c *ui.Call) error {
	m := scheduleModel{zone: c.Account.TimeZone, days: dayTexts(desk.WorkingWeek())}
	return scheduleAnswer(c, 0, 0, m)
}

func showSchedule(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	return scheduleAnswer(c, 0, desk.ScheduleID(id), scheduleModel{})
}

// scheduleAnswer shows a schedule's form, as it is stored or, with faults, as it was typed.
func scheduleAnswer(c *ui.Call, status int, id desk.ScheduleID, m scheduleModel) error {
	title := c.T("admin.schedules.new")
	if id != 0 {
		err := c.ReadAs(func(_ *store.Tx, actor *admin.Actor) (err error) {
			m.isDefault = len(actor.Config.Schedules) > 0 && actor.Config.Schedules[0].ID == id
			m.stored, err = actor.Schedule(c.Ctx(), id)
			return err
		})
		if err != nil {
			return err
		}
		title = m.stored.Name
		if m.name == "" && m.zone == "" {
			m.name, m.zone, m.days = m.stored.Name, m.stored.TimeZone, dayTexts(m.stored.Week)
		}
	}
	return c.ShowAdmin("schedules", title, status, schedulePage(m))
}

func createSchedule(c *ui.Call) error { return saveScheduleAs(c, 0) }

func saveSchedule(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	return saveScheduleAs(c, desk.ScheduleID(id))
}

func saveScheduleAs(c *ui.Call, id desk.ScheduleID) error {
	m := scheduleModel{name: c.Value("name"), zone: c.Value("time_zone")}
	for day := range m.days {
		m.days[day] = c.Value(dayInput(day))
	}
	week, faults := weekOf(c, m.days)
	edit := func(s *desk.Schedule) error {
		s.Name, s.TimeZone, s.Week = m.name, m.zone, week
		return faults.Err()
	}
	err := c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) (err error) {
		if id != 0 {
			_, err = actor.ChangeSchedule(c.Ctx(), id, edit)
			return err
		}
		var s desk.Schedule
		if err := edit(&s); err != nil {
			return err
		}
		err = actor.CreateSchedule(c.Ctx(), &s)
		id = s.ID
		return err
	})
	if err != nil {
		return ui.AnswerFaults(err, func(status int, f ui.Faults) error {
			m.faults = f
			return scheduleAnswer(c, status, id, m)
		})
	}
	c.ToastSuccess(c.T("admin.schedules.saved", m.name))
	return c.Redirect(schedulePath(id))
}

func dayInput(day int) string { return fmt.Sprintf("day.%d", day) }

// dayTexts are the intervals of each day, as one types them: "09:00–12:00, 13:00–17:00".
func dayTexts(week []schedule.Interval) (days [7]string) {
	for _, i := range week {
		day := min(max(i.Start/schedule.DayMinutes, 0), 6)
		if days[day] != "" {
			days[day] += ", "
		}
		days[day] += clockText(i.Start-day*schedule.DayMinutes) + "–" + clockText(i.End-day*schedule.DayMinutes)
	}
	return days
}

func clockText(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

// weekOf reads what was typed for each day. The faults stand under the inputs' names.
func weekOf(c *ui.Call, days [7]string) ([]schedule.Interval, desk.Faults) {
	week, faults := []schedule.Interval{}, desk.Faults{}
	for day, typed := range days {
		list, ok := intervalsOf(day, typed)
		if !ok {
			faults.Add(dayInput(day), "InvalidValue", c.T("admin.schedules.day.wrong", c.T(dayLabel(day))))
		}
		week = append(week, list...)
	}
	return week, faults
}

// intervalsOf reads "9-12, 13:00–17:00" as intervals of a day.
func intervalsOf(day int, typed string) (list []schedule.Interval, ok bool) {
	for part := range strings.FieldsFuncSeq(typed, func(r rune) bool { return r == ',' || r == ';' }) {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		begin, end, found := strings.Cut(strings.NewReplacer("–", "-", "—", "-").Replace(part), "-")
		from, okFrom := minutesOf(begin)
		to, okTo := minutesOf(end)
		if !found || !okFrom || !okTo || from >= to {
			return nil, false
		}
		list = append(list, schedule.Interval{Start: day*schedule.DayMinutes + from, End: day*schedule.DayMinutes + to})
	}
	return list, true
}

// minutesOf reads "9", "09:30" or "24:00" as minutes of a day.
func minutesOf(clock string) (int, bool) {
	clock = strings.TrimSpace(clock)
	if !strings.Contains(clock, ":") {
		clock += ":00"
	}
	var h, m int
	if n, err := fmt.Sscanf(clock+";", "%d:%d;", &h, &m); n != 2 || err != nil || h < 0 || m < 0 || m > 59 || h*60+m > schedule.DayMinutes {
		return 0, false
	}
	return h*60 + m, true
}

func addHoliday(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	typed := holidayTyped{c.Value("holiday"), c.Value("first"), c.Value("last")}
	err = c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) error {
		h := desk.Holiday{Schedule: desk.ScheduleID(id), Name: typed.name}
		var ok bool
		if h.First, ok = calendar.Parse(typed.first); !ok {
			return desk.InvalidField("first", "InvalidValue", c.T("admin.schedules.holiday.wrong"))
		}
		h.Last = h.First
		if typed.last != "" {
			if h.Last, ok = calendar.Parse(typed.last); !ok {
				return desk.InvalidField("last", "InvalidValue", c.T("admin.schedules.holiday.wrong"))
			}
		}
		return actor.CreateHoliday(c.Ctx(), &h)
	})
	if err != nil {
		return ui.AnswerFaults(err, func(status int, f ui.Faults) error {
			return scheduleAnswer(c, status, desk.ScheduleID(id), scheduleModel{holiday: typed, faults: holidayFaults(f)})
		})
	}
	c.ToastSuccess(c.T("admin.schedules.holiday.added", typed.name))
	return c.Redirect(schedulePath(desk.ScheduleID(id)))
}

// holidayFaults puts faults of a holiday beside the inputs of its form.
func holidayFaults(f ui.Faults) ui.Faults {
	out := ui.Faults{}
	for field, words := range f {
		switch field {
		case "name":
			field = "holiday"
		case "end_date":
			field = "last"
		}
		out[field] = words
	}
	return out
}

func deleteHoliday(c *ui.Call) error {
	of, err := c.ID("id")
	if err != nil {
		return err
	}
	id, err := c.ID("holiday")
	if err != nil {
		return err
	}
	err = c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) error {
		return actor.DeleteHoliday(c.Ctx(), desk.ScheduleID(of), desk.HolidayID(id))
	})
	if err != nil {
		return err
	}
	c.ToastSuccess(c.T("admin.schedules.holiday.gone"))
	return c.Redirect(schedulePath(desk.ScheduleID(of)))
}

func confirmSchedule(c *ui.Call) error { return askSchedule(c, 0, nil) }

func askSchedule(c *ui.Call, status int, faults ui.Faults) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	var s desk.Schedule
	err = c.ReadAs(func(_ *store.Tx, actor *admin.Actor) error {
		s, err = actor.Schedule(c.Ctx(), desk.ScheduleID(id))
		return err
	})
	if err != nil {
		return err
	}
	return askFirst(c, "schedules", status, confirmation{title: c.T("admin.schedules.delete.title", s.Name), faults: faults,
		losses: []string{c.T("admin.schedules.delete.tickets"), c.T("admin.schedules.delete.holidays")},
		action: schedulePath(s.ID) + "/delete", button: c.T("action.delete"), back: schedulePath(s.ID)})
}

func deleteSchedule(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	err = c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) error { return actor.DeleteSchedule(c.Ctx(), desk.ScheduleID(id)) })
	if err != nil {
		return ui.AnswerFaults(err, func(status int, f ui.Faults) error { return askSchedule(c, status, f) })
	}
	c.ToastSuccess(c.T("admin.schedules.deleted"))
	return c.Redirect(schedulesPath)
}

func dayLabel(day int) string { return fmt.Sprintf("weekday.%d", day) }

// daysText is a row of days, or the only one of it.
func daysText(h desk.Holiday) string {
	if h.First == h.Last {
		return h.First.String()
	}
	return h.First.String() + " – " + h.Last.String()
}

// hoursText is a number of hours, without a fraction where there is none.
func hoursText(h float64) string { return strings.TrimSuffix(fmt.Sprintf("%.1f", h), ".0") }
