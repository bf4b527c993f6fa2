package agreement

import (
	"context"
	"maps"
	"strings"
	"time"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/sharing"
	"interdesk/store"
)

// Rename changes what we call a partner.
func (s *Service) Rename(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID, name string) (desk.Agreement, error) {
	return s.change(ctx, account, actor, id, "", renamed(name))
}

// RenameIn is Rename within the caller's transaction.
func (s *Service) RenameIn(ctx context.Context, tx *store.Tx, actor desk.Actor, id desk.AgreementID, name string) (desk.Agreement, error) {
	return s.changeIn(ctx, tx, actor, id, "", renamed(name))
}

func renamed(name string) func(*store.Tx, *desk.Agreement) error {
	return func(_ *store.Tx, a *desk.Agreement) error {
		if name = strings.TrimSpace(name); name == "" || len(name) > desk.MaxName {
			return desk.InvalidField("name", "InvalidValue", "Name: must have 1 to 255 bytes")
		}
		a.Name = name
		return nil
	}
}

// Settings are what is ours alone in an agreement.
type Settings struct {
	ShareNotes  bool              // private notes travel: all of them, or when it is switched on later those from then on
	PassNotes   bool              // other partners' private notes travel to this one
	PeopleLimit int               // how many unknown people a message may bring
	Dialect     desk.Dialect      // nhd §15
	StatusMap   map[string]string // the partner's status words (nhd §11.1)
}

// SettingsOf are those that hold.
func SettingsOf(a *desk.Agreement) Settings {
	return Settings{a.ShareNotes, a.PassNotes, a.PeopleLimit, a.Dialect, a.StatusMap}
}

// maxPeopleLimit is how many unknown people an admin may allow a message to bring.
const maxPeopleLimit = 1000

// Configure changes the settings.
func (s *Service) Configure(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID, set Settings) (desk.Agreement, error) {
	return s.change(ctx, account, actor, id, "", s.configured(ctx, set))
}

// ConfigureIn is Configure within the caller's transaction.
func (s *Service) ConfigureIn(ctx context.Context, tx *store.Tx, actor desk.Actor, id desk.AgreementID, set Settings) (desk.Agreement, error) {
	return s.changeIn(ctx, tx, actor, id, "", s.configured(ctx, set))
}

func (s *Service) configured(ctx context.Context, set Settings) func(*store.Tx, *desk.Agreement) error {
	return func(tx *store.Tx, a *desk.Agreement) error {
		if err := set.check(); err != nil {
			return err
		}
		if !maps.Equal(set.StatusMap, a.StatusMap) {
			if err := sharing.RetryUnheld(ctx, tx); err != nil {
				return err
			}
		}
		if set.ShareNotes && !a.ShareNotes {
			a.NotesSince = s.core.Now() // what was written under other terms stays under them
		}
		a.ShareNotes, a.PassNotes, a.PeopleLimit, a.Dialect, a.StatusMap = set.ShareNotes, set.PassNotes, set.PeopleLimit, set.Dialect, set.StatusMap
		return nil
	}
}

func (set *Settings) check() error {
	faults := desk.Faults{}
	for word, status := range set.StatusMap {
		if desk.Status(status).Rank() < 0 || desk.Status(status) == desk.Closed {
			faults.Add("status_map", "InvalidValue", "Status map: "+word+" must stand for new, open, pending, hold or solved")
		}
	}
	if set.PeopleLimit < 1 || set.PeopleLimit > maxPeopleLimit {
		faults.Add("people_limit", "InvalidValue", "People limit: must be from 1 to 1000")
	}
	return faults.Err()
}

// Pause holds all messages to a partner back; Resume sends them, the oldest first.
func (s *Service) Pause(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID) (desk.Agreement, error) {
	return s.change(ctx, account, actor, id, "", func(tx *store.Tx, a *desk.Agreement) error {
		if a.PausedBy.Cold() {
			a.PausedBefore = desk.PausedByAdmin
			return nil
		}
		a.PausedBy = desk.PausedByAdmin
		return job.Pause(ctx, tx.Tx, int64(account), "", sharing.LanesOf(id))
	})
}

// Resume ends a pause, whoever began it: what waits goes out, the oldest first, and earlier refusals are forgotten.
func (s *Service) Resume(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID) (desk.Agreement, error) {
	return s.change(ctx, account, actor, id, "", func(tx *store.Tx, a *desk.Agreement) error {
		return s.unpause(ctx, tx, a)
	})
}

// unpause ends a pause. While it lasted no message used up its time, so those that were tried get all of it again.
func (s *Service) unpause(ctx context.Context, tx *store.Tx, a *desk.Agreement) error {
	if err := tx.RestartDeliveries(ctx, a.ID, s.core.Now()); err != nil {
		return err
	}
	a.PausedBy, a.PausedBefore, a.Denied, a.LastError, a.LastErrorAt = desk.NotPaused, desk.NotPaused, nil, "", time.Time{}
	if err := job.Resume(ctx, tx.Tx, int64(tx.Account()), "", sharing.LanesOf(a.ID)); err != nil {
		return err
	}
	for _, f := range [...]job.Filter{{LanePrefix: sharing.LanesOf(a.ID)}, {Lane: lane(a.ID)}} {
		f.Account = int64(tx.Account())
		if _, err := job.RetryNow(ctx, tx.Tx, f); err != nil {
			return err
		}
	}
	return nil
}
