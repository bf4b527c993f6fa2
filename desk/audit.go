package desk

import (
	"encoding/json"
	"time"
)

// Audit is the record of one update of a ticket: who, whence, and what came of it, rules included.
type Audit struct {
	ID        AuditID
	Ticket    TicketID
	Author    UserID // 0: the system
	Via       Via
	CreatedAt time.Time
	Events    []Event
	Metadata  json.RawMessage // custom part, as the caller gave it
	Client    Client
	RuleSet   RuleSetID // the revision of the rules that looked; 0: none did
	Trace     []byte    // packed by package rule
}

// Client is what the updater's program said of itself, and who stood behind it.
type Client struct {
	Agent string `json:"client,omitempty"`
	IP    string `json:"ip_address,omitempty"`
	By    UserID `json:"by,omitempty"` // the admin who acted in the author's name
}

// EventType is the kind of an event, in the words of the API.
type EventType string

const (
	EventCreate         EventType = "Create"
	EventChange         EventType = "Change"
	EventComment        EventType = "Comment"
	EventSharing        EventType = "TicketSharingEvent"
	EventMacro          EventType = "AgentMacroReference"
	EventNotification   EventType = "Notification"
	EventGroupNotice    EventType = "NotificationGroup"
	EventWebhook        EventType = "WebhookEvent"
	EventFollowers      EventType = "FollowersChange"
	EventEmailCCs       EventType = "EmailCcChange"
	EventError          EventType = "Error"
	EventCommentPrivacy EventType = "CommentPrivacyChange"
	EventRedaction      EventType = "CommentRedactionEvent"
	EventFileRedaction  EventType = "AttachmentRedactionEvent"
	EventRecovery       EventType = "SuspendedTicketRecovery"
	EventRating         EventType = "SatisfactionRating"
	// EventMail is what the desk itself notes about mail, such as a pause; Zendesk has no such event.
	EventMail EventType = "MailRemark"
)

// What happened to a share, as EventSharing names it. The last two are ours (share-life §4).
const (
	ActionShared    = "shared"
	ActionUnshared  = "unshared"
	ActionDelivered = "delivered"
	ActionFailed    = "failed"
)

// ActionPlain says of EventRedaction that pictures or links went, too.
const ActionPlain = "plain"

// Event is one thing that an update did. Values are strings, lists of strings or nil, as the API shows them.
type Event struct {
	ID         EventID      `json:"i"`
	Type       EventType    `json:"t"`
	Field      string       `json:"f,omitempty"` // "status", or a custom field's id
	Value      any          `json:"v,omitempty"`
	Previous   any          `json:"p,omitempty"`
	Comment    CommentID    `json:"c,omitempty"`
	Attachment AttachmentID `json:"l,omitempty"` // the file that was redacted
	Agreement  AgreementID  `json:"a,omitempty"`
	Action     string       `json:"x,omitempty"` // of EventSharing: ActionShared, …
	Macro      MacroID      `json:"m,omitempty"`
	Message    string       `json:"e,omitempty"` // EventError, EventRecovery, EventMail; title of a macro; name of a redacted file; a rating's comment
	Assignee   UserID       `json:"u,omitempty"` // of EventRating: who had the ticket
	Notice     *Notice      `json:"n,omitempty"`
	Via        *Via         `json:"w,omitempty"` // only where it differs from the audit's
}

// Notice is a notification or webhook call that a rule asked for: the templates, not yet rendered.
type Notice struct {
	Action  string   `json:"a"`           // "notification_user", …
	Target  string   `json:"t"`           // recipient word or id
	Subject string   `json:"s,omitempty"` //
	Body    string   `json:"b,omitempty"`
	To      []UserID `json:"to,omitempty"` // whom it named, of a notification
}
