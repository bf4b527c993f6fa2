package api_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"interdesk/api/apitest"
)

const schedulesPath = "business_hours/schedules"

func TestSchedules(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		made := d.Admin.Post(schedulesPath, wrapped("schedule", object{"name": "East", "time_zone": "Eastern Time (US & Canada)"}), 201)
		path := schedulesPath + "/" + num(made.ID("schedule.id"))
		if made.Text("schedule.time_zone") != "Eastern Time (US & Canada)" || made.Text("schedule.iana_time_zone") != "America/New_York" ||
			len(made.List("schedule.intervals")) != 5 || made.At("schedule.intervals.0.start_time") != 1980.0 {
			t.Errorf("made: %s", made.Body)
		}
		week := d.Admin.Put(path+"/workweek", wrapped("workweek", object{"intervals": array{object{"start_time": 60, "end_time": "120"}}}), 200)
		if diff := cmp.Diff(array{object{"start_time": 60.0, "end_time": 120.0}}, week.At("workweek.intervals")); diff != "" {
			t.Error(diff)
		}
		for name, intervals := range map[string]array{
			"crosses midnight": {object{"start_time": 1380, "end_time": 1500}},
			"overlaps":         {object{"start_time": 0, "end_time": 60}, object{"start_time": 30, "end_time": 90}},
			"ends first":       {object{"start_time": 60, "end_time": 60}},
			"out of the week":  {object{"start_time": 10000, "end_time": 10081}},
		} {
			got := d.Admin.Put(path+"/workweek", wrapped("workweek", object{"intervals": intervals}), 422)
			if len(got.List("details.intervals")) == 0 {
				t.Errorf("%s: %s", name, got.Body)
			}
		}
		d.Admin.Post(schedulesPath, wrapped("schedule", object{"name": "East"}), 422)
		d.Admin.Put(path, wrapped("schedule", object{"time_zone": "Atlantis"}), 422)
		d.Agent.Post(schedulesPath, wrapped("schedule", object{"name": "Ours"}), 403)
		if got := d.Agent.Get(path, 200); len(got.List("schedule.intervals")) != 1 {
			t.Errorf("the week is %s", got.Body)
		}
		if got := d.Agent.All(schedulesPath, "schedules", 1, true); len(got) != 1 {
			t.Errorf("listed: %v", got)
		}
		d.Admin.Delete(path, 204)
		d.Admin.Get(path, 404)
	})
}

func TestHolidays(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		path := schedulesPath + "/" + num(d.Admin.Post(schedulesPath, wrapped("schedule", object{"name": "Us"}), 201).ID("schedule.id"))
		other := schedulesPath + "/" + num(d.Admin.Post(schedulesPath, wrapped("schedule", object{"name": "Them"}), 201).ID("schedule.id"))
		made := d.Admin.Post(path+"/holidays", wrapped("holiday", object{"name": "New Year", "start_date": "2026-12-31", "end_date": "2027-01-01"}), 201)
		id := num(made.ID("holiday.id"))
		one := d.Admin.Put(path+"/holidays/"+id, wrapped("holiday", object{"start_date": "2027-01-01"}), 200)
		if one.Text("holiday.start_date") != "2027-01-01" || one.Text("holiday.end_date") != "2027-01-01" || one.Text("holiday.name") != "New Year" {
			t.Errorf("changed: %s", one.Body)
		}
		d.Admin.Put(path+"/holidays/"+id, wrapped("holiday", object{"end_date": "2026-01-01"}), 422)
		d.Admin.Post(path+"/holidays", wrapped("holiday", object{"name": "x"}), 422)
		d.Admin.Post(path+"/holidays", wrapped("holiday", object{"name": "x", "start_date": "soon"}), 422)
		d.Admin.Get(other+"/holidays/"+id, 404)
		d.Admin.Delete(other+"/holidays/"+id, 404)
		d.Agent.Get(path+"/holidays/"+id, 200)
		if got := d.Agent.Get(path+"/holidays", 200).List("holidays"); len(got) != 1 {
			t.Errorf("holidays: %v", got)
		}
		d.Admin.Delete(path+"/holidays/"+id, 204)
		d.Admin.Get(path+"/holidays/"+id, 404)
	})
}

// TestTriggersGiveSchedules: a trigger gives a ticket its schedule, and views and other triggers ask for it.
func TestTriggersGiveSchedules(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		always := array{object{"start_time": 0, "end_time": 1440}, object{"start_time": 1440, "end_time": 2880}, object{"start_time": 2880, "end_time": 4320},
			object{"start_time": 4320, "end_time": 5760}, object{"start_time": 5760, "end_time": 7200}, object{"start_time": 7200, "end_time": 8640}, object{"start_time": 8640, "end_time": 10080}}
		never := num(d.Admin.Post(schedulesPath, wrapped("schedule", object{"name": "Never", "intervals": array{}}), 201).ID("schedule.id"))
		round := num(d.Admin.Post(schedulesPath, wrapped("schedule", object{"name": "Always", "intervals": always}), 201).ID("schedule.id"))
		trigger := func(title string, all array, action object) {
			d.Admin.Post("triggers", wrapped("trigger", object{"title": title, "all": all, "actions": array{action}}), 201)
		}
		tag := func(tag string) object { return object{"field": "current_tags", "value": tag} }
		trigger("Around the clock", array{line("current_tags", "includes", "vip")}, object{"field": "set_schedule", "value": round})
		trigger("Open", array{line("in_business_hours", "is", "true")}, tag("open"))
		trigger("Theirs", array{line("schedule_id", "is", round)}, tag("theirs"))
		trigger("Within", array{line("within_schedule", "is", round)}, tag("within"))
		trigger("Without", array{line("within_schedule", "is", never)}, tag("without"))
		made := d.Agent.Post("tickets", wrapped("ticket", object{"subject": "x", "comment": object{"body": "y"}, "tags": array{"vip"}}), 201)
		if diff := cmp.Diff(array{"open", "theirs", "vip", "within"}, made.At("ticket.tags")); diff != "" {
			t.Error(diff)
		}
		plain := d.Agent.Post("tickets", wrapped("ticket", object{"subject": "x", "comment": object{"body": "y"}}), 201)
		if diff := cmp.Diff(array{"within"}, plain.At("ticket.tags")); diff != "" {
			t.Error(diff)
		}
		for schedule, want := range map[string]int64{round: made.ID("ticket.id"), never: plain.ID("ticket.id")} {
			conditions := object{"title": "x", "all": array{line("status", "less_than", "closed"), line("schedule_id", "is", schedule)}}
			rows := d.Agent.Post("views/preview", wrapped("view", conditions), 200)
			if len(rows.List("rows")) != 1 || rows.ID("rows.0.ticket.id") != want {
				t.Errorf("tickets of schedule %s: %s", schedule, rows.Body)
			}
		}
		d.Admin.Delete(schedulesPath+"/"+round, 422)
		d.Admin.Delete(schedulesPath+"/"+never, 422)
	})
}
