package wire

// Limits of one message (nhd §16 row 12). Lengths of strings are in bytes.
const (
	MaxBody        = 5 << 20  // bytes of a whole message
	MaxAgreement   = 64 << 10 // bytes of a message about an agreement, which strangers may send
	MaxDepth       = 32       // nested objects and arrays
	MaxComments    = 1000     // per message
	MaxAttachments = 50       // per message, all comments together

	maxCommentText  = 2 << 20
	maxSubject      = 4096
	maxName         = 1024
	maxURL          = 2048
	maxWord         = 255 // status, role, numbers of tickets, media types, dates
	maxTagsStated   = 1000
	maxFieldsStated = 1000
)
