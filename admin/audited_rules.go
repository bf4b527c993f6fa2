package admin

import (
	"context"

	"interdesk/desk"
)

// The kinds of things that people set up, as the audit log tells of them. Rules of all kinds are "rule", and their labels begin with which.

func tellTrigger() telling[desk.Trigger] {
	return named("rule", func(t *desk.Trigger) (int64, string) { return int64(t.ID), "Trigger: " + t.Title })
}

func (tx audited) InsertTrigger(ctx context.Context, t *desk.Trigger, by desk.UserID) error {
	return created(ctx, tx, tellTrigger(), t, func(ctx context.Context, t *desk.Trigger) error { return tx.Tx.InsertTrigger(ctx, t, by) })
}

func (tx audited) UpdateTrigger(ctx context.Context, t *desk.Trigger, by desk.UserID) error {
	return updated(ctx, tx, tellTrigger(), t.ID, t, tx.Trigger, func(ctx context.Context, t *desk.Trigger) error { return tx.Tx.UpdateTrigger(ctx, t, by) })
}

func (tx audited) DeleteTrigger(ctx context.Context, id desk.TriggerID) error {
	return deleted(ctx, tx, tellTrigger(), id, tx.Trigger, tx.Tx.DeleteTrigger)
}

func (tx audited) ReorderTriggers(ctx context.Context, ids []desk.TriggerID) error {
	return reordered(ctx, tx, "rule", "Triggers", ids, tx.Tx.ReorderTriggers)
}

func tellAutomation() telling[desk.Automation] {
	return named("rule", func(t *desk.Automation) (int64, string) { return int64(t.ID), "Automation: " + t.Title })
}

func (tx audited) InsertAutomation(ctx context.Context, t *desk.Automation) error {
	return created(ctx, tx, tellAutomation(), t, tx.Tx.InsertAutomation)
}

func (tx audited) UpdateAutomation(ctx context.Context, t *desk.Automation) error {
	return updated(ctx, tx, tellAutomation(), t.ID, t, tx.Automation, tx.Tx.UpdateAutomation)
}

func (tx audited) DeleteAutomation(ctx context.Context, id desk.AutomationID) error {
	return deleted(ctx, tx, tellAutomation(), id, tx.Automation, tx.Tx.DeleteAutomation)
}

func (tx audited) ReorderAutomations(ctx context.Context, ids []desk.AutomationID) error {
	return reordered(ctx, tx, "rule", "Automations", ids, tx.Tx.ReorderAutomations)
}

func tellMacro() telling[desk.Macro] {
	return named("rule", func(t *desk.Macro) (int64, string) { return int64(t.ID), "Macro: " + t.Title })
}

func (tx audited) InsertMacro(ctx context.Context, t *desk.Macro) error {
	return created(ctx, tx, tellMacro(), t, tx.Tx.InsertMacro)
}

func (tx audited) UpdateMacro(ctx context.Context, t *desk.Macro) error {
	return updated(ctx, tx, tellMacro(), t.ID, t, tx.Macro, tx.Tx.UpdateMacro)
}

func (tx audited) DeleteMacro(ctx context.Context, id desk.MacroID) error {
	return deleted(ctx, tx, tellMacro(), id, tx.Macro, tx.Tx.DeleteMacro)
}

func (tx audited) ReorderMacros(ctx context.Context, ids []desk.MacroID) error {
	return reordered(ctx, tx, "rule", "Macros", ids, tx.Tx.ReorderMacros)
}

func tellView() telling[desk.View] {
	return named("rule", func(t *desk.View) (int64, string) { return int64(t.ID), "View: " + t.Title })
}

func (tx audited) InsertView(ctx context.Context, t *desk.View) error {
	return created(ctx, tx, tellView(), t, tx.Tx.InsertView)
}

func (tx audited) UpdateView(ctx context.Context, t *desk.View) error {
	return updated(ctx, tx, tellView(), t.ID, t, tx.View, tx.Tx.UpdateView)
}

