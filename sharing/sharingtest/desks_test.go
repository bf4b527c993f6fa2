package sharingtest_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"interdesk/condition"
	"interdesk/desk"
	"interdesk/sharing/sharingtest"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// desks are Acme and Kongen, who share with each other.
type desks struct {
	side   [2]*side
	rounds int
}

// side is one desk: its processes, and its agreements with the other.
type side struct {
	office    *sharingtest.Office
	processes []*sharingtest.World
	out, in   desk.AgreementID
	fields    map[string]desk.FieldID
}

// any is the desk at any of its processes.
func (s *side) any() *sharingtest.Office {
	return s.office.At(s.processes[rand.IntN(len(s.processes))])
}

func tuned(n *sharingtest.Network) sharingtest.Setup {
	return func(c *sharingtest.Config) {
		c.Network = n
		c.Outbound.AutomaticPeriod = 300 * time.Millisecond
	}
}

// together has both desks in one installation of one process.
func together(t *testing.T, n *sharingtest.Network, engine sqldb.Dialect) *desks {
	w := sharingtest.NewWorld(t, storetest.New(t, engine), tuned(n))
	return linked(newSide(w, "acme"), newSide(w, "kongen"))
}

// apart has each in an installation of its own, of some processes.
func apart(t *testing.T, n *sharingtest.Network, engine sqldb.Dialect, processes ...int) *desks {
	var sides [2]*side
	for i, name := range []string{"acme", "kongen"} {
		url := storetest.Migrated(t, engine)
		w := sharingtest.NewWorld(t, storetest.Open(t, url), tuned(n))
		sides[i] = newSide(w, name)
		for range processes[i%len(processes)] - 1 {
			sides[i].processes = append(sides[i].processes, w.AddProcess(storetest.Open(t, url), tuned(n)))
		}
	}
	return linked(sides[0], sides[1])
}

func newSide(w *sharingtest.World, name string) *side {
	return &side{office: w.NewOffice(name, name), processes: []*sharingtest.World{w}, fields: map[string]desk.FieldID{}}
}

func linked(acme, kongen *side) *desks {
	acme.out, kongen.in = acme.office.Link(kongen.office, sharingtest.FullTerms())
	kongen.out, acme.in = kongen.office.Link(acme.office, sharingtest.FullTerms())
	acme.addFields("strap lens sensor", "a b c", desk.FieldText, "")
	kongen.addFields("lens sensor", "a b d", desk.FieldInteger, "^[A-Z]+$")
	acme.addRules()
	kongen.addRules()
	kongen.addAnswers()
	return &desks{side: [2]*side{acme, kongen}}
}

// addFields makes fields of every kind. Some cannot hold what the other desk's can.
func (s *side) addFields(problems, parts string, serial desk.FieldType, code string) {
	for _, f := range []desk.TicketField{
		{Title: "Problem type", Type: desk.FieldTagger, Options: options("p_", problems)},
		{Title: "Parts", Type: desk.FieldMultiselect, Options: options("part_", parts)},
		{Title: "Serial", Type: serial},
		{Title: "Code", Type: map[bool]desk.FieldType{true: desk.FieldRegexp, false: desk.FieldText}[code != ""], Regexp: code},
		{Title: "Broken", Type: desk.FieldCheckbox}, {Title: "Bought", Type: desk.FieldDate}, {Title: "Weight", Type: desk.FieldDecimal},
		{Title: "Details", Type: desk.FieldTextarea}, {Title: "Version", Type: desk.FieldText},
	} {
		s.fields[f.Title] = s.office.AddField(f)
	}
}

func options(prefix, words string) (all []desk.FieldOption) {
	for n, word := range strings.Fields(words) {
		all = append(all, desk.FieldOption{Name: word, Value: prefix + word, Position: n})
	}
	return all
}

func when(field string, operator condition.Operator, value any) condition.Condition {
	return condition.Condition{Field: field, Operator: operator, Value: condition.ValueOf(value)}
}

func do(field string, value any) desk.Action {
	return desk.Action{Field: field, Value: sharingtest.Value(value)}
}

