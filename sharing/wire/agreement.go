package wire

// The states of an agreement on the wire (nhd §7).
const (
	StatusPending  = "pending"
	StatusAccepted = "accepted"
	StatusDeclined = "declined"
	StatusInactive = "inactive"
)

// Agreement is the message about a sharing agreement (nhd §5.1). The members stand in the order in which Zendesk's client writes them.
type Agreement struct {
	ReceiverURL          Opt[string] `json:"receiver_url,omitzero"` // sharing URL of the invited party
	SenderURL            Opt[string] `json:"sender_url,omitzero"`   // sharing URL of the inviting party
	Status               Opt[string] `json:"status,omitzero"`
	UUID                 Opt[string] `json:"uuid,omitzero"`
	AccessKey            Opt[string] `json:"access_key,omitzero"` // a secret: never log it
	Name                 Opt[string] `json:"name,omitzero"`       // display name of the party that sends this message
	CurrentActor         Opt[Actor]  `json:"current_actor,omitzero"`
	SyncTags             Opt[bool]   `json:"sync_tags,omitzero"`
	SyncCustomFields     Opt[bool]   `json:"sync_custom_fields,omitzero"`
	AllowsPublicComments Opt[bool]   `json:"allows_public_comments,omitzero"`
	DeactivatedBy        Opt[string] `json:"deactivated_by,omitzero"` // "sender" or "receiver"
}

// DecodeAgreement reads an agreement message. The error is an *Error.
func DecodeAgreement(body []byte) (Agreement, error) {
	r, err := newReader(body)
	if err != nil {
		return Agreement{}, err
	}
	a := Agreement{
		ReceiverURL:          r.text("receiver_url", maxURL),
		SenderURL:            r.text("sender_url", maxURL),
		Status:               r.text("status", maxWord),
		UUID:                 r.uuid("uuid"),
		AccessKey:            r.key("access_key"),
		Name:                 r.line("name", maxName),
		CurrentActor:         r.bystander("current_actor"),
		SyncTags:             r.boolean("sync_tags"),
		SyncCustomFields:     r.boolean("sync_custom_fields"),
		AllowsPublicComments: r.boolean("allows_public_comments"),
		DeactivatedBy:        r.text("deactivated_by", maxWord),
	}
	r.oneOf("status", a.Status, StatusPending, StatusAccepted, StatusDeclined, StatusInactive)
	if a.DeactivatedBy.IsSet() && a.DeactivatedBy.Value == "" { // as some write null
		a.DeactivatedBy = NullOf[string]()
	}
	r.oneOf("deactivated_by", a.DeactivatedBy, "sender", "receiver")
	return a, *r.problem
}

func (r reader) oneOf(name string, member Opt[string], words ...string) {
	value, stated := member.Get()
	if !stated {
		return
	}
	for _, word := range words {
		if value == word {
			return
		}
	}
	r.refuse(name, "has an unknown value")
}

// CheckInvitation refuses a POST that lacks a mandatory member, whose uuid is not that of the path, or whose status is not
// pending (nhd §2, §5.1, §7). The error is an *Error.
func (a Agreement) CheckInvitation(pathUUID string) error {
	var problem error
	r := reader{problem: &problem}
	r.samePath(need(r, "uuid", a.UUID), pathUUID)
	if need(r, "access_key", a.AccessKey) == "" {
		r.refuse("access_key", "is empty")
	}
	need(r, "name", a.Name)
	need(r, "receiver_url", a.ReceiverURL)
	need(r, "sender_url", a.SenderURL)
	if need(r, "status", a.Status) != StatusPending {
		r.refuse("status", "must be %q in an invitation", StatusPending)
	}
	return problem
}

// samePath demands that the uuid in the body is the one in the path (nhd §2).
func (r reader) samePath(bodyUUID, pathUUID string) {
	if normal, ok := NormaliseUUID(pathUUID); !ok || normal != bodyUUID {
		r.refuse("uuid", "is not the uuid in the path")
	}
}

// EncodeAgreement writes every member that is set.
func EncodeAgreement(a Agreement) ([]byte, error) { return marshal(a) }

// EncodeAgreementChange writes the PUT of an agreement as the dialect wants it (nhd §15).
//
// The default is the form of the protocol's walkthrough: uuid, name, both URLs, status, the acting administrator, and who
// deactivated. Request Tracker wants the changed members only, and refuses a receiver that states its own name.
func EncodeAgreementChange(a Agreement, dialect Dialect) ([]byte, error) {
	if dialect == DialectRT {
		return marshal(Agreement{Status: a.Status, DeactivatedBy: a.DeactivatedBy})
	}
	return marshal(Agreement{
		ReceiverURL: a.ReceiverURL, SenderURL: a.SenderURL, Status: a.Status, UUID: a.UUID,
		Name: a.Name, CurrentActor: a.CurrentActor, DeactivatedBy: a.DeactivatedBy,
	})
}
