package store

import (
	"context"
	"slices"
	"strconv"

	"interdesk/desk"
)

// Moments tells of some tickets what each of their updates means to the clocks, oldest first. Who spoke is told by what they are
// now: staff, the requester or somebody else.
func (tx *Tx) Moments(ctx context.Context, tickets []desk.TicketID) (map[desk.TicketID][]desk.Moment, error) {
	cfg, err := tx.Config(ctx)
	if err != nil {
		return nil, err
	}
	out := map[desk.TicketID][]desk.Moment{}
	for part := range slices.Chunk(tickets, idsAtOnce) {
		said, err := tx.voices(ctx, part)
		if err != nil {
			return nil, err
		}
		if err := tx.readMoments(ctx, cfg, part, said, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// voice is who spoke in a comment.
type voice struct {
	author desk.UserID
	public bool
	staff  bool
}

func (tx *Tx) voices(ctx context.Context, tickets []desk.TicketID) (map[desk.CommentID]voice, error) {
	args, places := tx.ticketPlaceholders(tickets)
	out := map[desk.CommentID]voice{}
	_, err := queryAll(ctx, tx, func(row scanner) (id desk.CommentID, err error) {
		var v voice
		var role string
		err = row.Scan(&id, &v.author, &v.public, &role)
		v.staff = desk.Role(role).Staff()
		out[id] = v
		return id, err
	}, `
		select c.comment_id, c.author_id, c.is_public, coalesce((
			select u.role from users u`+tx.IndexedBy("sqlite_autoindex_users_1")+` where u.account_id = $1 and u.user_id = c.author_id), '')
		from comments c where c.account_id = $1 and c.ticket_id in (`+places+`)`, args...)
	return out, err
}

func (tx *Tx) readMoments(ctx context.Context, cfg *desk.Config, tickets []desk.TicketID, said map[desk.CommentID]voice, out map[desk.TicketID][]desk.Moment) error {
	args, places := tx.ticketPlaceholders(tickets)
	c, past := newRowReaderOf(5), map[desk.TicketID]*pastTicket{}
	_, err := queryAll(ctx, tx, func(row scanner) (id desk.TicketID, err error) {
		if err := c.read(row); err != nil {
			return 0, err
		}
		id = desk.TicketID(c.int())
		at, via := c.time(), c.via()
		var events []desk.Event
		c.note(fromJSON(c.text(), "events", &events))
		if past[id] == nil {
			past[id] = &pastTicket{status: desk.New, shared: map[desk.AgreementID]bool{}}
		}
		m := past[id].moment(cfg, events, via, said)
		m.At = at
		m.Foreign = via.Channel == desk.ChannelSharing
		out[id] = append(out[id], m)
		return id, c.err
	}, `
		select ticket_id, created_at, via_id, via, events from audits
		where account_id = $1 and ticket_id in (`+places+`) order by ticket_id, audit_id`, args...)
	return err
}

// pastTicket is a ticket on its way through its updates.
type pastTicket struct {
	status    desk.Status
	requester desk.UserID
	shared    map[desk.AgreementID]bool
	begun     bool
}

func (p *pastTicket) moment(cfg *desk.Config, events []desk.Event, via desk.Via, said map[desk.CommentID]voice) (m desk.Moment) {
	foreign := via.Channel == desk.ChannelSharing
	if foreign && !p.begun && via.Agreement != 0 {
		p.shared[via.Agreement] = true // what a partner begins is shared with it
	}
	p.begun = true
	comment := desk.CommentID(0)
	for i := range events {
		if e := &events[i]; e.Type == desk.EventComment {
			comment = e.Comment
		} else {
			p.change(e)
			m.Assigned = m.Assigned || e.Field == "assignee_id" && e.Value != nil
		}
	}
	m.Status = p.status
	for _, on := range p.shared {
		m.Shared = m.Shared || on
	}
	if v, ok := said[comment]; ok {
		m.Public = v.public
		m.Said = desk.VoiceOf(v.staff, v.author == p.requester, foreign, cfg.Agreements[via.Agreement].Inbound)
	}
	return m
}

func (p *pastTicket) change(e *desk.Event) {
	text, _ := e.Value.(string)
	switch {
	case e.Field == "status":
		if s := desk.Status(text); s.Rank() >= 0 {
			p.status = s
		}
	case e.Field == "requester_id":
		id, _ := strconv.ParseInt(text, 10, 64)
		p.requester = desk.UserID(id)
	case e.Type == desk.EventSharing:
		p.shared[e.Agreement] = e.Action == desk.ActionShared || e.Action == desk.ActionDelivered
	}
}
