package store

import (
	"context"

	"interdesk/desk"
)

// PeopleFollower reacts to a user or an organization that is made, changed or deleted, inside the change's own transaction. It
// does no network I/O.
type PeopleFollower interface {
	FollowPeople(ctx context.Context, tx *Tx, c desk.PersonChange) error
}

// With adds followers of people; it belongs to the wiring, before the first change.
func (s *Store) With(followers ...PeopleFollower) *Store {
	s.people = append(s.people, followers...)
	return s
}

// tellPeople lets exports and the followers hear of a change.
func (tx *Tx) tellPeople(ctx context.Context, c desk.PersonChange) error {
	if err := tx.noteChange(ctx, c); err != nil {
		return err
	}
	for _, f := range tx.store.people {
		if err := f.FollowPeople(ctx, tx, c); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) noteChange(ctx context.Context, c desk.PersonChange) error {
	if c.UserAfter != nil {
		return tx.noteWritten(ctx, "users", "user_id", int64(c.UserAfter.ID))
	}
	if c.OrganizationAfter != nil {
		return tx.noteWritten(ctx, "organizations", "organization_id", int64(c.OrganizationAfter.ID))
	}
	return nil
}
