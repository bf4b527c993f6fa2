package ui

import (
	"cmp"
	"context"
	"strconv"
	"time"

	"interdesk/desk"
	"interdesk/web/asset"
)

// Frame is what is around a page while it is rendered.
type Frame struct {
	Account  desk.Account
	User     desk.User // without id: nobody is signed in
	Path     string    // of the request
	Now      time.Time
	Location *time.Location // of the account
	Reader   *time.Location // of whoever reads; nil: the account's
	Assets   *asset.Set
	Secure   bool // the browser came by https
	Mailbox  bool // letters go to nobody and are shown
	Toasts   []Toast
	Waiting  int // suspended messages, up to MostWaiting; for staff
}

// MostWaiting is how far suspended mail is counted.
const MostWaiting = 100

type frameKey struct{}

// WithFrame gives a context its frame.
func WithFrame(ctx context.Context, f *Frame) context.Context {
	return context.WithValue(ctx, frameKey{}, f)
}

// FrameOf is the frame of a context; an empty one where there is none.
func FrameOf(ctx context.Context) *Frame {
	if f, ok := ctx.Value(frameKey{}).(*Frame); ok {
		return f
	}
	return &Frame{Location: time.UTC, Assets: &asset.Set{}}
}

// Accent is the class of the account's colour.
func (f *Frame) Accent() string { return "accent-" + strconv.Itoa(f.Account.Accent()) }

// Staff tells whether an agent or admin reads.
func (f *Frame) Staff() bool { return f.User.ID != 0 && f.User.Role.Staff() }

// Admin tells whether an admin reads.
func (f *Frame) Admin() bool { return f.User.ID != 0 && f.User.Role == desk.Admin }

// In is a time in the account's time zone.
func (f *Frame) In(t time.Time) time.Time { return t.In(f.Location) }

// Here is a time in the time zone of whoever reads.
func (f *Frame) Here(t time.Time) time.Time { return t.In(cmp.Or(f.Reader, f.Location)) }