func (tx audited) DeleteView(ctx context.Context, id desk.ViewID) error {
	return deleted(ctx, tx, tellView(), id, tx.View, tx.Tx.DeleteView)
}

func (tx audited) ReorderViews(ctx context.Context, ids []desk.ViewID) error {
	return reordered(ctx, tx, "rule", "Views", ids, tx.Tx.ReorderViews)
}

func tellCategory() telling[desk.TriggerCategory] {
	return named("trigger_category", func(t *desk.TriggerCategory) (int64, string) { return int64(t.ID), t.Name })
}

func (tx audited) InsertCategory(ctx context.Context, t *desk.TriggerCategory) error {
	return created(ctx, tx, tellCategory(), t, tx.Tx.InsertCategory)
}

func (tx audited) UpdateCategory(ctx context.Context, t *desk.TriggerCategory) error {
	return updated(ctx, tx, tellCategory(), t.ID, t, tx.Category, tx.Tx.UpdateCategory)
}

func (tx audited) DeleteCategory(ctx context.Context, id desk.CategoryID) error {
	return deleted(ctx, tx, tellCategory(), id, tx.Category, tx.Tx.DeleteCategory)
}

func (tx audited) ReorderCategories(ctx context.Context, ids []desk.CategoryID) error {
	return reordered(ctx, tx, "trigger_category", "Trigger categories", ids, tx.Tx.ReorderCategories)
}

func tellField() telling[desk.TicketField] {
	return named("ticket_field", func(t *desk.TicketField) (int64, string) { return int64(t.ID), t.Title })
}

func (tx audited) InsertField(ctx context.Context, t *desk.TicketField) error {
	return created(ctx, tx, tellField(), t, tx.Tx.InsertField)
}

func (tx audited) UpdateField(ctx context.Context, t *desk.TicketField) error {
	return updated(ctx, tx, tellField(), t.ID, t, tx.Field, tx.Tx.UpdateField)
}

func (tx audited) DeleteField(ctx context.Context, id desk.FieldID) error {
	return deleted(ctx, tx, tellField(), id, tx.Field, tx.Tx.DeleteField)
}

func (tx audited) ReorderFields(ctx context.Context, ids []desk.FieldID) error {
	return reordered(ctx, tx, "ticket_field", "Ticket fields", ids, tx.Tx.ReorderFields)
}

func tellForm() telling[desk.TicketForm] {
	return named("ticket_form", func(t *desk.TicketForm) (int64, string) { return int64(t.ID), t.Name })
}

func (tx audited) InsertForm(ctx context.Context, t *desk.TicketForm) error {
	return created(ctx, tx, tellForm(), t, tx.Tx.InsertForm)
}

func (tx audited) UpdateForm(ctx context.Context, t *desk.TicketForm) error {
	return updated(ctx, tx, tellForm(), t.ID, t, tx.Form, tx.Tx.UpdateForm)
}

func (tx audited) DeleteForm(ctx context.Context, id desk.FormID) error {
	return deleted(ctx, tx, tellForm(), id, tx.Form, tx.Tx.DeleteForm)
}

func (tx audited) ReorderForms(ctx context.Context, ids []desk.FormID) error {
	return reordered(ctx, tx, "ticket_form", "Ticket forms", ids, tx.Tx.ReorderForms)
}

func tellGroup() telling[desk.Group] {
	return named("group", func(t *desk.Group) (int64, string) { return int64(t.ID), t.Name })
}

func (tx audited) InsertGroup(ctx context.Context, t *desk.Group) error {
	return created(ctx, tx, tellGroup(), t, tx.Tx.InsertGroup)
}

func (tx audited) UpdateGroup(ctx context.Context, t *desk.Group) error {
	return updated(ctx, tx, tellGroup(), t.ID, t, tx.Group, tx.Tx.UpdateGroup)
}

func (tx audited) DeleteGroup(ctx context.Context, id desk.GroupID) error {
	return deleted(ctx, tx, tellGroup(), id, tx.Group, tx.Tx.DeleteGroup)
}

