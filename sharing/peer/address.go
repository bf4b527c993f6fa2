package peer

import (
	"fmt"
	"net/url"
	"path"
	"strings"

	"interdesk/outbound"
)

// CheckURL validates a sharing URL (sender_url, receiver_url, what an admin typed) and returns it without a trailing slash (nhd §2). The
// error is a *outbound.BlockedError with a clear sentence. The name is not resolved: that happens, checked, when the address is dialled.
func (c *Client) CheckURL(raw string) (*url.URL, error) {
	u, err := c.http.CheckURL(raw)
	if err != nil {
		return nil, err
	}
	if u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.Contains(raw, "#") {
		return nil, blocked("The sharing URL must not have a query or a fragment.")
	}
	u.Path = strings.TrimRight(u.Path, "/")
	u.RawPath = strings.TrimRight(u.RawPath, "/")
	if u.Path != "" && path.Clean(u.Path) != u.Path {
		return nil, blocked("The path of the sharing URL is not in its simplest form.")
	}
	return u, nil
}

func blocked(format string, args ...any) error {
	return &outbound.BlockedError{Reason: fmt.Sprintf(format, args...)}
}
