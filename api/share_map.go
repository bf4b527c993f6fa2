package api

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"strconv"

	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/sharing/agreement"
	"interdesk/sharing/outbound"
)

func shareMapRoutes() []route {
	return []route{
		{"GET", "/sharing_agreements/{id}/map", admins, (*call).showShareMap},
		{"PUT", "/sharing_agreements/{id}/map", admins, (*call).updateShareMap},
		{"POST", "/sharing_agreements/{id}/map/test_run", admins, (*call).testShareMap},
		{"GET", "/sharing_agreements/{id}/map/revisions", admins, (*call).listShareMapRevisions},
		{"POST", "/sharing_agreements/{id}/map/revisions/{revision}/revert", admins, (*call).revertShareMap},
	}
}

// shareMapJSON is how what a partner sees differs from what stands here.
type shareMapJSON struct {
	Redaction []detectorJSON `json:"redaction"`
	Customers string         `json:"customers"`
	Files     filesMapJSON   `json:"attachments"`
	Tags      tagsMapJSON    `json:"tags"`
	Fields    []fieldMapJSON `json:"fields"`
}

// allFiles, someFiles and noFiles are which files go along.
const (
	allFiles  = "all"
	someFiles = "some"
	noFiles   = "none"
)

type filesMapJSON struct {
	Send    string   `json:"send"`
	Types   []string `json:"types"`
	MaxSize *int64   `json:"max_size"`
}

type tagsMapJSON struct {
	Allow  []string          `json:"allow"`
	Prefix string            `json:"prefix"`
	Rename map[string]string `json:"rename"`
}

type fieldMapJSON struct {
	Field    string            `json:"field"`
	As       *string           `json:"as"`
	Values   map[string]string `json:"values"`
	Default  *string           `json:"default"`
	Constant *string           `json:"constant"`
	NotSent  bool              `json:"not_sent"`
	Owner    string            `json:"owner"`
}

type detectorJSON struct {
	Detector string              `json:"detector"`
	Name     *string             `json:"name"`
	Pattern  *string             `json:"pattern"`
	Action   desk.DetectorAction `json:"action"`
}

func shareMapOf(m *desk.ShareMap) shareMapJSON {
	out := shareMapJSON{Redaction: []detectorJSON{}, Customers: string(cmp.Or(m.Customers, customersNamed)), Files: filesMapOf(&m.Files),
		Tags: tagsMapJSON{nonNil(m.Tags.Allow), m.Tags.Prefix, nonNilWords(m.Tags.Rename)}, Fields: []fieldMapJSON{}}
	for _, f := range m.Fields {
		out.Fields = append(out.Fields, fieldMapJSON{f.Field, nullString(f.As), nonNilWords(f.Values), nullString(f.Default), nullString(f.Constant), f.NotSent,
			string(cmp.Or(f.Owner, bothOwn))})
	}
	for _, d := range m.Redaction {
		out.Redaction = append(out.Redaction, detectorJSON{d.Kind, nullString(d.Name), nullString(d.Pattern), d.Action})
	}
	return out
}

// Words for what is usual, which maps keep as nothing.
const (
	customersNamed desk.CustomerName = "full_name"
	bothOwn        desk.FieldOwner   = "both"
)

func filesMapOf(f *desk.FilesMap) filesMapJSON {
	out := filesMapJSON{Send: allFiles, Types: nonNil(f.Types)}
	switch {
	case f.None:
		out.Send = noFiles
	case !f.IsZero():
		out.Send = someFiles
	}
	if f.MaxSize > 0 {
		out.MaxSize = &f.MaxSize
	}
	return out
}

func nonNilWords(words map[string]string) map[string]string {
	if words == nil {
		return map[string]string{}
	}
	return words
}

// shareMapInput is a map as admins write it: what a member does not say stays as it is.
type shareMapInput struct {
	Redaction detectorsInput `json:"redaction"`
	Customers textInput      `json:"customers"`
	Files     filesMapInput  `json:"attachments"`
	Tags      tagsMapInput   `json:"tags"`
	Fields    fieldsMapInput `json:"fields"`
}

// onto puts what was said onto a map.
func (in *shareMapInput) onto(m *desk.ShareMap) {
	if in.Redaction.set {
		m.Redaction = in.Redaction.v
	}
	if in.Customers.set {
		if m.Customers = desk.CustomerName(in.Customers.v); m.Customers == customersNamed {
			m.Customers = desk.CustomersNamed
		}
	}
	if in.Files.set {
		m.Files = in.Files.v
	}
	if in.Tags.set {
		m.Tags = in.Tags.v
	}
	if in.Fields.set {
		m.Fields = in.Fields.v
	}
}

type filesMapInput struct {
	set bool
	v   desk.FilesMap
}

