package ui

import "interdesk/desk"

// Audience is who may see a page.
type Audience uint8

// The audiences. Whoever is not signed in and must be is led to the sign-in page.
const (
	Anyone Audience = iota
	SignedIn
	Staff
	Admins
)

// Admits tells whether somebody (without id: nobody who is signed in) belongs to the audience.
func (a Audience) Admits(u desk.User) bool {
	switch a {
	case SignedIn:
		return u.ID != 0
	case Staff:
		return u.ID != 0 && u.Role.Staff()
	case Admins:
		return u.ID != 0 && u.Role == desk.Admin
	}
	return true
}

// Route is one page or action.
type Route struct {
	Pattern string // as net/http knows them: "GET /agent/tickets/{id}"
	Who     Audience
	Serve   func(*Call) error
}
