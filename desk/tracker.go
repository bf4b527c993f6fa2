package desk

// TrackerKind is the software of a bug tracker.
type TrackerKind string

// The kinds of tracker.
const (
	TrackerGitHub  TrackerKind = "github" // also GitHub Enterprise
	TrackerGitea   TrackerKind = "gitea"  // also Forgejo
	TrackerGitLab  TrackerKind = "gitlab"
	TrackerRedmine TrackerKind = "redmine"
)

// Tracker is what an agreement with a bug tracker has beside that with a help desk. Its RemoteURL is the project's page, its
// access key the token.
type Tracker struct {
	Kind    TrackerKind `json:"kind,omitempty"`
	URL     string      `json:"url,omitempty"`     // where the tracker is, for people
	Project string      `json:"project,omitempty"` // owner/name; at Redmine its identifier
	User    string      `json:"user,omitempty"`    // whose the token is, as the tracker says; "": it does not tell
	Labels  []string    `json:"labels,omitempty"`  // that issues get
	// Confidential has issues be seen by members of the project only, where the tracker can do that.
	Confidential bool `json:"confidential,omitempty"`
	// KeepOpen leaves an issue open when its ticket is solved.
	KeepOpen bool `json:"keep_open,omitempty"`
	// Closed and Reopened are what a ticket becomes when its issue is closed or opened again there; "": solved and open.
	Closed   Status `json:"closed,omitempty"`
	Reopened Status `json:"reopened,omitempty"`
}

// IssueURL is the page of an issue, as trackers have it.
func (a *Agreement) IssueURL(number string) string {
	switch {
	case !a.IsTracker() || number == "":
		return ""
	case a.Tracker.Kind == TrackerRedmine:
		return a.Tracker.URL + "/issues/" + number
	case a.Tracker.Kind == TrackerGitLab:
		return a.RemoteURL + "/-/issues/" + number
	}
	return a.RemoteURL + "/issues/" + number
}
