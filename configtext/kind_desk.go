package configtext

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"interdesk/calendar"
	"interdesk/desk"
	"interdesk/schedule"
)

func groups() *kind {
	k := typed(kind{name: kindGroup, folder: "groups", title: "name", first: func(t any) bool { return t.(*groupText).Default }},
		func(ctx context.Context, w *work) ([]desk.Group, error) { return w.actor.Groups(ctx) },
		func(g *desk.Group) string { return text(g.ID) },
		func(_ context.Context, _ *work, g *desk.Group) groupText {
			return groupText{Name: g.Name, Description: g.Description, Default: g.Default, Public: g.Public}
		},
		func(ctx context.Context, w *work, t *groupText) (string, error) {
			g := desk.Group{Name: t.Name, Description: t.Description, Default: t.Default, Public: t.Public}
			err := w.actor.CreateGroup(ctx, &g)
			return text(g.ID), err
		},
		func(ctx context.Context, w *work, id string, t *groupText) error {
			_, err := w.actor.ChangeGroup(ctx, desk.GroupID(number(id)), func(g *desk.Group) error {
				if g.Default && !t.Default {
					return desk.InvalidField("default", "InvalidValue", "one group is the default: make another one that instead")
				}
				g.Name, g.Description, g.Default, g.Public = t.Name, t.Description, t.Default, t.Public
				return nil
			})
			return err
		})
	k.remove = func(ctx context.Context, w *work, id string) error {
		return w.actor.DeleteGroup(ctx, desk.GroupID(number(id)))
	}
	return k
}

func schedules() *kind {
	k := typed(kind{name: kindSchedule, folder: "schedules", title: "name", first: func(t any) bool { return t.(*scheduleText).Default }},
		func(ctx context.Context, w *work) ([]desk.Schedule, error) { return w.actor.Schedules(ctx) },
		func(s *desk.Schedule) string { return text(s.ID) }, renderSchedule, createSchedule, changeSchedule)
	k.remove = func(ctx context.Context, w *work, id string) error {
		return w.actor.DeleteSchedule(ctx, desk.ScheduleID(number(id)))
	}
	return k
}

func renderSchedule(_ context.Context, w *work, s *desk.Schedule) scheduleText {
	t := scheduleText{Name: s.Name, TimeZone: s.TimeZone, Default: isDefaultSchedule(w, s.ID), Hours: weekOf(s.Week)}
	holidays := slices.Clone(s.Holidays)
	slices.SortStableFunc(holidays, func(a, b desk.Holiday) int {
		return cmp.Or(int(a.First-b.First), strings.Compare(a.Name, b.Name), int(a.Last-b.Last))
	})
	for _, h := range holidays {
		t.Holidays = append(t.Holidays, holidayText{h.Name, h.First.String(), h.Last.String()})
	}
	return t
}

func isDefaultSchedule(w *work, id desk.ScheduleID) bool {
	all := w.config().Schedules
	return len(all) > 0 && all[0].ID == id
}

func createSchedule(ctx context.Context, w *work, t *scheduleText) (string, error) {
	if t.Default != (len(w.config().Schedules) == 0) {
		w.fault("default", "the oldest schedule is the default, and no other")
	}
	s := desk.Schedule{Name: t.Name, TimeZone: t.TimeZone, Week: w.week(&t.Hours)}
	holidays := w.holidays(t)
	if w.doc.broken {
		return "", nil
	}
	if err := w.actor.CreateSchedule(ctx, &s); err != nil {
		return "", err
	}
	return text(s.ID), w.setHolidays(ctx, &s, holidays)
}

func changeSchedule(ctx context.Context, w *work, id string, t *scheduleText) error {
	n := desk.ScheduleID(number(id))
	if t.Default != isDefaultSchedule(w, n) {
		w.fault("default", "the oldest schedule is the default, and no other")
	}
	week, holidays := w.week(&t.Hours), w.holidays(t)
	if w.doc.broken {
		return nil
	}
	s, err := w.actor.ChangeSchedule(ctx, n, func(s *desk.Schedule) error {
		s.Name, s.TimeZone, s.Week = t.Name, t.TimeZone, week
		return nil
	})
	if err != nil {
		return err
	}
	return w.setHolidays(ctx, &s, holidays)
}

// setHolidays gives a schedule these holidays: those that it has so stay, and all others make way.
func (w *work) setHolidays(ctx context.Context, s *desk.Schedule, wanted []desk.Holiday) error {
	left := wanted
	for _, h := range s.Holidays {
		at := slices.IndexFunc(left, func(o desk.Holiday) bool { return o.Name == h.Name && o.First == h.First && o.Last == h.Last })
		if at >= 0 {
			left = slices.Delete(slices.Clone(left), at, at+1)
			continue
		}
		if err := w.actor.DeleteHoliday(ctx, s.ID, h.ID); err != nil {
			return err
		}
	}
	for _, h := range left {
		h.Schedule = s.ID
		if err := w.actor.CreateHoliday(ctx, &h); err != nil {
			return err
		}
	}
	return nil
}

