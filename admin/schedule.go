package admin

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"interdesk/condition"
	"interdesk/desk"
)

// Schedules lists when the desk works, the default schedule first.
func (a *Actor) Schedules(ctx context.Context) ([]desk.Schedule, error) {
	if err := a.mustStaff(); err != nil {
		return nil, err
	}
	return a.tx.Schedules(ctx)
}

// Schedule reads one schedule.
func (a *Actor) Schedule(ctx context.Context, id desk.ScheduleID) (desk.Schedule, error) {
	if err := a.mustStaff(); err != nil {
		return desk.Schedule{}, err
	}
	return a.tx.Schedule(ctx, id)
}

// CreateSchedule checks and stores a new schedule; without a week it gets that of most desks.
func (a *Actor) CreateSchedule(ctx context.Context, s *desk.Schedule) error {
	if err := a.mustAdmin(); err != nil {
		return err
	}
	if s.Week == nil {
		s.Week = desk.WorkingWeek()
	}
	if err := a.lock(ctx); err != nil {
		return err
	}
	if err := a.checkSchedule(ctx, s); err != nil {
		return err
	}
	return a.tx.InsertSchedule(ctx, s)
}

// ChangeSchedule has change edit name, time zone and week of a schedule, and stores them.
func (a *Actor) ChangeSchedule(ctx context.Context, id desk.ScheduleID, change func(*desk.Schedule) error) (desk.Schedule, error) {
	if err := a.mustAdmin(); err != nil {
		return desk.Schedule{}, err
	}
	s, err := a.tx.Schedule(ctx, id)
	if err != nil {
		return s, err
	}
	if err := change(&s); err != nil {
		return s, err
	}
	s.ID = id
	if err := a.lock(ctx); err != nil {
		return s, err
	}
	if err := a.checkSchedule(ctx, &s); err != nil {
		return s, err
	}
	return s, a.tx.UpdateSchedule(ctx, &s)
}

// checkSchedule refuses what is wrong with a schedule by itself, a name that another has, and more than there may be.
func (a *Actor) checkSchedule(ctx context.Context, s *desk.Schedule) error {
	all, err := a.tx.Schedules(ctx)
	if err != nil {
		return err
	}
	f := s.Check()
	if slices.ContainsFunc(all, func(o desk.Schedule) bool { return o.ID != s.ID && o.Name == s.Name }) {
		f.Add("name", "DuplicateValue", "Name: has already been taken")
	}
	if s.ID == 0 && len(all) >= desk.MaxSchedules {
		f.Add("base", "TooManyRecords", fmt.Sprintf("No more than %d schedules can exist", desk.MaxSchedules))
	}
	return f.Err()
}

// DeleteSchedule removes a schedule: the default one counts for its tickets from then on. One that a rule gives to tickets
// or asks for stays.
func (a *Actor) DeleteSchedule(ctx context.Context, id desk.ScheduleID) error {
	if err := a.mustAdmin(); err != nil {
		return err
	}
	if err := a.lock(ctx); err != nil {
		return err
	}
	if used := a.usedSchedule(id); used != "" {
		return desk.InvalidField("base", "InvalidValue", "The rule “"+used+"” names this schedule: change that first")
	}
	return a.tx.DeleteSchedule(ctx, id)
}

// usedSchedule is the title of an active rule that names a schedule; "" where none does.
func (a *Actor) usedSchedule(id desk.ScheduleID) string {
	name := fmt.Sprint(id)
	for _, t := range a.Config.Triggers {
		sets := slices.ContainsFunc(t.Actions, func(one desk.Action) bool {
			return one.Field == "set_schedule" && strings.Trim(string(one.Value), `"`) == name
		})
		if sets || asksSchedule(t.Conditions, name) {
			return t.Title
		}
	}
	for _, m := range a.Config.Automations {
		if asksSchedule(m.Conditions, name) {
			return m.Title
		}
	}
	return ""
}

func asksSchedule(t condition.Tree, name string) bool {
	return slices.ContainsFunc(slices.Concat(t.All, t.Any), func(one condition.Condition) bool {
		return (one.Field == "schedule_id" || one.Field == "within_schedule") && one.Value.Text() == name
	})
}

// Holiday reads a holiday of a schedule.
func (a *Actor) Holiday(ctx context.Context, of desk.ScheduleID, id desk.HolidayID) (desk.Holiday, error) {
	if err := a.mustStaff(); err != nil {
		return desk.Holiday{}, err
	}
	return a.tx.Holiday(ctx, of, id)
}

// CreateHoliday checks and stores a new holiday of the schedule that it names.
func (a *Actor) CreateHoliday(ctx context.Context, h *desk.Holiday) error {
	if err := a.mustAdmin(); err != nil {
		return err
	}
	if err := a.lock(ctx); err != nil {
		return err
	}
	s, err := a.tx.Schedule(ctx, h.Schedule)
	if err != nil {
		return err
	}
	f := h.Check()
	if len(s.Holidays) >= desk.MaxHolidays {
		f.Add("base", "TooManyRecords", fmt.Sprintf("A schedule has %d holidays at most", desk.MaxHolidays))
	}
	if err := f.Err(); err != nil {
		return err
	}
	return a.tx.InsertHoliday(ctx, h)
}

// ChangeHoliday has change edit name and days of a holiday, and stores them.
func (a *Actor) ChangeHoliday(ctx context.Context, of desk.ScheduleID, id desk.HolidayID, change func(*desk.Holiday) error) (desk.Holiday, error) {
	if err := a.mustAdmin(); err != nil {
		return desk.Holiday{}, err
	}
	h, err := a.tx.Holiday(ctx, of, id)
	if err != nil {
		return h, err
	}
	if err := change(&h); err != nil {
		return h, err
	}
	h.ID, h.Schedule = id, of
	if err := h.Check().Err(); err != nil {
		return h, err
	}
	return h, a.tx.UpdateHoliday(ctx, &h)
}

// DeleteHoliday removes a holiday.
func (a *Actor) DeleteHoliday(ctx context.Context, of desk.ScheduleID, id desk.HolidayID) error {
	if err := a.mustAdmin(); err != nil {
		return err
	}
	return a.tx.DeleteHoliday(ctx, of, id)
}
