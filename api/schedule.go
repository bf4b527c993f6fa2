package api

import (
	"encoding/json"
	"errors"

	"interdesk/admin"
	"interdesk/calendar"
	"interdesk/desk"
	"interdesk/schedule"
	"interdesk/store"
)

const schedulesPath = "/business_hours/schedules"

func scheduleRoutes() []route {
	return []route{
		{"GET", schedulesPath, agents, (*call).listSchedules},
		{"GET", schedulesPath + "/{id}", agents, (*call).showSchedule},
		{"POST", schedulesPath, admins, (*call).createSchedule},
		{"PUT", schedulesPath + "/{id}", admins, (*call).updateSchedule},
		{"DELETE", schedulesPath + "/{id}", admins, (*call).deleteSchedule},
		{"PUT", schedulesPath + "/{id}/workweek", admins, (*call).updateWorkweek},
		{"GET", schedulesPath + "/{id}/holidays", agents, (*call).listHolidays},
		{"GET", schedulesPath + "/{id}/holidays/{holiday}", agents, (*call).showHoliday},
		{"POST", schedulesPath + "/{id}/holidays", admins, (*call).createHoliday},
		{"PUT", schedulesPath + "/{id}/holidays/{holiday}", admins, (*call).updateHoliday},
		{"DELETE", schedulesPath + "/{id}/holidays/{holiday}", admins, (*call).deleteHoliday},
	}
}

// scheduleJSON is when the desk works. Its time zone has the name that clients know, beside the IANA one.
type scheduleJSON struct {
	URL          string              `json:"url"`
	ID           desk.ScheduleID     `json:"id"`
	Name         string              `json:"name"`
	TimeZone     string              `json:"time_zone"`
	IANATimeZone string              `json:"iana_time_zone"`
	Intervals    []schedule.Interval `json:"intervals"`
	CreatedAt    string              `json:"created_at"`
	UpdatedAt    string              `json:"updated_at"`
}

func (c *call) scheduleOf(s desk.Schedule) scheduleJSON {
	return scheduleJSON{URL: c.url("business_hours", "schedules", int64(s.ID)), ID: s.ID, Name: s.Name, TimeZone: timeZoneOf(s.TimeZone).name,
		IANATimeZone: s.TimeZone, Intervals: nonNil(s.Week), CreatedAt: formatTime(s.CreatedAt), UpdatedAt: formatTime(s.UpdatedAt)}
}

// scheduleInput is what clients may say of a schedule.
type scheduleInput struct {
	Name      textInput      `json:"name"`
	TimeZone  textInput      `json:"time_zone"`
	Intervals intervalsInput `json:"intervals"`
}

// intervalsInput is a week.
type intervalsInput struct {
	set bool
	v   []schedule.Interval
}

func (in *intervalsInput) UnmarshalJSON(raw []byte) error {
	var list []struct {
		Start numberInput `json:"start_time"`
		End   numberInput `json:"end_time"`
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		return errors.New(`must be a list such as [{"start_time":1980,"end_time":2460}], in minutes since Sunday 00:00`)
	}
	in.set, in.v = true, []schedule.Interval{}
	for _, one := range list {
		in.v = append(in.v, schedule.Interval{Start: clampMinute(one.Start.v), End: clampMinute(one.End.v)})
	}
	return nil
}

// clampMinute keeps a minute within what an int holds; what is out of a week is refused by the check.
func clampMinute(n int64) int { return int(min(max(n, -1), schedule.WeekMinutes+1)) }

func (in *scheduleInput) change(s *desk.Schedule) error {
	setText(&s.Name, in.Name)
	if in.TimeZone.set {
		s.TimeZone = readTimeZone(in.TimeZone.v)
	}
	if in.Intervals.set {
		s.Week = in.Intervals.v
	}
	return nil
}

func (c *call) listSchedules() error {
	return answerWholeList(c, "schedules", asActor(c, func(_ *store.Tx, actor *admin.Actor) ([]desk.Schedule, error) {
		return actor.Schedules(c.ctx())
	}), func(s desk.Schedule) int64 { return int64(s.ID) }, showEach(c.scheduleOf))
}

func (c *call) showSchedule() error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.readOK(asActor(c, func(_ *store.Tx, actor *admin.Actor) (object, error) {
		s, err := actor.Schedule(c.ctx(), desk.ScheduleID(id))
		return objectOf("schedule", c.scheduleOf(s)), err
	}))
}

// createSchedule: without a time zone it is that of the account.
func (c *call) createSchedule() error {
	var in scheduleInput
	if err := c.parseRecord("schedule", &in); err != nil {
		return err
	}
	return c.changeCreated(func(_ *store.Tx, actor *admin.Actor) (string, object, error) {
		s := desk.Schedule{TimeZone: actor.Config.Account.TimeZone}
		if err := in.change(&s); err != nil {
			return "", nil, err
		}
		err := actor.CreateSchedule(c.ctx(), &s)
		shown := c.scheduleOf(s)
		return shown.URL, objectOf("schedule", shown), err
	})
}

func (c *call) updateSchedule() error {
	var in scheduleInput
	if err := c.parseRecord("schedule", &in); err != nil {
		return err
	}
	return c.changeSchedule(in.change, func(s desk.Schedule) object { return objectOf("schedule", c.scheduleOf(s)) })
}

