package notify

import (
	"context"
	"encoding/json"
	"net/mail"
	"slices"
	"strings"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/mail/outbound"
	"interdesk/store"
	"interdesk/store/sqldb"
)

// notify works out who hears of an update and what, and puts it all into the queue at once.
func (s *Service) notify(ctx context.Context, j job.Job) job.Outcome {
	var of what
	if err := json.Unmarshal(j.Payload, &of); err != nil {
		return job.Outcome{Err: err, Dead: true}
	}
	var u *update
	err := s.store.Account(desk.AccountID(j.Account)).Read(ctx, func(tx *store.Tx) (err error) {
		u, err = s.read(ctx, tx, of)
		return err
	})
	if desk.KindOf(err) == desk.NotFound {
		return job.Outcome{} // the ticket was deleted
	}
	if err == nil {
		err = s.readCopied(ctx, u)
	}
	if err != nil {
		return job.Outcome{Err: err}
	}
	w := &writer{update: u, service: s, base: s.options.BaseURL(u.config.Account), now: s.options.Clock()}
	notices := onlyFor(of.Only, u.notices())
	ready, err := s.compose(ctx, w, u.letters(notices))
	if err != nil {
		return job.Outcome{Err: err}
	}
	left := w.suppressed(notices)
	return job.Outcome{Commit: func(ctx context.Context, tx *sqldb.Tx) error {
		return s.queue(ctx, s.store.Account(desk.AccountID(j.Account)).WithTx(tx), w, ready, left)
	}}
}

// onlyFor leaves of notices what some people hear; nobody named: all of them.
func onlyFor(people []desk.UserID, all []notice) []notice {
	if len(people) == 0 {
		return all
	}
	for i := range all {
		all[i].hearers = slices.DeleteFunc(all[i].hearers, func(h hearer) bool { return !slices.Contains(people, h.user.ID) })
	}
	return all
}

// composed is a letter whose source is stored.
type composed struct {
	*outbound.Letter
	sum  string
	size int64
}

func (s *Service) compose(ctx context.Context, w *writer, letters []letterTo) (out []composed, err error) {
	for i := range letters {
		c := composed{Letter: w.letter(&letters[i])}
		if c.sum, c.size, err = s.out.Compose(ctx, c.Letter); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

func (s *Service) queue(ctx context.Context, tx *store.Tx, w *writer, ready []composed, left []suppression) error {
	for _, l := range ready {
		if err := s.out.Queue(ctx, tx, l.Letter, l.sum, l.size); err != nil {
			return err
		}
		if err := noteAutomatic(ctx, tx, w, l.Letter); err != nil {
			return err
		}
	}
	for _, n := range left {
		r := outbound.Recipient{User: n.hearer.user.ID, Name: n.hearer.user.Name, Email: n.hearer.user.Email}
		if err := s.out.Suppress(ctx, tx, n.letter, r, n.hearer.cause, n.hearer.reason); err != nil {
			return err
		}
	}
	return nil
}

// noteAutomatic keeps count of automatic mail to other help desks, which get one a ticket.
func noteAutomatic(ctx context.Context, tx *store.Tx, w *writer, l *outbound.Letter) error {
	if l.Class == outbound.Human {
		return nil
	}
	for _, r := range append(append([]outbound.Recipient{}, l.To...), l.CC...) {
		if talk, ok := w.talks[strings.ToLower(r.Email)]; !ok || talk.Desk == 0 {
			continue
		}
		if err := tx.NoteAutomaticMail(ctx, l.Ticket, r.Email, w.now); err != nil {
			return err
		}
	}
	return nil
}

// readCopied reads who got the mail by which the comment came: they need no copy of it.
func (s *Service) readCopied(ctx context.Context, u *update) error {
	if u.source == "" || u.created {
		return nil
	}
	source, err := s.out.Source(ctx, u.source)
	if desk.KindOf(err) == desk.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	defer source.Close()
	m, err := mail.ReadMessage(source)
	if err != nil {
		return nil //nolint:nilerr // a header that cannot be read names nobody
	}
	u.hadItHere = map[string]bool{}
	for _, field := range [...]string{"To", "Cc"} {
		list, _ := m.Header.AddressList(field)
		for _, a := range list {
			u.hadItHere[strings.ToLower(a.Address)] = true
		}
	}
	return nil
}
