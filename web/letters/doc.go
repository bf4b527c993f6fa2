// Package letters serves what links in letters lead to: a new password, a first one, signing in without one, proving an
// address, following a ticket no longer, rating how one was helped. It also serves the page that asks for such a letter, and where letters go to nobody,
// the mailbox in which they are read.
//
// Looking at a page changes nothing, so programs that open the links of mail use none up: a page asks, its button acts. What
// was asked for is answered in the same words whether there is such an address or not.
package letters

import "interdesk/web/ui"

// Site is what the pages need of the site around them.
type Site interface {
	// Begin keeps the secret of a new session in the browser, which is known from then on, and leads to where one begins.
	Begin(c *ui.Call, secret, email, next string) error
}

// pages serves the pages.
type pages struct{ site Site }

// Routes are the pages of letters.
func Routes(site Site) []ui.Route {
	p := &pages{site}
	return []ui.Route{
		{Pattern: "GET /signin/help", Serve: showHelp},
		{Pattern: "POST /signin/help", Serve: askForLetter},
		{Pattern: "GET /letters/password", Serve: showPassword},
		{Pattern: "POST /letters/password", Serve: setPassword},
		{Pattern: "GET /letters/invite", Serve: showPassword},
		{Pattern: "POST /letters/invite", Serve: setPassword},
		{Pattern: "GET /letters/signin", Serve: showSignIn},
		{Pattern: "POST /letters/signin", Serve: p.signIn},
		{Pattern: "GET /letters/verify", Serve: showVerify},
		{Pattern: "POST /letters/verify", Serve: verify},
		{Pattern: "GET /letters/unfollow", Serve: showUnfollow},
		{Pattern: "POST /letters/unfollow", Serve: unfollow},
		{Pattern: "GET /letters/rating", Serve: showRating},
		{Pattern: "POST /letters/rating", Serve: rate},
		{Pattern: "GET /mailbox", Serve: showMailbox},
		{Pattern: "GET /mailbox/{id}", Serve: showLetter},
		{Pattern: "GET /mailbox/{id}/body", Serve: showLetterBody},
	}
}
