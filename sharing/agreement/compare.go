package agreement

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/sharing"
	"interdesk/sharing/peer"
	"interdesk/sharing/wire"
	"interdesk/store"
)

// Two Interdesks can hold their shares against each other, as a desk that was restored from a backup must (share-life §7). They
// exchange a digest a share, look closer at those that differ, and send again what is missing: comments by whoever has them,
// and subject, status, tags and fields by the desk that shared the ticket, since its word counts.

// Compare does that now and keeps on the agreement what was found.
func (s *Service) Compare(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID) (desk.Agreement, error) {
	if err := sharing.NeedAdmin(actor); err != nil {
		return desk.Agreement{}, err
	}
	a, key, err := s.readWithKey(ctx, account, id)
	switch {
	case err != nil:
		return a, err
	case a.PausedBy.Cold():
		return a, errCold()
	case !a.Usable():
		return a, wrongStatus(&a, "compared")
	}
	found := s.compare(ctx, account, a, key)
	return s.change(ctx, account, actor, id, "", func(tx *store.Tx, a *desk.Agreement) error {
		a.Check = found
		return nil
	})
}

// enqueueCompare has an agreement compared soon.
func (s *Service) enqueueCompare(ctx context.Context, tx *store.Tx, a *desk.Agreement) error {
	if !a.Usable() {
		return nil
	}
	payload, err := json.Marshal(a.ID)
	if err != nil {
		return err
	}
	_, err = job.Insert(ctx, tx.Tx, job.Insertion{Account: int64(tx.Account()), Kind: jobCompare, Party: sharing.Party(a.ID), Payload: payload})
	return err
}

func (s *Service) runCompare(ctx context.Context, j job.Job) job.Outcome {
	var id desk.AgreementID
	if err := json.Unmarshal(j.Payload, &id); err != nil {
		return job.Outcome{Err: err, Dead: true}
	}
	a, err := s.Compare(ctx, desk.AccountID(j.Account), desk.Actor{System: true}, id)
	switch kind := desk.KindOf(err); {
	case err == nil && a.Check.Fault != "":
		return job.Outcome{Err: errors.New(a.Check.Fault)}
	case err != nil && (kind == desk.Invalid || kind == desk.NotFound):
		return job.Outcome{}
	}
	return job.Outcome{Err: err}
}

// maxDiffering is how many shares one comparison looks at closely.
const maxDiffering = 200

// comparison is one under way.
type comparison struct {
	*Service
	account desk.AccountID
	a       desk.Agreement
	key     string
	found   desk.Comparison
	looked  int
}

func (s *Service) compare(ctx context.Context, account desk.AccountID, a desk.Agreement, key string) desk.Comparison {
	c := &comparison{Service: s, account: account, a: a, key: key}
	if err := c.run(ctx); err != nil {
		c.found.Fault = err.Error()
	}
	c.found.At = s.core.Now()
	return c.found
}

var errMany = errors.New("more tickets differ than are looked at in one go; compare again when these are through")

func (c *comparison) run(ctx context.Context) error {
	theirs, err := c.theirDigests(ctx)
	if err != nil {
		return err
	}
	ours := map[string]string{}
	for after := desk.ShareID(0); ; {
		page, err := c.Digests(ctx, c.account, c.a.ID, after)
		if err != nil {
			return err
		}
		for _, d := range page.Digests {
			ours[d.UUID] = d.Digest
		}
		if page.Next == "" {
			break
		}
		after = afterOf(page.Next)
	}
	for _, uuid := range sortedKeys(theirs, ours) {
		there, known := theirs[uuid]
		here, has := ours[uuid]
		if known && has {
			c.found.Compared++
		}
		if there == here {
			continue
		}
		if c.looked++; c.looked > maxDiffering {
			return errMany
		}
		if err := c.look(ctx, uuid, known, has); err != nil {
			return err
		}
	}
	return nil
}

