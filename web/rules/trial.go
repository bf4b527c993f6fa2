package rules

import (
	"errors"
	"net/http"
	"time"

	"interdesk/admin"
	"interdesk/condition"
	"interdesk/desk"
	"interdesk/rule"
	"interdesk/store"
	"interdesk/web/ui"
)

// The bounds of a trial: how many tickets are looked at, how many matches are shown, and how long it may take.
const (
	trialLooks = 1000
	trialShows = 100
	trialPage  = 200
	trialTime  = 3 * time.Second
)

// trial is what a trigger would have done to the tickets that were updated last.
type trial struct {
	looked int
	found  []triedTicket
	more   bool // the time was up before all were looked at
	names  changeNames
	faults ui.Faults
}

// triedTicket is a ticket that the trigger would have acted on.
type triedTicket struct {
	ticket  desk.Ticket
	changes []desk.Event
}

// tryTrigger tries what stands in the form.
func tryTrigger(c *ui.Call) error {
	var t *trial
	err := c.ReadAs(func(tx *store.Tx, actor *admin.Actor) error {
		m := &triggerModel{id: desk.TriggerID(c.Number("id")), b: newBuilder(c, actor.Config, condition.Trigger)}
		m.parse(c)
		t = tryOn(c, tx, actor, m.trigger())
		return nil
	})
	if err != nil {
		return err
	}
	return c.Fragment(http.StatusOK, trialResult(t))
}

// tryOn judges the tickets updated last. What is wrong with the trigger, or goes wrong, is among the trial's faults.
func tryOn(c *ui.Call, tx *store.Tx, actor *admin.Actor, t desk.Trigger) *trial {
	out := &trial{names: changeNames{cfg: actor.Config}}
	if t.Title == "" {
		t.Title = c.T("rules.trigger.new") // a name is not needed to try
	}
	judge, err := rule.Try(actor.Config, t)
	if err == nil {
		err = out.tryTickets(c, tx, actor.Config, judge)
	}
	if f, ok := ui.FaultsOf(err); ok {
		out.faults = f
	} else if err != nil {
		out.faults = ui.Faults{"base": {c.T("rules.try.failed")}}
	}
	return out
}

func (t *trial) tryTickets(c *ui.Call, tx *store.Tx, cfg *desk.Config, judge *rule.Trial) error {
	begun, after := time.Now(), ""
	for t.looked < trialLooks && len(t.found) < trialShows {
		if t.more = time.Since(begun) > trialTime; t.more {
			break
		}
		list, err := tx.TicketList(c.Ctx(), store.TicketQuery{Page: store.Page{Limit: trialPage, After: after}, Sort: store.SortUpdated, Desc: true})
		if err != nil {
			return err
		}
		if err := t.addOutcomes(c, tx, cfg, judge, list.Items); err != nil || !list.More {
			return errors.Join(err, t.names.read(c.Ctx(), tx, t.found))
		}
		after = list.After
	}
	return t.names.read(c.Ctx(), tx, t.found)
}

func (t *trial) addOutcomes(c *ui.Call, tx *store.Tx, cfg *desk.Config, judge *rule.Trial, tickets []desk.Ticket) error {
	ids := make([]desk.TicketID, len(tickets))
	for i := range tickets {
		ids[i] = tickets[i].ID
	}
	latest, err := tx.LatestUpdates(c.Ctx(), ids)
	if err != nil {
		return err
	}
	for i := range tickets {
		if len(t.found) == trialShows {
			return nil
		}
		t.looked++
		if fired, changes := judge.Judge(pastUpdate(cfg, tickets[i], latest[tickets[i].ID])); fired {
			t.found = append(t.found, triedTicket{ticket: tickets[i], changes: changes})
		}
	}
	return nil
}

// pastUpdate is a ticket with its last update, as far as it is kept.
func pastUpdate(cfg *desk.Config, t desk.Ticket, last store.Latest) rule.PastUpdate {
	p := rule.PastUpdate{Ticket: t, Audit: last.Audit, Comment: last.Comment}
	if last.Files {
		p.Comment.Attachments = make([]desk.Attachment, 1)
	}
	author := last.Audit.Author
	p.Actor = desk.Actor{ID: author, Role: desk.EndUser, System: author == 0, Foreign: last.Audit.Via.Agreement}
	if s, ok := cfg.Staff[author]; ok {
		p.Actor.Name, p.Actor.Role, p.Actor.Groups = s.Name, s.Role, s.Groups
	}
	return p
}

// askModel asks before a trigger is turned on.
type askModel struct {
	desk.Trigger
	trial *trial
}

// askTrigger shows what a trigger would have done before it is turned on.
func askTrigger(c *ui.Call) error {
	id, err := triggerID(c)
	if err != nil {
		return err
	}
	var m askModel
	err = c.ReadAs(func(tx *store.Tx, actor *admin.Actor) (err error) {
		if m.Trigger, err = actor.Trigger(c.Ctx(), id); err == nil {
			m.trial = tryOn(c, tx, actor, m.Trigger)
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.ShowAdmin("triggers", c.T("rules.ask.title", m.Title), 0, askPage(m))
}
