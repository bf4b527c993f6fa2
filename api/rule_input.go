package api

import (
	"encoding/json"
	"errors"

	"interdesk/condition"
	"interdesk/desk"
)

// conditionsInput is one branch of a rule's conditions.
type conditionsInput struct {
	set bool
	v   condition.Conditions
}

func (in *conditionsInput) UnmarshalJSON(raw []byte) error {
	in.set = true
	if err := json.Unmarshal(raw, &in.v); err != nil {
		return errors.New(`must be a list such as [{"field":"status","operator":"is","value":"open"}]`)
	}
	return nil
}

// treeInput is both branches, where a client writes them below "conditions".
type treeInput struct {
	All conditionsInput `json:"all"`
	Any conditionsInput `json:"any"`
}

func (in *treeInput) UnmarshalJSON(raw []byte) error {
	if string(raw) == "null" {
		return nil
	}
	var both struct {
		All conditionsInput `json:"all"`
		Any conditionsInput `json:"any"`
	}
	if err := json.Unmarshal(raw, &both); err != nil {
		return errors.New(`must be an object such as {"all":[{"field":"status","operator":"is","value":"open"}],"any":[]}`)
	}
	*in = both
	return nil
}

// orElse takes each branch from where it was given: directly in the rule, or below "conditions".
func (in treeInput) orElse(all, any conditionsInput) treeInput {
	if all.set {
		in.All = all
	}
	if any.set {
		in.Any = any
	}
	return in
}

func (in treeInput) isSet() bool { return in.All.set || in.Any.set }

// actionsInput is a rule's actions. Values are kept as they were sent.
type actionsInput struct {
	set bool
	v   []desk.Action
}

func (in *actionsInput) UnmarshalJSON(raw []byte) error {
	in.set = true
	if err := json.Unmarshal(raw, &in.v); err != nil {
		return errors.New(`must be a list such as [{"field":"priority","value":"high"}]`)
	}
	for i := range in.v {
		if len(in.v[i].Value) == 0 {
			in.v[i].Value = json.RawMessage("null")
		}
	}
	return nil
}

// restrictionInput is who may see a macro or view; null is everybody.
type restrictionInput struct {
	set bool
	v   desk.Restriction
}

func (in *restrictionInput) UnmarshalJSON(raw []byte) error {
	in.set = true
	var who struct {
		Type textInput    `json:"type"`
		ID   numberInput  `json:"id"`
		IDs  numbersInput `json:"ids"`
	}
	if err := json.Unmarshal(raw, &who); err != nil {
		return errors.New(`must be null or an object such as {"type":"Group","ids":[1,2]}`)
	}
	in.v = desk.Restriction{Type: who.Type.v, IDs: who.IDs.v}
	if len(in.v.IDs) == 0 && who.ID.v != 0 {
		in.v.IDs = []int64{who.ID.v}
	}
	return nil
}

// restrictionJSON names one id for clients that know only one, and all of them.
type restrictionJSON struct {
	Type string  `json:"type"`
	ID   int64   `json:"id"`
	IDs  []int64 `json:"ids,omitempty"`
}

func restrictionOf(r desk.Restriction) *restrictionJSON {
	if r.Type == "" || len(r.IDs) == 0 {
		return nil
	}
	out := &restrictionJSON{Type: r.Type, ID: r.IDs[0]}
	if r.Type == "Group" {
		out.IDs = r.IDs
	}
	return out
}
