package rule

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"interdesk/condition"
	"interdesk/desk"
)

// MacroInput is who applies a macro to what.
type MacroInput struct {
	Actor desk.Actor
	// Values are for the placeholders; their Ticket is the ticket it is applied to, nil for one that is not yet made.
	Values PlaceholderValues
	At     time.Time
}

// MacroResult is what a macro asks for. Nothing is stored: the agent submits it as an update of their own.
type MacroResult struct {
	Edits desk.Edits // names the macro, so that the audit will
	// Comment is nil when the macro writes none; without any text when it only says how the agent's own is shown.
	Comment *desk.NewComment
	// Ticket is the ticket as the edits leave it.
	Ticket desk.Ticket
}

// ApplyMacro works out what a macro does. A macro that names something the account no longer has, or asks for what the
// ticket does not allow, is an Invalid error that says so.
func ApplyMacro(c *desk.Config, m desk.Macro, in MacroInput) (MacroResult, error) {
	d := desk.NewDraft(c, desk.Update{Actor: in.Actor}, in.Values.Ticket, in.At, func() int64 { return 0 })
	edits, said, err := collectActions(c, m, d)
	if err != nil {
		return MacroResult{}, err
	}
	edits.Macros = []desk.MacroID{m.ID}
	subject := edits.Subject
	edits.Subject = nil
	if err := d.Edit(edits, nil); err != nil {
		return MacroResult{}, err
	}
	w := in.Values
	w.Config, w.Ticket = c, &d.Now
	w.fillPeople(in.Actor)
	if subject != nil {
		filled := Fill(*subject, &w, Plain, desk.MaxSubject)
		if err := d.Edit(desk.Edits{Subject: &filled}, nil); err != nil {
			return MacroResult{}, err
		}
		edits.Subject = &filled
	}
	return MacroResult{Edits: edits, Comment: said.fill(&w), Ticket: d.Now}, nil
}

// MacroProblem says why a stored macro cannot be applied any more, "" when it can.
func MacroProblem(c *desk.Config, m desk.Macro) string {
	t := newTable(c, condition.Macro)
	for i, a := range m.Actions {
		if _, message := t.prepare(a); message != "" {
			return fmt.Sprintf("actions[%d]: %s", i, message)
		}
	}
	return ""
}

// collectActions adds up a macro's actions in their order.
func collectActions(c *desk.Config, m desk.Macro, d *desk.Draft) (desk.Edits, reply, error) {
	var sum desk.Edits
	var said reply
	t, faults := newTable(c, condition.Macro), desk.Faults{}
	for i, a := range m.Actions {
		one, message := t.prepare(a)
		if message == "" && one.reply != nil {
			one.reply(&said)
			continue
		}
		var e desk.Edits
		if message == "" {
			if e, message = one.edits(actionContext{config: c, actor: d.Actor, ticket: &d.Now, at: d.At}); message != "" {
				message = one.title + ": " + message
			}
		}
		if message != "" {
			faults.Add("actions", "InvalidValue", fmt.Sprintf("Macro: actions[%d]: %s", i, message))
		}
		sum = mergeEdits(sum, e)
	}
	return sum, said, faults.Err()
}

// mergeEdits is one edit after another, as one; of what both set, the later counts. It covers what actions can set.
func mergeEdits(a, b desk.Edits) desk.Edits {
	override(&a.Subject, b.Subject)
	override(&a.Status, b.Status)
	override(&a.Type, b.Type)
	override(&a.Priority, b.Priority)
	override(&a.Group, b.Group)
	override(&a.Assignee, b.Assignee)
	override(&a.Form, b.Form)
	if b.SetTags != nil {
		a.SetTags, a.AddTags, a.RemoveTags = b.SetTags, nil, nil
	}
	a.AddTags, a.RemoveTags = append(removeAll(a.AddTags, b.RemoveTags), b.AddTags...), append(removeAll(a.RemoveTags, b.AddTags), b.RemoveTags...)
	if len(b.Fields) > 0 && a.Fields == nil {
		a.Fields = map[desk.FieldID][]string{}
	}
	maps.Copy(a.Fields, b.Fields)
	a.AddCCs, a.AddFollowers = append(a.AddCCs, b.AddCCs...), append(a.AddFollowers, b.AddFollowers...)
	if b.UnshareAll {
		a.UnshareAll, a.Share, a.Unshare = true, nil, nil
	}
	a.Share, a.Unshare = append(removeAll(a.Share, b.Unshare), b.Share...), append(removeAll(a.Unshare, b.Share), b.Unshare...)
	return a
}

func override[T any](to **T, from *T) {
	if from != nil {
		*to = from
	}
}

func removeAll[T comparable](list, gone []T) []T {
	return slices.DeleteFunc(slices.Clone(list), func(t T) bool { return slices.Contains(gone, t) })
}

// fill makes the comment, its placeholders filled.
func (r *reply) fill(w *PlaceholderValues) *desk.NewComment {
	if r.text == "" && r.html == "" && r.public == nil {
		return nil
	}
	return &desk.NewComment{Public: r.public, Body: Fill(r.text, w, Plain, desk.MaxCommentBody),
		HTML: strings.TrimSpace(Fill(r.html, w, HTML, desk.MaxCommentHTML))}
}
