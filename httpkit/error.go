package httpkit

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"interdesk/desk"
)

// Failure is an answer that only HTTP knows: a body that is no JSON, a page that cannot be, a limit on requests.
// Everything else is a desk.Error.
type Failure struct {
	Status     int
	Code       string // "error" in the body, which has none without it
	Message    string // "description" in the body; safe to show
	RetryAfter time.Duration
	Fields     map[string]any // further members of the body
	Err        error          // only logged
}

func (f *Failure) Error() string {
	if f.Err != nil {
		return f.Message + ": " + f.Err.Error()
	}
	return f.Message
}

func (f *Failure) Unwrap() error { return f.Err }

// BadRequest is a 400 with a code such as "InvalidPaginationParameter".
func BadRequest(code, message string) *Failure {
	return &Failure{Status: http.StatusBadRequest, Code: code, Message: message}
}

// BadPage is the answer to a page, size or cursor that cannot be.
func BadPage(message string) *Failure { return BadRequest("InvalidPaginationParameter", message) }

// TooMany is the answer to a list over its limit; limit 0 leaves max_count out.
func TooMany(message string, limit int) *Failure {
	f := BadRequest("TooManyValues", message)
	if limit > 0 {
		f.Fields = map[string]any{"max_count": limit}
	}
	return f
}

// TooManyRequests is a 429 that tells when to come again.
func TooManyRequests(after time.Duration) *Failure {
	return &Failure{Status: http.StatusTooManyRequests, Code: "TooManyRequests", RetryAfter: after,
		Message: "You have exceeded the API rate limit. Wait as many seconds as the Retry-After header says."}
}

// NoEndpoint is the answer to a path that no route serves.
func NoEndpoint() *Failure {
	return &Failure{Status: http.StatusNotFound, Code: "InvalidEndpoint", Message: "Not found"}
}

// retryLater is an error that knows when to come again, such as the throttle of failed passwords.
type retryLater interface {
	error
	RetryAfter() time.Duration
}

// statusClientGone is what the log shows when the client hung up; nobody reads the answer.
const statusClientGone = 499

// WriteError answers with the error in the shape that API clients know, and keeps its cause for the log. It must come
// before anything else was written.
func WriteError(w http.ResponseWriter, r *http.Request, err error) {
	info, f := About(r), FailureOf(r, err)
	body := map[string]any{}
	if f.Code != "" {
		body["error"] = f.Code
	}
	if f.Message != "" {
		body["description"] = f.Message
	}
	if f.Status >= 500 {
		body["request_id"] = info.ID
	}
	for name, v := range f.Fields {
		body[name] = v
	}
	h := w.Header()
	if f.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Basic realm="Interdesk", charset="UTF-8"`)
	}
	if f.RetryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(int(math.Ceil(f.RetryAfter.Seconds()))))
	}
	h.Del("ETag")
	h.Del("Content-Encoding")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Type", jsonType)
	text, _ := json.Marshal(body)
	h.Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(f.Status)
	_, _ = w.Write(text)
}

// FailureOf is the answer that an error becomes, for those who write it in another shape. Its cause goes to the log.
func FailureOf(r *http.Request, err error) *Failure {
	info := About(r)
	if info.translate != nil {
		err = info.translate(err)
	}
	f := failureOf(err)
	if f.Status >= 500 || f.Err != nil {
		info.Cause = err
	}
	return f
}

// failureOf decides the status of every error there is.
func failureOf(err error) *Failure {
	if f, ok := errors.AsType[*Failure](err); ok {
		return f
	}
	if late, ok := errors.AsType[retryLater](err); ok {
		f := TooManyRequests(late.RetryAfter())
		f.Message = late.Error()
		return f
	}
	if e, ok := errors.AsType[*desk.Error](err); ok {
		return ofKind(e)
	}
	switch {
	case errors.Is(err, context.Canceled):
		return &Failure{Status: statusClientGone, Code: "ClientClosedRequest"}
	case errors.Is(err, context.DeadlineExceeded):
		return unavailableFailure("The server did not manage this in time. Try again later.", err)
	}
	return internalFailure(err)
}

func ofKind(e *desk.Error) *Failure {
	switch e.Kind {
	case desk.NotFound:
		return &Failure{Status: http.StatusNotFound, Code: "RecordNotFound", Message: orDefault(e.Message, "Not found")}
	case desk.Invalid:
		return invalidFailure(e)
	case desk.Conflict:
		return &Failure{Status: http.StatusConflict, Code: "UpdateConflict", Message: e.Message}
	case desk.Forbidden:
		return &Failure{Status: http.StatusForbidden, Code: "Forbidden", Message: orDefault(e.Message, "You do not have access to this page.")}
	case desk.Unauthenticated:
		return &Failure{Status: http.StatusUnauthorized, Code: "Couldn't authenticate you"}
	case desk.Unavailable:
		return unavailableFailure(orDefault(e.Message, "Try again later."), e.Err)
	case desk.TooLarge:
		if len(e.Details) > 0 {
			return invalidFailure(e)
		}
		return tooLarge(e.Message)
	}
	return internalFailure(e)
}

// invalidFailure is a record that cannot be stored. Clients read the faults from details, so an error without any gets its
// sentence as a fault of the whole record.
func invalidFailure(e *desk.Error) *Failure {
	type fault struct {
		Description string `json:"description"`
		Error       string `json:"error,omitempty"`
		FieldID     int64  `json:"ticket_field_id,omitempty"`
		FieldType   string `json:"ticket_field_type,omitempty"`
	}
	details := map[string][]fault{}
	for field, list := range e.Details {
		for _, d := range list {
			details[field] = append(details[field], fault{d.Message, d.Code, int64(d.Field), fieldTypeName(d.FieldType)})
		}
	}
	if len(details) == 0 {
		details["base"] = []fault{{Description: e.Message}}
	}
	return &Failure{Status: http.StatusUnprocessableEntity, Code: "RecordInvalid",
		Message: "Record validation errors", Fields: map[string]any{"details": details}}
}

// fieldTypeName is a type of ticket field as clients know it from errors: FieldTagger for a tagger.
func fieldTypeName(t desk.FieldType) string {
	switch t {
	case "":
		return ""
	case desk.FieldTicketType:
		return "FieldTicketType"
	case desk.FieldCreditCard:
		return "FieldPartialCreditCard"
	}
	return "Field" + strings.ToUpper(string(t[:1])) + string(t[1:])
}

func tooLarge(message string) *Failure {
	return &Failure{Status: http.StatusRequestEntityTooLarge, Code: "PayloadTooLarge", Message: message}
}

func unavailableFailure(message string, cause error) *Failure {
	return &Failure{Status: http.StatusServiceUnavailable, Code: "ServiceUnavailable", Message: message,
		RetryAfter: 5 * time.Second, Err: cause}
}

// internalFailure hides every inner word; the request id leads to them in the log.
func internalFailure(err error) *Failure {
	return &Failure{Status: http.StatusInternalServerError, Code: "InternalError",
		Message: "Something went wrong on our side. Tell an administrator the request id.", Err: err}
}

func orDefault(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
