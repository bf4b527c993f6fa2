package access

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"interdesk/desk"
	"interdesk/store"
)

// How long the links in letters live.
const (
	passwordLinkLife = 2 * time.Hour
	signInLinkLife   = time.Hour
	inviteLinkLife   = 14 * 24 * time.Hour
	verifyLinkLife   = 7 * 24 * time.Hour
	unfollowLinkLife = 2 * 365 * 24 * time.Hour
	ratingLinkLife   = 28 * 24 * time.Hour
)

// lifeOf is how long a link lives.
func lifeOf(p LinkPurpose) time.Duration {
	switch p {
	case LinkPassword:
		return passwordLinkLife
	case LinkSignIn:
		return signInLinkLife
	case LinkInvite:
		return inviteLinkLife
	}
	return verifyLinkLife
}

// Link makes the secret part of a link for a user: to a new password, a first one, or to signing in. A link of each kind is
// over once it was used, and whenever the password changes.
func (s *Service) Link(ctx context.Context, tx *store.Tx, p LinkPurpose, u desk.User) (string, error) {
	state, err := linkState(ctx, tx, p, u)
	return s.links.Sign(p, tx.Account(), idOf(u.ID), state, s.now().Add(lifeOf(p))), err
}

// linkState is what the use of a link changes.
func linkState(ctx context.Context, tx *store.Tx, p LinkPurpose, u desk.User) (string, error) {
	hash, err := tx.PasswordHash(ctx, u.ID)
	if desk.KindOf(err) == desk.NotFound {
		err = nil // none yet
	}
	state := u.Email + "\x00" + hash
	if p == LinkSignIn {
		state += "\x00" + strconv.FormatInt(u.LastLoginAt.UnixMicro(), 10)
	}
	return state, err
}

func idOf[T ~int64](id T) string { return strconv.FormatInt(int64(id), 10) }

// openLink finds whose link it is. One that is over, and one of somebody who may not sign in, is NotFound.
func (s *Service) openLink(ctx context.Context, tx *store.Tx, p LinkPurpose, token string) (desk.User, error) {
	l, err := s.links.Open(p, tx.Account(), token)
	if err != nil {
		return desk.User{}, err
	}
	id, _ := strconv.ParseInt(l.Subject, 10, 64)
	u, err := tx.User(ctx, desk.UserID(id))
	if desk.KindOf(err) == desk.NotFound || err == nil && !maySignIn(u) {
		return u, brokenLink()
	}
	if err != nil {
		return u, err
	}
	state, err := linkState(ctx, tx, p, u)
	if err != nil {
		return u, err
	}
	return u, l.Holds(state, s.now())
}

// LinkedUser tells whose link it is while it may be used, and changes nothing: programs that look at all links in mail may
// ask as often as they like.
func (s *Service) LinkedUser(ctx context.Context, account desk.AccountID, p LinkPurpose, token string) (u desk.User, err error) {
	err = s.store.Account(account).Read(ctx, func(tx *store.Tx) error {
		u, err = s.openLink(ctx, tx, p, token)
		return err
	})
	return u, err
}

// SetPasswordByLink gives the link's owner a password, by a link of either kind. That the letter was read proves the
// address.
func (s *Service) SetPasswordByLink(ctx context.Context, account desk.AccountID, p LinkPurpose, token, password string) (u desk.User, err error) {
	hash, err := s.Hash(ctx, password)
	if err != nil {
		return u, err
	}
	err = s.store.Account(account).Write(ctx, func(tx *store.Tx) error {
		if u, err = s.openLink(ctx, tx, p, token); err != nil {
			return err
		}
		if err := tx.SetPasswordHash(ctx, u.ID, hash); err != nil {
			return err
		}
		if err := tx.DeleteSessions(ctx, u.ID, 0); err != nil {
			return err
		}
		return proveAddress(ctx, tx, u.ID, u.Email)
	})
	if err == nil {
		s.Forget(account)
	}
	return u, err
}

// SignInByLink begins a session for the link's owner.
func (s *Service) SignInByLink(ctx context.Context, account desk.AccountID, token string, l Login) (secret string, u desk.User, err error) {
	secret, session := s.newSession(l)
	err = s.store.Account(account).Write(ctx, func(tx *store.Tx) error {
		if u, err = s.openLink(ctx, tx, LinkSignIn, token); err != nil {
			return err
		}
		if u.Role.Staff() {
			return brokenLink() // who works here has a password
		}
		if err := tx.SetLastLogin(ctx, u.ID, s.now()); err != nil {
			return err
		}
		if err := proveAddress(ctx, tx, u.ID, u.Email); err != nil {
			return err
		}
		return s.storeSession(ctx, tx, u, &session, secret)
	})
	return secret, u, err
}

// newSession is a session of a browser, and the secret for its cookie.
func (s *Service) newSession(l Login) (secret string, session store.Session) {
	raw := make([]byte, tokenBytes)
	_, _ = rand.Read(raw) // never fails
	now := s.now()
	agent := strings.ToValidUTF8(strings.ReplaceAll(l.Agent, "\x00", ""), "")
	agent = strings.ToValidUTF8(agent[:min(len(agent), 255)], "")
	return base64.RawURLEncoding.EncodeToString(raw), store.Session{Agent: agent, Address: l.Client.String(), CreatedAt: now, SeenAt: now}
}

