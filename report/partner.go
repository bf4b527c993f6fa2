package report

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"interdesk/desk"
	"interdesk/store"
)

// sharesRead is of how many shares of a span, the latest ones, a partner's first answers are looked up.
const sharesRead = 5_000

// Partner is what went between this desk and another. Agreements in both directions with one desk count together.
type Partner struct {
	Name    string
	Out     int // tickets shared with it in the span
	In      int // tickets that it shared in the span
	Live    int // shared now, either way
	Waiting int // of these, unsolved, and the last word was ours
	Answers Answers
}

// countPartners counts the shares of each partner.
func (r *Report) countPartners(ctx context.Context, tx *store.Tx) error {
	agreements, err := tx.Agreements(ctx)
	if err != nil {
		return err
	}
	byDesk, of := map[string]*Partner{}, map[desk.AgreementID]*Partner{}
	for _, a := range agreements {
		p := byDesk[a.RemoteURL]
		if p == nil {
			p = &Partner{Name: a.Name}
			byDesk[a.RemoteURL] = p
		}
		of[a.ID] = p
	}
	if len(of) == 0 {
		return nil
	}
	if err := r.countShares(ctx, tx, of); err != nil {
		return err
	}
	if err := r.partnerAnswers(ctx, tx, of); err != nil {
		return err
	}
	for _, p := range byDesk {
		r.Partners = append(r.Partners, *p)
	}
	slices.SortFunc(r.Partners, func(a, b Partner) int {
		return cmp.Or(b.Out+b.In-a.Out-a.In, b.Live-a.Live, strings.Compare(a.Name, b.Name))
	})
	return nil
}

func (r *Report) countShares(ctx context.Context, tx *store.Tx, of map[desk.AgreementID]*Partner) error {
	from, until := r.Span.bounds()
	return eachRow(ctx, tx, func(scan func(...any) error) error {
		var agreement desk.AgreementID
		var inbound bool
		var begun, live, waiting int
		if err := scan(&agreement, &inbound, &begun, &live, &waiting); err != nil {
			return err
		}
		p := of[agreement]
		if p == nil {
			return nil // the agreement was deleted
		}
		if inbound {
			p.In += begun
		} else {
			p.Out += begun
		}
		p.Live += live
		p.Waiting += waiting
		return nil
	}, `
		select s.agreement_id, s.inbound,
			sum(case when s.created_at >= $2 and s.created_at < $3 then 1 else 0 end),
			sum(case when s.state = $4 then 1 else 0 end),
			sum(case when s.state = $4 and s.last_sent_at > s.last_seen_at and t.status_rank < $5 then 1 else 0 end)
		from shares s
		join tickets t on t.account_id = s.account_id and t.ticket_id = s.ticket_id and t.deleted_at = 0
		where s.account_id = $1
		group by s.agreement_id, s.inbound`, tx.Account(), from, until, string(desk.ShareLive), desk.Solved.Rank())
}

// partnerAnswers looks up when a partner first said something on tickets that were shared with it.
func (r *Report) partnerAnswers(ctx context.Context, tx *store.Tx, of map[desk.AgreementID]*Partner) error {
	from, until := r.Span.bounds()
	took := map[*Partner][]time.Duration{}
	err := eachRow(ctx, tx, func(scan func(...any) error) error {
		var agreement desk.AgreementID
		var shared, answered int64
		if err := scan(&agreement, &shared, &answered); err != nil {
			return err
		}
		if p := of[agreement]; p != nil {
			took[p] = append(took[p], time.Duration(max(answered-shared, 0))*time.Microsecond)
		}
		return nil
	}, `
		select s.agreement_id, s.created_at, min(c.created_at)
		from (
			select share_id, agreement_id, ticket_id, created_at from shares
			where account_id = $1 and created_at >= $2 and created_at < $3 and not inbound
			order by share_id desc limit $4
		) s
		join share_comments sc on sc.account_id = $1 and sc.share_id = s.share_id and sc.inbound
		join comments c on c.account_id = $1 and c.ticket_id = s.ticket_id and c.comment_id = sc.comment_id
		group by s.share_id, s.agreement_id, s.created_at`, tx.Account(), from, until, sharesRead)
	for p, all := range took {
		p.Answers = Answers{Of: len(all), Median: median(all)}
	}
	return err
}
