// Package ticketing is the one write path of tickets. Whatever the way in (browser, API, mail, partner, timer), a change
// is a desk.Update handed to Apply, which in one transaction
//
//	loads and locks the ticket · authorises · completes what was left out · edits · runs the triggers until quiet ·
//	promises by service levels · stores ticket, comment and audit · lets the followers enqueue what must leave the desk
//
// and either all of it is on disk when Apply returns, or nothing. Because triggers run inside, a crash can neither lose
// one nor run one twice. Followers (sharing, mail, webhooks) do no network I/O here: they insert jobs in the same
// transaction.
//
// Errors: NotFound for tickets that the actor may not know of, Forbidden, Invalid with the faults of each field, Conflict
// when the ticket changed since the caller saw it.
package ticketing

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"interdesk/desk"
	"interdesk/rule"
	"interdesk/sla"
	"interdesk/store"
)

// Follower reacts to a change inside the change's own transaction, as a rule by enqueuing jobs. It does no network I/O.
type Follower interface {
	Follow(ctx context.Context, tx *store.Tx, a desk.Applied) error
}

// Options are what a Service needs from outside. Clock defaults to time.Now, Logger to slog.Default.
type Options struct {
	Clock  func() time.Time
	Logger *slog.Logger
}

// Service carries out updates.
type Service struct {
	store     *store.Store
	clock     func() time.Time
	log       *slog.Logger
	clean     *cleaner
	rules     ruleCache
	followers []Follower
}

// New makes the write path over a store.
func New(s *store.Store, o Options) *Service {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	return &Service{store: s, clock: o.Clock, log: o.Logger, clean: newCleaner()}
}

// With adds followers, in the order in which they hear of each change; it belongs to the wiring, before the first update.
// A follower may itself apply updates: those are followed too, which is how a shared ticket travels along a chain.
func (s *Service) With(followers ...Follower) *Service {
	s.followers = append(s.followers, followers...)
	return s
}

// ruleCache keeps the compiled triggers of each account for the Config they were compiled from.
type ruleCache struct {
	sets sync.Map // desk.AccountID → compiled
}

type compiled struct {
	config      *desk.Config
	set         *rule.Set
	automations *rule.Automations
	policies    *sla.Policies
}

func (c *ruleCache) compiledFor(config *desk.Config) *rule.Set { return c.all(config).set }

func (c *ruleCache) automations(config *desk.Config) *rule.Automations {
	return c.all(config).automations
}

func (c *ruleCache) policies(config *desk.Config) *sla.Policies { return c.all(config).policies }

func (c *ruleCache) all(config *desk.Config) compiled {
	if had, ok := c.sets.Load(config.Account.ID); ok && had.(compiled).config == config {
		return had.(compiled)
	}
	made := compiled{config, rule.Compile(config), rule.CompileAutomations(config), sla.Compile(config)}
	c.sets.Store(config.Account.ID, made)
	return made
}

// Automations are an account's automations, made ready.
func (s *Service) Automations(c *desk.Config) *rule.Automations { return s.rules.automations(c) }

// AsksDelivery tells whether a rule of the account asks what became of handing a ticket over to a partner. Only then need
// the desk tell its tickets (desk.ShareResult).
func (s *Service) AsksDelivery(c *desk.Config) bool { return s.rules.compiledFor(c).AsksDelivery() }
