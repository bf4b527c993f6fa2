package desk

import (
	"slices"
	"strings"
	"time"
)

// WebhookID names a webhook. It looks as Zendesk's do, a ULID: 26 letters and digits that rise with time.
type WebhookID string

// InvocationID names one message to a webhook. Repeats of the message bear the same one.
type InvocationID string

// TargetID is the number by which rules and clients that still speak of targets know a webhook.
type TargetID int64

// WebhookFormat is how the body of a webhook's requests is written.
type WebhookFormat string

// The formats, in the words of the API.
const (
	WebhookJSON WebhookFormat = "json"
	WebhookXML  WebhookFormat = "xml"
	WebhookForm WebhookFormat = "form_encoded"
)

// WebhookAuth is how the requests of a webhook prove who they come from, beside their signature.
type WebhookAuth string

// The ways, in the words of the API.
const (
	AuthNone   WebhookAuth = ""
	AuthBasic  WebhookAuth = "basic_auth"
	AuthBearer WebhookAuth = "bearer_token"
	AuthAPIKey WebhookAuth = "api_key"
)

// Where an API key stands in a request.
const (
	KeyInHeader = "header"
	KeyInQuery  = "query_string"
)

// Webhook is an address elsewhere that hears of what happens here: of what rules send it, or of the events it subscribes to.
type Webhook struct {
	ID            WebhookID
	Name          string
	Description   string
	Endpoint      string
	Method        string // GET, POST, PUT, PATCH, DELETE
	Format        WebhookFormat
	Active        bool
	Subscriptions []string // ConditionalEvents, or types of events
	Headers       map[string]string
	Auth          WebhookAuth
	AuthName      string // the user of basic_auth, the name of an api_key
	KeyIn         string // of an api_key: KeyInHeader or KeyInQuery
	AuthSecret    string // sealed
	SigningSecret string // sealed
	Target        TargetID
	TargetType    string // http_target or url_target; "" of what was not made as a target
	Attribute     string // of a url_target: the parameter that has the message
	CreatedBy     UserID
	UpdatedBy     UserID
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// ConditionalEvents is the subscription of webhooks that rules call.
const ConditionalEvents = "conditional_ticket_events"

// EventTypePrefix begins the types of events that webhooks subscribe to.
const EventTypePrefix = "zen:event-type:"

// Subscribes tells whether a webhook hears of events of a type, such as "ticket.created".
func (w *Webhook) Subscribes(event string) bool {
	return slices.Contains(w.Subscriptions, EventTypePrefix+event)
}

// SubscribesAny tells whether a webhook hears of events of a domain: "ticket", "user" or "organization".
func (w *Webhook) SubscribesAny(domain string) bool {
	return slices.ContainsFunc(w.Subscriptions, func(s string) bool { return strings.HasPrefix(s, EventTypePrefix+domain+".") })
}

// WebhookEvents are the events there are, without their prefix, by domain.
func WebhookEvents() []string {
	return []string{
		"ticket.created", "ticket.comment_added", "ticket.comment_made_private", "ticket.comment_redacted",
		"ticket.attachment_linked_to_comment", "ticket.attachment_redacted_from_comment", "ticket.merged", "ticket.status_changed",
		"ticket.priority_changed", "ticket.type_changed", "ticket.subject_changed", "ticket.agent_assignment_changed",
		"ticket.group_assignment_changed", "ticket.requester_changed", "ticket.organization_changed", "ticket.brand_changed",
		"ticket.form_changed", "ticket.problem_link_changed", "ticket.external_id_changed", "ticket.task_due_at_changed",
		"ticket.tags_changed", "ticket.custom_field_changed", "ticket.followers_changed", "ticket.email_ccs_changed",
		"user.created", "user.deleted", "user.name_changed", "user.alias_changed", "user.role_changed", "user.external_id_changed",
		"user.details_changed", "user.notes_changed", "user.suspended_changed", "user.tags_changed", "user.time_zone_changed",
		"user.default_group_changed", "user.organization_membership_created", "user.organization_membership_deleted",
		"organization.created", "organization.deleted", "organization.name_changed", "organization.external_id_changed", "organization.tags_changed",
	}
}

// The limits of webhooks.
const (
	MaxWebhooks      = 200 // of an account
	MaxHookHeaders   = 5   // of a webhook's own
	MaxHookHeader    = 1024
	MaxHookSecret    = 8 << 10
	MaxHookBody      = 256 << 10 // of a message, filled in
	MaxHookAnswer    = 64 << 10  // that is read of an answer
	KeptHookAnswer   = 8 << 10   // of it that is kept
	InvocationsKept  = 7 * 24 * time.Hour
	InvocationTrying = 24 * time.Hour // that a message is tried for
)

// InvocationState is how far a message to a webhook is.
type InvocationState string

// The states.
const (
	InvocationWaiting InvocationState = "waiting" // for its turn, or for another attempt
	InvocationDone    InvocationState = "done"
	InvocationFailed  InvocationState = "failed"  // for good, unless somebody replays it
	InvocationRefused InvocationState = "refused" // it could not be written, and was never sent
)

// The words for what came of a message or an attempt, as the API has them.
const (
	HookAccepted      = "accepted"
	HookSuccess       = "success"
	HookFailure       = "failed"
	HookTimeout       = "timeout"
	HookThrottled     = "throttled"
	HookClientError   = "client error"
	HookServerError   = "server error"
	HookCircuitBroken = "circuit broken"
)

// HookStatuses are the words by which invocations can be looked for.
func HookStatuses() []string {
	return []string{"unknown", HookAccepted, HookSuccess, HookFailure, HookTimeout, HookCircuitBroken, HookThrottled, HookClientError, HookServerError}
}

// Invocation is one message to a webhook.
type Invocation struct {
	ID        InvocationID
	Webhook   WebhookID
	State     InvocationState
	Status    string   // what came of the last attempt
	Event     string   // ConditionalEvents, or the type of the event
	Subject   string   // what it is about, such as "zen:ticket:7"; messages of one subject keep their order
	Ticket    TicketID // 0: about none
	Cause     string   // the title of the rule that asked for it; "" of events
	Body      string
	Query     string // beside the endpoint's own, encoded
	Reason    string // why it failed last; "" when it did not
	Attempts  int
	CreatedAt time.Time
	DoneAt    time.Time // of the last attempt; zero when there was none
}

// InvocationAttempt is one time that a message was sent, or was to be.
type InvocationAttempt struct {
	ID         string
	Invocation InvocationID
	Webhook    WebhookID
	Status     string
	Method     string
	URL        string // without secrets
	Request    map[string]string
	Code       int // of the answer; 0 when there was none
	Answer     map[string]string
	Body       string // of the answer, cut
	Reason     string
	CreatedAt  time.Time
	Took       time.Duration
}

// Succeeded tells whether the receiver took the message.
func (a *InvocationAttempt) Succeeded() bool { return a.Status == HookSuccess }

// Breaker holds the messages of a webhook whose receiver does not take them, or has asked for time.
type Breaker struct {
	Webhook WebhookID
	Since   time.Time
	Until   time.Time // when it is tried again
	Times   int       // that it was held in a row
	Reason  string
}

// PersonChange is a user or organization that was made, changed or deleted: exactly one of the two pairs is set. Before is
// nil of what is new, After of what is deleted.
type PersonChange struct {
	UserBefore, UserAfter                 *User
	OrganizationBefore, OrganizationAfter *Organization
}