func (w *work) holidays(t *scheduleText) (out []desk.Holiday) {
	for i, h := range t.Holidays {
		first, ok1 := calendar.Parse(h.Start)
		last, ok2 := calendar.Parse(h.End)
		path := fmt.Sprintf("holidays[%d]", i)
		if !ok1 {
			w.fault(path+".start_date", "must be a date such as 2026-12-25")
		}
		if !ok2 {
			w.fault(path+".end_date", "must be a date such as 2026-12-26")
		}
		out = append(out, desk.Holiday{Name: h.Name, First: first, Last: last})
	}
	return out
}

// days are the days of a week by their minutes from its beginning on Sunday, in the order in which people read them.
func (t *weekText) days() []struct {
	key   string
	at    *string
	begin int
} {
	type day = struct {
		key   string
		at    *string
		begin int
	}
	return []day{{"monday", &t.Monday, 1 * schedule.DayMinutes}, {"tuesday", &t.Tuesday, 2 * schedule.DayMinutes}, {"wednesday", &t.Wednesday, 3 * schedule.DayMinutes},
		{"thursday", &t.Thursday, 4 * schedule.DayMinutes}, {"friday", &t.Friday, 5 * schedule.DayMinutes}, {"saturday", &t.Saturday, 6 * schedule.DayMinutes}, {"sunday", &t.Sunday, 0}}
}

func weekOf(week []schedule.Interval) (t weekText) {
	sorted := slices.SortedFunc(slices.Values(week), func(a, b schedule.Interval) int { return a.Start - b.Start })
	for _, d := range t.days() {
		var spans []string
		for _, one := range sorted {
			if one.Start >= d.begin && one.Start < d.begin+schedule.DayMinutes {
				spans = append(spans, clock(one.Start-d.begin)+"-"+clock(one.End-d.begin))
			}
		}
		*d.at = strings.Join(spans, ", ")
	}
	return t
}

func clock(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

func (w *work) week(t *weekText) []schedule.Interval {
	out := []schedule.Interval{}
	for _, d := range t.days() {
		for span := range strings.SplitSeq(*d.at, ",") {
			if strings.TrimSpace(span) == "" {
				continue
			}
			from, to, _ := strings.Cut(span, "-")
			start, ok1 := minutes(from)
			end, ok2 := minutes(to)
			if !ok1 || !ok2 {
				w.fault("hours."+d.key, fmt.Sprintf("%q: write hours as 09:00-12:00, 13:00-17:30; a day ends at 24:00", strings.TrimSpace(span)))
				continue
			}
			out = append(out, schedule.Interval{Start: d.begin + start, End: d.begin + end})
		}
	}
	slices.SortFunc(out, func(a, b schedule.Interval) int { return a.Start - b.Start })
	return out
}

func minutes(clock string) (int, bool) {
	h, m, ok := strings.Cut(strings.TrimSpace(clock), ":")
	hours, err1 := strconv.Atoi(h)
	mins, err2 := strconv.Atoi(m)
	n := hours*60 + mins
	return n, ok && err1 == nil && err2 == nil && hours >= 0 && mins >= 0 && mins < 60 && n <= schedule.DayMinutes
}

func addresses() *kind {
	k := typed(kind{name: kindAddress, folder: "support_addresses", title: "email", first: func(t any) bool { return t.(*addressText).Default }},
		func(ctx context.Context, w *work) ([]desk.SupportAddress, error) {
			return w.actor.SupportAddresses(ctx)
		},
		func(s *desk.SupportAddress) string { return text(s.ID) }, renderAddress, createAddress, changeAddress)
	k.remove = func(ctx context.Context, w *work, id string) error {
		return w.actor.DeleteSupportAddress(ctx, desk.AddressID(number(id)))
	}
	return k
}

func renderAddress(ctx context.Context, w *work, s *desk.SupportAddress) addressText {
	t := addressText{Email: s.Address, Name: s.Name, Default: s.Default, Tags: s.Tags}
	if local, ok := strings.CutSuffix(s.Address, "@"+w.host); ok {
		t.Email = local
	}
	if s.Name == w.config().Account.Name {
		t.Name = ""
	}
	if s.Group != 0 {
		t.Group = w.name(ctx, kindGroup, text(s.Group))
	}
	return t
}

func (t *addressText) into(ctx context.Context, w *work, s *desk.SupportAddress) {
	s.Name, s.Default, s.Tags, s.Group = t.Name, t.Default, t.Tags, desk.GroupID(w.idOrFault(ctx, kindGroup, t.Group, "group"))
}

func createAddress(ctx context.Context, w *work, t *addressText) (string, error) {
	s := desk.SupportAddress{Address: t.Email}
	if !strings.Contains(t.Email, "@") {
		s.Address += "@" + w.host
	}
	if t.into(ctx, w, &s); w.doc.broken {
		return "", nil
	}
	err := w.actor.CreateSupportAddress(ctx, &s)
	return text(s.ID), err
}

func changeAddress(ctx context.Context, w *work, id string, t *addressText) error {
	var s desk.SupportAddress
	if t.into(ctx, w, &s); w.doc.broken {
		return nil
	}
	_, err := w.actor.ChangeSupportAddress(ctx, desk.AddressID(number(id)), func(to *desk.SupportAddress) {
		to.Name, to.Default, to.Tags, to.Group = s.Name, s.Default, s.Tags, s.Group
	})
	return err
}
