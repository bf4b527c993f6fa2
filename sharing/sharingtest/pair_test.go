package sharingtest_test

import (
	"context"
	"fmt"
	"sync"
	"time"

	"interdesk/desk"
	"interdesk/sharing/sharingtest"
	"interdesk/store"
)

// pair is one ticket and its copy.
type pair struct {
	*desks
	name string
	from int // which desk has it first
	plot plot
	id   [2]desk.TicketID
}

// play makes the ticket and has both desks edit it at the same time.
func (p *pair) play() {
	s := p.side[p.from]
	u := s.update(desk.Ticket{}, p.plot.begin, p.mark(p.from, 0))
	subject := "Ticket " + p.name
	u.Edits.Subject, u.Edits.Share, u.Comment = &subject, []desk.AgreementID{s.out}, &desk.NewComment{Body: "first " + p.name}
	applied, err := s.try(u)
	if err != nil { // it began with what this desk cannot hold
		u.Edits = desk.Edits{Subject: &subject, Share: u.Edits.Share}
		if applied, err = s.try(u); err != nil {
			return
		}
	}
	p.id[p.from] = applied.Ticket.ID
	var both sync.WaitGroup
	for n := range p.side {
		both.Go(func() { p.edit(n) })
	}
	both.Wait()
}

func (p *pair) mark(side, step int) string { return fmt.Sprintf("%s.%d.%d", p.name, side, step) }

// edit plays the steps of one desk.
func (p *pair) edit(n int) {
	if n != p.from && !p.findCopy() {
		return
	}
	for i, step := range p.plot.at[n] {
		time.Sleep(step.pause)
		_, _ = p.side[n].try(p.side[n].update(desk.Ticket{ID: p.id[n]}, step, p.mark(n, i+1)))
	}
}

// findCopy waits a moment for the ticket to arrive.
func (p *pair) findCopy() bool {
	for range 100 {
		s := p.side[p.from]
		if share := s.office.ShareOf(p.id[p.from], s.out); share.UUID != "" {
			if id := p.side[1-p.from].office.CopyOf(share.UUID); id != 0 {
				p.id[1-p.from] = id
				return true
			}
		}
		time.Sleep(5 * time.Millisecond)
	}
	return false
}

// faults are what is wrong with the two in the end.
func (p *pair) faults() []string {
	if p.id[p.from] == 0 {
		return nil
	}
	if !p.findCopy() {
		return []string{"ticket " + p.name + " did not arrive\n" + p.story()}
	}
	a, b := p.read(p.from), p.read(1-p.from)
	all := sharingtest.Compare(a, b)
	if len(all) > 0 {
		all = append([]string{"ticket " + p.name}, all...)
		all = append(all, p.story(), a.String(), b.String())
	}
	return all
}

func (p *pair) read(n int) (d *sharingtest.Copy) {
	s := p.side[n]
	agreement := map[bool]desk.AgreementID{true: s.out, false: s.in}[n == p.from]
	s.office.Read(func(ctx context.Context, tx *store.Tx) (err error) {
		d, err = sharingtest.ReadCopy(ctx, tx, p.id[n], agreement)
		return err
	})
	return d
}

func (p *pair) story() string {
	out := fmt.Sprintf("  begins at %d: %v", p.from, p.plot.begin)
	for n, steps := range p.plot.at {
		for i, s := range steps {
			out += fmt.Sprintf("\n  at %d, %d: %v", n, i+1, s)
		}
	}
	return out
}