// addRules makes the rules of both desks: they hand over, take back, and answer what the partner did.
func (s *side) addRules() {
	tagged := func(tag string) condition.Condition { return when("current_tags", condition.Includes, tag) }
	partner := when("current_via_id", condition.Is, "31")
	s.office.AddTrigger("Hand over", []condition.Condition{tagged("hand_over")},
		do("share_ticket", sharingtest.IDText(s.out)), do("remove_tags", "hand_over"), do("current_tags", "handed"))
	s.office.AddTrigger("Take back", []condition.Condition{tagged("take_back"), when("sent_to", condition.Is, sharingtest.IDText(s.out))},
		do("unshare_ticket", sharingtest.IDText(s.out)), do("remove_tags", "take_back"), do("status", "solved"))
	s.office.AddTrigger("Take the answer", []condition.Condition{partner, tagged("echoed")}, do("remove_tags", "echoed"))
}

// addAnswers makes rules that answer the partner in the same breath.
func (s *side) addAnswers() {
	tagged := func(tag string) condition.Condition { return when("current_tags", condition.Includes, tag) }
	partner := when("current_via_id", condition.Is, "31")
	s.office.AddTrigger("Reopen", []condition.Condition{partner, when("status", condition.Is, "pending")}, do("status", "open"))
	s.office.AddTrigger("Echo", []condition.Condition{partner, tagged("echo")}, do("remove_tags", "echo"), do("current_tags", "echoed"))
	s.office.AddTrigger("Answer", []condition.Condition{partner, tagged("question")},
		do("custom_fields_"+fmt.Sprint(int64(s.fields["Problem type"])), "p_lens"), do("remove_tags", "question"))
}

// settle waits until nothing is on its way.
func (d *desks) settle() {
	for range 2 {
		for _, s := range d.side {
			s.office.WaitForJobs()
		}
	}
}

// update makes a step an update of a ticket.
func (s *side) update(t desk.Ticket, p step, mark string) desk.Update {
	u := desk.Update{Ticket: t.ID}
	for _, e := range p.edits {
		s.edit(&u.Edits, e)
	}
	if u.Edits.Status != nil && *u.Edits.Status == desk.Solved {
		u.Edits.Assignee = &s.office.Admin.ID
	}
	u.Edits.AddTags = append(u.Edits.AddTags, "mark_"+mark)
	if p.words != "" {
		public := !p.note
		u.Comment = &desk.NewComment{Body: p.words + " " + mark, Public: &public}
	}
	switch p.share {
	case 1:
		u.Edits.Share = []desk.AgreementID{s.out}
	case -1:
		u.Edits.Unshare = []desk.AgreementID{s.out}
	}
	return u
}

func (s *side) edit(e *desk.Edits, x edit) {
	switch x.item {
	case "subject":
		e.Subject = &x.value
	case "status":
		status := desk.Status(x.value)
		e.Status = &status
	case "priority":
		priority := desk.Priority(x.value)
		e.Priority = &priority
	case "assignee":
		nobody := desk.UserID(0)
		if e.Assignee = &nobody; x.value != "" {
			e.Assignee = &s.office.Admin.ID
		}
	case "tag":
		e.AddTags = append(e.AddTags, strings.Fields(x.value)...)
	case "untag":
		e.RemoveTags = append(e.RemoveTags, x.value)
	default:
		if e.Fields == nil {
			e.Fields = map[desk.FieldID][]string{}
		}
		e.Fields[s.fields[x.item]] = s.fieldValue(x)
	}
}

func (s *side) fieldValue(x edit) []string {
	prefix := map[string]string{"Problem type": "p_", "Parts": "part_"}[x.item]
	if prefix == "" {
		return []string{x.value}
	}
	var all []string
	for _, word := range strings.Fields(x.value) {
		all = append(all, prefix+word)
	}
	return all
}

// try carries out an update, again while the ticket is busy. What a desk cannot do, such as choosing an option that it
// lacks, changes nothing.
func (s *side) try(u desk.Update) (desk.Applied, error) {
	for n := 0; ; n++ {
		applied, err := s.any().Try(u)
		if kind := desk.KindOf(err); err == nil || n == 50 || !slices.Contains([]desk.Kind{desk.Conflict, desk.Unavailable}, kind) {
			return applied, err
		}
		time.Sleep(5 * time.Millisecond)
	}
}
