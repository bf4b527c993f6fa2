package store

import (
	"context"

	"interdesk/desk"
)

const scheduleColumns = `schedule_id, name, time_zone, week, created_at, updated_at`

func scanSchedule(row scanner) (s desk.Schedule, err error) {
	var week string
	var created, updated int64
	if err := row.Scan(&s.ID, &s.Name, &s.TimeZone, &week, &created, &updated); err != nil {
		return s, err
	}
	s.CreatedAt, s.UpdatedAt = fromMicros(created), fromMicros(updated)
	return s, fromJSON(week, "week of a schedule", &s.Week)
}

// Schedules lists the schedules with their holidays, the default, which is the oldest, first.
func (tx *Tx) Schedules(ctx context.Context) ([]desk.Schedule, error) {
	all, err := queryAll(ctx, tx, scanSchedule, `
		select `+scheduleColumns+` from schedules where account_id = $1 order by created_at, schedule_id`, tx.account)
	if err != nil || len(all) == 0 {
		return all, err
	}
	holidays, err := queryAll(ctx, tx, scanHoliday, `
		select `+holidayColumns+` from holidays where account_id = $1 order by first_day, holiday_id`, tx.account)
	for i := range all {
		for _, h := range holidays {
			if h.Schedule == all[i].ID {
				all[i].Holidays = append(all[i].Holidays, h)
			}
		}
	}
	return all, err
}

// Schedule reads a schedule with its holidays.
func (tx *Tx) Schedule(ctx context.Context, id desk.ScheduleID) (desk.Schedule, error) {
	s, err := queryOne(ctx, tx, scanSchedule, `
		select `+scheduleColumns+` from schedules where account_id = $1 and schedule_id = $2`, tx.account, id)
	if err != nil {
		return s, err
	}
	s.Holidays, err = queryAll(ctx, tx, scanHoliday, `
		select `+holidayColumns+` from holidays where account_id = $1 and schedule_id = $2 order by first_day, holiday_id`, tx.account, id)
	return s, err
}

// InsertSchedule stores a new schedule without holidays. It gets an id and times where it has none.
func (tx *Tx) InsertSchedule(ctx context.Context, s *desk.Schedule) error {
	if err := tx.changeDue(ctx); err != nil {
		return err
	}
	week, err := toJSON(s.Week)
	if err != nil {
		return err
	}
	stamp(tx, &s.ID, &s.CreatedAt, &s.UpdatedAt)
	_, err = tx.Exec(ctx, `
		insert into schedules (account_id, `+scheduleColumns+`) values ($1, $2, $3, $4, $5, $6, $7)`,
		tx.account, s.ID, s.Name, s.TimeZone, week, micros(s.CreatedAt), micros(s.UpdatedAt))
	return err
}

// UpdateSchedule stores name, time zone and week.
func (tx *Tx) UpdateSchedule(ctx context.Context, s *desk.Schedule) error {
	if err := tx.changeDue(ctx); err != nil {
		return err
	}
	week, err := toJSON(s.Week)
	if err != nil {
		return err
	}
	s.UpdatedAt = tx.now()
	return requireRow(tx.Exec(ctx, `
		update schedules set name = $3, time_zone = $4, week = $5, updated_at = $6 where account_id = $1 and schedule_id = $2`,
		tx.account, s.ID, s.Name, s.TimeZone, week, micros(s.UpdatedAt)))
}

// DeleteSchedule removes a schedule with its holidays. The default one counts for its tickets from then on.
func (tx *Tx) DeleteSchedule(ctx context.Context, id desk.ScheduleID) error {
	if err := tx.changeDue(ctx); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `delete from holidays where account_id = $1 and schedule_id = $2`, tx.account, id); err != nil {
		return err
	}
	return requireRow(tx.Exec(ctx, `delete from schedules where account_id = $1 and schedule_id = $2`, tx.account, id))
}

const holidayColumns = `schedule_id, holiday_id, name, first_day, last_day`

func scanHoliday(row scanner) (h desk.Holiday, err error) {
	err = row.Scan(&h.Schedule, &h.ID, &h.Name, &h.First, &h.Last)
	return h, err
}

// Holiday reads one holiday of a schedule.
func (tx *Tx) Holiday(ctx context.Context, of desk.ScheduleID, id desk.HolidayID) (desk.Holiday, error) {
	return queryOne(ctx, tx, scanHoliday, `
		select `+holidayColumns+` from holidays where account_id = $1 and schedule_id = $2 and holiday_id = $3`, tx.account, of, id)
}

// InsertHoliday stores a new holiday of a schedule.
func (tx *Tx) InsertHoliday(ctx context.Context, h *desk.Holiday) error {
	if err := tx.changeDue(ctx); err != nil {
		return err
	}
	h.ID = desk.HolidayID(tx.NewID())
	_, err := tx.Exec(ctx, `
		insert into holidays (account_id, `+holidayColumns+`) values ($1, $2, $3, $4, $5, $6)`,
		tx.account, h.Schedule, h.ID, h.Name, int64(h.First), int64(h.Last))
	return err
}

// UpdateHoliday stores name and days of a holiday.
func (tx *Tx) UpdateHoliday(ctx context.Context, h *desk.Holiday) error {
	if err := tx.changeDue(ctx); err != nil {
		return err
	}
	return requireRow(tx.Exec(ctx, `
		update holidays set name = $4, first_day = $5, last_day = $6 where account_id = $1 and schedule_id = $2 and holiday_id = $3`,
		tx.account, h.Schedule, h.ID, h.Name, int64(h.First), int64(h.Last)))
}

// DeleteHoliday removes a holiday.
func (tx *Tx) DeleteHoliday(ctx context.Context, of desk.ScheduleID, id desk.HolidayID) error {
	if err := tx.changeDue(ctx); err != nil {
		return err
	}
	return requireRow(tx.Exec(ctx, `
		delete from holidays where account_id = $1 and schedule_id = $2 and holiday_id = $3`, tx.account, of, id))
}
