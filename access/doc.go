// Package access knows who is asking and what they may do.
//
// Authenticate reads a request's credentials: an address with its password, an address with an API token
// ("ann@example.com/token"), or a token as bearer. All failures look alike, in words and in time. An Identity is the
// user it was; ActorOf makes of it what package ticketing wants to know.
//
// A password lies as argon2id hash with its parameters in it (password.go); an API token is 256 random bits, shown once
// and stored as SHA-256 (token.go). What was verified is remembered for a short while under a keyed hash, so that a busy
// client costs neither argon2 nor a query per request (remember.go). Guessing is slowed down per address and place of
// origin (throttle.go).
//
// permission.go has the pure questions: may this person see the ticket, manage that person, administer.
//
// Secrets (secret.go) derive the keys for what must be readable again, such as the access keys of sharing agreements,
// from one master secret outside the database.
package access
