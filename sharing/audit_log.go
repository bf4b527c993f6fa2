package sharing

import (
	"context"
	"time"

	"interdesk/desk"
	"interdesk/store"
)

// agreed is what the audit log tells of an agreement: what people decide, not how its exchange goes.
type agreed struct {
	Name          string
	Status        desk.AgreementStatus
	DeactivatedBy string
	Address       string
	Terms         desk.Terms
	ShareNotes    bool
	PassNotes     bool
	PeopleLimit   int
	Dialect       desk.Dialect
	StatusMap     map[string]string
	PausedBy      desk.Pause
	EndingAt      time.Time
	BothWays      bool
	Map           desk.ShareMap
	Tracker       desk.Tracker
}

func agreedIn(a *desk.Agreement) agreed {
	return agreed{a.Name, a.Status, a.DeactivatedBy, a.RemoteURL, a.Terms, a.ShareNotes, a.PassNotes, a.PeopleLimit, a.Dialect, a.StatusMap,
		a.PausedBy, a.EndingAt, !a.WishedAt.IsZero(), a.Map, a.Tracker}
}

// LogCreated writes into the audit log that an agreement was made.
func LogCreated(ctx context.Context, tx *store.Tx, by desk.Actor, a *desk.Agreement) error {
	return logAgreement(ctx, tx, by, desk.AuditCreate, agreed{}, agreedIn(a), a)
}

// LogUpdated writes into the audit log what was changed of an agreement.
func LogUpdated(ctx context.Context, tx *store.Tx, by desk.Actor, before, after *desk.Agreement) error {
	return logAgreement(ctx, tx, by, desk.AuditUpdate, agreedIn(before), agreedIn(after), after)
}

// LogDeleted writes into the audit log that an agreement was taken out of sight.
func LogDeleted(ctx context.Context, tx *store.Tx, by desk.Actor, a *desk.Agreement) error {
	return logAgreement(ctx, tx, by, desk.AuditDestroy, agreedIn(a), agreed{}, a)
}

func logAgreement(ctx context.Context, tx *store.Tx, by desk.Actor, action desk.AuditAction, before, after agreed, a *desk.Agreement) error {
	source := desk.AuditSource{Type: "sharing_agreement", ID: int64(a.ID), Label: a.Name}
	return tx.LogChange(ctx, by.ID, by.Name, action, source, before, after)
}
