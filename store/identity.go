package store

import (
	"context"
	"time"

	"interdesk/desk"
	"interdesk/search"
	"interdesk/store/sqldb"
)

const identityColumns = `
	identity_id, user_id, kind, value, is_primary, verified, state, undelivered, reason, undelivered_at, verified_at,
	created_at, updated_at`

func scanIdentity(row scanner) (i desk.Identity, err error) {
	var undelivered, verified, created, updated int64
	err = row.Scan(&i.ID, &i.User, &i.Kind, &i.Value, &i.Primary, &i.Verified, &i.State, &i.Undelivered, &i.Reason, &undelivered,
		&verified, &created, &updated)
	i.UndeliveredAt, i.VerifiedAt = fromMicros(undelivered), fromMicros(verified)
	i.CreatedAt, i.UpdatedAt = fromMicros(created), fromMicros(updated)
	return i, err
}

// Identities lists the names by which users are known: of each user the primary address first, then the oldest.
func (tx *Tx) Identities(ctx context.Context, users ...desk.UserID) ([]desk.Identity, error) {
	if len(users) == 0 {
		return nil, nil
	}
	return queryAll(ctx, tx, scanIdentity, `
		select `+identityColumns+` from identities
		where account_id = $1 and user_id in (`+sqldb.Placeholders(2, len(users))+`)
		order by user_id, is_primary desc, identity_id`, withIDs(tx.account, users)...)
}

// Identity reads one of a user's names.
func (tx *Tx) Identity(ctx context.Context, user desk.UserID, id desk.IdentityID) (desk.Identity, error) {
	return queryOne(ctx, tx, scanIdentity, `
		select `+identityColumns+` from identities
		where account_id = $1 and user_id = $2 and identity_id = $3`, tx.account, user, id)
}

// IdentityByAddress finds an address of one of our people, in any case.
func (tx *Tx) IdentityByAddress(ctx context.Context, address string) (desk.Identity, error) {
	return queryOne(ctx, tx, scanIdentity, `
		select `+identityColumns+` from identities
		where account_id = $1 and value = $2 and kind = 'email'`, tx.account, lookupAddress(address))
}

// IdentitiesByAddress finds several addresses of our people, by their one form.
func (tx *Tx) IdentitiesByAddress(ctx context.Context, addresses []string) (map[string]desk.Identity, error) {
	if len(addresses) == 0 {
		return nil, nil
	}
	found, err := queryAll(ctx, tx, scanIdentity, `
		select `+identityColumns+` from identities
		where account_id = $1 and value in (`+sqldb.Placeholders(2, len(addresses))+`) and kind = 'email'`, withIDs(tx.account, addresses)...)
	out := make(map[string]desk.Identity, len(found))
	for _, i := range found {
		out[i.Value] = i
	}
	return out, err
}

// UserByAddress finds one of our own people by any of their addresses, in any case. Nobody at a partner's desk is ever found
// (nhd §16 row 8): they have none.
func (tx *Tx) UserByAddress(ctx context.Context, address string) (desk.User, error) {
	i, err := tx.IdentityByAddress(ctx, address)
	if err != nil {
		return desk.User{}, err
	}
	return tx.User(ctx, i.User)
}

// UserByLogin finds who signs in with an address: it is their primary one, or they have proved that it is theirs.
func (tx *Tx) UserByLogin(ctx context.Context, address string) (desk.User, error) {
	i, err := tx.IdentityByAddress(ctx, address)
	if err == nil && !i.Primary && !i.Verified {
		err = desk.Missing()
	}
	if err != nil {
		return desk.User{}, err
	}
	return tx.User(ctx, i.User)
}

// InsertIdentity gives a user another name. A user's first address is the primary one; another that is to be so takes the
// place of the one before.
func (tx *Tx) InsertIdentity(ctx context.Context, i *desk.Identity) error {
	return tx.changeIdentities(ctx, i.User, func(u *desk.User) error {
		primary := i.Kind == desk.IdentityEmail && (i.Primary || u.Email == "")
		i.Primary = false
		if err := tx.insertIdentity(ctx, i); err != nil || !primary {
			return err
		}
		i.Primary = true
		return tx.setPrimary(ctx, u, i.ID)
	})
}

