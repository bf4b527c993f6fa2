package wire

// Error is the refusal of a message. A handler answers it with 422 and its sentence.
type Error struct {
	Field  string // the member, as a path such as "comments[2].uuid"; empty for the message as a whole
	Reason string // a sentence part: "is missing", "must be a string"
}

// Error returns one sentence that is safe to show to the peer: it holds no value that the peer did not name itself.
func (e *Error) Error() string {
	if e.Field == "" {
		return e.Reason + "."
	}
	return e.Field + " " + e.Reason + "."
}
