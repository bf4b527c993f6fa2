package httpkit

import "net/http"

// Handler serves a request or says why not. After it returns an error nothing may have been written yet; the adapter
// writes the error.
type Handler func(w http.ResponseWriter, r *http.Request) error

// ServeHTTP makes a Handler an http.Handler, notes the route for log and metrics (the innermost one stays) and writes the
// error.
func (h Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Pattern != "" {
		About(r).Route = r.Pattern
	}
	if err := h(w, r); err != nil {
		WriteError(w, r, err)
	}
}
