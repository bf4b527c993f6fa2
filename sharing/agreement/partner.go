package agreement

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"interdesk/desk"
	"interdesk/store"
)

// Partner is everything between us and one other desk.
type Partner struct {
	URL   string // its sharing URL
	Host  string // with its port
	Lines []Line // the agreements of both directions, the newest first
}

// Line is one agreement and how its messages do.
type Line struct {
	desk.Agreement
	store.Health
}

// Partners gathers the account's agreements by partner, by name.
func Partners(ctx context.Context, tx *store.Tx) ([]Partner, error) {
	agreements, err := tx.Agreements(ctx)
	if err != nil || len(agreements) == 0 {
		return nil, err
	}
	health, err := tx.AgreementsHealth(ctx)
	if err != nil {
		return nil, err
	}
	var out []Partner
	at := map[string]int{}
	for _, a := range slices.Backward(agreements) {
		key := strings.ToLower(a.RemoteURL)
		i, known := at[key]
		if !known {
			i = len(out)
			at[key] = i
			out = append(out, Partner{URL: a.RemoteURL, Host: HostOf(a.RemoteURL)})
		}
		out[i].Lines = append(out[i].Lines, Line{a, health[a.ID]})
	}
	slices.SortStableFunc(out, func(a, b Partner) int {
		return cmp.Compare(strings.ToLower(a.Name()), strings.ToLower(b.Name()))
	})
	return out, nil
}

// HostOf is the host of a sharing URL, with its port where one is stated.
func HostOf(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return raw
	}
	return u.Host
}

// Name is what we call the partner: by the agreement that says most.
func (p Partner) Name() string {
	for _, inbound := range [...]bool{false, true} {
		if l := p.Current(inbound); l != nil && l.Usable() {
			return l.Agreement.Name
		}
	}
	return p.Lines[0].Agreement.Name
}

// Current is the agreement of a direction that counts: one in force, else one that waits for an answer, else the newest.
// There may be none.
func (p Partner) Current(inbound bool) *Line {
	var best *Line
	for i := range p.Lines {
		if l := &p.Lines[i]; l.Inbound == inbound && (best == nil || weight(l.Status) > weight(best.Status)) {
			best = l
		}
	}
	return best
}

func weight(s desk.AgreementStatus) int {
	switch {
	case s == desk.AgreementAccepted:
		return 3
	case s == desk.AgreementPending:
		return 2
	case undelivered(s):
		return 1
	}
	return 0
}

// Health sums up the messages of all agreements with the partner.
func (p Partner) Health() (h store.Health) {
	for _, l := range p.Lines {
		h.Waiting += l.Waiting
		h.Failing += l.Failing
		h.Dead += l.Dead
		if !l.OldestWaiting.IsZero() && (h.OldestWaiting.IsZero() || l.OldestWaiting.Before(h.OldestWaiting)) {
			h.OldestWaiting = l.OldestWaiting
		}
	}
	return h
}

// SeenAt is the last good exchange with the partner.
func (p Partner) SeenAt() (at time.Time) {
	for _, l := range p.Lines {
		if l.LastSeenAt.After(at) {
			at = l.LastSeenAt
		}
	}
	return at
}

// Trouble is what is wrong at present, in the partner's own words, and since when.
func (p Partner) Trouble() (words string, at time.Time) {
	for _, l := range p.Lines {
		if l.LastError != "" && l.LastErrorAt.After(at) {
			words, at = l.LastError, l.LastErrorAt
		}
	}
	return words, at
}
