package api

import (
	"encoding/json"
	"errors"
	"strings"
	"time"

	"interdesk/admin"
	"interdesk/condition"
	"interdesk/desk"
	"interdesk/rule"
	"interdesk/store"
)

const policiesPath = "/slas/policies"

func policyRoutes() []route {
	return []route{
		{"GET", policiesPath, agents, (*call).listPolicies},
		{"GET", policiesPath + "/definitions", agents, (*call).policyDefinitions},
		{"GET", policiesPath + "/{id}", agents, (*call).showPolicy},
		{"POST", policiesPath, admins, (*call).createPolicy},
		{"PUT", policiesPath + "/reorder", admins, (*call).reorderPolicies},
		{"PUT", policiesPath + "/{id}", admins, (*call).updatePolicy},
		{"DELETE", policiesPath + "/{id}", admins, (*call).deletePolicy},
	}
}

// policyJSON is a policy of service levels. The last two members are ours.
type policyJSON struct {
	URL            string         `json:"url"`
	ID             desk.PolicyID  `json:"id"`
	Title          string         `json:"title"`
	Description    string         `json:"description"`
	Position       int            `json:"position"`
	Filter         condition.Tree `json:"filter"`
	PolicyMetrics  []policyTarget `json:"policy_metrics"`
	CreatedAt      string         `json:"created_at"`
	UpdatedAt      string         `json:"updated_at"`
	PartnerReplies bool           `json:"partner_replies"`
	PartnerPauses  bool           `json:"partner_pauses"`
}

// policyTarget is a target; that of less than a minute is told in seconds alone.
type policyTarget struct {
	Priority        desk.Priority `json:"priority"`
	Metric          desk.Metric   `json:"metric"`
	Target          int64         `json:"target"`
	TargetInSeconds int64         `json:"target_in_seconds"`
	BusinessHours   bool          `json:"business_hours"`
}

func (c *call) policyOf(p desk.Policy) policyJSON {
	targets := make([]policyTarget, len(p.Targets))
	for i, t := range p.Targets {
		targets[i] = policyTarget{t.Priority, t.Metric, t.Seconds / 60, t.Seconds, t.Business}
	}
	return policyJSON{URL: c.url("slas", "policies", int64(p.ID)), ID: p.ID, Title: p.Title, Description: p.Description, Position: p.Position,
		Filter: p.Filter, PolicyMetrics: targets, CreatedAt: formatTime(p.CreatedAt), UpdatedAt: formatTime(p.UpdatedAt),
		PartnerReplies: p.PartnerReplies, PartnerPauses: p.PartnerPauses}
}

// policyInput is what clients may say of a policy.
type policyInput struct {
	Title          textInput    `json:"title"`
	Description    textInput    `json:"description"`
	Position       numberInput  `json:"position"`
	Filter         treeInput    `json:"filter"`
	PolicyMetrics  targetsInput `json:"policy_metrics"`
	PartnerReplies flagInput    `json:"partner_replies"`
	PartnerPauses  flagInput    `json:"partner_pauses"`
}

// targetsInput is a list of targets, each in minutes or in seconds.
type targetsInput struct {
	set bool
	v   []desk.Target
}

func (in *targetsInput) UnmarshalJSON(raw []byte) error {
	var list []struct {
		Priority        textInput   `json:"priority"`
		Metric          textInput   `json:"metric"`
		Target          numberInput `json:"target"`
		TargetInSeconds numberInput `json:"target_in_seconds"`
		BusinessHours   flagInput   `json:"business_hours"`
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		return errors.New(`must be a list such as [{"priority":"high","metric":"first_reply_time","target":60,"business_hours":true}]`)
	}
	in.set, in.v = true, []desk.Target{}
	for _, one := range list {
		seconds := min(max(one.Target.v, 0), int64(desk.MaxWithin/time.Minute)+1) * 60
		if one.TargetInSeconds.set {
			seconds = one.TargetInSeconds.v
		}
		in.v = append(in.v, desk.Target{Priority: desk.Priority(strings.ToLower(one.Priority.v)), Metric: desk.Metric(one.Metric.v), Seconds: seconds,
			Business: one.BusinessHours.v})
	}
	return nil
}

// change is what ChangePolicy is to do. Whoever names one branch of the filter names both.
func (in *policyInput) change(p *desk.Policy) error {
	setText(&p.Title, in.Title)
	setText(&p.Description, in.Description)
	if in.Position.set {
		p.Position = in.Position.position()
	}
	if in.Filter.isSet() {
		p.Filter = condition.Tree{All: in.Filter.All.v, Any: in.Filter.Any.v}
	}
	if in.PolicyMetrics.set {
		p.Targets = in.PolicyMetrics.v
	}
	p.PartnerReplies, p.PartnerPauses = in.PartnerReplies.or(p.PartnerReplies), in.PartnerPauses.or(p.PartnerPauses)
	return nil
}

