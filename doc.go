// Package interdesk is a help desk in one program. Tickets are answered by agents, changed by rules and shared with the
// help desks of others; what a rule can do, a person can, and both by the one write path in package ticketing.
//
// This folder holds no code but the test of the arrows between its packages. ARCHITECTURE.md is the map: one page, from a
// request at the door to a message at the partner's. The binary is cmd/interdesk.
package interdesk
