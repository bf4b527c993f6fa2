package store

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"interdesk/desk"
)

// ticketColumns are what tells a ticket, in the order of ticketValues.
const ticketColumns = ticketFront + `, has_people, has_shares, sla_at, sla_next_at, sla_breached_at, ` + ticketBack

const ticketWidth = 48

const (
	ticketFront = `
	ticket_id, version, status_rank, priority_rank, type, requester_id, submitter_id, assignee_id, group_id, organization_id,
	brand_id, form_id, schedule_id, problem_id, followup_of, via_id, is_public, has_attachments, satisfaction_rank, satisfaction_reason`
	ticketBack = `due_at,
	created_at, updated_at, status_at, assigned_at, solved_at, requester_at, assignee_at, comment_count, reopens, replies,
	agent_stations, group_stations, automation_at, automated, service_level, external_id, recipient, subject, tags, via, field_values, description`
)

// wholeTicket are ticketColumns with what other rows tell of people, shares, follow-ups, which only closed tickets (the
// last status) have, and ratings, for queries over "tickets t" whose $1 is
// the account: one statement reads tickets whole, and the version of the configuration, all of one moment.
const wholeTicket = ticketFront + `,
	case when t.has_people then (
		select string_agg(p.kind || ' ' || p.user_id, ' ') from ticket_people p
		where p.account_id = $1 and p.ticket_id = t.ticket_id) end,
	case when t.has_shares then (
		select string_agg(
			s.share_id || ' ' || s.agreement_id || case when s.inbound then ' in ' else ' out ' end ||
			s.state || ' ' || case when s.state in ('refused', 'failed') or s.state in ('ending', 'ended') and s.state_by <> 'rule'
				then 'barred' else 'free' end || ' ' || case when s.barred_rules = '' then '-' else s.barred_rules end ||
			' #' || replace(s.remote_id, ' ', '` + hardBlank + `'), ' ' order by s.share_id) from shares s
		where s.account_id = $1 and s.ticket_id = t.ticket_id) end,
	case when t.status_rank = 5 then (
		select string_agg(cast(f.ticket_id as text), ' ') from tickets f
		where f.account_id = $1 and f.followup_of = t.ticket_id and f.followup_of <> 0 and f.deleted_at = 0) end,
	case when t.satisfaction_rank > 0 then (
		select r.rating_id || ' ' || r.comment from satisfaction_ratings r
		where r.account_id = $1 and r.ticket_id = t.ticket_id) end,
	` + ticketBack + `,
	(select a.config_version from accounts a where a.account_id = $1)`

// hardBlank stands for the blanks of a partner's ticket number, in a text whose words blanks part.
const hardBlank = "\u00a0"

const wholeTicketWidth = ticketWidth

// ticketNames are the columns one by one.
func ticketNames() []string {
	names := strings.Split(ticketColumns, ",")
	for i := range names {
		names[i] = strings.TrimSpace(names[i])
	}
	return names
}

// readTicket reads the columns of wholeTicket.
func (tx *Tx) readTicket(c *rowReader, t *desk.Ticket) error {
	t.ID, t.Version = desk.TicketID(c.int()), c.int()
	t.Status, t.Priority = desk.Statuses[rank(c, len(desk.Statuses))], desk.Priorities[rank(c, len(desk.Priorities))]
	t.Type = desk.TicketType(c.text())
	t.Requester, t.Submitter, t.Assignee = desk.UserID(c.int()), desk.UserID(c.int()), desk.UserID(c.int())
	t.Group, t.Organization = desk.GroupID(c.int()), desk.OrganizationID(c.int())
	t.Brand, t.Form, t.Schedule = desk.BrandID(c.int()), desk.FormID(c.int()), desk.ScheduleID(c.int())
	t.Problem, t.FollowupOf = desk.TicketID(c.int()), desk.TicketID(c.int())
	channel := c.int()
	t.Public, t.HasAttachments = c.bool(), c.bool()
	t.Rating.Score, t.Rating.Reason = scoreOf(rank(c, len(desk.Scores))), desk.ReasonCode(c.int())
	readPeople(c, t)
	readShares(c, t)
	readFollowups(c, t)
	readRating(c, t)
	t.DueAt, t.CreatedAt, t.UpdatedAt, t.StatusAt, t.AssignedAt = c.time(), c.time(), c.time(), c.time(), c.time()
	t.SolvedAt, t.RequesterAt, t.AssigneeAt = c.time(), c.time(), c.time()
	t.CommentCount, t.Reopens, t.Replies = int(c.int()), int(c.int()), int(c.int())
	t.AgentStations, t.GroupStations = int(c.int()), int(c.int())
	t.AutomationAt = c.time()
	if automated := c.text(); automated != "" {
		c.note(fromJSON(automated, "automations of a ticket", &t.Automated))
	}
	if level := c.text(); level != "" {
		c.note(fromJSON(level, "service level of a ticket", &t.Level))
	}
	t.ExternalID, t.Recipient, t.Subject = c.text(), c.text(), c.text()
	if tags := c.text(); tags != "" {
		t.Tags = splitWords(tags)
	}
	t.Via = desk.Via{Channel: desk.Channel(channel)}
	if via := c.text(); via != "" {
		c.note(fromJSON(via, "via", &t.Via))
	}
	if fields := c.text(); fields != "" {
		c.note(fromJSON(fields, "field values", &t.Fields))
	}
	t.Description = c.text()
	tx.toldVersion = c.int()
	return c.err
}