func tellSchedule() telling[desk.Schedule] {
	return named("schedule", func(t *desk.Schedule) (int64, string) { return int64(t.ID), t.Name })
}

func (tx audited) InsertSchedule(ctx context.Context, t *desk.Schedule) error {
	return created(ctx, tx, tellSchedule(), t, tx.Tx.InsertSchedule)
}

func (tx audited) UpdateSchedule(ctx context.Context, t *desk.Schedule) error {
	return updated(ctx, tx, tellSchedule(), t.ID, t, tx.Schedule, tx.Tx.UpdateSchedule)
}

func (tx audited) DeleteSchedule(ctx context.Context, id desk.ScheduleID) error {
	return deleted(ctx, tx, tellSchedule(), id, tx.Schedule, tx.Tx.DeleteSchedule)
}

func tellPolicy() telling[desk.Policy] {
	return named("sla_policy", func(t *desk.Policy) (int64, string) { return int64(t.ID), t.Title })
}

func (tx audited) InsertPolicy(ctx context.Context, t *desk.Policy) error {
	return created(ctx, tx, tellPolicy(), t, tx.Tx.InsertPolicy)
}

func (tx audited) UpdatePolicy(ctx context.Context, t *desk.Policy) error {
	return updated(ctx, tx, tellPolicy(), t.ID, t, tx.Policy, tx.Tx.UpdatePolicy)
}

func (tx audited) DeletePolicy(ctx context.Context, id desk.PolicyID) error {
	return deleted(ctx, tx, tellPolicy(), id, tx.Policy, tx.Tx.DeletePolicy)
}

func (tx audited) ReorderPolicies(ctx context.Context, ids []desk.PolicyID) error {
	return reordered(ctx, tx, "sla_policy", "SLA policies", ids, tx.Tx.ReorderPolicies)
}

func tellSupportAddress() telling[desk.SupportAddress] {
	return named("recipient_address", func(t *desk.SupportAddress) (int64, string) { return int64(t.ID), t.Address })
}

func (tx audited) InsertSupportAddress(ctx context.Context, t *desk.SupportAddress) error {
	return created(ctx, tx, tellSupportAddress(), t, tx.Tx.InsertSupportAddress)
}

func (tx audited) UpdateSupportAddress(ctx context.Context, t *desk.SupportAddress) error {
	return updated(ctx, tx, tellSupportAddress(), t.ID, t, tx.SupportAddress, tx.Tx.UpdateSupportAddress)
}

func (tx audited) DeleteSupportAddress(ctx context.Context, id desk.AddressID) error {
	return deleted(ctx, tx, tellSupportAddress(), id, tx.SupportAddress, tx.Tx.DeleteSupportAddress)
}

// tellPersonField tells of fields of people and of organizations.
func tellPersonField() telling[desk.PersonField] {
	return func(f *desk.PersonField) (desk.AuditSource, any) {
		return desk.AuditSource{Type: string(f.Of) + "_field", ID: int64(f.ID), Label: f.Title}, *f
	}
}

func (tx audited) InsertPersonField(ctx context.Context, f *desk.PersonField) error {
	return created(ctx, tx, tellPersonField(), f, tx.Tx.InsertPersonField)
}

func (tx audited) UpdatePersonField(ctx context.Context, f *desk.PersonField) error {
	read := func(ctx context.Context, id desk.FieldID) (desk.PersonField, error) {
		return tx.PersonField(ctx, f.Of, id)
	}
	return updated(ctx, tx, tellPersonField(), f.ID, f, read, tx.Tx.UpdatePersonField)
}

func (tx audited) DeletePersonField(ctx context.Context, of desk.PersonKind, id desk.FieldID) error {
	read := func(ctx context.Context, id desk.FieldID) (desk.PersonField, error) {
		return tx.PersonField(ctx, of, id)
	}
	return deleted(ctx, tx, tellPersonField(), id, read, tx.Tx.DeletePersonField)
}

