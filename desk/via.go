package desk

import "slices"

// Channel is where an update came from, in the numbers that rules use (rules.md §10).
type Channel int

const (
	ChannelWeb           Channel = 0
	ChannelMail          Channel = 4
	ChannelAPI           Channel = 5
	ChannelRule          Channel = 8
	ChannelProblem       Channel = 9
	ChannelGroupDeletion Channel = 10
	ChannelUserChange    Channel = 11
	ChannelUserDeletion  Channel = 12
	ChannelGroupChange   Channel = 13
	ChannelMerge         Channel = 19
	ChannelBatch         Channel = 20
	ChannelClosed        Channel = 27 // follow-up of a closed ticket
	ChannelSharing       Channel = 31
	ChannelImport        Channel = 39
	// ChannelDelivery is the desk's own word that a partner has a ticket, or will not have it (share-life §4). Zendesk has no
	// such channel; the number is far from its own.
	ChannelDelivery Channel = 1031
)

// Via is where an update came from. Agreement cuts echoes: what came in under an agreement is not sent back under it.
type Via struct {
	Channel    Channel      `json:"c"`
	Agreement  AgreementID  `json:"a,omitempty"` // ChannelSharing, ChannelDelivery
	Partner    string       `json:"p,omitempty"` // ChannelSharing, ChannelDelivery: the partner's name then
	Trigger    TriggerID    `json:"t,omitempty"` // ChannelRule
	Automation AutomationID `json:"u,omitempty"` // ChannelRule
	Revision   int          `json:"r,omitempty"` // ChannelRule: the trigger's revision
	Title      string       `json:"n,omitempty"` // ChannelRule: the trigger's title then; ChannelClosed: subject
	Source     TicketID     `json:"s,omitempty"` // ChannelClosed, ChannelProblem: the other ticket
	From       string       `json:"f,omitempty"` // ChannelMail: sender's address
	To         string       `json:"o,omitempty"` // ChannelMail: our address
	// Flags are the reasons to doubt that the author said this.
	Flags []CommentFlag `json:"d,omitempty"`
}

// CommentFlag is what staff should know of a comment before they trust it, in Zendesk's numbers.
type CommentFlag int

// The flags that we have.
const (
	FlagNotInConversation CommentFlag = 2 // the author has no part in the ticket
	FlagNotSignedIn       CommentFlag = 3
	FlagAutomatic         CommentFlag = 4 // a program wrote it; automatic notices are not sent
	FlagTooBig            CommentFlag = 5 // an attachment was left out
	FlagOnBehalf          CommentFlag = 11
	FlagNotSentByAuthor   CommentFlag = 14 // the mail may not come from whom it names
	FlagPrivateByEndUser  CommentFlag = 17 // an end user's comment that is kept private
	FlagPeopleDropped     CommentFlag = 18 // more people were copied than a ticket may have
	FlagReplyToAgent      CommentFlag = 20 // answers would go to staff; nothing that staff may do was done
	FlagReplyToDiffers    CommentFlag = 21
	FlagUnverified        CommentFlag = 22 // the author's address was never verified
)

// Trusted tells whether nothing is known against the author's being the one who said it.
func (f CommentFlag) Trusted() bool {
	switch f {
	case FlagAutomatic, FlagTooBig, FlagOnBehalf, FlagPrivateByEndUser, FlagPeopleDropped:
		return true
	}
	return false
}

// Trusted tells whether none of the flags speaks against the author.
func (v *Via) Trusted() bool {
	return !slices.ContainsFunc(v.Flags, func(f CommentFlag) bool { return !f.Trusted() })
}