// storeSession begins a user's session. Sign-ins of staff are in the audit log.
func (s *Service) storeSession(ctx context.Context, tx *store.Tx, u desk.User, session *store.Session, secret string) error {
	session.User = u.ID
	if err := tx.PruneSessions(ctx, session.SeenAt.Add(-SessionLife)); err != nil {
		return err
	}
	if err := tx.InsertSession(ctx, session, hashToken(secret)); err != nil || !u.Role.Staff() {
		return err
	}
	return tx.InsertAuditLog(ctx, desk.AuditLog{Actor: u.ID, ActorName: u.Name, Action: desk.AuditLogin, IP: session.Address,
		Source: desk.AuditSource{Type: "user", ID: int64(u.ID), Label: u.Name}})
}

// proveAddress notes that an address is its user's own: a letter that was sent there was read.
func proveAddress(ctx context.Context, tx *store.Tx, user desk.UserID, address string) error {
	all, err := tx.Identities(ctx, user)
	if err != nil {
		return err
	}
	for _, i := range all {
		if i.Kind == desk.IdentityEmail && i.Value == address && !i.Verified {
			i.Verified = true
			return tx.UpdateIdentity(ctx, &i)
		}
	}
	return nil
}

// VerifyLink makes the secret part of a link by which somebody proves an address to be theirs.
func (s *Service) VerifyLink(account desk.AccountID, i desk.Identity) string {
	return s.links.Sign(LinkVerify, account, fmt.Sprintf("%d-%d", i.User, i.ID), i.Value, s.now().Add(verifyLinkLife))
}

// LinkedAddress tells which address a link proves, while it does.
func (s *Service) LinkedAddress(ctx context.Context, account desk.AccountID, token string) (i desk.Identity, err error) {
	err = s.store.Account(account).Read(ctx, func(tx *store.Tx) error {
		i, err = s.openVerify(ctx, tx, token)
		return err
	})
	return i, err
}

func (s *Service) openVerify(ctx context.Context, tx *store.Tx, token string) (desk.Identity, error) {
	l, err := s.links.Open(LinkVerify, tx.Account(), token)
	if err != nil {
		return desk.Identity{}, err
	}
	user, identity := pairOf(l.Subject)
	i, err := tx.Identity(ctx, desk.UserID(user), desk.IdentityID(identity))
	if desk.KindOf(err) == desk.NotFound {
		return i, brokenLink()
	}
	if err != nil {
		return i, err
	}
	return i, l.Holds(i.Value, s.now())
}

// VerifyByLink notes that the address is its user's own.
func (s *Service) VerifyByLink(ctx context.Context, account desk.AccountID, token string) (i desk.Identity, err error) {
	err = s.store.Account(account).Write(ctx, func(tx *store.Tx) error {
		if i, err = s.openVerify(ctx, tx, token); err != nil {
			return err
		}
		return proveAddress(ctx, tx, i.User, i.Value)
	})
	if err == nil {
		s.Forget(account)
	}
	return i, err
}

// UnfollowLink makes the secret part of the link by which somebody follows a ticket no longer.
func (s *Service) UnfollowLink(account desk.AccountID, ticket desk.TicketID, user desk.UserID) string {
	return s.links.Sign(LinkUnfollow, account, fmt.Sprintf("%d-%d", ticket, user), "", s.now().Add(unfollowLinkLife))
}

// RatingLink makes the secret part of the link by which a ticket's requester rates it. It may be used again while it lives: people
// change their minds.
func (s *Service) RatingLink(account desk.AccountID, ticket desk.TicketID, user desk.UserID) string {
	return s.links.Sign(LinkRating, account, fmt.Sprintf("%d-%d", ticket, user), "", s.now().Add(ratingLinkLife))
}

// LinkedRater tells who rates which ticket by a link.
func (s *Service) LinkedRater(account desk.AccountID, token string) (desk.TicketID, desk.UserID, error) {
	return s.linkedPair(LinkRating, account, token)
}

// LinkedFollower tells who no longer wants to follow which ticket.
func (s *Service) LinkedFollower(account desk.AccountID, token string) (desk.TicketID, desk.UserID, error) {
	return s.linkedPair(LinkUnfollow, account, token)
}

// linkedPair tells of which ticket and user a link is that holds.
func (s *Service) linkedPair(p LinkPurpose, account desk.AccountID, token string) (desk.TicketID, desk.UserID, error) {
	l, err := s.links.Open(p, account, token)
	if err == nil {
		err = l.Holds("", s.now())
	}
	ticket, user := pairOf(l.Subject)
	return desk.TicketID(ticket), desk.UserID(user), err
}

// pairOf reads two ids.
func pairOf(subject string) (a, b int64) {
	first, second, _ := strings.Cut(subject, "-")
	a, _ = strconv.ParseInt(first, 10, 64)
	b, _ = strconv.ParseInt(second, 10, 64)
	return a, b
}