func sortedKeys(maps ...map[string]string) []string {
	var out []string
	for _, m := range maps {
		for key := range m {
			out = append(out, key)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (c *comparison) theirDigests(ctx context.Context) (map[string]string, error) {
	out := map[string]string{}
	for next := wire.FirstDigests; next != ""; {
		var page wire.DigestPage
		if err := c.get(ctx, next, &page); err != nil {
			return nil, err
		}
		for _, d := range page.Digests {
			out[d.UUID] = d.Digest
		}
		next = page.Next
	}
	return out, nil
}

func (c *comparison) get(ctx context.Context, name string, into any) error {
	got := c.send(ctx, http.MethodGet, name, nil)
	if got.Verdict != peer.Done {
		return errors.New("the partner could not be asked: " + got.Sentence())
	}
	if json.Unmarshal(got.Body, into) != nil {
		return errors.New("the partner's software cannot compare")
	}
	return nil
}

func (c *comparison) send(ctx context.Context, method, name string, body []byte) peer.Answer {
	return c.peer.Send(ctx, peer.Message{Base: c.a.RemoteURL, Token: wire.Token{Agreement: c.a.UUID, Key: c.key}, Method: method,
		Resource: peer.Digests, UUID: name, Body: body, Dialect: wire.DialectDefault})
}

// look finds out what of a share is missing on which side.
func (c *comparison) look(ctx context.Context, uuid string, known, has bool) error {
	var theirs wire.ShareDigest
	if known {
		if err := c.get(ctx, uuid, &theirs); err != nil {
			return err
		}
	}
	ours, err := c.ShareDigest(ctx, c.account, c.a.ID, uuid)
	switch {
	case desk.KindOf(err) == desk.NotFound && !has && c.a.Inbound:
		return c.askAgain(ctx, uuid, nil)
	case desk.KindOf(err) == desk.NotFound, err == nil && !has, !known && c.a.Inbound:
		c.found.Unknown++ // it ended on one side, or only the partner ever had it
		return nil
	case err != nil:
		return err
	}
	lacksThere, lacksHere := lacks(ours.Comments, theirs.Comments), lacks(theirs.Comments, ours.Comments)
	if !c.a.Inbound || lacksThere {
		c.found.Resent++
		if err := c.sendAgain(ctx, uuid, theirs.Comments); err != nil {
			return err
		}
	}
	if c.a.Inbound && !lacksThere || lacksHere {
		return c.askAgain(ctx, uuid, ours.Comments)
	}
	return nil
}

// lacks tells whether something of one list is not in the other.
func lacks(some, all []string) bool {
	return slices.ContainsFunc(some, func(uuid string) bool { return !slices.Contains(all, uuid) })
}

// askAgain asks the partner to send what is not among what is here.
func (c *comparison) askAgain(ctx context.Context, uuid string, have []string) error {
	body, err := json.Marshal(wire.ShareDigest{UUID: uuid, Comments: have})
	if err != nil {
		return err
	}
	got := c.send(ctx, http.MethodPut, uuid, body)
	if got.Verdict != peer.Done {
		return errors.New("the partner does not send again what is missing: " + got.Sentence())
	}
	c.found.Asked++
	return nil
}

func (c *comparison) sendAgain(ctx context.Context, uuid string, have []string) error {
	return c.SendAgain(ctx, c.account, c.a.ID, uuid, have)
}

// SendAgain sends the partner of a share what is not among the comments that it has. Of a ticket that we shared, all that both
// sides must have goes along.
func (s *Service) SendAgain(ctx context.Context, account desk.AccountID, id desk.AgreementID, uuid string, have []string) error {
	return s.store.Account(account).Write(ctx, func(tx *store.Tx) error {
		share, err := tx.ShareByUUID(ctx, id, uuid)
		if err != nil || share.State != desk.ShareLive {
			return err
		}
		named, err := tx.ShareComments(ctx, share.ID)
		if err != nil {
			return err
		}
		var missing []desk.CommentID
		for name, comment := range named {
			if !slices.Contains(have, name) {
				missing = append(missing, comment)
			}
		}
		slices.Sort(missing)
		return s.options.SendAgain(ctx, tx, &share, missing)
	})
}
