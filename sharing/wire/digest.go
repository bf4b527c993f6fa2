package wire

import "encoding/json"

// ShareDigest is, between two Interdesks, what both sides of a share must have: GET S/digests/UUID gives that of one ticket,
// GET S/digests/after-N a page of all, without their comments. PUT S/digests/UUID names the comments that its sender has, and
// asks for the others.
type ShareDigest struct {
	UUID     string   `json:"uuid"`
	Digest   string   `json:"digest,omitempty"`
	Comments []string `json:"comments,omitempty"`
}

// DigestPage is a page of digests. Next names the one after; "": there is none.
type DigestPage struct {
	Digests []ShareDigest `json:"digests"`
	Next    string        `json:"next,omitempty"`
}

// DigestsAfter begins the name of a page, FirstDigests is that of the first.
const (
	DigestsAfter = "after-"
	FirstDigests = DigestsAfter + "0"
)

// DecodeDigest reads what a partner says that it has. The error is an *Error.
func DecodeDigest(body []byte) (ShareDigest, error) {
	var d ShareDigest
	if err := json.Unmarshal(body, &d); err != nil {
		return d, &Error{Reason: "is not a digest"}
	}
	if len(d.Comments) > maxDigestComments {
		return d, &Error{Field: "comments", Reason: "are too many"}
	}
	return d, nil
}

// maxDigestComments is how many comments one ticket has at most.
const maxDigestComments = 5000
