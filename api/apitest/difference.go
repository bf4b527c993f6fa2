package apitest

import (
	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"
)

// loosen brings Zendesk's description in line with what its servers really answer, as recorded exchanges show it.
//
// Null stands for every empty member: assignee_id, due_at, type, organization_id… The description calls few of them
// nullable. And where it offers alternatives of which one must fit (a user as staff or as end users see it), the others
// often fit as well, since all their members are optional.
//
// An empty response is described as a text; servers answer {}, since clients parse what they get.
//
// The status of a ticket that was deleted is "deleted" in exports.
//
// The value of a trigger's condition may also be a truth: {"field": "comment_is_public", "value": true}.
//
// What a job did to a row has another shape for each kind of job: people that were made come without an index, tickets without
// an action, and failures name the row where there is no id yet.
func loosen(doc *openapi3.T) {
	for _, name := range [...]string{"CreateResourceResult", "UpdateResourceResult", "FailedResult"} {
		doc.Components.Schemas[name].Value.Required = nil
	}
	status := doc.Components.Schemas["TicketObject"].Value.Properties["status"].Value
	status.Enum = append(status.Enum, "deleted")
	delete(doc.Components.Schemas["TriggerConditionObject"].Value.Properties, "value")
	seen := map[*openapi3.Schema]bool{}
	for _, s := range doc.Components.Schemas {
		nullable(s, seen)
	}
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			for _, r := range op.Responses.Map() {
				if r.Value == nil {
					continue
				}
				for _, m := range r.Value.Content {
					nullable(m.Schema, seen)
					if m.Schema != nil && m.Schema.Value != nil && m.Schema.Value.Type.Is(openapi3.TypeString) {
						m.Schema.Value.Type = nil
					}
				}
			}
		}
	}
}

func nullable(ref *openapi3.SchemaRef, seen map[*openapi3.Schema]bool) {
	if ref == nil || ref.Value == nil || seen[ref.Value] {
		return
	}
	s := ref.Value
	seen[s] = true
	s.Nullable = true
	s.AnyOf, s.OneOf = append(s.AnyOf, s.OneOf...), nil
	for _, p := range s.Properties {
		nullable(p, seen)
	}
	for _, list := range [...]openapi3.SchemaRefs{s.AllOf, s.AnyOf} {
		for _, one := range list {
			nullable(one, seen)
		}
	}
	nullable(s.Items, seen)
	nullable(s.AdditionalProperties.Schema, seen)
}

// differs tells the routes whose real answers have another shape than the description says.
func differs(route *routers.Route) bool {
	_, different := differences()[route.Method+" "+route.Path]
	return different
}

// differences is those routes and why.
func differences() map[string]string {
	return map[string]string{
		"GET /api/v2/ticket_metrics/{ticket_metric_id}":             "clients get one object; the description has a list",
		"GET /api/v2/satisfaction_ratings/{satisfaction_rating_id}": "clients get one object; the description has a list",
		"GET /api/v2/satisfaction_reasons/{satisfaction_reason_id}": "clients get one object; the description has a list",
		"POST /api/v2/tickets/{ticket_id}/satisfaction_rating":      "clients get one object; the description has a list",
		"GET /api/v2/tags": "tags come with their count, as {name, count}; the description has the shape of a ticket's tags, bare texts",
	}
}