// tellHoliday tells of holidays as of their schedule.
func tellHoliday() telling[desk.Holiday] {
	return func(h *desk.Holiday) (desk.AuditSource, any) {
		type holiday struct{ Holiday, First, Last string }
		return desk.AuditSource{Type: "schedule", ID: int64(h.Schedule), Label: "Holiday: " + h.Name}, holiday{h.Name, h.First.String(), h.Last.String()}
	}
}

func (tx audited) InsertHoliday(ctx context.Context, h *desk.Holiday) error {
	return created(ctx, tx, tellHoliday(), h, tx.Tx.InsertHoliday)
}

func (tx audited) UpdateHoliday(ctx context.Context, h *desk.Holiday) error {
	return updated(ctx, tx, tellHoliday(), h.ID, h, tx.holidayOf(h.Schedule), tx.Tx.UpdateHoliday)
}

func (tx audited) DeleteHoliday(ctx context.Context, of desk.ScheduleID, id desk.HolidayID) error {
	remove := func(ctx context.Context, id desk.HolidayID) error { return tx.Tx.DeleteHoliday(ctx, of, id) }
	return deleted(ctx, tx, tellHoliday(), id, tx.holidayOf(of), remove)
}

func (tx audited) holidayOf(of desk.ScheduleID) func(context.Context, desk.HolidayID) (desk.Holiday, error) {
	return func(ctx context.Context, id desk.HolidayID) (desk.Holiday, error) { return tx.Holiday(ctx, of, id) }
}

// tellMailbox tells what was chosen for a mailbox, not how its reading goes.
func tellMailbox() telling[desk.Mailbox] {
	type chosen struct {
		Host     string
		Port     int
		Security desk.RelaySecurity
		Username string
		Secret   string
		Folder   string
		Address  string
		After    desk.MailboxAfter
		MoveTo   string
		Enabled  bool
	}
	return func(m *desk.Mailbox) (desk.AuditSource, any) {
		return desk.AuditSource{Type: "mailbox", ID: int64(m.ID), Label: m.Username}, chosen{m.Host, m.Port, m.Security, m.Username, m.Secret,
			m.Folder, m.Address, m.After, m.MoveTo, m.Enabled}
	}
}

func (tx audited) InsertMailbox(ctx context.Context, m *desk.Mailbox) error {
	return created(ctx, tx, tellMailbox(), m, tx.Tx.InsertMailbox)
}

func (tx audited) UpdateMailbox(ctx context.Context, m *desk.Mailbox) error {
	return updated(ctx, tx, tellMailbox(), m.ID, m, tx.Mailbox, tx.Tx.UpdateMailbox)
}

func (tx audited) DeleteMailbox(ctx context.Context, id desk.MailboxID) error {
	return deleted(ctx, tx, tellMailbox(), id, tx.Mailbox, tx.Tx.DeleteMailbox)
}

// sender is what an account says of those who send mail.
type sender struct{ Blocked, Allowed string }

func (tx audited) SetMailSender(ctx context.Context, s desk.MailSender) error {
	if err := tx.Tx.SetMailSender(ctx, s); err != nil {
		return err
	}
	is := sender{Allowed: s.Pattern}
	if s.Blocked {
		is = sender{Blocked: s.Pattern}
	}
	return tx.log(ctx, desk.AuditCreate, desk.AuditSource{Type: "mail_sender", Label: s.Pattern}, sender{}, is)
}

func (tx audited) DeleteMailSender(ctx context.Context, pattern string) error {
	if err := tx.Tx.DeleteMailSender(ctx, pattern); err != nil {
		return err
	}
	return tx.log(ctx, desk.AuditDestroy, desk.AuditSource{Type: "mail_sender", Label: pattern}, sender{}, sender{})
}

func (tx audited) UpdateAccount(ctx context.Context, account *desk.Account) error {
	tell := named("account_setting", func(a *desk.Account) (int64, string) { return int64(a.ID), a.Name })
	read := func(ctx context.Context, _ desk.AccountID) (desk.Account, error) { return tx.AccountRow(ctx) }
	return updated(ctx, tx, tell, account.ID, account, read, tx.Tx.UpdateAccount)
}
