package api

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"interdesk/desk"
	"interdesk/httpkit"
)

// bodyMembers reads the request's JSON as an object of raw members.
func (c *call) bodyMembers() (map[string]json.RawMessage, error) {
	raw, err := c.body()
	if err != nil {
		return nil, err
	}
	return parseMembers(raw)
}

// body reads the request's JSON; only staff may send much.
func (c *call) body() ([]byte, error) {
	limits := httpkit.StrangerBody
	if c.isStaff() {
		limits = httpkit.StaffBody
	}
	return httpkit.Body(c.w, c.r, limits)
}

func parseMembers(raw []byte) (map[string]json.RawMessage, error) {
	if len(raw) == 0 || raw[0] != '{' {
		return nil, httpkit.BadRequest("InvalidJSON", "The body must be a JSON object")
	}
	var m map[string]json.RawMessage
	return m, httpkit.Decode(raw, &m)
}

// parseRecord reads the member key of the body, such as "ticket", into the struct that v points to.
func (c *call) parseRecord(key string, v any) error {
	raw, err := c.body()
	if err != nil {
		return err
	}
	return c.parseRecordIn(raw, key, v)
}

func (c *call) parseRecordIn(body []byte, key string, v any) error {
	m, err := parseMembers(body)
	if err != nil {
		return err
	}
	raw, ok := m[key]
	if !ok || string(raw) == "null" {
		return httpkit.BadRequest("InvalidValue", "Parameter "+key+" is required")
	}
	return c.parseInto(raw, v)
}

// parseInto reads one JSON object into the struct that v points to. Its faults are reported all together, by field; members
// that the struct does not know are noted for the warning.
func (c *call) parseInto(raw []byte, v any) error {
	if len(raw) == 0 || raw[0] != '{' {
		return httpkit.BadRequest("InvalidValue", "A record must be a JSON object")
	}
	var members map[string]json.RawMessage
	if err := httpkit.Decode(raw, &members); err != nil {
		return err
	}
	faults := desk.Faults{}
	into := reflect.ValueOf(v).Elem()
	for _, field := range reflect.VisibleFields(into.Type()) {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		one, ok := members[name]
		if !ok {
			continue
		}
		delete(members, name)
		if err := json.Unmarshal(one, into.FieldByIndex(field.Index).Addr().Interface()); err != nil {
			faults.Add(name, "InvalidValue", fieldSentence(name)+": "+faultOf(err))
		}
	}
	for name := range members {
		if !slices.Contains(c.unknown, name) {
			c.unknown = append(c.unknown, name)
		}
	}
	slices.Sort(c.unknown)
	return faults.Err()
}

// faultOf keeps the decoder's own words, which speak of Go types, from clients.
func faultOf(err error) string {
	if _, ok := err.(*json.UnmarshalTypeError); ok {
		return "has the wrong type"
	}
	return err.Error()
}

// fieldSentence makes "assignee_id" "Assignee id".
func fieldSentence(name string) string {
	if name == "" {
		return name
	}
	return strings.ToUpper(name[:1]) + strings.ReplaceAll(name[1:], "_", " ")
}
