package desk

// Limits of what one record may hold. Over a limit the whole request is refused with a sentence that names it, and
// nothing is stored. Lengths are in bytes of UTF-8 unless said otherwise.
const (
	MaxSubject       = 255 * 4 // 255 characters of up to four bytes
	MaxSubjectRunes  = 255
	MaxCommentBody   = 64 << 10
	MaxCommentHTML   = 256 << 10
	MaxComments      = 5000 // per ticket
	MaxTags          = 100  // per ticket
	MaxTag           = 80
	MaxFieldValue    = 64 << 10
	MaxName          = 255
	MaxEmail         = 254
	MaxNotes         = 64 << 10
	MaxExternalID    = 255
	MaxRule          = 65 << 10 // JSON of one rule
	MaxTriggers      = 7000     // active, per account
	MaxViewColumns   = 10
	MaxPeople        = 48 // followers and copied people of a ticket
	MaxUpload        = 50 << 20
	MaxAttachments   = 50   // per comment
	MaxBulk          = 100  // records that one call of the API names
	MaxSelection     = 5000 // tickets that an agent changes at once: what is ticked, or all of a view
	MaxFields        = 400  // ticket fields of an account
	MaxOptions       = 2000
	MaxMetadata      = 32 << 10
	MaxInvitations   = 50 // pending inbound invitations (nhd §16 row 2)
	MaxSharesPerUnit = 10 // automatic updates sent per share within SharePeriod (nhd §14)
)
