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
		next.ServeHTTP(w, withPath(r, func(path string) string { return strings.TrimSuffix(path, ".json") }))
	})
}

// OneSlash serves "/api/v2//tickets" as "/api/v2/tickets": some client libraries join paths carelessly, and a mux would
// answer by a redirect, which most of them do not follow when they post.
func OneSlash(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "//") {
			r = withPath(r, oneSlash)
		}
		next.ServeHTTP(w, r)
	})
}

func oneSlash(path string) string {
	var b strings.Builder
	for i := range len(path) {
		if path[i] != '/' || i == 0 || path[i-1] != '/' {
			b.WriteByte(path[i])
		}
	}
	return b.String()
}

// withPath is the same request for another path.
func withPath(r *http.Request, change func(path string) string) *http.Request {
	to := new(http.Request)
	*to = *r
	to.URL = new(url.URL)
	*to.URL = *r.URL
	to.URL.Path, to.URL.RawPath = change(r.URL.Path), change(r.URL.RawPath)
	return to
}

// redactPath is a path without the capabilities in it: whoever reads the log must not be able to use them.
func redactPath(path string) string {
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