func (c *call) listPolicies() error {
	return answerWholeList(c, "sla_policies", asActor(c, func(_ *store.Tx, actor *admin.Actor) ([]desk.Policy, error) {
		return actor.Policies(c.ctx())
	}), func(p desk.Policy) int64 { return int64(p.ID) }, showEach(c.policyOf))
}

func (c *call) showPolicy() error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.readOK(asActor(c, func(_ *store.Tx, actor *admin.Actor) (object, error) {
		p, err := actor.Policy(c.ctx(), desk.PolicyID(id))
		return objectOf("sla_policy", c.policyOf(p)), err
	}))
}

// createPolicy: unless somebody says otherwise a partner's public comment counts as a reply.
func (c *call) createPolicy() error {
	var in policyInput
	if err := c.parseRecord("sla_policy", &in); err != nil {
		return err
	}
	return c.changeCreated(func(_ *store.Tx, actor *admin.Actor) (string, object, error) {
		p := desk.Policy{PartnerReplies: true}
		if err := in.change(&p); err != nil {
			return "", nil, err
		}
		err := actor.CreatePolicy(c.ctx(), &p)
		shown := c.policyOf(p)
		return shown.URL, objectOf("sla_policy", shown), err
	})
}

func (c *call) updatePolicy() error {
	var in policyInput
	if err := c.parseRecord("sla_policy", &in); err != nil {
		return err
	}
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.changeOK(func(_ *store.Tx, actor *admin.Actor) (object, error) {
		p, err := actor.ChangePolicy(c.ctx(), desk.PolicyID(id), in.change)
		return objectOf("sla_policy", c.policyOf(p)), err
	})
}

func (c *call) deletePolicy() error {
	return c.deleteOne(func(actor *admin.Actor, id int64) error { return actor.DeletePolicy(c.ctx(), desk.PolicyID(id)) })
}

// reorderPolicies reads the order from the query or the body.
func (c *call) reorderPolicies() error {
	ids, err := c.queryIDs("sla_policy_ids", desk.MaxPolicies)
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		var in struct {
			IDs numbersInput `json:"sla_policy_ids"`
		}
		if err := c.parseBody(&in); err != nil {
			return err
		}
		ids = in.IDs.v
	}
	if len(ids) == 0 {
		return desk.InvalidField("sla_policy_ids", "BlankValue", "Sla policy ids: cannot be blank; name the policies in their new order")
	}
	return c.changeOK(func(_ *store.Tx, actor *admin.Actor) (object, error) {
		return object{}, actor.ReorderPolicies(c.ctx(), idsOf[desk.PolicyID](ids))
	})
}

// filterDefinition is a condition of filters, in the shape that only policies have.
type filterDefinition struct {
	Value     string           `json:"value"`
	Title     string           `json:"title"`
	Group     string           `json:"group"`
	Target    *string          `json:"target"`
	Operators []filterOperator `json:"operators"`
	Values    filterValues     `json:"values"`
}

type filterOperator struct {
	Value string `json:"value"`
	Title string `json:"title"`
}

type filterValues struct {
	Type string           `json:"type"`
	List []filterOperator `json:"list"`
}

func (c *call) policyDefinitions() error {
	return c.readOK(func(tx *store.Tx) (object, error) {
		cfg, err := tx.Config(c.ctx())
		if err != nil {
			return nil, err
		}
		all := rule.Definitions(cfg, condition.Policy)
		return objectOf("definitions", object{{"all", filterDefinitions(all.ConditionsAll)}, {"any", filterDefinitions(all.ConditionsAny)}}), nil
	})
}

func filterDefinitions(list []rule.ConditionDefinition) []filterDefinition {
	out := make([]filterDefinition, len(list))
	for i := range list {
		d := &list[i]
		out[i] = filterDefinition{Value: d.Subject, Title: d.Title, Group: d.Group, Values: filterValues{Type: d.Type, List: []filterOperator{}}}
		for _, o := range d.Operators {
			out[i].Operators = append(out[i].Operators, filterOperator{o.Value, o.Title})
		}
		for _, v := range d.Values {
			out[i].Values.List = append(out[i].Values.List, filterOperator{v.Value, v.Title})
		}
	}
	return out
}
