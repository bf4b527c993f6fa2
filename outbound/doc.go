// Package outbound is the one HTTP client for addresses that others have named: a partner's desk, a webhook, an identity
// provider, an object store, the desk that an import reads from, an issue tracker. Nothing leaves this program for such an
// address in any other way.
//
// # Where it goes
//
// Who names an address may mean our own network: the metadata service of a cloud, a database next door. So an address is
// checked where it counts, at the moment of dialling: a name is resolved once, and the very address that passed the check is
// dialled. A name server that changes its answer between check and use gains nothing. Private networks open only by
// Config.AllowPrivate; link-local and metadata addresses never do. There is no proxy from the environment, which would dial
// for us unchecked, and no cookie.
//
// # Where it is led
//
// At most two redirects are followed, to the same host only and never down from https, with method, headers and body kept:
// what is secret in a request stays with the host that it was meant for.
//
// # What comes back
//
// Fetch writes at most so many bytes, and nothing is unpacked on the way. Requests for a host of this very installation are
// handed to its own handler in the process (Config.Local), so that neighbours need no hole in the guard.
//
// A refusal is a *BlockedError with a sentence to show; IsTLS tells a broken trust from a broken line.
package outbound
