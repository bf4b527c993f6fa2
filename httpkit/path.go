package httpkit

import (
	"net/http"
	"net/url"
	"strings"
)

// StripJSON serves "/api/v2/tickets.json" as "/api/v2/tickets": half of the client libraries write the suffix, half do
// not.
func StripJSON(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, ".json") {
			next.ServeHTTP(w, r)
			return
		}
		bare := new(http.Request)
		*bare = *r
		bare.URL = new(url.URL)
		*bare.URL = *r.URL
		bare.URL.Path = strings.TrimSuffix(r.URL.Path, ".json")
		bare.URL.RawPath = strings.TrimSuffix(r.URL.RawPath, ".json")
		next.ServeHTTP(w, bare)
	})
}

// loggable is a path without the capabilities in it: whoever reads the log must not be able to use them.
func loggable(path string) string {
	parts := strings.Split(path, "/")
	named := false
	for i, part := range parts {
		collection := bearsToken(part)
		if len(part) > 64 || named && !collection && !isNumber(part) {
			parts[i] = "*"
		}
		named = collection
	}
	return strings.Join(parts, "/")
}

// bearsToken tells the collections whose members are named by a capability.
func bearsToken(collection string) bool {
	switch collection {
	case "token", "tokens", "uploads", "attachments":
		return true
	}
	return false
}

func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
