package desk

// Ids are below 2^53, so that a JavaScript client holds them exactly. Ticket ids are small and rise within an account;
// all others come from the installation's generator. Zero means none.
type (
	AccountID      int64
	BrandID        int64
	UserID         int64
	GroupID        int64
	MembershipID   int64
	OrganizationID int64
	TicketID       int64
	CommentID      int64
	AuditID        int64
	EventID        int64
	AttachmentID   int64
	FieldID        int64
	OptionID       int64
	FormID         int64
	TriggerID      int64
	CategoryID     int64
	MacroID        int64
	ViewID         int64
	AgreementID    int64
	ShareID        int64
	DeliveryID     int64
	TokenID        int64
	IdentityID     int64
	RuleSetID      int64
	AddressID      int64 // of a SupportAddress
	MailID         int64
	MailboxID      int64
	SuspendedID    int64
	RemoteDeskID   int64
	ScheduleID     int64
	HolidayID      int64
	AutomationID   int64
	RunID          int64 // of a run of automations
	PolicyID       int64 // of a service level
	MetricEventID  int64
	RatingID       int64
	AuditLogID     int64
)