func (in *filesMapInput) UnmarshalJSON(raw []byte) error {
	var said struct {
		Send    textInput   `json:"send"`
		Types   textsInput  `json:"types"`
		MaxSize numberInput `json:"max_size"`
	}
	if err := json.Unmarshal(raw, &said); err != nil {
		return errors.New(`must be an object such as {"send":"some","types":["image/*"],"max_size":1000000}`)
	}
	in.set = true
	switch said.Send.v {
	case noFiles:
		in.v.None = true
	case someFiles:
		in.v.Types, in.v.MaxSize = said.Types.v, said.MaxSize.v
	case allFiles, "":
	default:
		return errors.New("send must be all, some or none")
	}
	return nil
}

type tagsMapInput struct {
	set bool
	v   desk.TagsMap
}

func (in *tagsMapInput) UnmarshalJSON(raw []byte) error {
	var said struct {
		Allow  textsInput        `json:"allow"`
		Prefix textInput         `json:"prefix"`
		Rename map[string]string `json:"rename"`
	}
	if err := json.Unmarshal(raw, &said); err != nil {
		return errors.New(`must be an object such as {"allow":["lens"],"prefix":"acme_","rename":{"strap":"belt"}}`)
	}
	in.set, in.v = true, desk.TagsMap{Allow: said.Allow.v, Prefix: said.Prefix.v, Rename: said.Rename}
	return nil
}

type fieldsMapInput struct {
	set bool
	v   []desk.FieldMap
}

func (in *fieldsMapInput) UnmarshalJSON(raw []byte) error {
	var said []struct {
		Field    textInput         `json:"field"`
		As       textInput         `json:"as"`
		Values   map[string]string `json:"values"`
		Default  textInput         `json:"default"`
		Constant textInput         `json:"constant"`
		NotSent  flagInput         `json:"not_sent"`
		Owner    textInput         `json:"owner"`
	}
	if err := json.Unmarshal(raw, &said); err != nil {
		return errors.New(`must be a list such as [{"field":"Severity","as":"Priority","values":{"1":"high"}}]`)
	}
	in.set = true
	for _, f := range said {
		one := desk.FieldMap{Field: f.Field.v, As: f.As.v, Values: f.Values, Default: f.Default.v, Constant: f.Constant.v, NotSent: f.NotSent.v, Owner: desk.FieldOwner(f.Owner.v)}
		if one.Owner == bothOwn {
			one.Owner = desk.OwnerBoth
		}
		in.v = append(in.v, one)
	}
	return nil
}

type detectorsInput struct {
	set bool
	v   []desk.Detector
}

func (in *detectorsInput) UnmarshalJSON(raw []byte) error {
	var list []struct {
		Detector textInput `json:"detector"`
		Name     textInput `json:"name"`
		Pattern  textInput `json:"pattern"`
		Action   textInput `json:"action"`
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		return errors.New(`must be a list such as [{"detector":"email","action":"mask"}]`)
	}
	in.set = true
	for _, d := range list {
		in.v = append(in.v, desk.Detector{Kind: d.Detector.v, Name: d.Name.v, Pattern: d.Pattern.v, Action: desk.DetectorAction(d.Action.v)})
	}
	return nil
}

func (c *call) showShareMap() error {
	id, err := c.agreementID()
	if err != nil {
		return err
	}
	a, err := c.Agreements.Agreement(c.ctx(), c.account, id)
	if err != nil {
		return err
	}
	return c.ok(objectOf("map", shareMapOf(&a.Map)))
}

func (c *call) updateShareMap() error {
	id, err := c.agreementID()
	if err != nil {
		return err
	}
	a, err := c.Agreements.Agreement(c.ctx(), c.account, id)
	if err != nil {
		return err
	}
	var in shareMapInput
	if err := c.parseRecord("map", &in); err != nil {
		return err
	}
	in.onto(&a.Map)
	return c.changeShareMap(func(actor desk.Actor) (desk.Agreement, error) {
		return c.Agreements.SetMap(c.ctx(), c.account, actor, id, a.Map)
	})
}

func (c *call) changeShareMap(change func(desk.Actor) (desk.Agreement, error)) error {
	cfg, err := c.config()
	if err != nil {
		return err
	}
	a, err := change(c.actor(cfg))
	if err != nil {
		return err
	}
	return c.ok(objectOf("map", shareMapOf(&a.Map)))
}

func (c *call) revertShareMap() error {
	id, err := c.agreementID()
	if err != nil {
		return err
	}
	number, err := c.pathID("revision")
	if err != nil {
		return err
	}
	return c.changeShareMap(func(actor desk.Actor) (desk.Agreement, error) {
		return c.Agreements.RevertMap(c.ctx(), c.account, actor, id, int(number))
	})
}