// updateWorkweek replaces the week of a schedule.
func (c *call) updateWorkweek() error {
	var in struct {
		Intervals intervalsInput `json:"intervals"`
	}
	if err := c.parseRecord("workweek", &in); err != nil {
		return err
	}
	week := scheduleInput{Intervals: in.Intervals}
	return c.changeSchedule(week.change, func(s desk.Schedule) object {
		return objectOf("workweek", objectOf("intervals", nonNil(s.Week)))
	})
}

func (c *call) changeSchedule(change func(*desk.Schedule) error, show func(desk.Schedule) object) error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.changeOK(func(_ *store.Tx, actor *admin.Actor) (object, error) {
		s, err := actor.ChangeSchedule(c.ctx(), desk.ScheduleID(id), change)
		return show(s), err
	})
}

func (c *call) deleteSchedule() error {
	return c.deleteOne(func(actor *admin.Actor, id int64) error { return actor.DeleteSchedule(c.ctx(), desk.ScheduleID(id)) })
}

// holidayJSON is a row of days on which nobody works, both ends among them.
type holidayJSON struct {
	URL       string         `json:"url"`
	ID        desk.HolidayID `json:"id"`
	Name      string         `json:"name"`
	StartDate string         `json:"start_date"`
	EndDate   string         `json:"end_date"`
}

func (c *call) holidayOf(h desk.Holiday) holidayJSON {
	return holidayJSON{URL: c.url("business_hours", "schedules", int64(h.Schedule), "holidays", int64(h.ID)), ID: h.ID, Name: h.Name,
		StartDate: h.First.String(), EndDate: h.Last.String()}
}

// holidayInput is what clients may say of a holiday.
type holidayInput struct {
	Name      textInput `json:"name"`
	StartDate dayInput  `json:"start_date"`
	EndDate   dayInput  `json:"end_date"`
}

// dayInput takes days, and times of which the day counts.
type dayInput struct {
	set bool
	v   calendar.Day
}

func (in *dayInput) UnmarshalJSON(raw []byte) error {
	s, err := scalar(raw)
	if err != nil {
		return err
	}
	day, ok := calendar.Parse(s[:min(len(s), len("2006-01-02"))])
	if !ok {
		return errors.New("must be a day such as 2026-12-31")
	}
	in.set, in.v = true, day
	return nil
}

// change: who names one day of a new holiday means that one.
func (in *holidayInput) change(h *desk.Holiday) error {
	setText(&h.Name, in.Name)
	if in.StartDate.set {
		h.First = in.StartDate.v
	}
	if in.EndDate.set {
		h.Last = in.EndDate.v
	} else if h.ID == 0 {
		h.Last = h.First
	}
	return nil
}

func (c *call) listHolidays() error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return answerWholeList(c, "holidays", asActor(c, func(_ *store.Tx, actor *admin.Actor) ([]desk.Holiday, error) {
		s, err := actor.Schedule(c.ctx(), desk.ScheduleID(id))
		return s.Holidays, err
	}), func(h desk.Holiday) int64 { return int64(h.ID) }, showEach(c.holidayOf))
}

// holidayPath reads which holiday of which schedule is meant.
func (c *call) holidayPath() (of desk.ScheduleID, id desk.HolidayID, err error) {
	s, errS := c.pathID("id")
	h, errH := c.pathID("holiday")
	return desk.ScheduleID(s), desk.HolidayID(h), errors.Join(errS, errH)
}

func (c *call) showHoliday() error {
	of, id, err := c.holidayPath()
	if err != nil {
		return desk.Missing()
	}
	return c.readOK(asActor(c, func(_ *store.Tx, actor *admin.Actor) (object, error) {
		h, err := actor.Holiday(c.ctx(), of, id)
		return objectOf("holiday", c.holidayOf(h)), err
	}))
}

func (c *call) createHoliday() error {
	of, err := c.pathID("id")
	if err != nil {
		return err
	}
	var in holidayInput
	if err := c.parseRecord("holiday", &in); err != nil {
		return err
	}
	if !in.StartDate.set {
		return desk.InvalidField("start_date", "BlankValue", "Start date: cannot be blank")
	}
	return c.changeCreated(func(_ *store.Tx, actor *admin.Actor) (string, object, error) {
		h := desk.Holiday{Schedule: desk.ScheduleID(of)}
		if err := in.change(&h); err != nil {
			return "", nil, err
		}
		err := actor.CreateHoliday(c.ctx(), &h)
		shown := c.holidayOf(h)
		return shown.URL, objectOf("holiday", shown), err
	})
}

func (c *call) updateHoliday() error {
	of, id, err := c.holidayPath()
	if err != nil {
		return desk.Missing()
	}
	var in holidayInput
	if err := c.parseRecord("holiday", &in); err != nil {
		return err
	}
	return c.changeOK(func(_ *store.Tx, actor *admin.Actor) (object, error) {
		h, err := actor.ChangeHoliday(c.ctx(), of, id, in.change)
		return objectOf("holiday", c.holidayOf(h)), err
	})
}

func (c *call) deleteHoliday() error {
	of, id, err := c.holidayPath()
	if err != nil {
		return desk.Missing()
	}
	return c.changeNoContent(func(actor *admin.Actor) error { return actor.DeleteHoliday(c.ctx(), of, id) })
}
