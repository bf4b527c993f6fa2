package agreement

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/wire"
	"interdesk/store"
)

// digestsAtOnce is how many shares one page of digests has.
const digestsAtOnce = 500

// Digests are a page of what both sides of the shares under an agreement must have, by ticket uuid.
func (s *Service) Digests(ctx context.Context, account desk.AccountID, id desk.AgreementID, after desk.ShareID) (page wire.DigestPage, err error) {
	page.Digests = []wire.ShareDigest{}
	err = s.store.Account(account).Read(ctx, func(tx *store.Tx) error {
		shares, err := tx.SharesIn(ctx, id, []desk.ShareState{desk.ShareLive}, after, digestsAtOnce)
		if err != nil {
			return err
		}
		for n := range shares {
			d, err := digestOf(ctx, tx, &shares[n])
			if err != nil {
				return err
			}
			page.Digests = append(page.Digests, wire.ShareDigest{UUID: d.UUID, Digest: d.Digest})
		}
		if len(shares) == digestsAtOnce {
			page.Next = wire.DigestsAfter + strconv.FormatInt(int64(shares[len(shares)-1].ID), 10)
		}
		return nil
	})
	return page, err
}

// afterOf is the share after which a page begins.
func afterOf(name string) desk.ShareID {
	n, _ := strconv.ParseInt(strings.TrimPrefix(name, wire.DigestsAfter), 10, 64)
	return desk.ShareID(n)
}

// NamedDigests answers what a partner asks for by name: a page of digests, or one share.
func (s *Service) NamedDigests(ctx context.Context, account desk.AccountID, id desk.AgreementID, name string) (any, error) {
	if strings.HasPrefix(name, wire.DigestsAfter) {
		return s.Digests(ctx, account, id, afterOf(name))
	}
	return s.ShareDigest(ctx, account, id, name)
}

// ShareDigest is what both sides of one share must have.
func (s *Service) ShareDigest(ctx context.Context, account desk.AccountID, id desk.AgreementID, uuid string) (d wire.ShareDigest, err error) {
	err = s.store.Account(account).Read(ctx, func(tx *store.Tx) error {
		share, err := tx.ShareByUUID(ctx, id, uuid)
		if err == nil {
			d, err = digestOf(ctx, tx, &share)
		}
		return err
	})
	return d, err
}

func digestOf(ctx context.Context, tx *store.Tx, share *desk.Share) (wire.ShareDigest, error) {
	comments, err := tx.ShareComments(ctx, share.ID)
	d := wire.ShareDigest{UUID: share.UUID, Comments: slices.Sorted(maps.Keys(comments))}
	if d.Comments == nil {
		d.Comments = []string{}
	}
	a, findErr := tx.FindAgreement(ctx, share.Agreement)
	if err = errors.Join(err, findErr); err != nil {
		return d, err
	}
	sum, said := sha256.New(), sharing.AsSaid(*share, a)
	fmt.Fprintf(sum, "%q %q %q %q", d.Comments, said.Subject, said.Status, slices.Sorted(slices.Values(said.Tags)))
	for _, title := range slices.Sorted(maps.Keys(said.Fields)) {
		if value := said.Fields[title]; value != "null" && value != "false" && value != `""` {
			fmt.Fprintf(sum, " %q=%q", title, value)
		}
	}
	d.Digest = hex.EncodeToString(sum.Sum(nil))[:32]
	return d, err
}