// testedJSON is what sharing a ticket would send, and what it would take if the partner said all of that again.
type testedJSON struct {
	TicketID desk.TicketID `json:"ticket_id"`
	Preview  previewJSON   `json:"preview"`
	Changes  []string      `json:"changes"`
	Remarks  []string      `json:"remarks"`
}

// usualTests is how many tickets a test run looks at unless it is told.
const usualTests = 10

// testShareMap tries a map, the agreement's own or one that is not stored, on the tickets that were changed last.
func (c *call) testShareMap() error {
	id, err := c.agreementID()
	if err != nil {
		return err
	}
	a, err := c.Agreements.Agreement(c.ctx(), c.account, id)
	if err != nil {
		return err
	}
	var in struct {
		Limit numberInput    `json:"limit"`
		Map   *shareMapInput `json:"map"`
	}
	if err := c.parseRecord("test_run", &in); err != nil {
		return err
	}
	if in.Map != nil {
		in.Map.onto(&a.Map)
	}
	if err := agreement.CheckMap(a.Map); err != nil {
		return err
	}
	limit := usualTests
	if in.Limit.set {
		limit = int(min(in.Limit.v, outbound.MaxTested+1))
	}
	cfg, err := c.config()
	if err != nil {
		return err
	}
	tested, err := c.Outbox.TestMap(c.ctx(), c.account, c.actor(cfg), id, a.Map, limit)
	if err != nil {
		return err
	}
	out := []testedJSON{}
	for n := range tested {
		t := &tested[n]
		out = append(out, testedJSON{t.Ticket.ID, previewOf(id, &t.Preview), nonNil(t.Changes), nonNil(t.Remarks)})
	}
	return c.ok(objectOf("test_run", out))
}

// shareMapRevisionJSON is one state of a map, and what it changed.
type shareMapRevisionJSON struct {
	Revision  int                  `json:"revision"`
	Map       shareMapJSON         `json:"map"`
	Changes   []shareMapChangeJSON `json:"changes"` // against the revision before
	ChangedBy *desk.UserID         `json:"changed_by"`
	ChangedAt string               `json:"changed_at"`
}

type shareMapChangeJSON struct {
	Path     string          `json:"path"`
	Previous json.RawMessage `json:"previous"`
	Value    json.RawMessage `json:"value"`
}

// listShareMapRevisions lists them newest first, by cursor alone.
func (c *call) listShareMapRevisions() error {
	id, err := c.agreementID()
	if err != nil {
		return err
	}
	p, err := cursorPaging(c.query.Get("page[size]"), c.query.Get("page[after]"), "", pageSize)
	if err != nil {
		return err
	}
	before, err := strconv.Atoi("0" + p.after)
	if err != nil {
		return httpkit.BadPage("the cursor is not one that this list gave")
	}
	cfg, err := c.config()
	if err != nil {
		return err
	}
	found, err := c.Agreements.MapRevisions(c.ctx(), c.account, c.actor(cfg), id, before, p.size+1) // each shows what it changed of the next
	if err != nil {
		return err
	}
	out, last := []shareMapRevisionJSON{}, ""
	for n := range min(len(found), p.size) {
		var was desk.ShareMap
		if n+1 < len(found) {
			was = found[n+1].Map
		}
		out, last = append(out, revisionOf(&found[n], was)), strconv.Itoa(found[n].Number)
	}
	return c.ok(append(objectOf("revisions", out), c.pageTail(p, len(out), len(found) > p.size, 0, last, last)...))
}

func revisionOf(r *desk.ShareMapRevision, was desk.ShareMap) shareMapRevisionJSON {
	out := shareMapRevisionJSON{Revision: r.Number, Map: shareMapOf(&r.Map), Changes: []shareMapChangeJSON{}, ChangedBy: nullID(r.By), ChangedAt: formatTime(r.At)}
	for _, x := range agreement.CompareMaps(was, r.Map) {
		out.Changes = append(out.Changes, shareMapChangeJSON{x.Path, rawOrNull(x.Was), rawOrNull(x.Now)})
	}
	return out
}

func rawOrNull(text string) json.RawMessage {
	if text == "" {
		return json.RawMessage("null")
	}
	return json.RawMessage(text)
}

// reviewShareMessage carries out what a person says of the message that is held.
func (c *call) reviewShareMessage() error {
	members, err := c.bodyMembers()
	if err != nil {
		return err
	}
	var answer textInput
	if raw, ok := members["answer"]; ok {
		if err := json.Unmarshal(raw, &answer); err != nil {
			return desk.InvalidField("answer", "InvalidValue", "Answer: "+faultOf(err))
		}
	}
	review := func(ctx context.Context, account desk.AccountID, actor desk.Actor, t desk.TicketID, share desk.ShareID) error {
		return c.Outbox.Review(ctx, account, actor, t, share, answer.v)
	}
	return c.controlShare(review, c.showShare)
}