func readPeople(c *rowReader, t *desk.Ticket) {
	for kind, rest := nextWord(c.text()); kind != ""; kind, rest = nextWord(rest) {
		var id string
		id, rest = nextWord(rest)
		if user := desk.UserID(c.parse(id)); kind == follower {
			t.Followers = append(t.Followers, user)
		} else {
			t.EmailCCs = append(t.EmailCCs, user)
		}
	}
	slices.Sort(t.Followers) // cheaper here than in the statement, which would sort for each ticket
	slices.Sort(t.EmailCCs)
}

func readShares(c *rowReader, t *desk.Ticket) {
	for share, rest := nextWord(c.text()); share != ""; share, rest = nextWord(rest) {
		var agreement, way, state, barred, rules, remote string
		agreement, rest = nextWord(rest)
		way, rest = nextWord(rest)
		state, rest = nextWord(rest)
		barred, rest = nextWord(rest)
		rules, rest = nextWord(rest)
		remote, rest = nextWord(rest)
		t.Shares = append(t.Shares, desk.ShareRef{
			Share: desk.ShareID(c.parse(share)), Agreement: desk.AgreementID(c.parse(agreement)),
			Inbound: way == "in", State: desk.ShareState(state), Barred: barred == "barred", BarredRules: readBarredRules(c, rules),
			RemoteID: strings.ReplaceAll(strings.TrimPrefix(remote, "#"), hardBlank, " ")})
	}
}

// readBarredRules reads what joinIDs wrote; a hyphen stands for none.
func readBarredRules(c *rowReader, text string) []desk.TriggerID {
	if text == "-" {
		return nil
	}
	ids, err := splitIDs[desk.TriggerID](text)
	c.note(err)
	return ids
}

func readFollowups(c *rowReader, t *desk.Ticket) {
	for id, rest := nextWord(c.text()); id != ""; id, rest = nextWord(rest) {
		t.Followups = append(t.Followups, desk.TicketID(c.parse(id)))
	}
	slices.Sort(t.Followups)
}

// scoreOf is no score where nobody was asked.
func scoreOf(rank int64) desk.Score {
	if rank == 0 {
		return ""
	}
	return desk.Scores[rank]
}

func readRating(c *rowReader, t *desk.Ticket) {
	id, comment := nextWord(c.text())
	if id != "" {
		t.Rating.ID, t.Rating.Comment = desk.RatingID(c.parse(id)), comment
	}
}

// nextWord parts a text at its first blank.
func nextWord(text string) (word, rest string) {
	word, rest, _ = strings.Cut(text, " ")
	return word, rest
}

func rank(c *rowReader, n int) int64 { return min(max(c.int(), 0), int64(n-1)) }

// ticketValues are the values of ticketColumns. They can be compared with ==.
func ticketValues(t *desk.Ticket) ([ticketWidth]any, error) {
	via, err := viaText(t.Via)
	if err != nil {
		return [ticketWidth]any{}, err
	}
	automated := ""
	if len(t.Automated) > 0 {
		if automated, err = toJSON(t.Automated); err != nil {
			return [ticketWidth]any{}, err
		}
	}
	level, err := levelText(t.Level)
	if err != nil {
		return [ticketWidth]any{}, err
	}
	fields, err := fieldsText(t.Fields)
	return [ticketWidth]any{
		int64(t.ID), t.Version, int64(t.Status.Rank()), int64(t.Priority.Rank()), string(t.Type), int64(t.Requester),
		int64(t.Submitter), int64(t.Assignee), int64(t.Group), int64(t.Organization),
		int64(t.Brand), int64(t.Form), int64(t.Schedule), int64(t.Problem), int64(t.FollowupOf), int64(t.Via.Channel), t.Public, t.HasAttachments,
		int64(t.Rating.Score.Rank()), int64(t.Rating.Reason),
		len(t.Followers)+len(t.EmailCCs) > 0, len(t.Shares) > 0,
		micros(t.Level.BreachAt()), micros(t.Level.NextBreachAt()), micros(t.Level.BreachedAt()), micros(t.DueAt),
		micros(t.CreatedAt), micros(t.UpdatedAt), micros(t.StatusAt), micros(t.AssignedAt), micros(t.SolvedAt),
		micros(t.RequesterAt), micros(t.AssigneeAt), int64(t.CommentCount), int64(t.Reopens), int64(t.Replies),
		int64(t.AgentStations), int64(t.GroupStations), micros(t.AutomationAt), automated, level, t.ExternalID, t.Recipient, t.Subject, joinWords(t.Tags), via, fields,
		t.Description,
	}, err
}

func levelText(s *desk.ServiceLevel) (string, error) {
	if s == nil {
		return "", nil
	}
	return toJSON(s)
}

func fieldsText(fields map[desk.FieldID]desk.FieldValue) (string, error) {
	if len(fields) == 0 {
		return "", nil
	}
	raw, err := json.Marshal(fields)
	return string(raw), err
}

// changedFields lists the fields in which two tickets differ, in order.
func changedFields(before, after map[desk.FieldID]desk.FieldValue) []desk.FieldID {
	var out []desk.FieldID
	for id, v := range after {
		if !slices.Equal(v, before[id]) {
			out = append(out, id)
		}
	}
	for id := range before {
		if _, kept := after[id]; !kept {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

func sortedFields(fields map[desk.FieldID]desk.FieldValue) []desk.FieldID {
	return slices.Sorted(maps.Keys(fields))
}

// without lists what is in a and not in b; both are sorted.
func without[T ~string | ~int64](a, b []T) []T {
	var out []T
	for _, x := range a {
		if _, ok := slices.BinarySearch(b, x); !ok {
			out = append(out, x)
		}
	}
	return out
}