func (tx *Tx) insertIdentity(ctx context.Context, i *desk.Identity) error {
	if err := tx.refuseSupportAddress(ctx, i.Kind, i.Value); err != nil {
		return err
	}
	stamp(tx, &i.ID, &i.CreatedAt, &i.UpdatedAt)
	if i.State == "" {
		i.State = desk.Deliverable
	}
	if i.Verified && i.VerifiedAt.IsZero() {
		i.VerifiedAt = i.CreatedAt
	}
	_, err := tx.Exec(ctx, `
		insert into identities (account_id, `+identityColumns+`)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		tx.account, i.ID, i.User, i.Kind, i.Value, i.Primary, i.Verified, i.State, i.Undelivered, i.Reason, micros(i.UndeliveredAt),
		micros(i.VerifiedAt), micros(i.CreatedAt), micros(i.UpdatedAt))
	return identityTaken(err, i)
}

// insertAddress stores the address of a new user.
func (tx *Tx) insertAddress(ctx context.Context, u *desk.User) error {
	if u.Email == "" {
		return nil
	}
	i := desk.Identity{User: u.ID, Kind: desk.IdentityEmail, Value: u.Email, Primary: true, Verified: u.Verified, CreatedAt: u.CreatedAt}
	return tx.insertIdentity(ctx, &i)
}

// UpdateIdentity stores an identity anew, all of it but whose it is, its kind and whether it is the primary one. An address
// that changes arrives, for all that is known.
func (tx *Tx) UpdateIdentity(ctx context.Context, i *desk.Identity) error {
	return tx.changeIdentities(ctx, i.User, func(u *desk.User) error {
		before, err := tx.Identity(ctx, i.User, i.ID)
		if err != nil {
			return err
		}
		if err := tx.refuseSupportAddress(ctx, before.Kind, i.Value); err != nil {
			return err
		}
		if i.Value != before.Value {
			i.State, i.Undelivered, i.Reason, i.UndeliveredAt = desk.Deliverable, 0, "", time.Time{}
		}
		i.UpdatedAt = tx.now()
		if i.Verified != before.Verified {
			i.VerifiedAt = time.Time{}
			if i.Verified {
				i.VerifiedAt = i.UpdatedAt
			}
		}
		if err := tx.updateIdentity(ctx, i); err != nil {
			return err
		}
		if before.Primary {
			return tx.setPrimary(ctx, u, i.ID)
		}
		return nil
	})
}

func (tx *Tx) updateIdentity(ctx context.Context, i *desk.Identity) error {
	return identityTaken(requireRow(tx.Exec(ctx, `
		update identities set value = $3, verified = $4, state = $5, undelivered = $6, reason = $7, undelivered_at = $8,
			verified_at = $9, updated_at = $10
		where account_id = $1 and identity_id = $2`,
		tx.account, i.ID, i.Value, i.Verified, i.State, i.Undelivered, i.Reason, micros(i.UndeliveredAt), micros(i.VerifiedAt),
		micros(i.UpdatedAt))), i)
}

// MakePrimary has mail for a user go to another of their addresses.
func (tx *Tx) MakePrimary(ctx context.Context, user desk.UserID, id desk.IdentityID) error {
	return tx.changeIdentities(ctx, user, func(u *desk.User) error {
		return tx.setPrimary(ctx, u, id)
	})
}

// DeleteIdentity takes a name from a user. When it was the primary address, one that they proved to be theirs becomes so,
// else the oldest.
func (tx *Tx) DeleteIdentity(ctx context.Context, user desk.UserID, id desk.IdentityID) error {
	return tx.changeIdentities(ctx, user, func(u *desk.User) error {
		return tx.deleteIdentity(ctx, u, id)
	})
}

func (tx *Tx) deleteIdentity(ctx context.Context, u *desk.User, id desk.IdentityID) error {
	gone, err := tx.Identity(ctx, u.ID, id)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `delete from identities where account_id = $1 and identity_id = $2`, tx.account, id); err != nil || !gone.Primary {
		return err
	}
	return tx.choosePrimary(ctx, u)
}

// choosePrimary makes an address that a user has proved to be theirs the primary one, else the oldest, else none.
func (tx *Tx) choosePrimary(ctx context.Context, u *desk.User) error {
	next, err := queryOne(ctx, tx, scanIdentity, `
		select `+identityColumns+` from identities
		where account_id = $1 and user_id = $2 and kind = 'email' order by verified desc, identity_id limit 1`, tx.account, u.ID)
	if desk.KindOf(err) == desk.NotFound {
		return tx.copyPrimary(ctx, u, "")
	}
	if err != nil {
		return err
	}
	return tx.setPrimary(ctx, u, next.ID)
}

// setPrimary has one of a user's addresses be the primary one, and the user repeat it.
func (tx *Tx) setPrimary(ctx context.Context, u *desk.User, id desk.IdentityID) error {
	i, err := tx.Identity(ctx, u.ID, id)
	if err != nil {
		return err
	}
	if i.Kind != desk.IdentityEmail {
		return desk.InvalidField("primary", "InvalidValue", "Primary: only an email address can be primary")
	}
	_, err = tx.Exec(ctx, `
		update identities set is_primary = (identity_id = $3), updated_at = $4
		where account_id = $1 and user_id = $2 and is_primary <> (identity_id = $3)`, tx.account, u.ID, id, micros(tx.now()))
	if err != nil {
		return err
	}
	return tx.copyPrimary(ctx, u, i.Value)
}

func (tx *Tx) copyPrimary(ctx context.Context, u *desk.User, address string) error {
	u.Email, u.UpdatedAt = address, tx.now()
	return userTaken(requireRow(tx.Exec(ctx, `
		update users set email = $3, updated_at = $4 where account_id = $1 and user_id = $2`,
		tx.account, u.ID, nullIfEmpty(address), micros(u.UpdatedAt))), u)
}

// changeIdentities has change edit a user's names, and brings what depends on them in line: whether the user is verified, the
// words by which the user is found, and the staff that rules and pages know by address.
func (tx *Tx) changeIdentities(ctx context.Context, user desk.UserID, change func(u *desk.User) error) error {
	u, err := tx.User(ctx, user)
	if err != nil {
		return err
	}
	all, err := tx.Identities(ctx, user)
	if err != nil {
		return err
	}
	before := personWords(&u, all...)
	if err := change(&u); err != nil {
		return err
	}
	if all, err = tx.Identities(ctx, user); err != nil {
		return err
	}
	if err := tx.copyVerified(ctx, &u, all); err != nil {
		return err
	}
	if err := tx.setNameWords(ctx, search.PersonKinds(), int64(user), before, personWords(&u, all...)); err != nil {
		return err
	}
	if err := tx.noteWritten(ctx, "users", "user_id", int64(user)); err != nil {
		return err
	}
	return tx.bumpForStaff(ctx, u.Role.Staff())
}

// copyVerified: a user is verified who has proved one address to be theirs.
func (tx *Tx) copyVerified(ctx context.Context, u *desk.User, all []desk.Identity) error {
	verified := false
	for _, i := range all {
		verified = verified || i.Verified
	}
	if len(all) == 0 || verified == u.Verified {
		return nil
	}
	u.Verified = verified
	return requireRow(tx.Exec(ctx, `
		update users set verified = $3 where account_id = $1 and user_id = $2`, tx.account, u.ID, verified))
}

// replaceAddress brings a user's names in line with an address that was written into the user itself.
func (tx *Tx) replaceAddress(ctx context.Context, before desk.User, u *desk.User) error {
	if !u.Active {
		_, err := tx.Exec(ctx, `delete from identities where account_id = $1 and user_id = $2`, tx.account, u.ID)
		return err
	}
	if u.Email != before.Email {
		if err := tx.storeAddress(ctx, before, u); err != nil {
			return err
		}
	}
	if u.Verified == before.Verified {
		return nil
	}
	now := micros(tx.now())
	at := now
	if !u.Verified {
		at = 0
	}
	_, err := tx.Exec(ctx, `
		update identities set verified = $3, verified_at = $4, updated_at = $5
		where account_id = $1 and user_id = $2 and kind = 'email' and (is_primary or not $3) and verified <> $3`,
		tx.account, u.ID, u.Verified, at, now)
	return err
}

// storeAddress writes the primary address in place of the one before, or makes another that the user has the primary one.
func (tx *Tx) storeAddress(ctx context.Context, before desk.User, u *desk.User) error {
	var old desk.Identity
	var err error
	if before.Email != "" {
		if old, err = tx.IdentityByAddress(ctx, before.Email); err != nil {
			return err
		}
	}
	if u.Email == "" {
		return tx.deleteIdentity(ctx, u, old.ID)
	}
	known, err := tx.IdentityByAddress(ctx, u.Email)
	switch {
	case err == nil && known.User == u.ID:
		return tx.setPrimary(ctx, u, known.ID)
	case err != nil && desk.KindOf(err) != desk.NotFound:
		return err
	case old.ID == 0:
		i := desk.Identity{User: u.ID, Kind: desk.IdentityEmail, Value: u.Email, Primary: true, Verified: u.Verified}
		return tx.insertIdentity(ctx, &i)
	}
	if err := tx.refuseSupportAddress(ctx, desk.IdentityEmail, u.Email); err != nil {
		return err
	}
	old.Value, old.State, old.Undelivered, old.Reason, old.UndeliveredAt = u.Email, desk.Deliverable, 0, "", time.Time{}
	old.UpdatedAt = tx.now()
	return tx.updateIdentity(ctx, &old)
}

// SetDeliverable notes what is known of whether mail to an address arrives. An address of nobody is left alone.
func (tx *Tx) SetDeliverable(ctx context.Context, address string, state desk.DeliverableState, reason string) error {
	at := int64(0)
	if state == desk.Undeliverable {
		at = micros(tx.now())
	}
	_, err := tx.Exec(ctx, `
		update identities set state = $3, reason = $4, undelivered_at = $5, updated_at = $6,
			undelivered = case when $3 = 'deliverable' then 0 else undelivered end
		where account_id = $1 and value = $2 and kind = 'email'`,
		tx.account, lookupAddress(address), state, reason, at, micros(tx.now()))
	return err
}

// CountUndelivered notes a mail to an address that did not arrive for now, and why.
func (tx *Tx) CountUndelivered(ctx context.Context, address, reason string) error {
	_, err := tx.Exec(ctx, `
		update identities set undelivered = undelivered + 1, reason = $3, undelivered_at = $4, updated_at = $4
		where account_id = $1 and value = $2 and kind = 'email'`, tx.account, lookupAddress(address), reason, micros(tx.now()))
	return err
}

// refuseSupportAddress keeps people from having an address at which the account itself receives mail: whoever answered them
// would write to the desk.
func (tx *Tx) refuseSupportAddress(ctx context.Context, kind desk.IdentityKind, address string) error {
	if kind != desk.IdentityEmail {
		return nil
	}
	var n int
	err := tx.QueryRow(ctx, `
		select count(*) from support_addresses where account_id = $1 and address = $2`, tx.account, desk.PlainAddress(address)).Scan(&n)
	if err == nil && n > 0 {
		err = desk.InvalidField("email", "InvalidValue", "Email: "+address+" is a support address, which nobody can have")
	}
	return err
}

// refuseUserAddress keeps the account from receiving mail at an address that one of its people has.
func (tx *Tx) refuseUserAddress(ctx context.Context, address string) error {
	_, err := tx.IdentityByAddress(ctx, address)
	if desk.KindOf(err) == desk.NotFound {
		return nil
	}
	if err == nil {
		return desk.InvalidField("email", "InvalidValue", "Email: "+address+" is the address of a user, which the desk cannot have")
	}
	return err
}

// lookupAddress is an address in the form in which it lies in the database, as far as it can be one at all.
func lookupAddress(address string) string {
	if normal, ok := desk.NormalizeEmail(address); ok {
		return normal
	}
	return ""
}

func identityTaken(err error, i *desk.Identity) error {
	if i.Kind == desk.IdentityEmail {
		return uniqueFault(err, "value", "email", "Email: "+i.Value+" is already being used by another user")
	}
	return uniqueFault(err, "value", "value", "Value: "+i.Value+" is already being used by another user")
}
